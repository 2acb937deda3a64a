"""The rows a statement returned as arrays: branch, period and group as numbers, read once for all uses."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from queries.branches import Branch
from queries.time import Period

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Group = tuple[str | None, ...]
_FEW_CODES = 1 << 16
"""Up to as many possible groups are told apart by counting, more of them by sorting."""


@dataclass(frozen=True)
class Rows:
    """Rows of one branch: places of their groups and periods (-1 for none), counters and its sums."""

    group: Integers
    period: Integers
    upcoming: Integers
    key_is_null: NDArray[np.bool_]
    bucket: Integers
    ended: Integers
    label: NDArray[np.object_]
    sums: list[Floats]

    def with_sums(self, places: Sequence[int]) -> Rows:
        """The same rows with the sums of one component."""
        return replace(self, sums=[self.sums[place] for place in places])


@dataclass(frozen=True)
class _Values:
    """One column of a breakdown: a number per row, and the value each number stands for; the last is None."""

    codes: Integers
    values: list[str | None]


@dataclass(frozen=True)
class AnsweredRows:
    """All rows of an answer: `branch` places each in its branch, `breakdown` has a column per dimension."""

    branch: Integers
    every: Rows
    breakdown: tuple[_Values, ...]

    def of_branch(self, place: int, group_of_row: Integers, width: int) -> Rows:
        """The rows of the branch at `place` with its `width` sums, in the groups given for all rows."""
        chosen, every = np.flatnonzero(self.branch == place), self.every
        return Rows(
            group_of_row[chosen],
            every.period[chosen],
            every.upcoming[chosen],
            every.key_is_null[chosen],
            every.bucket[chosen],
            every.ended[chosen],
            every.label[chosen],
            [total[chosen] for total in every.sums[:width]],
        )

    def groups_by(
        self, places: Sequence[int], among: NDArray[np.bool_]
    ) -> tuple[Integers, tuple[Group, ...]]:
        """A number per row for its group, and the groups by number; without breakdown one group ().

        `places` are the columns of the breakdown that make a group. Groups are those of the rows `among`,
        and only these are numbered.
        """
        size = self.branch.size
        if not places:
            return np.zeros(size, dtype=np.int64), ((),)
        codes, possible = np.zeros(size, dtype=np.int64), 1
        for place in places:
            column = self.breakdown[place]
            codes = codes * len(column.values) + column.codes
            possible *= len(column.values)
        if possible <= _FEW_CODES:
            present = np.flatnonzero(np.bincount(codes[among], minlength=1))
        else:
            present = np.unique(codes[among])
        groups = [self._group(code, places) for code in present.tolist()]
        # Sorted, so that ties fall the same way whatever order the engine returned its rows in.
        order = sorted(range(len(groups)), key=lambda place: order_of(groups[place]))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        found = np.full(size, -1, dtype=np.int64)
        found[among] = rank[np.searchsorted(present, codes[among])]
        return found, tuple(groups[place] for place in order)

    def _group(self, code: int, places: Sequence[int]) -> Group:
        group: list[str | None] = []
        for place in reversed(places):
            values = self.breakdown[place].values
            code, own = divmod(code, len(values))
            group.append(values[own])
        return tuple(reversed(group))


def order_of(group: Group) -> list[tuple[bool, str]]:
    """What groups are put in order by: their values, none last."""
    return [(value is None, value or "") for value in group]


def answered_rows(
    rows: pa.Table, branches: Sequence[Branch], periods: Sequence[Period], width: int
) -> AnsweredRows:
    """The rows of `statement_for` over `periods`, broken down by `width` dimensions."""
    keys = rows.column("key")
    period, upcoming = _period_places(keys, periods)
    named = {branch.part: place for place, branch in enumerate(branches)}
    codes, parts = _encoded(rows.column("part"))
    place_of_part = np.array([*(named.get(part, -1) for part in parts), -1], dtype=np.int64)
    every = Rows(
        group=np.empty(0, dtype=np.int64),
        period=period,
        upcoming=upcoming,
        key_is_null=keys.is_null().to_numpy(zero_copy_only=False),
        bucket=_whole(rows.column("bucket")),
        ended=_whole(rows.column("ended")),
        label=rows.column("label").to_numpy(zero_copy_only=False),
        sums=[
            _amounts(rows.column(name)) for name in rows.column_names if name[0] == "v" and name[1:].isdigit()
        ],
    )
    breakdown = []
    for place in range(width):
        own, values = _encoded(rows.column(f"b{place}"))
        breakdown.append(_Values(own, [*values, None]))
    return AnsweredRows(place_of_part[codes], every, tuple(breakdown))


def _encoded(column: pa.ChunkedArray) -> tuple[Integers, list[Any]]:
    """A number per row for its value, the number of values for none; and the values."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), values


def _whole(column: pa.ChunkedArray) -> Integers:
    return column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)


def _amounts(column: pa.ChunkedArray) -> Floats:
    amounts = column.to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isnan(amounts), 0.0, amounts)


def _period_places(keys: pa.ChunkedArray, periods: Sequence[Period]) -> tuple[Integers, Integers]:
    """Index of each row's period, -1 without a key or in a gap; and of the first period after its key."""
    codes, found = _encoded(keys)
    days = [_start_of(key) for key in found]
    starts = [period.start for period in periods]
    begun = [bisect.bisect_right(starts, day) for day in days]
    inside = [
        place - 1 if place and day < periods[place - 1].end else -1
        for day, place in zip(days, begun, strict=True)
    ]
    return np.array([*inside, -1], dtype=np.int64)[codes], np.array([*begun, -1], dtype=np.int64)[codes]


def _start_of(key: int | dt.date) -> dt.date:
    """First day a key stands for: keys are days, weeks or months counted from year 0."""
    return key if isinstance(key, dt.date) else dt.date(key // 12, key % 12 + 1, 1)
