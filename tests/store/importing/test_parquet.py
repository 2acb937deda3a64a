"""Parquet arrives as the same rows as its CSV, whatever types its columns have."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.importing.faults import InputError
from tests.store.importing.conftest import Desk, cases

COLUMNS = 'sla_met = "ok"\ntransfers = "moves"\nour_hours = "hours"\nreason = "why"'
FORMAT = 'format = "%d/%m/%Y %H:%M"\nthousands = "."\ndecimal = ","'


def write(desk: Desk, name: str = "file.parquet", **columns: pa.Array) -> Path:
    path = desk.folder / name
    pq.write_table(pa.table(columns), path)
    return path


def typed(opened: pa.Array) -> dict[str, pa.Array]:
    return {
        "id": pa.array([7, 8]),
        "opened": opened,
        "ok": pa.array([True, None]),
        "moves": pa.array([3.0, float("nan")]),
        "hours": pa.array([Decimal("1.50"), None], pa.decimal128(5, 2)),
        "why": pa.array(["late", None]).dictionary_encode(),
    }


@pytest.mark.parametrize(
    "opened",
    [
        pa.array([dt.datetime(2026, 3, 1, 10, 0, 0, 5), None], pa.timestamp("us")),
        pa.array([dt.datetime(2026, 3, 1, 10, 0, 0, 5), None], pa.timestamp("ns")),
        pa.array([dt.datetime(2026, 3, 1, 9, 0, 0, 5), None], pa.timestamp("us", tz="Europe/Paris")),
    ],
    ids=["local us", "local ns", "with zone"],
)
def test_typed_columns_keep_their_values_whatever_formats_the_mapping_declares(
    desk: Desk, opened: pa.Array
) -> None:
    mapping = cases(COLUMNS, source=FORMAT + '\ntime_zone = "Europe/Paris"')
    counts = desk.load_paths(mapping, [write(desk, **typed(opened))]).batches[0]
    assert desk.rows(
        "select escalation_id, opened_at, sla_met, transfers, our_hours, reason from src.escalations"
    ) == [("7", dt.datetime(2026, 3, 1, 9, 0, 0, 5), True, 3, 1.5, "late")]
    assert (counts.read, counts.quarantined) == (2, 1)
    ((line, column, raw),) = desk.rows("select line, column_name, raw from src.quarantine")
    assert (line, column) == (2, "opened")
    assert json.loads(str(raw)) == {**dict.fromkeys(typed(opened)), "id": "8"}


def test_text_columns_are_read_by_the_declared_formats(desk: Desk) -> None:
    path = write(desk, id=pa.array(["A"]), opened=pa.array(["1/3/2016 9:05"], pa.large_string()))
    desk.load_paths(cases(source='format = "%d/%m/%Y %H:%M"'), [path])
    assert desk.rows("select opened_at from src.escalations") == [(dt.datetime(2016, 3, 1, 9, 5),)]


def test_a_date_column_is_midnight_in_the_zone_of_the_source(desk: Desk) -> None:
    path = write(desk, id=pa.array(["A"]), opened=pa.array([dt.date(2026, 7, 1)]))
    desk.load_paths(cases(source='time_zone = "Europe/Paris"'), [path])
    assert desk.rows("select opened_at from src.escalations") == [(dt.datetime(2026, 6, 30, 22),)]


@pytest.mark.parametrize(
    "opened", [pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"x"], pa.binary()), pa.array([dt.time(1)])]
)
def test_a_column_of_a_wrong_type_is_refused_by_name(desk: Desk, opened: pa.Array) -> None:
    with pytest.raises(
        InputError, match=r"column 'opened' holds .*, not single values; write it as text, number"
    ):
        desk.load_paths(cases(), [write(desk, id=pa.array(["A"]), opened=opened)])


def test_a_number_where_a_moment_is_wanted_is_quarantined(desk: Desk) -> None:
    desk.load_paths(cases(), [write(desk, id=pa.array(["A"]), opened=pa.array([1456790400]))])
    assert desk.refusals()[0][:3] == (1, "opened", "1456790400")


def test_a_missing_column_a_damaged_file_and_a_wrong_name_are_told(desk: Desk) -> None:
    path = write(desk, id=pa.array(["A"]))
    with pytest.raises(InputError, match="the mapping uses 'opened', which the file does not have"):
        desk.load_paths(cases(), [path])
    whole = write(desk, id=pa.array(["A"]), opened=pa.array(["2026-01-01 00:00"])).read_bytes()
    for damaged in (whole[:-20], whole[:10] + b"\0" * 40 + whole[50:]):
        path.write_bytes(damaged)
        with pytest.raises(
            InputError, match=r"file\.parquet: the Parquet file is damaged .*write or copy it again"
        ):
            desk.load_paths(cases(), [path])
    path.write_text("id,opened\n")
    with pytest.raises(InputError, match="is named Parquet but is none"):
        desk.load_paths(cases(), [path])


def test_parquet_and_text_are_not_mixed_in_one_import(desk: Desk) -> None:
    other = desk.folder / "a.csv"
    other.write_text("id,opened\n")
    path = write(desk, id=pa.array(["A"]), opened=pa.array(["2026-01-01 00:00"]))
    with pytest.raises(InputError, match=r"file\.parquet: Parquet and text cannot be mixed in one import"):
        desk.load_paths(cases(), [other, path])


def test_nul_characters_in_a_value_are_refused(desk: Desk) -> None:
    opened = pa.array(["2026-01-01 00:00"])
    desk.load_paths(
        cases('reason = "why"'), [write(desk, id=pa.array(["A"]), opened=opened, why=pa.array(["a\0b"]))]
    )
    assert desk.refusals()[0][3] == "holds a NUL character; remove it in the source"
