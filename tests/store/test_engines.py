"""The same store, built on each engine, read through the same statements."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from sqlalchemy import Double, case, cast, func, literal, select, true

from store.arrow import to_arrow
from store.facts import Facts, open_facts
from store.guard import ReadPermit, UnscopedRead
from store.schema import fact
from tests.conftest import BuildStore

OPENED = dt.datetime(2026, 3, 2, 9, 30, 15, 250)
SOURCE = {
    "escalations": pa.table(
        {
            "escalation_id": ["E1", "E2", ""],
            "cycle": pa.array([1, 1, 1], pa.int32()),
            "opened_at": [OPENED, OPENED + dt.timedelta(hours=3), OPENED + dt.timedelta(days=2)],
            "resolved_at": [OPENED + dt.timedelta(hours=7), None, None],
            "team": ["emea-1", None, 'quoted "team", with, commas'],
            "summary": ["two\nlines", "", "\\N"],
            "preventable": [True, None, False],
            "value_at_stake": [0.1, None, 1e-17],
            "transfers": pa.array([0, None, 3], pa.int32()),
        }
    )
}


@pytest.fixture(scope="module")
def facts(build_store: BuildStore) -> Facts:
    return open_facts(build_store(SOURCE))


def read(facts: Facts, statement: object) -> pa.Table:
    with facts.engine.connect().execution_options(permit=ReadPermit()) as connection:
        return to_arrow(connection, statement)  # type: ignore[arg-type]


def test_every_value_survives_the_way_into_the_store(facts: Facts) -> None:
    escalations = fact("escalations")
    columns = SOURCE["escalations"].column_names
    found = read(
        facts,
        select(*(escalations.c[name] for name in columns)).order_by(escalations.c.opened_at),
    )
    assert found.to_pylist() == SOURCE["escalations"].to_pylist()


def test_columns_have_the_same_types_on_both_engines(facts: Facts) -> None:
    c = fact("escalations").c
    late = case((c.resolved_at.is_(None), 1), else_=0)
    found = read(
        facts,
        select(
            c.team,
            c.opened_on,
            c.opened_at,
            c.preventable,
            c.cycle,
            c.value_at_stake,
            func.count().label("n"),
            func.sum(late).label("late"),
            func.sum(c.value_at_stake).label("value"),
            (func.sum(late) / cast(func.count(), Double)).label("share"),
            literal("x").label("constant"),
            true().label("yes"),
        ).group_by(c.team, c.opened_on, c.opened_at, c.preventable, c.cycle, c.value_at_stake),
    )
    assert found.schema.types == [
        pa.string(),
        pa.date32(),
        pa.timestamp("us"),
        pa.bool_(),
        pa.int64(),
        pa.float64(),
        pa.int64(),
        pa.int64(),
        pa.float64(),
        pa.float64(),
        pa.string(),
        pa.bool_(),
    ]


def test_an_empty_result_keeps_its_types(facts: Facts) -> None:
    c = fact("escalations").c
    found = read(
        facts,
        select(c.team, c.opened_at, func.sum(c.cycle)).where(c.team == "none").group_by(c.team, c.opened_at),
    )
    assert found.num_rows == 0
    assert found.schema.types == [pa.string(), pa.timestamp("us"), pa.int64()]


def test_a_result_of_several_batches_arrives_whole_and_in_order(facts: Facts) -> None:
    numbers = func.generate_series(1, 40_000).table_valued("n").render_derived()
    rows = read(facts, select(numbers.c.n).order_by(numbers.c.n))
    assert rows.column("n").to_pylist() == list(range(1, 40_001))


def test_a_read_without_a_permit_never_reaches_the_database(facts: Facts) -> None:
    with facts.engine.connect() as connection, pytest.raises(UnscopedRead, match="scope"):
        connection.execute(select(fact("escalations")))
    with (
        facts.engine.connect().execution_options(permit="forged") as connection,
        pytest.raises(UnscopedRead),
    ):
        connection.exec_driver_sql("select 1")


def test_the_store_cannot_be_written_through_the_facts(facts: Facts) -> None:
    with (
        facts.engine.connect().execution_options(permit=ReadPermit()) as connection,
        pytest.raises(Exception, match="read-only"),
    ):
        connection.execute(fact("escalations").delete())


def test_all_thirty_sessions_can_read_at_once(facts: Facts) -> None:
    connections = [facts.engine.connect().execution_options(permit=ReadPermit()) for _ in range(30)]
    counts = [
        connection.execute(select(func.count()).select_from(fact("escalations"))).scalar()
        for connection in connections
    ]
    for connection in connections:
        connection.close()
    assert counts == [3] * 30


def test_no_connection_makes_a_large_result_wait_for_its_reader(facts: Facts) -> None:
    """DuckDB's own megabyte let the scorecard of ten million cases hang (duckdb issue 22215)."""
    if facts.dialect != "duckdb":
        pytest.skip("a setting of DuckDB")
    setting = select(func.current_setting("streaming_buffer_size").label("room"))
    held = [facts.engine.connect().execution_options(permit=ReadPermit()) for _ in range(3)]
    try:
        rooms = [connection.execute(setting).scalar_one() for connection in held]
    finally:
        for connection in held:
            connection.close()
    assert rooms == ["953.6 MiB"] * 3
