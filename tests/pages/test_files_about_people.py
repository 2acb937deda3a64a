"""What leaves the app about people: laid side by side, no files give a withheld rate away.

The attacker has every file of every person, does exact arithmetic, and knows how the files are made.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from components.capacity import split as split_page
from components.team import funnels
from queries.capacity import split as split_read
from queries.capacity.split import Share, left_out, split
from queries.catalog import METRICS
from queries.filters import Filters
from queries.measure import Reader
from queries.people.cells import Cells
from queries.people.comparison import (
    PeopleComparison,
    Standing,
    _block,
    compare_people,
    standing,
    total_tells,
)
from queries.people.measures import MEASURES
from queries.time import Grain, Period

MINIMUM = 10
OTHERS = 11
"""Where the rate of all others stands in a row of the file."""


def compared_of(cases: np.ndarray, events: np.ndarray) -> PeopleComparison:
    """Everyone with so many cases of one kind in both blocks, as `compare_people` gives it."""
    people = tuple(f"E{place:02}" for place in range(cases.size))
    both = np.array(people * 2, dtype=object)
    block = np.repeat(np.array([0, 1]), cases.size)
    kind = np.full(both.size, "kind", dtype=object)
    cells = Cells(both, block, kind, np.tile(cases, 2), np.tile(events, 2), float("nan"))
    first = dt.date(2026, 5, 18)
    blocks = (
        Period(first - dt.timedelta(91), first, Grain.block),
        Period(first, first + dt.timedelta(91), Grain.block),
    )
    later = _block(cells, people, (1,))
    measure = MEASURES["judged_wrong"]
    causes = np.zeros(cases.size, dtype=np.int64)
    return PeopleComparison(
        measure, METRICS[measure.metric], "", blocks, people, later, later, later, causes, None
    )


def others_told(compared: PeopleComparison) -> list[tuple[int, int, Fraction]]:
    """Of every file that holds it: the person's events and cases, and the exact rate of all others."""
    found = []
    for person in compared.people:
        place = standing(compared, person)
        assert place is not None
        if not place.withheld:
            _, _, events, cases, *_ = row = funnels.exported(compared, place)
            if row[OTHERS] is not None:
                rate = Fraction(float(row[OTHERS] or 0.0)).limit_denominator(5_000)
                found.append((int(events or 0), int(cases or 0), rate))
        elif funnels.has_file(compared, place):
            rate = Fraction(funnels.centre_of(compared, person)).limit_denominator(5_000)
            found.append((-1, -1, rate))
    return found


def recovered(compared: PeopleComparison) -> set[str]:
    """Withheld people of whom the files tell the counts, one by one or as the one left over."""
    assert compared.later is not None
    told = others_told(compared)
    events, cases = compared.later.found.observed, compared.later.found.cases
    hidden = [at for at, n in enumerate(cases) if 0 < n < compared.minimum]
    if not told or not hidden:
        return set()
    # Two files tell the whole, so what is withheld together is known; a file of a withheld one tells theirs.
    found = {compared.people[at] for at in hidden if (-1, -1) in {(e, n) for e, n, _ in told}}
    left = int(cases[hidden].sum())
    rest = Fraction(int(events.sum()), int(cases.sum()))
    assert all(
        rate == Fraction(int(events.sum()) - e, int(cases.sum()) - n) for e, n, rate in told if n >= 0
    ), (rest, told)
    return found | ({compared.people[at] for at in hidden} if left < compared.minimum else set())


def test_a_thousand_random_teams_keep_their_small_numbers_when_all_files_are_laid_side_by_side() -> None:
    rng = np.random.default_rng(715)
    closed = opened = 0
    for _ in range(1000):
        people = int(rng.integers(7, 14))
        cases = rng.poisson(rng.gamma(2.0, 14.0, people)).astype(float)
        events = rng.binomial(cases.astype(int), 0.2).astype(float)
        if np.count_nonzero(cases) < 6 or not 0 < events.sum() < cases.sum():
            continue
        compared = compared_of(cases, events)
        assert recovered(compared) == set()
        small = bool(((cases > 0) & (cases < MINIMUM)).any())
        closed += small and not others_told(compared)
        opened += bool(others_told(compared))
    assert closed > 100 and opened > 400, "the attack met too few tables of either sort"


