"""Cases counted by day and kind under some filters, kept from one section of a page to the next.

Most sections of a page ask of the same cases over about the same weeks or months; only what they ask of a
kind differs. So cases are counted once by day and kind, which takes no longer than by week, and each answer
is added up from these counts here. Answers by a dimension and of single weeks are read from the cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, Integer, Select, case, cast, func, select

from queries import weekly
from queries.branch_columns import within
from queries.branches import Branch
from queries.conditions import matches
from queries.filters import Filters
from queries.kinds import CASES, sums_of_kinds, weight_sums
from queries.remembering import is_known, remembered
from queries.snapshots import EPOCH
from queries.statements import Key, Question, key_of
from queries.tallies import AuditFrame, Tally
from queries.time import DAY, Grain, Period, add_months

if TYPE_CHECKING:
    from queries.measure import Reader

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_DAYS = 182
"""Over fewer days the cases themselves are read sooner than what other sections would ask too."""
MOST_COMPONENTS = 20
"""Of more at once, a scorecard, the cases are read sooner beside all else, in one statement."""
_MONTHS = 18
"""How many months a count reaches over at least: trends of weeks and of months then find the same count."""
COUNTED = frozenset({("appeals", "decided"), ("enforcements", "enforced")})
"""Facts and clocks that many sections ask about, so that even few sums are read by way of their kinds."""


class DayCounts(NamedTuple):
    """Per row its day, in days since 1970, its kind, and what is added up of such cases, by its name."""

    day: Integers
    kind: Integers
    amounts: dict[str, Floats]


class KindSums(NamedTuple):
    """Of which kinds each sum is, (sum, kind), what it adds up, and where in `strata` each kind stands."""

    of_kind: NDArray[np.bool_]
    names: tuple[str, ...]
    stratum: Integers
    strata: tuple[str | None, ...]


def serves(reader: Reader, question: Question) -> frozenset[tuple[str, str]]:
    """Facts and clocks about which a question is best answered from the counts.

    That is of all cases together: by a section over many weeks, which others share; else where they are
    counted already.
    """
    if question.by:
        return frozenset()
    is_long = sum(period.days for period in question.periods) >= LEAST_DAYS
    if is_long and len(question.components) <= MOST_COMPONENTS:
        return COUNTED
    span = _span(reader, question.periods)
    return frozenset(of for of in COUNTED if is_known(_cases, reader, *of, question.filters, *span))


def answer(
    reader: Reader,
    question: Question,
    branches: Sequence[Branch],
    served: Container[tuple[str, str]],
) -> dict[Branch, pa.Table]:
    """Per branch about a fact and clock that is `served` its rows, as `statement_for` would have them."""
    column = weekly.asked_by(question.by, question.filters)
    return {
        branch: _rows(reader, question, branch)
        for branch in branches
        if branch.by_kind
        and _of(branch) in served
        and weekly.table_of(branch, question.weekly, column, reader.scope) is None
    }


def _of(branch: Branch) -> tuple[str, str]:
    first = branch.components[0]
    assert isinstance(first, Tally | AuditFrame)
    return first.fact, first.clock


def _rows(reader: Reader, question: Question, branch: Branch) -> pa.Table:
    asked = (*_of(branch), question.filters, *_span(reader, question.periods))
    samples = tuple(dict.fromkeys(same[0].sample for same in branch.frames))
    counts = [_cases(reader, *asked), *(_weights(reader, *asked, sample) for sample in samples)]
    sums = _sums(reader, branch.tallies, branch.frames)
    return _table(branch.part, question.periods, counts, sums, by_stratum=bool(branch.frames))


def _span(reader: Reader, periods: Sequence[Period]) -> tuple[dt.date, dt.date]:
    """The days to count, from the first to before the second: of the newest months where those asked for are
    among them, else of as many months to the end of those asked for."""
    start, end = periods[0].start, periods[-1].end
    newest = reader.coverage.newest_week()
    for last_day in (end - DAY if newest is None else newest.last_day, end - DAY):
        following = add_months(last_day, 1)
        first = add_months(following, -_MONTHS)
        if first <= start and end <= following:
            return first, following
    return min(start, first), max(end, following)


@remembered(16)
def _cases(
    reader: Reader, fact: str, clock: str, filters: Filters, start: dt.date, end: dt.date
) -> DayCounts:
    """How many cases there are by day and kind."""
    return _read(reader, _counting(reader, fact, clock, filters, start, end, ""))


@remembered(4)
def _weights(
    reader: Reader, fact: str, clock: str, filters: Filters, start: dt.date, end: dt.date, sample: str
) -> DayCounts:
    """The weights of the audits a source gave one, by day and kind."""
    return _read(reader, _counting(reader, fact, clock, filters, start, end, sample))


def _counting(
    reader: Reader, fact: str, clock: str, filters: Filters, start: dt.date, end: dt.date, sample: str
) -> Select[Any]:
    """Day, kind and `cases`; with a sample the sums of its weights instead."""
    table = reader.scope.table(fact)
    on, kind = table.c[f"{clock}_on"], table.c.kind
    kept = [within(on, (Period(start, end, Grain.range),)), matches(table, filters, reader.directory)]
    sums: dict[str, ColumnElement[Any]] = {CASES: func.count()}
    if sample:
        sums = weight_sums(table, sample)
        kept.append(table.c[f"{sample}_weight"].is_not(None))
    added = (cast(total, Double).label(name) for name, total in sums.items())
    return select(on.label("day"), kind.label("kind"), *added).where(*kept).group_by(on, kind)


def _read(reader: Reader, statement: Select[Any]) -> DayCounts:
    rows = reader.scope.read(reader.facts, statement)
    rows = rows.filter(rows.column("kind").is_valid())
    names = rows.column_names[2:]
    return DayCounts(
        rows.column("day").cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.int64),
        rows.column("kind").to_numpy(zero_copy_only=False).astype(np.int64),
        {name: rows.column(name).to_numpy(zero_copy_only=False).astype(np.float64) for name in names},
    )


@remembered(8)
def _sums(reader: Reader, tallies: tuple[Tally, ...], frames: tuple[tuple[AuditFrame, ...], ...]) -> KindSums:
    """What the components ask of every kind of their fact."""
    table, asked = sums_of_kinds(tallies, frames, reader.scope)
    columns = [
        cast(case((condition, 1), else_=0), Integer).label(f"s{place}")
        for place, (condition, _) in enumerate(asked)
    ]
    rows = reader.scope.read(
        reader.facts, select(table.c.kind, table.c.audit_stratum, *columns).order_by(table.c.kind)
    )
    # Kinds are numbered from 0, so that they stand at the place of their number.
    flags = [rows.column(f"s{place}").to_numpy(zero_copy_only=False) == 1 for place in range(len(asked))]
    names: list[str | None] = rows.column("audit_stratum").to_pylist()
    strata = tuple(dict.fromkeys(names))
    stratum = np.array([strata.index(name) for name in names], dtype=np.int64)
    return KindSums(np.array(flags), tuple(name for _, name in asked), stratum, strata)


def _table(
    part: str, periods: Sequence[Period], counts: Sequence[DayCounts], sums: KindSums, *, by_stratum: bool
) -> pa.Table:
    """One row per period and, where asked, audit stratum that has cases."""
    kinds = sums.stratum.size
    amounts: dict[str, Floats] = {}
    for counted in counts:
        place = _places(counted.day, periods)
        cell = (place * kinds + counted.kind)[place >= 0]
        for name, amount in counted.amounts.items():
            total = np.bincount(cell, amount[place >= 0], minlength=len(periods) * kinds)
            amounts[name] = total.astype(np.float64).reshape(len(periods), kinds)
    stratum = sums.stratum if by_stratum else np.zeros(kinds, dtype=np.int64)
    strata = sums.strata if by_stratum else (None,)
    keys: list[Key] = []
    labels: list[str | None] = []
    every: list[list[float]] = [[] for _ in sums.names]
    for spot, label in enumerate(strata):
        own = np.flatnonzero(stratum == spot)
        of_own = {name: amount[:, own] for name, amount in amounts.items()}
        held = np.flatnonzero(of_own[CASES].sum(axis=1) > 0)
        for values, chosen, name in zip(every, sums.of_kind, sums.names, strict=True):
            values += (of_own[name] @ chosen[own])[held].tolist()
        keys += [key_of(periods[place]) for place in held.tolist()]
        labels += [label] * held.size
    by_month = periods[0].grain in (Grain.month, Grain.quarter)
    nothing = pa.nulls(len(keys), pa.int64())
    return pa.table(
        {
            "part": pa.array([part] * len(keys), pa.string()),
            "key": pa.array(keys, pa.int64() if by_month else pa.date32()),
            "bucket": nothing,
            "ended": nothing,
            "label": pa.array(labels, pa.string()),
            **{f"v{place}": pa.array(values, pa.float64()) for place, values in enumerate(every)},
        }
    )


def _places(day: Integers, periods: Sequence[Period]) -> Integers:
    """The period of each day, -1 for none."""
    starts = np.array([(period.start - EPOCH).days for period in periods])
    ends = np.array([(period.end - EPOCH).days for period in periods])
    place = np.searchsorted(starts, day, side="right") - 1
    return np.where((place >= 0) & (day < ends[np.maximum(place, 0)]), place, -1)
