"""A seller's history: every event once, newest first, totals as counted by hand, nothing of other teams."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache

import pandas as pd
import pytest

from queries import seller_history as module
from queries.measure import Reader, open_reader
from queries.scope import open_scope, scope_of
from queries.seller_history import EVENTS_PAGE, SellerHistory, seller_history
from store.facts import open_facts
from store.location import Location
from tests.queries.random_sellers import SELLERS, seller_operation

REINSTATING = {"reversed_our_error", "reinstated_after_fix", "reinstated_goodwill", "partially_reinstated"}
SELLER_IDS = [f"S{k}" for k in range(SELLERS + 1)]
OPERATION = seller_operation(9)
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def reader(build_store: Callable[..., Location]) -> Iterator[Reader]:
    """Thirty sellers to whom everything happens."""
    opened = open_reader(open_facts(build_store(OPERATION.arrow(), OPERATION.settings_toml)), open_scope())
    yield opened
    opened.facts.close()


@cache
def rows_of(table: str, seller: str) -> pd.DataFrame:
    """The seller's source rows."""
    rows = OPERATION.tables[table]
    return rows[rows["seller_id"] == seller]


def history_of(reader: Reader, seller: str) -> SellerHistory:
    found = seller_history(reader, seller)
    assert found is not None
    return found


def test_totals_are_those_counted_by_hand(reader: Reader) -> None:
    restumbled = 0
    for seller in SELLER_IDS:
        totals = history_of(reader, seller).totals
        appeals = rows_of("appeals", seller)
        assert totals.enforcements == len(rows_of("enforcements", seller))
        assert totals.appeals == len(appeals)
        assert totals.escalations == len(rows_of("escalations", seller))
        assert totals.investigations == len(rows_of("investigations", seller))
        decided = appeals[appeals["decided_at"].notna()]
        assert totals.reinstated == decided["outcome"].isin(REINSTATING).sum()
        restumbled += totals.restumbled
        assert totals.restumbled <= totals.reinstated
    assert restumbled > 5


def test_every_event_stands_there_once_newest_first(reader: Reader) -> None:
    for seller in SELLER_IDS:
        history = history_of(reader, seller)
        strikes, appeals = rows_of("enforcements", seller), rows_of("appeals", seller)
        cases, checks = rows_of("escalations", seller), rows_of("investigations", seller)
        wanted = {
            "enforced": len(strikes),
            "lifted": int(strikes["reversed_at"].notna().sum()),
            "appealed": len(appeals),
            "decided": int(appeals["decided_at"].notna().sum()),
            "escalated": int((cases["cycle"] == 1).sum()),
            "reopened": int((cases["cycle"] > 1).sum()),
            "ended": int(cases["resolved_at"].notna().sum()),
            "opened": len(checks),
            "closed": int(checks["closed_at"].notna().sum()),
        }
        told = pd.Series([event.what for event in history.events]).value_counts().to_dict()
        told.pop("reviewed", None), told.pop("surveyed", None)
        assert told == {what: count for what, count in wanted.items() if count}
        moments = [event.at for event in history.events]
        assert moments == sorted(moments, reverse=True)
        every = [(e.at, e.what, e.kind, e.case, e.row.get("review_id"), id(e.row)) for e in history.events]
        assert len(every) == len(set(every))


def test_reviews_and_surveys_about_its_cases_are_events_too(reader: Reader) -> None:
    reviewed = asked = 0
    for seller in SELLER_IDS:
        history = history_of(reader, seller)
        numbers = {
            "escalation": set(rows_of("escalations", seller)["escalation_id"]),
            "appeal": set(rows_of("appeals", seller)["appeal_id"]),
            "enforcement": set(rows_of("enforcements", seller)["enforcement_id"]),
            "investigation": set(rows_of("investigations", seller)["investigation_id"]),
        }

        def count(table: str, kind: str, number: str, of: dict[str, set[str]] = numbers) -> pd.DataFrame:
            rows = OPERATION.tables[table]
            ours = [k in of and n in of[k] for k, n in zip(rows[kind], rows[number], strict=True)]
            return rows[ours]

        reviews = count("reviews", "subject_kind", "subject_id")
        surveys = count("surveys", "case_kind", "case_id")
        told = [event.what for event in history.events]
        assert told.count("reviewed") == history.totals.reviews == reviews["reviewed_at"].notna().sum()
        assert told.count("surveyed") == len(surveys)
        assert history.totals.surveys == surveys["answered_at"].notna().sum()
        reviewed, asked = reviewed + len(reviews), asked + len(surveys)
    assert reviewed > 10 and asked > 3