def test_the_one_withheld_person_of_a_team_cannot_be_worked_out_from_the_others_files() -> None:
    """Six people with 30 cases and one with six: the rate of all others was the key to theirs."""
    cases, events = np.array([30.0] * 6 + [6.0]), np.array([3.0] * 6 + [4.0])
    compared = compared_of(cases, events)
    places = [standing(compared, person) for person in compared.people]
    assert [place.withheld for place in places if place is not None] == [False] * 6 + [True]
    assert total_tells(compared) and others_told(compared) == []
    first = places[0]
    assert first is not None
    assert funnels.exported(compared, first)[2:4] == (3, 30), "their own counts stay"
    # Twelve withheld cases are no small number: the whole may be told, the limits of the two not.
    wider = compared_of(np.array([30.0] * 6 + [6.0, 6.0]), np.array([3.0] * 6 + [4.0, 0.0]))
    assert not total_tells(wider) and len(others_told(wider)) == 6
    assert not funnels.has_file(wider, standing(wider, "E07"))


def test_of_the_sample_no_withheld_person_has_limits_in_a_file(sample_reader: Reader) -> None:
    week = sample_reader.coverage.newest_week()
    assert week is not None
    withheld = 0
    for key in MEASURES:
        compared = compare_people(sample_reader, key, week, Filters())
        for person in () if compared.reason else compared.people:
            place: Standing | None = standing(compared, person)
            if place is not None and place.withheld:
                withheld += 1
                assert not funnels.has_file(compared, place)
    assert withheld > 10


@given(
    some.lists(some.integers(0, 65), min_size=1, max_size=12),
    some.lists(some.sets(some.integers(0, 11), min_size=1), min_size=1, max_size=5),
)
def test_no_group_less_its_people_in_the_file_is_a_person_of_few_days(
    days: list[int], groups: list[set[int]]
) -> None:
    by_person = {f"E{place:02}": float(n) for place, n in enumerate(days)}
    together = [{f"E{place:02}" for place in group} for group in groups]
    hidden = left_out(by_person, together, MINIMUM)
    assert {person for person, n in by_person.items() if n < MINIMUM} <= hidden
    for group in together:
        gone = [by_person.get(person, 0.0) for person in group if person in hidden]
        everyone = sum(by_person.get(person, 0.0) for person in group)
        assert sum(gone) == 0 or sum(gone) >= MINIMUM or sum(gone) == everyone


def test_where_nobody_has_few_days_the_file_is_whole() -> None:
    assert left_out({"a": 60.0, "b": 12.0}, [{"a", "b"}], MINIMUM) == set()
    assert left_out({"a": 60.0, "b": 12.0, "c": 3.0}, [{"a", "b", "c"}], MINIMUM) == {"b", "c"}
    assert left_out({"a": 60.0, "b": 6.0, "c": 5.0}, [{"a", "b", "c"}], MINIMUM) == {"b", "c"}
    assert left_out({"a": 60.0, "b": 12.0, "c": 3.0}, [{"a", "b"}, {"c"}], MINIMUM) == {"c"}


def test_a_row_that_is_left_out_has_hours_and_no_share() -> None:
    whole = Share("E1", 40.0, 80.0, 0.5, 30.0, False)
    assert split_page.plain_of("Ann", whole) == ["Ann", 40.0, 80.0, 0.5, 0.5]
    assert split_page.plain_of("Ann", whole._replace(left_out=True)) == ["Ann", 40.0, 80.0, None, None]
    assert split_page.texts("Ann", whole._replace(left_out=True))[3:] == ["50\u00a0%", "50\u00a0%"], (
        "on screen"
    )


def test_the_rows_by_person_are_held_against_every_total_that_is_told_elsewhere(
    sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teams, organisations, skills and everyone: the files by those hold the totals."""
    week = sample_reader.coverage.newest_week()
    assert week is not None
    asked: list[tuple[dict[str, float], list[set[str]], int]] = []

    def first_of_all(days: dict[str, float], together: list[set[str]], minimum: int) -> set[str]:
        asked.append((days, together, minimum))
        return {next(iter(days))}

    monkeypatch.setattr(split_read, "left_out", first_of_all)
    rows = split(sample_reader, week, Filters().with_values("team", ["emea-1", "emea-2"]), "member").rows
    ((days, together, minimum),) = asked
    assert minimum == sample_reader.facts.settings.small_numbers.person
    assert [row.key for row in rows if row.left_out] == [next(iter(days))]
    people = {row.key for row in rows}
    teams = [group for group in together if group and group < people]
    assert people in together and len(teams) >= 2 and set().union(*teams) == people
    skills = split(sample_reader, week, Filters(), "skill").rows
    assert len(together) >= 2 + 1 + len(skills) + 1
