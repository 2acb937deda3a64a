"""The sums a statement returned, per group and period, ready to be merged without asking again.

Totals, subtotals and "Others" are recomputed from these parts: sums add, histograms and frames merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.buckets import FEW_ROWS
from queries import accruals, per_person, snapshots, trailing
from queries.agreement import DecisionCounts
from queries.answered_rows import AnsweredRows, Floats, Group, Integers, Rows, answered_rows
from queries.audit_frames import Frame, read_frame
from queries.branches import Branch
from queries.outlook import at_age
from queries.per_person import PersonSums
from queries.statements import FewRows, Question
from queries.tallies import (
    Accrual,
    AuditFrame,
    Balance,
    Component,
    Decisions,
    Durations,
    Holding,
    PerPerson,
    Snapshot,
    Tally,
    Trailing,
)
from queries.time import Period
from store.settings import Planning


@dataclass(frozen=True)
class Histogram:
    """Sparse counts: per row its group, period, bucket, whether the duration ended, and how many cases.

    `hours` are the duration itself where a group has few cases in a period, each then a row; else nan.
    """

    group: Integers
    period: Integers
    bucket: Integers
    ended: NDArray[np.bool_]
    count: Floats
    hours: Floats | None = None

    def of(self, chosen: NDArray[np.bool_]) -> Histogram:
        """The chosen rows alone."""
        return Histogram(
            self.group[chosen],
            self.period[chosen],
            self.bucket[chosen],
            self.ended[chosen],
            self.count[chosen],
            None if self.hours is None else self.hours[chosen],
        )

    def with_few(self, few: NDArray[np.bool_], exact: Histogram) -> Histogram:
        """The same counts, those of the cells (group, period) with `few` cases as `exact` has them."""
        old, new = self.of(~few[self.group, self.period]), exact.of(few[exact.group, exact.period])
        assert new.hours is not None
        return Histogram(
            np.concatenate([old.group, new.group]),
            np.concatenate([old.period, new.period]),
            np.concatenate([old.bucket, new.bucket]),
            np.concatenate([old.ended, new.ended]),
            np.concatenate([old.count, new.count]),
            np.concatenate([np.full(old.count.size, np.nan), new.hours]),
        )


@dataclass(frozen=True)
class Flows:
    """A balance: per group the level before the first period, and per kind of flow the change per period.

    `between` is the change in the gap before a period, where periods are no neighbours.
    """

    before: Floats
    between: Floats
    by_kind: dict[str, Floats]


@dataclass(frozen=True)
class Parts:
    """Everything a section asked for; arrays are (group, period).

    `wholes` are tallies that some dimension of `by` does not split: their sums per period under each
    combination of values of the other dimensions.
    """

    groups: tuple[Group, ...]
    periods: tuple[Period, ...]
    sums: dict[Tally, Floats] = field(default_factory=dict)
    histograms: dict[Durations | Snapshot, Histogram] = field(default_factory=dict)
    frames: dict[AuditFrame, Frame] = field(default_factory=dict)
    decisions: dict[Decisions, DecisionCounts] = field(default_factory=dict)
    balances: dict[Balance, Flows] = field(default_factory=dict)
    amounts: dict[Accrual | Holding | Trailing, Floats] = field(default_factory=dict)
    people: dict[PerPerson, PersonSums] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    wholes: dict[Tally, dict[Group, Floats]] = field(default_factory=dict)
    planning: Planning = field(default_factory=Planning)


def read_parts(question: Question, branches: Sequence[Branch], rows: pa.Table) -> Parts:
    """Parts from the rows of `statement_for`."""
    return read_splits(question, branches, rows, [question.by])[0]


def read_splits(
    question: Question, branches: Sequence[Branch], rows: pa.Table, splits: Sequence[tuple[str, ...]]
) -> list[Parts]:
    """Parts as if the question had been grouped by each of `splits`, dimensions of its own breakdown."""
    answered = answered_rows(rows, branches, question.periods, len(question.by))
    return [_split_parts(question, branches, answered, split) for split in splits]


def _split_parts(
    question: Question, branches: Sequence[Branch], answered: AnsweredRows, split: tuple[str, ...]
) -> Parts:
    """Equal groups of the finer breakdown repeat, and their sums add up."""
    unsplit = [place for place, branch in enumerate(branches) if _unsplit(branch, split)]
    wholes = {
        tally: total
        for place in unsplit
        for tally, total in _of_everyone(question, branches[place], place, answered, split).items()
    }
    group_of_row, groups = answered.groups_by(
        [question.by.index(dimension) for dimension in split], ~np.isin(answered.branch, unsplit)
    )
    parts = Parts(groups, question.periods, by=split, wholes=wholes, planning=question.planning)
    for place, branch in enumerate(branches):
        if place not in unsplit:
            own = answered.of_branch(place, group_of_row, branch.width)
            for component, places in branch.places.items():
                _store(parts, component, own.with_sums(places), question)
    return parts


def with_few(parts: Parts) -> dict[Durations, FewRows]:
    """Durations of which some group has too few rows in a period for quantiles from buckets, and where."""
    found = {}
    for component, histogram in parts.histograms.items():
        if isinstance(component, Durations):
            few = _few(parts, histogram)
            if few.any():
                groups, periods = np.flatnonzero(few.any(axis=1)), np.flatnonzero(few.any(axis=0))
                found[component] = FewRows(
                    tuple(parts.groups[place] for place in groups),
                    tuple(parts.periods[place] for place in periods),
                )
    return found


def _few(parts: Parts, histogram: Histogram) -> NDArray[np.bool_]:
    """Cells (group, period) with some rows but fewer than quantiles from buckets need."""
    shape = (len(parts.groups), len(parts.periods))
    rows = _grid(shape, histogram.group, histogram.period, histogram.count)
    return (rows > 0) & (rows < FEW_ROWS)


def with_exact_hours(parts: Parts, question: Question, branches: Sequence[Branch], rows: pa.Table) -> Parts:
    """The same parts with the hours that `exact_statement_for` returned."""
    answered = answered_rows(rows, branches, question.periods, len(question.by))
    codes, groups = answered.groups_by(range(len(question.by)), answered.branch >= 0)
    places = {group: place for place, group in enumerate(parts.groups)}
    group_of_row = np.array([places[group] for group in groups], dtype=np.int64)[codes]
    histograms = dict(parts.histograms)
    for place, branch in enumerate(branches):
        own = answered.of_branch(place, group_of_row, 1)
        durations = branch.components[0]
        assert isinstance(durations, Durations)
        counted = parts.histograms[durations]
        one = np.ones(own.group.size)
        exact = Histogram(own.group, own.period, own.bucket, own.ended == 1, one, *own.sums).of(
            own.period >= 0
        )
        histograms[durations] = counted.with_few(_few(parts, counted), exact)
    return replace(parts, histograms=histograms)


def _store(parts: Parts, component: Component, rows: Rows, question: Question) -> None:
    shape = (len(parts.groups), len(parts.periods))
    inside = rows.period >= 0
    if isinstance(component, Tally):
        parts.sums[component] = _grid(shape, rows.group[inside], rows.period[inside], rows.sums[0][inside])
    elif isinstance(component, Durations):
        parts.histograms[component] = Histogram(
            rows.group[inside],
            rows.period[inside],
            rows.bucket[inside],
            rows.ended[inside] == 1,
            rows.sums[0][inside],
        )
    elif isinstance(component, Snapshot):
        open_rows = snapshots.spread(
            rows.group,
            rows.bucket,
            rows.ended,
            rows.sums[1] if component.since is not None else None,
            rows.sums[0],
            snapshots.bounds_of(component, parts.periods, question.moments),
        )
        parts.histograms[component] = Histogram(
            open_rows.group,
            open_rows.period,
            open_rows.age,
            np.ones(open_rows.cases.size, dtype=bool),
            open_rows.cases,
        )
    elif isinstance(component, AuditFrame):
        parts.frames[component] = read_frame(
            rows.group[inside],
            rows.period[inside],
            rows.label[inside],
            [total[inside] for total in rows.sums],
        )
    elif isinstance(component, Decisions):
        parts.decisions[component] = DecisionCounts(
            rows.group[inside], rows.period[inside], rows.label[inside], rows.sums[0][inside]
        )
    elif isinstance(component, Accrual):
        due = np.where(rows.key_is_null, 0, np.where(inside, rows.period, rows.upcoming))
        parts.amounts[component] = accruals.amounts(
            shape[0], rows.group, due, inside, rows.sums, parts.periods
        )
    elif isinstance(component, Holding):
        bounds = snapshots.bounds_of(component.rows, parts.periods, question.moments)
        held = snapshots.spread(rows.group, rows.bucket, rows.ended, None, rows.sums[0], bounds)
        amount = held.cases * at_age(question.outlook, held.age) if component.lasting else held.cases
        parts.amounts[component] = _grid(shape, held.group, held.period, amount)
    elif isinstance(component, Trailing):
        parts.amounts[component] = trailing.amounts(
            shape[0], rows.group, rows.bucket, rows.sums[0], parts.periods, component.days
        )
    elif isinstance(component, PerPerson):
        parts.people[component] = per_person.gathered(
            rows.group[inside], rows.period[inside], rows.label[inside], rows.sums[0][inside]
        )
    else:
        past = rows.key_is_null
        before = np.bincount(rows.group[past], rows.sums[0][past], minlength=shape[0]).astype(np.float64)
        kinds: dict[str, Floats] = {}
        for kind in sorted({str(label) for label in rows.label[inside]}):
            of_kind = inside & (rows.label == kind)
            kinds[kind] = _grid(shape, rows.group[of_kind], rows.period[of_kind], rows.sums[0][of_kind])
        gap = ~past & ~inside
        between = _grid(shape, rows.group[gap], rows.upcoming[gap], rows.sums[0][gap])
        parts.balances[component] = Flows(before, between, kinds)


def _grid(shape: tuple[int, int], group: Integers, period: Integers, sums: Floats) -> Floats:
    flat = np.bincount(group * shape[1] + period, sums, minlength=shape[0] * shape[1])
    return flat.astype(np.float64).reshape(shape)


def _unsplit(branch: Branch, split: tuple[str, ...]) -> bool:
    """Whether the branch is not split by some dimension the parts are."""
    first = branch.components[0]
    return isinstance(first, Tally) and any(dimension in split for dimension in first.of_all)


def _of_everyone(
    question: Question, branch: Branch, place: int, answered: AnsweredRows, split: tuple[str, ...]
) -> dict[Tally, dict[Group, Floats]]:
    """The sums of the tallies of a branch per period, by the values of the dimensions that split them."""
    first = branch.tallies[0]
    kept = [question.by.index(dimension) for dimension in split if dimension not in first.of_all]
    group_of_row, groups = answered.groups_by(kept, answered.branch == place)
    rows = answered.of_branch(place, group_of_row, branch.width)
    inside = rows.period >= 0
    shape = (len(groups), len(question.periods))
    return {
        tally: dict(
            zip(groups, _grid(shape, rows.group[inside], rows.period[inside], sums[inside]), strict=True)
        )
        for tally, sums in zip(branch.tallies, rows.sums, strict=True)
    }


def whole_of(tally: Tally, parts: Parts, groups: Integers) -> Floats:
    """The sums per period of a tally of `Parts.wholes` for some groups: what they share is taken once."""
    whole = parts.wholes[tally]
    kept = [at for at, dimension in enumerate(parts.by) if dimension not in tally.of_all]
    chosen = {tuple(parts.groups[group][at] for at in kept) for group in groups.tolist()}
    if groups.size == len(parts.groups):
        chosen = set(whole)
    return sum((whole[group] for group in chosen if group in whole), np.zeros(len(parts.periods)))