def test_an_enforcement_says_after_which_reinstatement_it_came(reader: Reader) -> None:
    """The next account-level enforcement of the seller that was not our error, counted in days begun."""
    said = 0
    for seller in SELLER_IDS:
        history = history_of(reader, seller)
        decided = [event for event in history.events if event.what == "decided" and event.again_after]
        strikes = rows_of("enforcements", seller)
        counted = strikes[
            (strikes["level"] == "account") & (strikes["reversal_kind"] != "reversed_our_error")
        ]
        followed = {}
        for event in decided:
            after = counted[counted["enforced_at"] > event.at]["enforced_at"].min()
            assert event.again_after == math.ceil((after - event.at) / DAY)
            followed[after] = min(followed.get(after, 10**9), event.again_after)
        again = {
            event.at: event.again_after
            for event in history.events
            if event.what == "enforced" and event.again_after is not None
        }
        assert again == followed
        said += len(again)
    assert said > 5


def test_pages_hold_every_event_once(reader: Reader) -> None:
    busiest = max((history_of(reader, seller) for seller in SELLER_IDS), key=lambda h: len(h.events))
    assert busiest.pages == math.ceil(len(busiest.events) / EVENTS_PAGE) > 1
    together = [event for page in range(1, busiest.pages + 1) for event in busiest.page(page)]
    assert together == list(busiest.events) and busiest.page(busiest.pages + 1) == ()


def test_of_a_seller_with_more_cases_than_are_read_the_totals_count_all(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = history_of(reader, "S1")
    monkeypatch.setattr(module, "MOST_OF_A_KIND", 3)
    cut = seller_history.__wrapped__(reader, "S1")  # the answer that is kept was not cut
    assert cut.cut and not whole.cut
    told = ("enforcements", "appeals", "reinstated", "restumbled", "escalations", "investigations")
    assert [getattr(cut.totals, name) for name in told] == [getattr(whole.totals, name) for name in told]
    enforced = [[event.case for event in h.events if event.what == "enforced"] for h in (whole, cut)]
    assert enforced[1] == enforced[0][:3]


def test_sales_are_those_of_the_days_that_are_known(reader: Reader) -> None:
    for seller in SELLER_IDS[:8]:
        days = rows_of("gmv_daily", seller).sort_values("on_day")
        rows = history_of(reader, seller).gmv.to_pylist()
        assert [row["on_day"] for row in rows] == list(days["on_day"])
        assert [row["gmv"] for row in rows] == pytest.approx(list(days["gmv"]), nan_ok=True)


@pytest.mark.parametrize("seller", ["", "nobody", "S", "%", "S1' or '1'='1", "\\", "S1 "])
def test_a_seller_nobody_knows_has_no_history(reader: Reader, seller: str) -> None:
    assert seller_history(reader, seller) is None


def test_a_manager_sees_only_the_events_of_the_own_teams(reader: Reader) -> None:
    narrowed = open_reader(reader.facts, scope_of(reader.facts, "P4"))
    seen = hidden = 0
    for seller in SELLER_IDS:
        whole, mine = history_of(reader, seller), seller_history(narrowed, seller)
        cases = ("escalations", "appeals", "enforcements", "investigations")
        own = {
            (event.kind, event.case)
            for event in whole.events
            if event.row.get("team") == "amer-1" or event.row.get("specialist_id") == "P4"
        }
        if not own:
            assert mine is None
            hidden += 1
            continue
        assert mine is not None
        assert {(event.kind, event.case) for event in mine.events if event.kind in cases} <= own
        assert mine.totals.enforcements == sum(kind == "enforcements" for kind, _ in own)
        assert mine.totals.appeals == sum(kind == "appeals" for kind, _ in own)
        seen += len(own)
    assert seen > 10
