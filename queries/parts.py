"""The sums a statement returned, per group and period, ready to be merged without asking again.

Totals, subtotals and "Others" are recomputed from these parts: sums add, histograms and frames merge.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.buckets import FEW_ROWS
from queries import accruals, per_person, snapshots, trailing
from queries.agreement import DecisionCounts
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

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Group = tuple[str | None, ...]


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


@dataclass(frozen=True)
class _Rows:
    """The columns of a statement's rows as arrays."""

    group: Integers
    period: Integers
    upcoming: Integers
    key_is_null: NDArray[np.bool_]
    bucket: Integers
    ended: Integers
    label: NDArray[np.object_]
    sums: list[Floats]

    def with_sums(self, places: Sequence[int]) -> _Rows:
        """The same rows with the sums of one component."""
        return replace(self, sums=[self.sums[place] for place in places])

    def of(self, chosen: NDArray[np.intp]) -> _Rows:
        """The chosen rows alone, those of one branch."""
        return _Rows(
            self.group[chosen],
            self.period[chosen],
            self.upcoming[chosen],
            self.key_is_null[chosen],
            self.bucket[chosen],
            self.ended[chosen],
            self.label[chosen],
            [total[chosen] for total in self.sums],
        )


def read_parts(question: Question, branches: Sequence[Branch], rows: pa.Table) -> Parts:
    """Parts from the rows of `statement_for`."""
    names = rows.column("part").to_numpy(zero_copy_only=False)
    unsplit = [branch for branch in branches if _unsplit(branch, question)]
    wholes = {
        tally: _of_everyone(rows.filter(pa.array(names == branch.part)), tally, place, question)
        for branch in unsplit
        for place, tally in enumerate(branch.tallies)
    }
    if unsplit:
        split = ~np.isin(names, [branch.part for branch in unsplit])
        rows, names = rows.filter(pa.array(split)), names[split]
    group_of_row, groups = _group_codes(rows, range(len(question.by)))
    parts = Parts(groups, question.periods, by=question.by, wholes=wholes, planning=question.planning)
    every = _columns(rows, group_of_row, question)
    for branch in branches:
        if branch in unsplit:
            continue
        columns = every.of(np.flatnonzero(names == branch.part))
        for component, places in branch.places.items():
            _store(parts, component, columns.with_sums(places), question)
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
    codes, groups = _group_codes(rows, range(len(question.by)))
    places = {group: place for place, group in enumerate(parts.groups)}
    group_of_row = np.array([places[group] for group in groups], dtype=np.int64)[codes]
    names = rows.column("part").to_numpy(zero_copy_only=False)
    histograms = dict(parts.histograms)
    every = _columns(rows, group_of_row, question)
    for branch in branches:
        columns = every.of(np.flatnonzero(names == branch.part))
        durations = branch.components[0]
        assert isinstance(durations, Durations)
        counted = parts.histograms[durations]
        one = np.ones(columns.group.size)
        exact = Histogram(
            columns.group, columns.period, columns.bucket, columns.ended == 1, one, *columns.sums
        ).of(columns.period >= 0)
        histograms[durations] = counted.with_few(_few(parts, counted), exact)
    return replace(parts, histograms=histograms)


def _store(parts: Parts, component: Component, rows: _Rows, question: Question) -> None:
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


def _columns(rows: pa.Table, groups: Integers, question: Question) -> _Rows:
    keys = rows.column("key")
    period, upcoming = _period_places(keys, question)
    null_key = keys.is_null().to_numpy(zero_copy_only=False)
    return _Rows(
        group=groups,
        period=period,
        upcoming=upcoming,
        key_is_null=null_key,
        bucket=_whole(rows.column("bucket")),
        ended=_whole(rows.column("ended")),
        label=rows.column("label").to_numpy(zero_copy_only=False),
        sums=[
            np.nan_to_num(rows.column(name).to_numpy(zero_copy_only=False).astype(np.float64))
            for name in rows.column_names
            if name[0] == "v" and name[1:].isdigit()
        ],
    )


def _whole(column: pa.ChunkedArray) -> Integers:
    return column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)


def _period_places(keys: pa.ChunkedArray, question: Question) -> tuple[Integers, Integers]:
    """Index of each row's period, -1 without a key or in a gap; and of the first period after its key."""
    encoded = keys.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    days = [_start_of(key) for key in encoded.dictionary.to_pylist()]
    starts = [period.start for period in question.periods]
    codes = encoded.indices.fill_null(len(days)).to_numpy(zero_copy_only=False)
    begun = [bisect.bisect_right(starts, day) for day in days]
    inside = [
        place - 1 if place and day < question.periods[place - 1].end else -1
        for day, place in zip(days, begun, strict=True)
    ]
    return np.array([*inside, -1], dtype=np.int64)[codes], np.array([*begun, -1], dtype=np.int64)[codes]


def _start_of(key: int | dt.date) -> dt.date:
    """First day a key stands for: keys are days, weeks or months counted from year 0."""
    return key if isinstance(key, dt.date) else dt.date(key // 12, key % 12 + 1, 1)


def _unsplit(branch: Branch, question: Question) -> bool:
    """Whether the branch is not split by some dimension the question is."""
    first = branch.components[0]
    return isinstance(first, Tally) and any(dimension in question.by for dimension in first.of_all)


def _of_everyone(rows: pa.Table, tally: Tally, place: int, question: Question) -> dict[Group, Floats]:
    """The sums of a tally per period, by the values of the dimensions that split it."""
    kept = [at for at, dimension in enumerate(question.by) if dimension not in tally.of_all]
    group_of_row, groups = _group_codes(rows, kept)
    columns = _columns(rows, group_of_row, question)
    inside = columns.period >= 0
    shape = (len(groups), len(question.periods))
    grid = _grid(shape, columns.group[inside], columns.period[inside], columns.sums[place][inside])
    return dict(zip(groups, grid, strict=True))


def whole_of(tally: Tally, parts: Parts, groups: Integers) -> Floats:
    """The sums per period of a tally of `Parts.wholes` for some groups: what they share is taken once."""
    whole = parts.wholes[tally]
    kept = [at for at, dimension in enumerate(parts.by) if dimension not in tally.of_all]
    chosen = {tuple(parts.groups[group][at] for at in kept) for group in groups.tolist()}
    if groups.size == len(parts.groups):
        chosen = set(whole)
    return sum((whole[group] for group in chosen if group in whole), np.zeros(len(parts.periods)))


def _group_codes(rows: pa.Table, places: Sequence[int]) -> tuple[Integers, tuple[Group, ...]]:
    """A number per row for its group, and the groups by number; without breakdown one group ().

    `places` are the columns of the breakdown that make a group.
    """
    if not places:
        return np.zeros(rows.num_rows, dtype=np.int64), ((),)
    codes = np.zeros(rows.num_rows, dtype=np.int64)
    dictionaries: list[list[str | None]] = []
    for place in places:
        encoded = rows.column(f"b{place}").combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        values: list[str | None] = [*encoded.dictionary.to_pylist(), None]
        dictionaries.append(values)
        own = encoded.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
        codes = codes * len(values) + own
    present, inverse = np.unique(codes, return_inverse=True)
    groups = []
    for code in present.tolist():
        group: list[str | None] = []
        for values in reversed(dictionaries):
            code, own_code = divmod(code, len(values))
            group.append(values[own_code])
        groups.append(tuple(reversed(group)))
    # Sorted, so that ties fall the same way whatever order the engine returned its rows in.
    order = sorted(
        range(len(groups)), key=lambda place: [(value is None, value or "") for value in groups[place]]
    )
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], tuple(groups[place] for place in order)
