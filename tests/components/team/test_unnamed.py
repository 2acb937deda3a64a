"""Dots of others: moved inwards to round steps, the same whoever they belong to."""

from __future__ import annotations

import random as chance
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.case_mix import expected_events
from analysis.funnel import TAIL_95, TAIL_998, share_limits
from analysis.special_cause import compare
from components.charts import funnel
from components.charts.funnel import Point
from components.team import funnels
from components.team.unnamed import CROWD, STEPS, on_grid, step_of
from queries.catalog import METRICS
from queries.people.comparison import FEWEST_OTHERS, Block, PeopleComparison
from queries.people.measures import MEASURES

POINTS = st.lists(st.builds(Point, st.floats(8, 200), st.floats(0, 1)), min_size=CROWD, max_size=40)


@pytest.mark.parametrize(
    ("largest", "step"), [(0.0, 1.0), (19.0, 1.0), (37.0, 2.0), (129.0, 10.0), (0.2, 0.01), (0.5, 0.05)]
)
def test_the_largest_has_no_more_than_twenty_round_steps(largest: float, step: float) -> None:
    assert step_of(largest) == pytest.approx(step)
    assert largest / step_of(largest) <= STEPS + 1e-9


@given(POINTS, st.randoms(use_true_random=False))
def test_the_order_people_come_in_leaves_no_trace(points: list[Point], random: chance.Random) -> None:
    mixed = list(points)
    random.shuffle(mixed)
    assert on_grid(mixed, 0.1) == on_grid(points, 0.1)


@given(POINTS, st.floats(0.01, 0.9))
def test_every_dot_stands_at_a_round_step_and_farther_in_than_who_it_stands_for(
    points: list[Point], centre: float
) -> None:
    drawn = on_grid(points, centre)
    across, up = step_of(max(p.volume for p in points)), step_of(max(p.share for p in points))
    assert len(drawn) == len(points)
    for point in drawn:
        for value, step in ((point.volume, across), (point.share, up)):
            assert value / step == pytest.approx(round(value / step), abs=1e-6)
    above = sorted(max(p.share - centre, 0.0) for p in points)
    assert all(
        moved <= max(exact, up) + 1e-9  # from below, the middle may be passed by less than a step
        for moved, exact in zip(sorted(max(p.share - centre, 0.0) for p in drawn), above, strict=True)
    )
    lowered = zip(sorted(p.volume for p in drawn), sorted(p.volume for p in points), strict=True)
    assert all(moved <= max(exact, across) + 1e-9 for moved, exact in lowered)


@given(POINTS, st.floats(0.01, 0.9))
def test_at_every_volume_five_people_stand_or_more(points: list[Point], centre: float) -> None:
    """Who knows how many cases a colleague has cannot tell which of the dots there is theirs."""
    assert min(Counter(point.volume for point in on_grid(points, centre)).values()) >= CROWD
    assert on_grid(points[: CROWD - 1], centre) == []


def test_volumes_are_shared_with_the_next_below_and_no_more_than_needed() -> None:
    volumes = [10, 10, 11, 12, 13, 20, 21, 22, 23, 24, 24, 38, 39]
    drawn = on_grid([Point(float(volume), 0.1) for volume in volumes], 0.1)
    assert Counter(point.volume for point in drawn) == {10.0: 5, 20.0: 8}


def test_no_dot_leaves_a_limit_that_the_person_does_not_leave() -> None:
    rng = np.random.default_rng(4)
    centre, inside = 0.08, 0
    volumes = rng.uniform(8, 60, 60)
    points = [Point(float(n), float(rng.beta(1.2, 12))) for n in volumes]
    for point in points:
        # Four others with more cases and another share, so that the volumes of all five become the smallest.
        crowd = [point, *[Point(60.0, 0.5)] * (CROWD - 1)]
        moved = next(p for p in on_grid(crowd, centre) if p.share < 0.5)
        for tail in (TAIL_95, TAIL_998):
            before, after = (share_limits(max(p.volume, 1.0), centre, tail) for p in (point, moved))
            if before.lower[0] <= point.share <= before.upper[0]:
                inside += 1
                assert after.lower[0] - 1e-9 <= moved.share <= after.upper[0] + 1e-9
    assert inside > 80


PEOPLE = tuple(f"E{place:04d}a" for place in range(40))


def compared_people() -> PeopleComparison:
    """Forty people on one measure, with ten to sixty cases each."""
    rng = np.random.default_rng(6)
    cases = rng.integers(10, 60, (40, 3))
    events = rng.binomial(cases, (0.02, 0.06, 0.2))
    unit, kind = np.repeat(np.arange(40), 3), np.tile(np.arange(3), 40)
    found = expected_events(unit, kind, cases.ravel(), events.ravel(), 40)
    metric = METRICS["audit_defect_rate"]
    return PeopleComparison(
        MEASURES["judged_wrong"], metric, "", people=PEOPLE, later=Block(found, compare(found))
    )


def held_by_others(compared: PeopleComparison, order: list[int]) -> PeopleComparison:
    """The same figures, held by those at `order` instead."""
    assert compared.later is not None
    found, limits = compared.later.found, compared.later.compared
    later = Block(
        found._replace(**{name: getattr(found, name)[order] for name in found._fields[:4]}),
        limits._replace(**{name: getattr(limits, name)[order] for name in limits._fields}),
    )
    return replace(compared, later=later)


def sent(compared: PeopleComparison, person: str) -> list[dict[str, Any]]:
    """The rows of a person's funnel as the browser gets them, without the person's own."""
    curve, centre = funnels.curve_of(compared, person), funnels.centre_of(compared, person)
    others = funnels.others_of(compared, person)
    rows: list[dict[str, Any]] = funnel.table(curve, centre, "Others", others, None, "", "").to_pylist()
    return rows


def test_what_reaches_the_browser_is_the_same_whoever_the_others_are() -> None:
    compared = compared_people()
    rows = sent(compared, PEOPLE[7])
    order = [place for place in reversed(range(40)) if place != 7]
    order.insert(7, 7)
    assert sent(held_by_others(compared, order), PEOPLE[7]) == rows
    assert sum(row["layer"] == "other" for row in rows) == 39
    assert not {name for row in rows for name in PEOPLE if name in str(row)}


def test_nobody_elses_exact_volume_or_share_reaches_the_browser() -> None:
    compared = compared_people()
    assert compared.later is not None
    limits = compared.later.compared
    sent_numbers = {(row["x"], row["y"]) for row in sent(compared, PEOPLE[7])}
    assert not sent_numbers & set(zip(limits.worth.tolist(), limits.value.tolist(), strict=True))
    places = [(row["x"], row["y"]) for row in sent(compared, PEOPLE[7]) if row["layer"] == "other"]
    assert len(set(places)) < len(places)  # some share a place


def test_fewer_than_five_others_are_not_drawn() -> None:
    compared = compared_people()
    assert compared.later is not None
    few = compared.later.found._replace(cases=np.where(np.arange(40) < 5, 30, 9).astype(float))
    alone = replace(compared, later=replace(compared.later, found=few))
    assert funnels.others_of(alone, PEOPLE[0]) == []
    assert len(funnels.others_of(alone, PEOPLE[9])) == FEWEST_OTHERS
