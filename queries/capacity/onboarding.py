"""Ramp: what each cohort of new people gets done of what the experienced do, with the quality beside it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, case, cast, func, select

from analysis.excess import excess
from analysis.intervals import wilson
from analysis.multiple import benjamini_hochberg
from analysis.ramp_pace import compare_cohorts, hours_ratio
from queries.capacity.standing import HEEDED
from queries.conditions import matches
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.scope import open_scope
from queries.time import Period

WEEKS = 26
STARTS = (0, 4, 8, 12, 16, 20)
"""First weeks of tenure of the steps; the last one goes on to the 26th."""


class Step(NamedTuple):
    """One step of tenure: hours done ÷ those experienced colleagues do in as many, with 95 % interval.

    None: withheld, or nobody was there. `cases` were ended in it.
    """

    value: float | None
    low: float | None
    high: float | None
    cases: int


class Quality(NamedTuple):
    """Random audits of appeals decided in the first 26 weeks: judged wrong ÷ audited, as found, unweighted.

    `worse`: more of them than of all other cohorts, by more than chance. Share None: none, or too few.
    """

    share: float | None
    low: float | None
    high: float | None
    audited: int
    wrong: int
    worse: bool


class Cohort(NamedTuple):
    """People hired in one quarter, those with hours in their first 26 weeks.

    `pace` is hours done ÷ those expected at the ramp of all other cohorts. `verdict` is "slower" or "faster"
    where that differs by more than chance, else "". `withheld`: too few cases for a number, or one person
    alone, of whom there are rates over 13 weeks only. `young`: some of them have not had their 26 weeks yet.
    """

    hired: Period
    people: int
    steps: tuple[Step, ...]
    pace: Step
    verdict: str
    withheld: bool
    young: bool
    quality: Quality


class Onboarding(NamedTuple):
    """All cohorts, oldest first, and the ramp of all of them together, step by step."""

    cohorts: tuple[Cohort, ...]
    usual: tuple[Step, ...]

    @property
    def people(self) -> int:
        """New people of all cohorts."""
        return sum(cohort.people for cohort in self.cohorts)


class _Sums(NamedTuple):
    """Hours of one person in one step."""

    hired_on: dt.date
    done: float
    squares: float
    usual: float
    cases: int


@remembered(4)
def onboarding(reader: Reader, filters: Filters, first: dt.date, last: dt.date) -> Onboarding:
    """Cohorts of those hired from `first` to `last` by quarter, by what is known up to `last`.

    Filters that do not choose teams are left out. Comparison with the usual ramp and with the others' quality
    takes Benjamini–Hochberg at 0.1 over the cohorts.
    """
    sums = _sums(reader, filters, first, last)
    quarters = sorted({reader.coverage.rules.quarter_of(row.hired_on) for row in sums.values()})
    if not quarters:
        return Onboarding((), ())
    place = {quarter: number for number, quarter in enumerate(quarters)}
    people = sorted({person for person, _ in sums})
    rows = [
        (place[reader.coverage.rules.quarter_of(row.hired_on)], people.index(person), step, row)
        for (person, step), row in sums.items()
    ]
    compared = compare_cohorts(
        [cohort for cohort, _, _, _ in rows],
        [person for _, person, _, _ in rows],
        [step for _, _, step, _ in rows],
        [row.done for _, _, _, row in rows],
        [row.squares for _, _, _, row in rows],
        [row.usual for _, _, _, row in rows],
        len(quarters),
    )
    audits = _audits(reader, filters, people, last)
    hired = {people[person]: row.hired_on for _, person, _, row in rows}
    found_wrong = np.zeros((len(quarters), 2))
    for person, (wrong, audited) in audits.items():
        found_wrong[place[reader.coverage.rules.quarter_of(hired[person])]] += wrong, audited
    qualities = _qualities(found_wrong)
    least, cohorts = reader.facts.settings.small_numbers.group, []
    for quarter, number in place.items():
        own = [(step, row) for cohort, _, step, row in rows if cohort == number]
        members = {person for cohort, person, _, _ in rows if cohort == number}
        alone = len(members) == 1
        cases = sum(row.cases for _, row in own)
        withheld = alone or cases < least
        value, low, high = (_known(part[number]) for part in compared.pace)
        pace = Step(value, low, high, cases)
        slower = compared.pace.value[number] < 1
        stands = bool(compared.stands[number]) and not withheld
        cohorts.append(
            Cohort(
                quarter,
                len(members),
                _steps(own, None if alone else least),
                _nothing(cases) if withheld else pace,
                ("slower" if slower else "faster") if stands else "",
                withheld,
                any((last - hired[people[person]]).days < 7 * WEEKS for person in members),
                _shown(qualities[number], None if alone else least),
            )
        )
    everyone = [(step, row) for _, _, step, row in rows]
    return Onboarding(tuple(cohorts), _steps(everyone, least if len(people) > 1 else None))


def _steps(rows: list[tuple[int, _Sums]], least: int | None) -> tuple[Step, ...]:
    """Each step of tenure of some people together; without `least` none is told."""
    grid = np.zeros((4, len(STARTS)))
    for step, row in rows:
        grid[:, step] += row.done, row.squares, row.usual, row.cases
    done, squares, usual, cases = grid
    pace = hours_ratio(done, squares, usual)
    steps = []
    for place, n in enumerate(cases.astype(int).tolist()):
        value, low, high = (_known(part[place]) for part in pace)
        steps.append(_nothing(n) if least is None or n < least else Step(value, low, high, n))
    return tuple(steps)


def _nothing(cases: int) -> Step:
    return Step(None, None, None, cases)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _sums(reader: Reader, filters: Filters, first: dt.date, last: dt.date) -> dict[tuple[str, int], _Sums]:
    """Hours per person and step of tenure, of those hired from `first` to `last`, up to `last`."""
    table = reader.scope.table("work_pace")
    week = table.c.tenure_weeks
    held = ((week >= start, place) for place, start in reversed(list(enumerate(STARTS))))
    step = cast(case(*held, else_=0), Integer)
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.specialist_id,
            func.min(table.c.hired_on).label("hired_on"),
            step.label("step"),
            func.sum(table.c.done_hours).label("done"),
            func.sum(table.c.done_squares).label("squares"),
            func.sum(table.c.usual_hours).label("usual"),
            func.sum(table.c.done_cases).label("cases"),
        )
        .where(
            week >= 0,
            week < WEEKS,
            table.c.usual_hours.is_not(None),
            table.c.hired_on >= first,
            table.c.hired_on <= last,
            table.c.worked_on <= last,
            matches(table, filters.only(HEEDED), reader.directory),
        )
        .group_by(table.c.specialist_id, step),
    ).to_pylist()
    return {
        (row["specialist_id"], int(row["step"])): _Sums(
            row["hired_on"],
            float(row["done"]),
            float(row["squares"]),
            float(row["usual"]),
            int(row["cases"]),
        )
        for row in rows
        if row["usual"] > 0
    }


def _audits(reader: Reader, filters: Filters, people: list[str], last: dt.date) -> dict[str, tuple[int, int]]:
    """Audits of appeals each new person decided in the first 26 weeks: judged wrong, and audited."""
    if reader.coverage.loaded(("appeals",)) is None:
        return {}
    table, known = reader.scope.table("appeals"), open_scope().table("specialists")
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.specialist_id,
            table.c.decided_on,
            known.c.hired_on,
            func.count(case((table.c.audit_wrong.is_(True), 1))).label("wrong"),
            func.count().label("audited"),
        )
        .select_from(table.join(known, known.c.specialist_id == table.c.specialist_id))
        .where(
            table.c.specialist_id.in_(people),
            table.c.audit_wrong.is_not(None),
            table.c.decided_on >= known.c.hired_on,
            table.c.decided_on <= last,
            matches(table, filters.only(HEEDED), reader.directory),
        )
        .group_by(table.c.specialist_id, table.c.decided_on, known.c.hired_on),
    ).to_pylist()
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if (row["decided_on"] - row["hired_on"]).days < 7 * WEEKS:
            found[row["specialist_id"]][0] += int(row["wrong"])
            found[row["specialist_id"]][1] += int(row["audited"])
    return {person: (wrong, audited) for person, (wrong, audited) in found.items()}


def _qualities(found: NDArray[np.float64]) -> list[Quality]:
    """Quality of every cohort; worse: more judged wrong than in all others, by Fisher's exact test."""
    wrong, audited = found[:, 0], found[:, 1]
    ends = wilson(wrong, audited)
    chances = np.where((audited > 0) & (audited < audited.sum()), excess(wrong, audited).p_value, np.nan)
    worse = benjamini_hochberg(chances)
    return [
        Quality(
            _known(own / n) if n else None,
            _known(ends.low[place]),
            _known(ends.high[place]),
            int(n),
            int(own),
            bool(worse[place]),
        )
        for place, (own, n) in enumerate(found.tolist())
    ]


def _shown(quality: Quality, least: int | None) -> Quality:
    """The quality, without its share where it rests on too few audits; without `least` it has none."""
    if least is not None and quality.audited >= least:
        return quality
    return quality._replace(share=None, low=None, high=None, worse=False)
