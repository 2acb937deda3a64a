"""Cases and events per person and kind of case in two consecutive blocks: what comparisons are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal_column, select

from queries.conditions import matches
from queries.filters import Filters
from queries.formulas import Quantile
from queries.measure import Reader
from queries.model import Metric
from queries.people.measures import PersonMeasure, counting_of
from queries.tallies import Durations
from queries.time import Period

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SLOWEST = 0.75
"""Share of decisions that are not among the slowest quarter."""


@dataclass(frozen=True)
class Cells:
    """One row per person, block (0 earlier, 1 later) and kind of case, with its cases and events.

    `beyond_hours` is where the slowest quarter begins, nan for other measures.
    """

    person: NDArray[np.object_]
    block: Integers
    kind: NDArray[np.object_]
    cases: Floats
    events: Floats
    beyond_hours: float


def cells_of(
    reader: Reader, measure: PersonMeasure, metric: Metric, blocks: tuple[Period, Period], filters: Filters
) -> Cells:
    """Everyone's cells; who has no case has none. Filters must be known to the table."""
    if measure.kind == "calibration":
        return _calibration(reader, measure, blocks, filters)
    if measure.kind == "slow":
        return _slow(reader, measure, metric, blocks, filters)
    counted = counting_of(metric)
    table = reader.scope.table(counted.fact)
    return _counted(
        reader,
        table,
        counted.clock,
        counted.cases(table.c),
        counted.events(table.c),
        measure,
        blocks,
        filters,
        np.nan,
    )


def _slow(
    reader: Reader, measure: PersonMeasure, metric: Metric, blocks: tuple[Period, Period], filters: Filters
) -> Cells:
    formula = metric.formula
    assert isinstance(formula, Quantile)
    durations = formula.durations
    table = reader.scope.table(durations.fact)
    beyond = _slowest_from(reader, table, durations, blocks, filters)
    bucket = table.c[durations.bucket]
    return _counted(
        reader,
        table,
        durations.clock,
        durations.where(table.c),
        and_(durations.where(table.c), bucket > beyond),
        measure,
        blocks,
        filters,
        1.02 ** (beyond + 1.0),
    )


def _slowest_from(
    reader: Reader, table: FromClause, durations: Durations, blocks: tuple[Period, Period], filters: Filters
) -> int:
    """The log bucket above which the slowest quarter of both blocks lies; 0 without rows."""
    bucket = table.c[durations.bucket]
    rows = reader.scope.read(
        reader.facts,
        select(bucket.label("bucket"), func.count().label("n"))
        .where(
            _within(table, durations.clock, blocks),
            durations.where(table.c),
            bucket.is_not(None),
            matches(table, filters, reader.directory),
        )
        .group_by(bucket)
        .order_by(bucket),
    )
    if rows.num_rows == 0:
        return 0
    running = np.cumsum(np.asarray(rows["n"], dtype=np.float64))
    place = int(np.searchsorted(running, SLOWEST * running[-1]))
    return int(rows["bucket"][min(place, rows.num_rows - 1)].as_py())


def _counted(
    reader: Reader,
    table: FromClause,
    clock: str,
    cases: ColumnElement[bool],
    events: ColumnElement[bool],
    measure: PersonMeasure,
    blocks: tuple[Period, Period],
    filters: Filters,
    beyond_hours: float,
) -> Cells:
    later = case((table.c[f"{clock}_on"] >= blocks[1].start, literal_column("1")), else_=literal_column("0"))
    kinds = [table.c[name] for name in measure.alike]
    rows = reader.scope.read(
        reader.facts,
        select(
            table.c.specialist_id.label("person"),
            later.label("block"),
            *(kind.label(f"k{place}") for place, kind in enumerate(kinds)),
            func.count(case((cases, 1))).label("cases"),
            func.count(case((events, 1))).label("events"),
        )
        .where(
            _within(table, clock, blocks),
            cases,
            table.c.specialist_id.is_not(None),
            matches(table, filters, reader.directory),
        )
        .group_by(table.c.specialist_id, later, *kinds),
    ).to_pylist()
    return _cells(
        [
            (
                row["person"],
                int(row["block"]),
                " · ".join(str(row[f"k{place}"]) for place in range(len(kinds))),
                float(row["cases"]),
                float(row["events"]),
            )
            for row in rows
        ],
        beyond_hours,
    )


def _calibration(
    reader: Reader, measure: PersonMeasure, blocks: tuple[Period, Period], filters: Filters
) -> Cells:
    """Everyone's decisions on calibration cases, against what most of the others decided there.

    A decision counts for whoever made it, first or in the session. Where the others are split evenly nobody
    can be said to differ, and the case is left out.
    """
    appeals, reviews = reader.scope.table("appeals"), reader.scope.table("reviews")
    later = case((appeals.c.decided_on >= blocks[1].start, literal_column("1")), else_=literal_column("0"))
    inside = and_(
        _within(appeals, "decided", blocks),
        appeals.c.calibrated.is_(True),
        matches(appeals, filters, reader.directory),
    )
    kind = appeals.c[measure.alike[0]]
    first = reader.scope.read(
        reader.facts,
        select(
            appeals.c.appeal_id.label("case"),
            later.label("block"),
            kind.label("kind"),
            appeals.c.specialist_id.label("person"),
            appeals.c.outcome.label("decision"),
        ).where(inside),
    ).to_pylist()
    again = reader.scope.read(
        reader.facts,
        select(
            reviews.c.subject_id.label("case"),
            reviews.c.reviewer_id.label("person"),
            reviews.c.own_decision.label("decision"),
        ).where(
            reviews.c.subject_kind == "appeal",
            reviews.c.purpose == "calibration",
            reviews.c.own_decision.is_not(None),
            reviews.c.subject_id.in_(select(appeals.c.appeal_id).where(inside)),
        ),
    ).to_pylist()
    about = {row["case"]: row for row in first}
    decided: dict[str, list[tuple[str | None, str]]] = {}
    for row in (*first, *again):
        if row["decision"]:
            decided.setdefault(row["case"], []).append((row["person"], row["decision"]))
    found = []
    for name, decisions in decided.items():
        for place, (person, decision) in enumerate(decisions):
            most = _most(word for at, (_, word) in enumerate(decisions) if at != place)
            if person is not None and most is not None:
                head = about[name]
                found.append((person, int(head["block"]), str(head["kind"]), 1.0, float(decision != most)))
    return _cells(found, np.nan)


def _most(decisions: Any) -> str | None:
    """What most of the others decided; None without others or where they are split evenly."""
    words: dict[str, int] = {}
    for word in decisions:
        words[word] = words.get(word, 0) + 1
    if not words:
        return None
    top = max(words.values())
    leading = [word for word, count in words.items() if count == top]
    return leading[0] if len(leading) == 1 else None


def _within(table: FromClause, clock: str, blocks: tuple[Period, Period]) -> ColumnElement[bool]:
    on = table.c[f"{clock}_on"]
    return and_(on >= blocks[0].start, on < blocks[1].end)


def _cells(rows: list[tuple[str, int, str, float, float]], beyond_hours: float) -> Cells:
    person, block, kind, cases, events = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Cells(
        np.array(person, dtype=object),
        np.array(block, dtype=np.int64),
        np.array(kind, dtype=object),
        np.array(cases, dtype=np.float64),
        np.array(events, dtype=np.float64),
        beyond_hours,
    )
