"""What leaves the server: rows as plain texts for the list, and files no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from components.cases import export, list_table
from components.cases.columns import field_of
from components.cases.list_table import Cell, Head, Row, payload
from components.cases.request import CaseRequest
from queries.cases import Behind
from queries.catalog import METRICS
from queries.filters import Filters
from queries.listing import LISTINGS

HOSTILE = '=HYPERLINK("http://e.test")<b>&'
VIEW: Any = SimpleNamespace(
    reader=SimpleNamespace(coverage=SimpleNamespace(zone=ZoneInfo("Europe/Luxembourg"))),
    name_of=lambda _, value: value,
)
REQUEST = CaseRequest(METRICS["resolution_sla"], sort="opened_at")
BEHIND = Behind(REQUEST.metric, None, Filters())


def records() -> pa.Table:
    row: dict[str, object] = dict.fromkeys(LISTINGS["escalations"].columns)
    row |= {"escalation_id": "E1", "cycle": 1, "summary": HOSTILE, "team": "@sum(1)", "flagged": 1}
    row |= {"opened_at": dt.datetime(2026, 7, 1, 10, 5, 6, 789), "resolve_hours": 1.23456}
    return pa.Table.from_pylist([row])


@pytest.fixture(autouse=True)
def _one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "exported_cases", lambda *_: iter([records()]))


def test_texts_reach_the_browser_as_they_are_and_lengths_must_agree() -> None:
    sent = payload([Head("Case", "escalation_id")], [Row("k", "?case=E1", [Cell(HOSTILE)])], "alt")
    assert sent["rows"][0]["cells"][0]["text"] == HOSTILE
    with pytest.raises(ValueError, match="cells"):
        payload([Head("Case")], [Row("k", "", [])], "alt")


def test_the_script_sets_texts_as_text_and_loads_nothing() -> None:
    script = (list_table._FOLDER / "list_table.js").read_text(encoding="utf-8")
    styles = (list_table._FOLDER / "list_table.css").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|fetch|import\(|https?:|eval", script)
    assert not re.search(r"@import|url\(|#[0-9A-Fa-f]{3,6}\b", styles)


def test_every_listed_column_has_a_head() -> None:
    for fact, listing in LISTINGS.items():
        heads = [field_of(fact, column).head for column in listing.columns]
        assert all(heads) and len(heads) == len(set(heads)), fact


def test_csv_holds_local_times_and_no_formula() -> None:
    text = export.csv_file(VIEW, REQUEST, BEHIND).decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(text))
    row = dict(zip(head, line, strict=True))
    assert row["Opened (Europe/Luxembourg)"] == "2026-07-01 12:05:06"
    assert row["Summary"] == "'" + HOSTILE and row["Team"] == "'@sum(1)"
    assert (row["Took (hours)"], row["Missed"]) == ("1.23", "yes")


def test_xlsx_holds_dates_as_dates_numbers_as_numbers_and_no_formula() -> None:
    book = zipfile.ZipFile(io.BytesIO(export.xlsx_file(VIEW, REQUEST, BEHIND)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "<hyperlink" not in sheet
    assert "&apos;=HYPERLINK" in sheet.replace("'", "&apos;")
    days = (dt.datetime(2026, 7, 1, 12, 5, 6) - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    values = [float(value) for value in re.findall(r"<v>([\d.]+)</v>", sheet)]
    assert any(abs(value - days) < 1e-6 for value in values) and 1.23 in values


def test_a_file_is_named_by_what_it_holds() -> None:
    assert export.file_name(REQUEST, "csv") == "cases-resolution_sla.csv"
