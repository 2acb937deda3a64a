"""Bounds on wrong enforcement per team, against counts of the same rows made by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from queries.filters import Filters
from queries.time import Grain, Period
from queries.wrong_enforcement import wrong_enforcement
from tests.queries.comparing import keeper
from tests.queries.conftest import World
from tests.queries.test_measure_lasting import oracle_of, world

__all__ = ["world"]
SPAN = Period(dt.date(2025, 9, 1), dt.date(2026, 4, 10), Grain.range)


@pytest.mark.parametrize("by", ["enforcement_team", "detection_source"])
@pytest.mark.parametrize("filters", [Filters(), Filters().with_values("tier", ["strategic", "standard"])])
def test_bounds_hold_what_counting_the_rows_gives(world: World, by: str, filters: Filters) -> None:
    found = wrong_enforcement(world.reader, SPAN, (by,), filters)
    groups = {one.group: one for one in found}
    assert len(groups) == len(found) > 2
    oracle = oracle_of(world)
    for group, one in groups.items():
        keep = keeper(world, filters, (by,) if group else (), group)
        rows = [
            row for row in oracle.enforcements if SPAN.start <= row["enforced_on"] < SPAN.end and keep(row)
        ]
        assert one.enforcements == len(rows)
        if len(rows) < world.reader.facts.settings.small_numbers.group:
            assert one.known is None
            continue
        wrong = sum(row["reversal_kind"] == "reversed_our_error" for row in rows)
        open_to_doubt = sum(
            row["reversal_kind"] != "reversed_our_error"
            and row["enforcement_id"] not in oracle.appeals_decided
            for row in rows
        )
        assert one.known is not None
        assert one.known.floor == pytest.approx(wrong / len(rows))
        assert one.known.possible == pytest.approx((wrong / len(rows), (wrong + open_to_doubt) / len(rows)))
        right = oracle.answer("audited_precision", SPAN.start, SPAN.end, keep)
        assert one.audits == right.n
        if np.isfinite(one.known.audited.value):
            assert one.known.audited.value == pytest.approx(1 - right.value)
        low, high = one.known.known
        assert one.known.possible[0] <= low <= high <= one.known.possible[1]


def test_groups_add_up_to_all_of_them(world: World) -> None:
    *groups, every = wrong_enforcement(world.reader, SPAN, ("enforcement_team",), Filters())
    assert every.group == ()
    assert sum(one.enforcements for one in groups) == every.enforcements > 0
    assert sum(one.audits for one in groups) == every.audits > 0
