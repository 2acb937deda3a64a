"""The planted stories about people are found by the product itself: overload, a thin skill, a slow cohort."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from queries.capacity.cover import cover_on
from queries.capacity.hiring import plan_months
from queries.capacity.onboarding import onboarding
from queries.capacity.standing import teams_chosen
from queries.filters import Filters
from queries.measure import Reader, measure
from queries.time import WEEK, Grain, Period
from sample_data.stories import quarter_before, stories
from store.location import Location
from tests.sample_store import END, sample_store
from tests.test_stories import read

__all__ = ["sample_store"]

pytestmark = pytest.mark.slow

AFTER = END + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def reader(sample_store: Location) -> Reader:
    """The full sample, as the single leader."""
    return read(sample_store)


def everyone(reader: Reader) -> tuple[str, ...]:
    return tuple(team.team for team in teams_chosen(reader, Filters()))


def test_one_teams_work_is_more_than_its_hours_while_the_whole_is_at_four_fifths(reader: Reader) -> None:
    story = stories()["overloaded_team"]
    assert story.weeks is not None
    span = Period(AFTER - story.weeks[0] * WEEK, AFTER, Grain.range)
    found = measure(reader, ("workload_hours", "available_hours", "utilisation"), [span], ("team",))
    assert found.reasons == {}
    loads = {
        str(group[0]): float(
            found.group("workload_hours", group).value[0] / found.group("available_hours", group).value[0]
        )
        for group in found.groups
        if found.group("available_hours", group).value[0] > 0
    }
    assert [team for team, load in loads.items() if load > 1] == ["amer-4"]
    whole = found.total("workload_hours").value[0] / found.total("available_hours").value[0]
    assert 0.7 <= whole <= 0.85
    used = {str(group[0]): float(found.group("utilisation", group).value[0]) for group in found.groups}
    assert max((value, team) for team, value in used.items() if np.isfinite(value))[1] == "amer-4"
    gaps = {
        row.team: row.active - row.planned
        for row in plan_months(reader, everyone(reader), END.replace(day=1), END.replace(day=1), END)
        if row.planned is not None
    }
    assert min(gaps, key=lambda team: gaps[team]) == "amer-4"
    assert gaps["amer-4"] <= -int(story.strength)


def test_the_thin_skill_is_the_only_one(reader: Reader) -> None:
    story = stories()["thin_skill"]
    cells = cover_on(reader, everyone(reader), END).required
    assert [(cell.team, cell.skill) for cell in cells if cell.thin or cell.short] == [
        (story.conditions["team"], story.conditions["skill"])
    ]
    newest = reader.coverage.rules.week_of(END)
    assert measure(reader, ("skill_cover",), [newest]).total("skill_cover").value[0] == 1.0


def test_the_slow_cohort_is_called_slower_alone_and_its_quality_is_not_worse(reader: Reader) -> None:
    story = stories()["slow_cohort"]
    assert story.quarters is not None
    first, _ = quarter_before(END, story.quarters[1])
    found = onboarding(reader, Filters(), END - dt.timedelta(days=3 * 365), END)
    assert [(cohort.hired.start, cohort.verdict) for cohort in found.cohorts if cohort.verdict] == [
        (first, "slower")
    ]
    assert not any(cohort.quality.worse for cohort in found.cohorts)
    slow = next(cohort for cohort in found.cohorts if cohort.verdict)
    assert slow.people >= 5
    assert slow.pace.high is not None and slow.pace.high < 0.75


def test_the_pace_of_new_people_falls_while_the_slow_cohort_learns(reader: Reader) -> None:
    quarters = [reader.coverage.rules.quarter_of(day) for day in (dt.date(2025, 8, 1), dt.date(2026, 2, 1))]
    before, during = measure(reader, ("ramp",), [quarters[0]]), measure(reader, ("ramp",), [quarters[1]])
    assert during.total("ramp").high[0] < before.total("ramp").low[0]
