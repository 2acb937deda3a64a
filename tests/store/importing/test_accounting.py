"""Whatever a file holds, every row read is loaded, folded or quarantined, and nothing is lost."""

from __future__ import annotations

import csv
import io
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from store.importing.faults import InputError
from tests.store.importing.conftest import Desk, cases

CELL = st.one_of(
    st.sampled_from(["A", "B", "C", "", "?", "2026-01-01 10:00", "31/04/2016", "1", "-1", "x"]),
    st.text(alphabet=st.sampled_from('ab ,;"\n\r\té?'), max_size=5),
)
ROW = st.lists(CELL, min_size=0, max_size=5)
GOOD_ROW = st.tuples(
    st.sampled_from("ABCDE"),
    st.sampled_from(["2026-01-01 10:00", "2026-01-02 10:00"]),
    st.sampled_from(["x", "y"]),
)
PLAIN = 'reason = "why"'
LOOKED_UP = 'reason = { from = "why", aggregate = "last", where = { why = ["x", "1"] } }'
BLOCKS = (
    "",
    'case = "id"\npick = "last"',
    'case = "id"\npick = "first"\nwhere_not = { why = "x" }',
    'case = "id"\non_change = { columns = "why" }\npick = "last"',
    'case = "id"\npick = { column = "opened", as = "moment" }',
)


def written(rows: list[list[str]], quoting: int) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return "id,opened,why\n" + text.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    files=st.lists(st.lists(st.one_of(ROW, GOOD_ROW.map(list)), max_size=12), min_size=1, max_size=2),
    block=st.sampled_from(BLOCKS),
    columns=st.sampled_from([PLAIN, LOOKED_UP]),
)
def test_read_is_loaded_plus_folded_plus_quarantined_and_every_refused_row_is_kept(
    desk: Desk, files: list[list[list[str]]], block: str, columns: str
) -> None:
    for table in ("escalations", "batches", "quarantine"):
        desk.connection.execute(f"delete from src.{table}")
    texts = [written(rows, csv.QUOTE_MINIMAL) for rows in files]
    if len(set(texts)) < len(texts):
        return
    if not block:
        columns = PLAIN
    done = desk.load(cases(columns, block, 'null = "?"\ndelimiter = ","'), *texts)
    for text, counts in zip(texts, done.batches, strict=True):
        content = [row for row in list(csv.reader(io.StringIO(text, newline="")))[1:] if any(row)]
        assert counts.read + counts.skipped == len(content)
        assert counts.read == counts.loaded + counts.folded + counts.quarantined
        assert counts.loaded == counts.new + counts.changed + counts.unchanged
        kept = desk.rows(f"select raw from src.quarantine where file = '{counts.file}'")
        assert len(kept) == counts.quarantined
        again = Counter(
            tuple(next(csv.reader([str(raw)]), []))
            for (raw,) in kept
            if "\n" not in str(raw) and "\r" not in str(raw)
        )
        wanted = Counter(tuple(row) for row in content)
        assert all(wanted[row] >= number for row, number in again.items())
    stored = desk.rows("select count(*), count(distinct escalation_id) from src.escalations")
    assert stored == [(sum(counts.new for counts in done.batches),) * 2]


@settings(max_examples=60, deadline=None)
@given(body=st.text(alphabet=st.sampled_from('AB,"\n\r; x0é\t'), max_size=80))
def test_any_text_below_a_header_is_accounted_for_or_refused_with_its_line(desk: Desk, body: str) -> None:
    for table in ("escalations", "batches", "quarantine"):
        desk.connection.execute(f"delete from src.{table}")
    try:
        counts = desk.load(
            cases('reason = "why"', source='delimiter = ","'), "id,opened,why\n" + body
        ).batches[0]
    except InputError as fault:
        assert "file0.csv: line " in str(fault)
        return
    assert counts.read == counts.loaded + counts.folded + counts.quarantined
    kept = "".join(str(row[0]) for row in desk.rows("select raw from src.quarantine"))
    assert set(kept) <= set(body)
    if counts.loaded == 0 and counts.folded == 0:
        lost = Counter(body.replace("\r", "").replace("\n", "")) - Counter(kept)
        assert set(lost) <= set('", \t')
