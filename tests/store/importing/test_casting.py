"""Texts become values as the mapping says, and never anything else."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importing.casting import Reader
from store.importing.rules import ColumnRule, SourceRule
from store.schema import fact
from tests.store.importing.conftest import Desk, cases


def one(desk: Desk, mapped: str, value: str, column: str, source: str = "") -> object:
    """The value a text becomes in one column, or the reason it was refused."""
    quoted = '"' + value.replace('"', '""') + '"'
    desk.load(cases(f"{column} = {mapped}", source=source), f"id,opened,x\nA,1950-01-01 00:00,{quoted}\n")
    refused = desk.refusals()
    return refused[-1][3] if refused else desk.rows(f"select {column} from src.escalations")[0][0]


@pytest.mark.parametrize(
    ("text", "formats", "wanted"),
    [
        ("29/2/2016 01:16", '"%d/%m/%Y %H:%M"', dt.datetime(2016, 2, 29, 1, 16)),
        ("1/3/2016 9:05", '"%d/%m/%Y %H:%M"', dt.datetime(2016, 3, 1, 9, 5)),
        ("01/03/2016 09:05", '"%d/%m/%Y %H:%M"', dt.datetime(2016, 3, 1, 9, 5)),
        ("3/1/2016 9:05 PM", '"%m/%d/%Y %I:%M %p"', dt.datetime(2016, 3, 1, 21, 5)),
        ("1.3.2016", '["%d/%m/%Y", "%d.%m.%Y"]', dt.datetime(2016, 3, 1)),
        ("1 Mar 16", '"%d %b %y"', dt.datetime(2016, 3, 1)),
    ],
)
def test_a_moment_is_read_by_the_declared_formats(
    desk: Desk, text: str, formats: str, wanted: dt.datetime
) -> None:
    assert one(desk, f'{{ from = "x", format = {formats} }}', text, "resolved_at") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "2016-03-01 09:05",
        "2016-03-01T09:05:00",
        "2016-03-01 09:05:00.000000",
        "2016-03-01T11:05:00+02:00",
        "2016-03-01T09:05:00Z",
    ],
)
def test_iso_moments_need_no_format(desk: Desk, text: str) -> None:
    assert one(desk, '"x"', text, "resolved_at") == dt.datetime(2016, 3, 1, 9, 5)


@pytest.mark.parametrize(
    "text",
    [
        "31/04/2016 10:00",
        "29/2/2015 10:00",
        "2016-04-01 10:00",
        "4/13/2016 10:00",
        "1/1/2016 24:01",
        "1/1/2016",
        "1/1/16 10:00",
        "epoch",
        "EPOCH",
        "inf",
        "infinity",
        "-infinity",
        "1/1/0016 10:00",
        "1/1/2016 10:00 x",
        "today",
        "42461",
    ],
)
def test_a_moment_that_does_not_exist_or_fit_is_refused_with_format_and_cure(desk: Desk, text: str) -> None:
    reason = one(desk, '{ from = "x", format = "%d/%m/%Y %H:%M" }', text, "resolved_at")
    assert reason == (
        "is no moment like %d/%m/%Y %H:%M; "
        "mend it in the source, or add its form to format of escalations.resolved_at"
    )
    assert desk.refusals()[0][:3] == (2, "x", text)


def test_a_local_moment_becomes_utc_by_the_zone_of_the_source(desk: Desk) -> None:
    zone = 'time_zone = "Europe/Luxembourg"'
    assert one(desk, '"x"', "2026-07-01 12:00", "resolved_at", zone) == dt.datetime(2026, 7, 1, 10)
    assert one(desk, '"x"', "2025-12-01 12:00", "resolved_at", zone) == dt.datetime(2025, 12, 1, 11)
    assert one(desk, '"x"', "2026-07-01T12:00:00+05:30", "resolved_at", zone) == dt.datetime(
        2026, 7, 1, 6, 30
    )


@pytest.mark.parametrize(
    "zone", ["Europe/Luxembourg", "America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe"]
)
def test_every_hour_of_a_year_becomes_the_utc_moment_zoneinfo_says(desk: Desk, zone: str) -> None:
    hours = [dt.datetime(2026, 1, 1) + dt.timedelta(hours=step) for step in range(8760)]
    known = [local for local in hours if _is_real(local, zone) and not _is_repeated(local, zone)]
    reader = Reader(SourceRule(name="x", time_zone=zone))
    rule, column = ColumnRule(source=("x",)), fact("escalations").columns["opened_at"]
    desk.connection.execute(
        "create or replace temp table texts as select unnest(?) as x", [[str(local) for local in known]]
    )
    got = desk.rows(f"select {reader.typed('x', column, rule)} from texts")
    wanted = [
        (local.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None),) for local in known
    ]
    assert got == wanted
    assert len(known) > 8750


def _is_real(local: dt.datetime, zone: str) -> bool:
    there = local.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


def _is_repeated(local: dt.datetime, zone: str) -> bool:
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    return first != second


@pytest.mark.parametrize(
    ("text", "marks", "wanted"),
    [
        ("523419", "", 523419),
        ("523,419", ', thousands = ","', 523419),
        ("1,523,419", ', thousands = ","', 1523419),
        ("523.419", ', thousands = ".", decimal = ","', 523419),
        ("523 419", ', thousands = " "', 523419),
        ("523'419", ', thousands = "\'"', 523419),
        ("+5", "", 5),
        ("5.0", "", 5),
        ("1e3", "", 1000),
        ("0", "", 0),
    ],
)
def test_a_whole_number_is_read_with_its_marks(desk: Desk, text: str, marks: str, wanted: int) -> None:
    assert one(desk, f'{{ from = "x"{marks} }}', text, "transfers") == wanted


@pytest.mark.parametrize(
    ("text", "mark"),
    [("523,419", ","), ("1.523.419", "."), ("523 419", " "), ("523'419", "'"), ("12,345.5", ",")],
)
def test_a_grouped_number_without_declared_thousands_is_refused_with_the_line_to_write(
    desk: Desk, text: str, mark: str
) -> None:
    reason = one(desk, '"x"', text, "transfers")
    assert reason == (
        f'is no whole number; if the mark {mark} separates thousands, write thousands = "{mark}" '
        "in escalations.transfers; else mend it in the source"
    )


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("3.7", ""),
        ("1,23", ', thousands = ","'),
        ("12,3456", ', thousands = ","'),
        ("2147483648", ""),
        ("nan", ""),
        ("inf", ""),
        ("1e400", ""),
        ("0x10", ""),
        ("٣", ""),
        ("five", ""),
        ("1_000", ""),
        ("--1", ""),
        ("1-", ""),
        (".", ""),
    ],
)
def test_what_is_no_whole_number_is_refused(desk: Desk, text: str, marks: str) -> None:
    assert str(one(desk, f'{{ from = "x"{marks} }}', text, "transfers")).startswith("is no whole number; ")


@pytest.mark.parametrize(
    ("text", "marks", "wanted"),
    [
        ("1,5", ', decimal = ","', 1.5),
        ("1.234,5", ', decimal = ",", thousands = "."', 1234.5),
        (".5", "", 0.5),
        ("5.", "", 5.0),
        ("2e-3", "", 0.002),
    ],
)
def test_a_number_is_read_with_its_decimal_mark(desk: Desk, text: str, marks: str, wanted: float) -> None:
    assert one(desk, f'{{ from = "x"{marks} }}', text, "our_hours") == wanted


@settings(max_examples=60, deadline=None)
@given(value=st.floats(allow_nan=False, allow_infinity=False), grouped=st.booleans())
def test_any_number_written_with_any_marks_is_read_back_exactly(
    desk: Desk, value: float, grouped: bool
) -> None:
    text = f"{value:,.6f}" if grouped else repr(value)
    german = text.translate(str.maketrans(",.", ".,"))
    column = fact("escalations").columns["our_hours"]
    for shown, rule in (
        (text, ColumnRule(source=("x",), thousands=",")),
        (german, ColumnRule(source=("x",), thousands=".", decimal=",")),
    ):
        sql = Reader(SourceRule(name="x")).typed("x", column, rule)
        ((got,),) = desk.connection.execute(f"select {sql} from (select ? as x)", [shown]).fetchall()
        assert got == float(text.replace(",", ""))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=12))
def test_no_text_at_all_makes_a_cast_fail(desk: Desk, text: str) -> None:
    reader, rule = Reader(SourceRule(name="x", time_zone="Europe/Luxembourg")), ColumnRule(source=("x",))
    table = fact("escalations")
    for name in ("opened_at", "our_hours", "transfers", "sla_met", "reason"):
        sql = reader.typed("x", table.columns[name], rule)
        desk.connection.execute(f"select {sql} from (select ? as x)", [text]).fetchall()


def test_words_for_true_and_false_are_those_of_the_source(desk: Desk) -> None:
    words = 'true = ["J", "ja"]\nfalse = "N"'
    assert one(desk, '"x"', "ja", "sla_met", words) is True
    assert one(desk, '"x"', "N", "sla_met", words) is False
    reason = one(desk, '"x"', "yes", "sla_met", words)
    assert reason == "is neither true (J, ja) nor false (N); add the word to true or false in [source]"


def test_null_words_hold_for_the_source_and_a_column_may_have_its_own(desk: Desk) -> None:
    source = 'null = ["?", "-100"]'
    assert one(desk, '"x"', "?", "reason", source) is None
    assert one(desk, '"x"', " -100 ", "transfers", source) is None
    assert one(desk, '{ from = "x", null = [] }', "?", "reason", source) == "?"
    assert one(desk, '{ from = "x", null = "none" }', "none", "reason", source) is None


def test_maps_replace_whole_values_and_may_mean_nothing(desk: Desk) -> None:
    mapped = '{ from = "x", map = { "1" = "one", "0" = "" } }'
    assert one(desk, mapped, "1", "severity") == "one"
    assert one(desk, mapped, "0", "severity") is None
    assert one(desk, mapped, "11", "severity") == "11"


def test_defaults_stand_for_empty_values_and_never_for_unreadable_ones(desk: Desk) -> None:
    assert one(desk, '{ from = "x", default = 7 }', "", "transfers") == 7
    assert str(one(desk, '{ from = "x", default = 7 }', "seven", "transfers")).startswith(
        "is no whole number"
    )


@pytest.mark.parametrize(("row", "wanted"), [("a,b", "a · b"), ("?,b", "b"), ("a,", "a"), ("?,", None)])
def test_several_columns_are_joined_without_their_nulls(desk: Desk, row: str, wanted: str | None) -> None:
    mapping = cases('summary = { from = ["x", "y"], join = " · " }', source='null = "?"')
    desk.load(mapping, f"id,opened,x,y\nA,2026-01-01 00:00,{row}\n")
    assert desk.rows("select summary from src.escalations") == [(wanted,)]


@pytest.mark.parametrize(("row", "wanted"), [("a,b", "a"), ("?,b", "b"), ("?,", None)])
def test_without_join_the_first_known_of_several_columns_counts(
    desk: Desk, row: str, wanted: str | None
) -> None:
    desk.load(cases('reason = ["x", "y"]', source='null = "?"'), f"id,opened,x,y\nA,2026-01-01 00:00,{row}\n")
    assert desk.rows("select reason from src.escalations") == [(wanted,)]


def test_constants_of_every_kind_arrive_and_an_offset_becomes_utc(desk: Desk) -> None:
    columns = (
        'sla_met = { constant = true }\nour_hours = { constant = 1.5 }\nreason = { constant = "it\'s" }\n'
    )
    columns += "resolved_at = { constant = 2026-02-01T12:00:00+02:00 }"
    desk.load(cases(columns), "id,opened\nA,2026-01-01 00:00\n")
    assert desk.rows("select sla_met, our_hours, reason, resolved_at from src.escalations") == [
        (True, 1.5, "it's", dt.datetime(2026, 2, 1, 10))
    ]
