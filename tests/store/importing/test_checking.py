"""Rows that break the contract of their table are refused with column, value, reason and cure."""

from __future__ import annotations

import pytest
from sqlalchemy import Date, DateTime

from store.importing.checking import HAPPENED, ORDERS, RANGES
from store.importing.faults import TooManyBadRows
from store.importing.faulty_rows import Allowance, BadLimit
from store.schema import fact
from tests.store.importing.conftest import Desk, cases

ENDS = cases(
    'resolved_at = "closed"\nend_kind = { from = "how", map = { ok = "resolved" } }\ntransfers = "moves"'
)
HEAD = "id,opened,closed,how,moves\n"


def test_an_empty_required_value_is_refused(desk: Desk) -> None:
    desk.load(ENDS, HEAD + "A,,,,\n,2026-01-01 10:00,,,\n")
    assert desk.refusals() == [
        (
            2,
            "opened",
            None,
            "is empty, and escalations.opened_at is required; fill it in the source or give it a default",
        ),
        (
            3,
            "id",
            None,
            "is empty, and escalations.escalation_id is required; fill it in the source or give it a default",
        ),
    ]


def test_an_end_before_the_beginning_is_refused_naming_both_columns(desk: Desk) -> None:
    desk.load(ENDS, HEAD + "A,2026-01-02 10:00,2026-01-02 09:59,,\n")
    assert desk.refusals() == [
        (
            2,
            "closed",
            "2026-01-02 09:59",
            "lies before 'opened' of the same row; mend one of the two in the source",
        )
    ]


def test_an_end_in_the_future_is_refused_and_does_not_move_how_far_the_source_is_known(desk: Desk) -> None:
    desk.load(ENDS, HEAD + "A,2026-01-02 10:00,2126-01-02 10:00,,\nB,2026-01-03 10:00,2026-01-04 10:00,,\n")
    assert desk.refusals() == [
        (2, "closed", "2126-01-02 10:00", "lies in the future; mend the year in the source")
    ]
    assert desk.rows("select max(resolved_at)::date::varchar from src.escalations") == [("2026-01-04",)]


def test_every_moment_that_must_have_happened_exists() -> None:
    for table, names in HAPPENED.items():
        assert {type(fact(table).c[name].type) for name in names} == {DateTime}, table


def test_a_zero_duration_loads(desk: Desk) -> None:
    desk.load(ENDS, HEAD + "A,2026-01-02 10:00,2026-01-02 10:00,ok,0\n")
    assert desk.refusals() == []
    assert desk.rows("select count(*) from src.escalations where resolved_at = opened_at") == [(1,)]


def test_a_word_outside_the_closed_list_is_refused_with_the_list(desk: Desk) -> None:
    desk.load(ENDS, HEAD + "A,2026-01-02 10:00,,ok,\nB,2026-01-02 10:00,,won,\n")
    assert desk.refusals() == [
        (3, "how", "won", "is not one of resolved, cancelled, merged; add it to map of escalations.end_kind")
    ]


def test_a_number_below_zero_is_refused(desk: Desk) -> None:
    desk.load(ENDS, HEAD + "A,2026-01-02 10:00,,,-1\n")
    assert desk.refusals() == [
        (2, "moves", "-1", "is below zero, which escalations.transfers cannot be; mend it in the source")
    ]


def test_a_number_out_of_its_range_is_refused(desk: Desk) -> None:
    mapping = '[source]\nname="s"\n[tables.surveys.columns]\nsurvey_id="n"\nsent_at="at"\nscore="score"\n'
    desk.load(mapping, "n,at,score\n1,2026-01-01 10:00,6\n2,2026-01-01 10:00,5\n3,2026-01-01 10:00,\n")
    assert desk.refusals() == [(2, "score", "6", "is not within 1 to 5; mend it in the source")]
    assert desk.rows("select count(*) from src.surveys") == [(2,)]


def test_every_fault_of_a_row_is_told_in_one_quarantine_row(desk: Desk) -> None:
    counts = desk.load(ENDS, HEAD + "A,31/04/2016,soon,won,-1\n").batches[0]
    ((line, column, value, reason),) = desk.refusals()
    assert (line, column, value) == (2, "opened", "31/04/2016")
    for part in (
        "; also column 'closed': 'soon' is no moment",
        "; also column 'how': 'won' is not one of",
        "'-1' is below zero",
    ):
        assert part in str(reason)
    assert counts.quarantined == 1


def test_a_line_break_in_a_key_points_to_the_quote(desk: Desk) -> None:
    desk.load(ENDS, HEAD + '"A\nB",2026-01-02 10:00,,,\n')
    assert "holds a line break; a quote in this row or an earlier one is probably not closed" in str(
        desk.refusals()
    )


