"""Imports upsert by key across imports, say what changed, and can be repeated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from store.importing.mapping import read_mapping
from store.importing.pipeline import Loaded, files_to_load
from store.importing.sources import find_sources
from tests.store.importing.conftest import Desk, cases

MAPPING = cases('reason = "why"')
FIRST = "id,opened,why\nA,2026-01-01 10:00,x\nB,2026-01-02 10:00,x\nC,2026-01-03 10:00,\n"


def states(done: Loaded) -> tuple[int, int, int]:
    return tuple(sum(getattr(b, name) for b in done.batches) for name in ("new", "changed", "unchanged"))  # type: ignore[return-value]


def test_a_corrected_file_changes_what_it_corrects_and_reports_it(desk: Desk) -> None:
    assert states(desk.load(MAPPING, FIRST)) == (3, 0, 0)
    corrected = FIRST.replace("B,2026-01-02 10:00,x", "B,2026-01-02 10:00,").replace(
        "03 10:00,", "03 10:00,y"
    )
    assert states(desk.load(MAPPING, corrected + "D,2026-01-04 10:00,z\n")) == (1, 2, 1)
    assert desk.rows("select escalation_id, reason from src.escalations order by 1") == [
        ("A", "x"),
        ("B", None),
        ("C", "y"),
        ("D", "z"),
    ]


def test_columns_a_mapping_does_not_fill_keep_their_values(desk: Desk) -> None:
    desk.load(MAPPING, FIRST)
    desk.load(cases('severity = "sev"'), "id,opened,sev\nA,2026-01-01 10:00,high\n")
    assert desk.rows("select reason, severity from src.escalations where escalation_id = 'A'") == [
        ("x", "high")
    ]


def test_a_file_imported_before_is_left_out_and_says_when(desk: Desk, tmp_path: Path) -> None:
    desk.load(MAPPING, FIRST)
    path, mapping_path = desk.folder / "file0.csv", desk.folder / "mapping.toml"
    fresh, notices = files_to_load(desk.connection, find_sources([path]), read_mapping(mapping_path))
    assert fresh == []
    assert "file0.csv: was imported with this mapping on 20" in notices[0]
    assert "nothing to do" in notices[0]
    other = desk.folder / "other.csv"
    other.write_text(FIRST + "D,2026-01-04 10:00,\n")
    fresh, notices = files_to_load(desk.connection, find_sources([path, other]), read_mapping(mapping_path))
    assert [file.path.name for file in fresh] == ["other.csv"]
    mapping_path.write_text(MAPPING + "# read again\n")
    fresh, notices = files_to_load(desk.connection, find_sources([path]), read_mapping(mapping_path))
    assert [file.path.name for file in fresh] == ["file0.csv"]


def test_batches_hold_the_counts_and_the_reach_of_the_source(desk: Desk) -> None:
    mapping = cases('reason = "why"', source='data_through = "stamp"')
    text = "id,opened,why,stamp\nA,2026-01-01 10:00,x,2026-02-01 00:00\nB,never,x,2026-03-01 00:00\n"
    desk.load(mapping, text)
    assert desk.rows(
        "select source, file, table_name, rows_read, rows_loaded, rows_new, rows_changed, rows_unchanged, "
        "rows_folded, "
        "rows_quarantined, data_from, data_through from src.batches"
    ) == [
        (
            "cases",
            "file0.csv",
            "escalations",
            2,
            1,
            1,
            0,
            0,
            0,
            1,
            dt.datetime(2026, 1, 1, 10),
            dt.datetime(2026, 3, 1),
        )
    ]
    assert desk.rows("select * from src.supplied_through") == [
        ("escalations", dt.datetime(2026, 1, 1, 10), dt.datetime(2026, 3, 1))
    ]
    desk.load(mapping, "id,opened,why,stamp\nC,2025-06-01 10:00,x,2025-07-01 00:00\n")
    assert desk.rows("select first_at, through_at from src.supplied_through") == [
        (dt.datetime(2025, 6, 1, 10), dt.datetime(2026, 3, 1))
    ]


def test_without_a_word_of_the_source_its_reach_is_the_last_clock_of_the_rows(desk: Desk) -> None:
    desk.load(MAPPING, FIRST)
    assert desk.rows("select data_from, data_through from src.batches") == [
        (dt.datetime(2026, 1, 1, 10), dt.datetime(2026, 1, 3, 10))
    ]
    assert desk.rows("select count(*) from src.supplied_through") == [(0,)]


def test_a_reach_that_cannot_be_read_is_refused(desk: Desk) -> None:
    mapping = cases('reason = "why"', source='data_through = "why"')
    with pytest.raises(
        Exception, match="column 'why': 'x' is no moment, so data_through cannot be known; correct"
    ):
        desk.load(mapping, FIRST)


EVENTS = """
[source]
name = "events"
[tables.escalation_events]
case = "id"
{replaces}
[tables.escalation_events.columns]
escalation_id = "id"
cycle = {{ constant = 1 }}
position = {{ ordinal = {{}} }}
kind = {{ constant = "note" }}
starts_at = "at"
"""


def test_a_corrected_log_of_whole_cases_removes_events_that_are_gone_and_no_others(desk: Desk) -> None:
    mapping = EVENTS.format(replaces="replaces_case = true")
    desk.load(
        mapping,
        "id,at\nA,2026-01-01 10:00\nA,2026-01-01 11:00\nA,2026-01-01 12:00\n"
        "B,2026-01-01 10:00\nB,2026-01-01 11:00\n",
    )
    done = desk.load(mapping, "id,at\nA,2026-01-01 10:00\nA,2026-01-01 11:30\n")
    assert done.removed == {"escalation_events": 1}
    assert states(done) == (0, 1, 1)
    assert desk.rows("select escalation_id, count(*) from src.escalation_events group by 1 order by 1") == [
        ("A", 2),
        ("B", 2),
    ]


def test_without_whole_cases_nothing_is_ever_removed(desk: Desk) -> None:
    mapping = EVENTS.format(replaces="")
    desk.load(mapping, "id,at\nA,2026-01-01 10:00\nA,2026-01-01 11:00\n")
    assert desk.load(mapping, "id,at\nA,2026-01-01 10:00\n").removed == {}
    assert desk.rows("select count(*) from src.escalation_events") == [(2,)]


def test_no_temporary_table_outlives_an_import(desk: Desk) -> None:
    desk.load(MAPPING, FIRST)
    assert desk.rows("select table_name from duckdb_tables() where database_name = 'temp'") == []
