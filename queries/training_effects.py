"""Did a training help? Audits of those who took part, on what it covered, before and after the day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, and_, case, cast, func, or_, select

from analysis.intervention import Effect, measured_effect
from analysis.multiple import benjamini_hochberg
from queries.conditions import matches
from queries.effects import SETTLE_IN, WEEKS_BEFORE
from queries.filters import Filters
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import DAY, WEEK, Period

Floats = NDArray[np.float64]
AUDIT_DAYS = 28
FEWEST_PEOPLE = 5
"""People whose audits together say nothing about any one of them."""
MOST_TRAININGS = 6
HELD_WITHIN = 52 * WEEK
"""Older trainings have been judged; each costs a fit over all weeks since."""
FALSE_SHARE = 0.1
_Z = 1.959963984540054
ENOUGH_FOR_TREND = 40
"""Wrong decisions from which a slope is told from a step: about ten per parameter (Peduzzi et al., J. Clin.
Epidemiol. 49, 1996). With fewer, a slope through a handful of errors would be taken for the training."""


class Sums(NamedTuple):
    """Audits and those judged wrong per week: of those who took part, then of everybody else."""

    audits: Floats
    wrong: Floats
    others_audits: Floats
    others_wrong: Floats


class Training(NamedTuple):
    """A training: what it covers (nothing named: everything) and who took part."""

    training_id: str
    name: str
    held_on: dt.date
    reasons: tuple[str, ...]
    tiers: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class MeasuredTraining:
    """Audits and wrong decisions per week of those who took part and of everybody else, and the effect.

    `usable` marks weeks whose audits are done. `effect` is None where none can be measured, as `reason` says.
    """

    training: Training
    weeks: tuple[Period, ...]
    audits: Floats
    wrong: Floats
    others_audits: Floats
    others_wrong: Floats
    usable: NDArray[np.bool_]
    start: int
    effect: Effect | None
    reason: str


def measured_trainings(reader: Reader, week: Period, filters: Filters) -> tuple[MeasuredTraining, ...]:
    """The newest trainings on reasons that appeals are decided for, held by `week`, with their effect.

    Of several trainings some seem to work by luck: Benjamini–Hochberg at 0.1 says which effects stand.
    The filters narrow the audits, except by person. Empty where the viewer may not see who took part.
    """
    return _measured(reader, week, Filters(chosen=filters.without("member").chosen))


@remembered(4)
def _measured(reader: Reader, week: Period, filters: Filters) -> tuple[MeasuredTraining, ...]:
    trainings = _trainings(reader, week.last_day)[:MOST_TRAININGS]
    weeks = {training: _weeks(reader, training, week) for training in trainings}
    sums = _sums(reader, {one: weeks[one] for one in trainings if _enough(one)}, filters)
    found = [_measure(reader, training, weeks[training], sums.get(training)) for training in trainings]
    return tuple(_among_all(found))


def _among_all(found: list[MeasuredTraining]) -> list[MeasuredTraining]:
    """The same with effects that may be chance among so many trainings called no detectable change."""
    kept = benjamini_hochberg([_p_value(item.effect) for item in found], FALSE_SHARE)
    return [
        item
        if item.effect is None or stands or item.effect.verdict not in ("worked", "worse")
        else replace(item, effect=replace(item.effect, verdict="no detectable change"))
        for item, stands in zip(found, kept, strict=True)
    ]


def _p_value(effect: Effect | None) -> float:
    """Two-sided p of an effect as its interval implies on the scale of logarithms; nan without one."""
    if effect is None or effect.ratio is None:
        return math.nan
    value, low, high = effect.ratio
    if not 0 < low < high < math.inf or not 0 < value < math.inf:
        return 1.0
    return math.erfc(abs(math.log(value)) / (math.log(high / low) / (2 * _Z)) / math.sqrt(2))


def _trainings(reader: Reader, day: dt.date) -> list[Training]:
    """Trainings of the year to `day` that cover some reason of appeals, newest first."""
    if not all(reader.scope.reaches(name) for name in ("trainings", "training_outcomes")):
        return []
    held = reader.scope.table("trainings")
    outcomes = reader.scope.table("training_outcomes")
    values = reader.scope.table("distinct_values")
    of_appeals = values.c.table_name == "appeals", values.c.dimension == "reason"
    known = set(
        reader.scope.read(reader.facts, select(values.c.value).where(*of_appeals)).column(0).to_pylist()
    )
    people: dict[str, list[str]] = {}
    taken = select(outcomes.c.training_id, outcomes.c.specialist_id).order_by(outcomes.c.specialist_id)
    for row in reader.scope.read(reader.facts, taken).to_pylist():
        people.setdefault(row["training_id"], []).append(row["specialist_id"])
    rows = reader.scope.read(
        reader.facts,
        select(held)
        .where(held.c.held_on <= day, held.c.held_on > day - HELD_WITHIN)
        .order_by(held.c.held_on.desc(), held.c.training_id),
    ).to_pylist()
    found = [
        Training(
            row["training_id"],
            row["name"] or row["training_id"],
            row["held_on"],
            _words(row["reasons"]),
            _words(row["tiers"]),
            tuple(people.get(row["training_id"], ())),
        )
        for row in rows
    ]
    return [training for training in found if not training.reasons or known.intersection(training.reasons)]


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(";") if word.strip())


def _enough(training: Training) -> bool:
    return len(training.people) >= FEWEST_PEOPLE


def _weeks(reader: Reader, training: Training, week: Period) -> tuple[Period, ...]:
    """The weeks a training is judged by, some before it and all since."""
    rules = reader.coverage.rules
    live = rules.week_of(training.held_on)
    return tuple(rules.last(week, (week.start - live.start) // WEEK + 1 + WEEKS_BEFORE))


def _measure(
    reader: Reader, training: Training, weeks: tuple[Period, ...], sums: Sums | None
) -> MeasuredTraining:
    coverage = reader.coverage
    loaded = coverage.loaded(("appeals", "reviews"))
    complete = coverage.days_loaded(("appeals",), weeks) == 7
    over = [loaded is not None and item.last_day + AUDIT_DAYS * DAY <= loaded.last_day for item in weeks]
    usable = complete & np.array(over, dtype=bool)
    blank = np.zeros(len(weeks))
    if sums is None:
        few = f"fewer than {FEWEST_PEOPLE} people took part"
        return MeasuredTraining(training, weeks, blank, blank, blank, blank, usable, WEEKS_BEFORE, None, few)
    effect = measured_effect(
        sums.wrong,
        action_index=WEEKS_BEFORE,
        good_direction="down",
        exposure=sums.audits,
        usable=usable,
        settle_in=SETTLE_IN,
        trend=float(sums.wrong[usable].sum()) >= ENOUGH_FOR_TREND,
    )
    return MeasuredTraining(training, weeks, *sums, usable, WEEKS_BEFORE, effect, effect.reason)


def _sums(
    reader: Reader, trainings: Mapping[Training, tuple[Period, ...]], filters: Filters
) -> dict[Training, Sums]:
    """Of each training in its weeks, in one statement: what costs is to find the audits among all rows."""
    if not trainings:
        return {}
    table = reader.scope.table("appeals")
    alike = {"week": table.c.decided_week, "person": table.c.specialist_id}
    alike |= {"reason": table.c.reason, "tier": table.c.tier}
    cells = (
        select(
            *(column.label(name) for name, column in alike.items()),
            func.count().label("audits"),
            func.count(case((table.c.audit_wrong.is_(True), 1))).label("wrong"),
        )
        .where(
            table.c.decided_on >= min(weeks[0].start for weeks in trainings.values()),
            table.c.decided_on < max(weeks[-1].end for weeks in trainings.values()),
            table.c.audit_wrong.is_not(None),
            matches(table, filters, reader.directory),
        )
        .group_by(*alike.values())
        .subquery("cells")
    )
    counts = []
    for number, (training, weeks) in enumerate(trainings.items()):
        covered = [cells.c.week >= weeks[0].start]
        if training.reasons:
            covered.append(cells.c.reason.in_(training.reasons))
        if training.tiers:
            covered.append(cells.c.tier.in_(training.tiers))
        took_part = cells.c.person.in_(training.people)
        for who, of in enumerate((took_part, or_(cells.c.person.is_(None), ~took_part))):
            for kind, column in enumerate((cells.c.audits, cells.c.wrong)):
                counted = func.sum(case((and_(*covered, of), column), else_=0))
                counts.append(cast(counted, Integer).label(f"t{number}_{2 * who + kind}"))
    statement = select(cells.c.week, *counts).group_by(cells.c.week)
    rows = {row["week"]: row for row in reader.scope.read(reader.facts, statement).to_pylist()}
    return {
        training: Sums(
            *(
                np.array([float(rows.get(week.start, {}).get(f"t{number}_{kind}", 0)) for week in weeks])
                for kind in range(4)
            )
        )
        for number, (training, weeks) in enumerate(trainings.items())
    }