def test_an_unknown_person_and_seller_load_with_a_notice(desk: Desk) -> None:
    mapping = cases('specialist_id = "who"\nseller_id = "shop"')
    done = desk.load(mapping, "id,opened,who,shop\nA,2026-01-01 10:00,p1,s1\nB,2026-01-01 10:00,p2,\n")
    assert done.batches[0].loaded == 2
    assert done.notices == (
        "escalations.seller_id: 1 not in sellers, such as 's1'; "
        "shown as Unknown (s1) until sellers has a row for it",
        "escalations.specialist_id: 2 not in specialists, such as 'p1'; "
        "shown as Unknown (p1) until specialists has a row for it",
    )
    people = '[source]\nname="p"\n[tables.specialists.columns]\nspecialist_id="who"\nname="name"\n'
    desk.load(people, "who,name\np1,Ada\np2,Bo\n")
    again = desk.load(mapping, "id,opened,who,shop\nC,2026-01-01 10:00,p1,\n")
    assert [notice for notice in again.notices if "specialist" in notice] == []


def test_an_exact_repeat_in_one_file_is_folded(desk: Desk) -> None:
    counts = desk.load(ENDS, HEAD + "A,2026-01-02 10:00,,,\n" * 3).batches[0]
    assert (counts.read, counts.loaded, counts.folded, counts.quarantined) == (3, 1, 2, 0)


def test_a_key_repeated_with_other_values_keeps_the_first_and_refuses_the_rest_with_the_cure(
    desk: Desk,
) -> None:
    text = HEAD + "A,2026-01-02 10:00,,,1\nB,2026-01-02 10:00,,,\nA,2026-01-02 10:00,,,2\n"
    counts = desk.load(ENDS, text).batches[0]
    assert desk.rows("select transfers from src.escalations where escalation_id = 'A'") == [(1,)]
    assert (counts.loaded, counts.folded, counts.quarantined) == (2, 0, 1)
    assert desk.refusals() == [
        (
            4,
            "id",
            "A",
            "repeats the key (A, 1) of line 2 with other values; remove one of the two, "
            'or let the mapping choose with pick = "last"',
        )
    ]


def test_two_files_of_one_import_are_as_two_imports_the_later_wins(desk: Desk) -> None:
    done = desk.load(ENDS, HEAD + "A,2026-01-02 10:00,,,1\n", HEAD + "A,2026-01-02 10:00,,,2\n")
    assert desk.rows("select transfers from src.escalations") == [(2,)]
    assert [(b.file, b.loaded, b.folded) for b in done.batches] == [("file0.csv", 0, 1), ("file1.csv", 1, 0)]


BAD = "A{0},31/04/2016,,,\n"
FINE = "B{0},2026-01-02 10:00,,,\n"


@pytest.mark.parametrize(
    ("good", "bad", "max_bad", "passes"),
    [
        (100, 5, None, True),
        (100, 6, None, False),
        (5994, 6, None, True),
        (5993, 6, None, False),
        (100, 1, "0", False),
        (100, 7, "7", True),
        (100, 8, "7", False),
        (90, 10, "10%", True),
        (90, 11, "10%", False),
        (0, 3, None, False),
        (0, 3, "100%", True),
    ],
)
def test_bad_rows_are_borne_up_to_the_allowance_and_not_one_more(
    desk: Desk, good: int, bad: int, max_bad: str | None, passes: bool
) -> None:
    text = HEAD + "".join(BAD.format(n) for n in range(bad)) + "".join(FINE.format(n) for n in range(good))
    if passes:
        counts = desk.load(ENDS, text, max_bad=max_bad).batches[0]
        assert (counts.loaded, counts.quarantined) == (good, bad)
        return
    with pytest.raises(TooManyBadRows) as caught:
        desk.load(ENDS, text, max_bad=max_bad)
    assert caught.value.exit_code == 3
    for table in ("escalations", "quarantine", "batches"):
        assert desk.rows(f"select count(*) from src.{table}") == [(0,)]


def test_the_refusal_of_a_file_counts_reasons_and_shows_ten_rows(desk: Desk) -> None:
    text = HEAD + "".join(BAD.format(n) for n in range(12)) + "Z,2026-01-02 10:00,,won,\n"
    with pytest.raises(TooManyBadRows) as caught:
        desk.load(ENDS, text, max_bad=None)
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        "file0.csv: 13 of 13 rows for escalations cannot be loaded; "
        "allowed are 0.1 % or 5 rows, whichever is larger."
    )
    assert lines[1].startswith("  12 × column 'opened': is no moment like ")
    assert lines[2].startswith("  1 × column 'how': is not one of resolved, cancelled, merged")
    assert lines[4].startswith("  file0.csv: line 2: column 'opened': '31/04/2016' is no moment like")
    assert len(lines) == 1 + 2 + 1 + 10 + 1
    assert lines[-1].startswith("Nothing was loaded. Mend these rows")


@pytest.mark.parametrize("text", ["", "many", "-1", "1.5", "101%", "5 rows", "%"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadLimit, match=r"write a number of rows like 20 or a share like 0\.5%"):
        Allowance.parse(text)


def test_rules_across_columns_name_columns_that_exist_and_fit() -> None:
    for order in ORDERS:
        columns = fact(order.table).columns
        assert isinstance(columns[order.earlier].type, DateTime | Date)
        assert type(columns[order.earlier].type) is type(columns[order.later].type)
    for limits in RANGES:
        assert limits.column in fact(limits.table).columns
