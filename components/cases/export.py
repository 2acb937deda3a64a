"""The list of cases as a file: CSV and XLSX, read from the store in parts."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

from components.cases.columns import export_heads, export_values
from components.cases.request import CaseRequest
from components.downloads import workbook
from components.tables import Plain, export_cell
from components.view import View
from queries.cases import Behind, exported_cases
from queries.rows_behind import flag_label

Line = list[Plain | dt.datetime]


def csv_file(view: View, request: CaseRequest, behind: Behind) -> bytes:
    """The list as CSV in UTF-8 with a byte-order mark; at most `queries.cases.MOST_EXPORTED` rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in _lines(view, request, behind):
        writer.writerow([_iso(value) if isinstance(value, dt.datetime) else value for value in line])
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(view: View, request: CaseRequest, behind: Behind) -> bytes:
    """The list as a workbook with one sheet, written row by row."""
    return workbook(_lines(view, request, behind), "Cases")


def file_name(request: CaseRequest, ending: str) -> str:
    """As "cases-resolution_sla-2026-11-09.csv", "appeals.csv"."""
    parts = [
        "cases" if request.fact == "escalations" else request.fact,
        request.metric.key if request.metric else "",
        *_days(request),
    ]
    return "-".join(part for part in parts if part) + f".{ending}"


def _days(request: CaseRequest) -> list[str]:
    return [] if request.period is None else [request.period.start.isoformat()]


def _lines(view: View, request: CaseRequest, behind: Behind) -> Iterator[Line]:
    """The head and every row, texts made safe for a spreadsheet."""
    fact, flag, named = request.fact, flag_label(request.metric), behind.named
    yield list(export_heads(view, fact, flag, named))
    for part in exported_cases(view.reader, behind, request.sort, request.descending):
        for record in part.to_pylist():
            yield [_safe(value) for value in export_values(view, fact, record, flag, named)]


def _safe(value: Plain | dt.datetime) -> Plain | dt.datetime:
    return value if isinstance(value, dt.datetime) else export_cell(value)


def _iso(moment: dt.datetime) -> str:
    return moment.isoformat(sep=" ")
