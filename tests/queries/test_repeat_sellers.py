"""Sellers who come back: distinct cases, not cycles, inside the period only."""

from __future__ import annotations

from collections.abc import Callable

from queries.filters import Filters
from queries.repeat_sellers import repeat_sellers
from queries.time import Grain, Period
from store.location import Location
from tests.queries.small_store import at, open_small


def test_a_seller_counts_by_distinct_cases_of_the_period_and_singles_are_left_out(
    build_store: Callable[..., Location],
) -> None:
    def case(name: str, seller: str | None, day: int, reason: str = "a", cycle: int = 1) -> dict[str, object]:
        moment = at(day)
        return {
            "escalation_id": name,
            "cycle": cycle,
            "seller_id": seller,
            "opened_at": moment,
            "reason": reason,
        }

    cases = [
        case("1", "many", 2),
        case("2", "many", 3, "b"),
        case("3", "many", 4),
        case("3", "many", 6, cycle=2),
        case("4", "two", 5),
        case("5", "two", 9),
        case("6", "once", 5),
        case("7", "early and late", 1),
        case("8", "early and late", 11),
        case("9", None, 4),
        case("10", None, 5),
    ]
    reader = open_small(build_store, cases, at(12))
    period = Period(at(2).date(), at(11).date(), Grain.block)
    found = repeat_sellers(reader, period, Filters())
    assert [(seller.seller_id, seller.cases, seller.reasons) for seller in found] == [
        ("many", 3, 2),
        ("two", 2, 1),
    ]
    only_b = repeat_sellers(reader, period, Filters().with_values("reason", ["b"]))
    assert only_b == []
    reader.facts.close()
