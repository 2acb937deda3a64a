"""What becomes of appeals, enforcements, reviews, surveys and sales that cannot be right.

What is wrong in one row is refused, because the row itself says so and nothing that arrives later can mend
it: a decision before its submission, a second row of an appeal with another decision, a design weight of 0,
a survey score of 6, sales below zero. The row is kept with file, line, column, value, reason and raw text.

What is wrong between two rows loads and is counted, because either may be the wrong one and a later import
may bring the other: an appeal before its enforcement or against one that never came, a review of an
undecided appeal, tiers that overlap. Refusing would make the store depend on the order of files.

What is only missing loads as missing: an appeal without an enforcement, a review without a weight; a seller
without a master row is shown as "Unknown (id)".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from store import importing
from store.importing.report import BatchCounts
from store.inspection import contradictions_of
from store.location import Location
from store.settings import Settings
from tests.store.derivation import derived_once
from tests.store.importing.conftest import Desk

SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
ENFORCEMENTS = """enforcement_id,seller_id,enforced_at,level
E1,S1,2026-02-10 09:00,account
E2,S1,2026-03-01 09:00,account
"""
APPEALS = "appeal_id,seller_id,enforcement_id,submitted_at,decided_at,outcome\n"


def mapping_of(table: str, text: str) -> str:
    """A mapping that takes every column of the text by its own name."""
    columns = "".join(f'{name} = "{name}"\n' for name in text.split("\n", 1)[0].split(","))
    return f'[source]\nname = "{table}"\ndelimiter = ","\n[tables.{table}.columns]\n{columns}'


def load(desk: Desk, table: str, text: str) -> BatchCounts:
    """Import the text into the table; bad rows are borne."""
    return desk.load(mapping_of(table, text), text).batches[0]


def asked(desk: Desk, sql: str) -> list[Any]:
    """The rows of a query over what is derived from what the desk holds now."""
    names = desk.rows("select table_name from duckdb_tables() where database_name = 'src'")
    tables = {
        str(name): desk.connection.execute(f'select * from src."{name}"').to_arrow_table()
        for (name,) in names
    }
    held = {name: rows for name, rows in tables.items() if rows.num_rows}
    return derived_once(held, SETTINGS).execute(sql).fetchall()


CONTRADICTIONS = "select table_name, rows, example, name from final.contradictions"
FOLLOWED = (
    "select appeal_id, restumbled_after_days, latest_of_episode, followed_days is not null "
    "from final.appeals order by 1"
)


def test_an_appeal_before_its_enforcement_loads_and_is_counted(desk: Desk) -> None:
    load(desk, "enforcements", ENFORCEMENTS)
    counts = load(
        desk, "appeals", APPEALS + "A1,S1,E1,2026-02-05 10:00,2026-02-20 10:00,reversed_our_error\n"
    )
    assert (counts.loaded, counts.quarantined) == (1, 0)
    assert asked(desk, CONTRADICTIONS) == [("appeals", 1, "A1", "appeal_before_enforcement")]
    assert asked(desk, FOLLOWED) == [("A1", 9, True, True)]


def test_the_enforcement_an_appeal_lifted_is_no_restumble_whatever_its_date(desk: Desk) -> None:
    load(desk, "enforcements", ENFORCEMENTS)
    load(desk, "appeals", APPEALS + "A1,S1,E1,2026-02-05 10:00,2026-02-07 10:00,reversed_our_error\n")
    assert asked(desk, FOLLOWED) == [("A1", None, None, False)]
    assert asked(desk, CONTRADICTIONS) == [("appeals", 1, "A1", "appeal_before_enforcement")]


def test_an_appeal_at_the_moment_of_its_enforcement_is_no_contradiction(desk: Desk) -> None:
    load(desk, "enforcements", ENFORCEMENTS)
    load(desk, "appeals", APPEALS + "A1,S1,E1,2026-02-10 09:00,,\n")
    assert asked(desk, CONTRADICTIONS) == []


def test_a_decision_before_its_submission_is_refused(desk: Desk) -> None:
    rows = "A1,S1,E1,2026-02-12 10:00,2026-02-11 10:00,upheld\nA2,S1,E1,2026-02-12 10:00,,\n"
    counts = load(desk, "appeals", APPEALS + rows)
    assert (counts.read, counts.loaded, counts.quarantined) == (2, 1, 1)
    assert desk.refusals() == [
        (
            2,
            "decided_at",
            "2026-02-11 10:00",
            "lies before 'submitted_at' of the same row; mend one of the two in the source",
        )
    ]
    assert desk.rows("select file, raw from src.quarantine") == [
        ("file0.csv", "A1,S1,E1,2026-02-12 10:00,2026-02-11 10:00,upheld")
    ]
    assert asked(desk, "select appeal_id, decided_at from final.appeals") == [("A2", None)]


TWICE = (
    "A1,S1,E1,2026-02-12 10:00,2026-02-14 10:00,reversed_our_error\n"
    "A1,S1,E1,2026-02-12 10:00,2026-03-20 10:00,upheld\n"
)


def test_of_two_decisions_of_one_appeal_the_first_row_counts_and_the_second_is_refused(desk: Desk) -> None:
    load(desk, "enforcements", ENFORCEMENTS)
    counts = load(desk, "appeals", APPEALS + TWICE)
    assert (counts.loaded, counts.quarantined) == (1, 1)
    line, column, value, reason = desk.refusals()[0]
    assert (line, column, value) == (3, "appeal_id", "A1")
    assert str(reason).startswith("repeats the key (A1) of line 2 with other values; remove one of the two")
    assert asked(desk, FOLLOWED) == [("A1", 15, True, True)]


def test_a_decision_that_arrives_in_a_later_file_replaces_the_one_before(desk: Desk) -> None:
    load(desk, "enforcements", ENFORCEMENTS)
    first, second = TWICE.splitlines()
    load(desk, "appeals", APPEALS + first + "\n")
    counts = load(desk, "appeals", APPEALS + second + "\n")
    assert (counts.changed, counts.quarantined) == (1, 0)
    assert asked(desk, FOLLOWED) == [("A1", None, None, False)]  # upheld: nothing was reinstated


def test_an_appeal_without_an_enforcement_loads_and_is_followed_by_its_own_seller(desk: Desk) -> None:
    load(desk, "enforcements", ENFORCEMENTS)
    counts = load(desk, "appeals", APPEALS + "A1,S1,,2026-02-12 10:00,2026-02-20 10:00,reinstated_goodwill\n")
    assert (counts.loaded, counts.quarantined) == (1, 0)
    assert asked(desk, CONTRADICTIONS) == []
    assert asked(desk, FOLLOWED) == [("A1", 9, True, True)]


def test_an_appeal_against_an_enforcement_that_never_came_is_counted_until_it_comes(desk: Desk) -> None:
    load(desk, "appeals", APPEALS + "A1,,E1,2026-02-12 10:00,2026-02-20 10:00,reinstated_after_fix\n")
    assert asked(desk, CONTRADICTIONS) == [("appeals", 1, "A1", "appeal_without_enforcement")]
    assert asked(desk, FOLLOWED) == [("A1", None, None, False)]  # nobody knows whose account it is
    load(desk, "enforcements", ENFORCEMENTS)
    assert asked(desk, CONTRADICTIONS) == []
    assert asked(desk, FOLLOWED) == [("A1", 9, True, True)]


def test_an_enforcement_on_an_unknown_seller_loads_and_shows_the_seller_as_unknown(desk: Desk) -> None:
    load(desk, "sellers", "seller_id,name\nS2,Shop Two\n")
    done = desk.load(mapping_of("enforcements", ENFORCEMENTS), ENFORCEMENTS)
    assert done.notices == (
        "enforcements.seller_id: 1 not in sellers, such as 'S1'; "
        "shown as Unknown (S1) until sellers has a row for it",
    )
    load(desk, "appeals", APPEALS + "A1,S1,E1,2026-02-12 10:00,2026-02-20 10:00,reinstated_after_fix\n")
    assert asked(desk, "select seller_id, name from final.sellers order by 1") == [
        ("S1", "Unknown (S1)"),
        ("S2", "Shop Two"),
    ]
    assert asked(desk, FOLLOWED) == [("A1", 9, True, True)]


REVIEWS = "review_id,subject_kind,subject_id,purpose,selected_at,reviewed_at,judged_wrong,weight\n"


@pytest.mark.parametrize(
    ("decided", "reviewed", "verdict", "counted"),
    [
        ("", "2026-02-14 10:00", None, 1),
        ("2026-02-20 10:00", "2026-02-14 10:00", None, 1),
        ("2026-02-14 10:00", "2026-02-14 10:00", True, 0),
        ("2026-02-12 10:00", "2026-02-14 10:00", True, 0),
    ],
)
def test_a_review_of_an_undecided_appeal_loads_and_its_verdict_counts_for_no_decision(
    desk: Desk, decided: str, reviewed: str, verdict: bool | None, counted: int
) -> None:
    outcome = "upheld" if decided else ""
    load(desk, "appeals", APPEALS + f"A1,S1,,2026-02-11 10:00,{decided},{outcome}\n")
    counts = load(desk, "reviews", REVIEWS + f"R1,appeal,A1,random,2026-02-13 10:00,{reviewed},true,\n")
    assert (counts.loaded, counts.quarantined) == (1, 0)
    wanted = [("reviews", 1, "R1", "review_of_undecided_appeal")] * counted
    assert asked(desk, CONTRADICTIONS) == wanted
    assert asked(desk, "select audit_wrong from final.appeals") == [(verdict,)]


def test_a_weight_may_be_missing_but_not_zero_and_not_below(desk: Desk) -> None:
    rows = "".join(
        f"R{number},appeal,A1,random,2026-02-15 10:00,2026-02-16 10:00,true,{weight}\n"
        for number, weight in enumerate(["", "0", "0.0", "-1", "2.5"], start=1)
    )
    counts = load(desk, "reviews", REVIEWS + rows)
    assert (counts.loaded, counts.quarantined) == (2, 3)
    assert desk.rows("select review_id, weight from src.reviews order by 1") == [("R1", None), ("R5", 2.5)]
    assert [row[:3] for row in desk.refusals()] == [
        (3, "weight", "0"),
        (4, "weight", "0.0"),
        (5, "weight", "-1"),
    ]
    assert 'if 0 says that there is none, write null = "0" in reviews.weight' in str(desk.refusals()[0][3])


def test_a_survey_score_outside_one_to_five_is_refused(desk: Desk) -> None:
    text = "survey_id,sent_at,score\n" + "".join(
        f"{number},2026-01-01 10:00,{score}\n" for number, score in enumerate([6, 0, 1, 5, ""])
    )
    counts = load(desk, "surveys", text)
    assert (counts.loaded, counts.quarantined) == (3, 2)
    assert desk.refusals() == [
        (2, "score", "6", "is not within 1 to 5; mend it in the source"),
        (3, "score", "0", "is not within 1 to 5; mend it in the source"),
    ]


def test_sales_below_zero_are_refused_and_none_are_a_day_of_zero(desk: Desk) -> None:
    text = "seller_id,on_day,gmv\nS1,2026-01-01,-0.01\nS1,2026-01-02,0\nS1,2026-01-03,12.5\n"
    counts = load(desk, "gmv_daily", text)
    assert (counts.loaded, counts.quarantined) == (2, 1)
    assert desk.refusals() == [
        (2, "gmv", "-0.01", "is below zero, which gmv_daily.gmv cannot be; mend it in the source")
    ]
    assert desk.rows("select gmv from src.gmv_daily order by on_day") == [(0.0,), (12.5,)]


HISTORY = "seller_id,tier,valid_from,valid_to\n"
OVER_TIME = APPEALS + (
    "A1,S1,,2026-02-01 10:00,2026-02-09 22:00,upheld\n"
    "A2,S1,,2026-02-01 10:00,2026-02-10 02:00,upheld\n"
    "A3,S1,,2026-02-01 10:00,,\n"
    "A4,S1,,2026-02-01 10:00,2026-03-05 10:00,upheld\n"
)


@pytest.mark.parametrize(
    ("history", "tiers", "overlaps"),
    [
        ("S1,old,2026-01-01,2026-02-10\nS1,new,2026-02-10,\n", ["old", "new", "old", "new"], 0),
        ("S1,old,2026-01-01,\nS1,new,2026-02-10,\n", ["old", "new", "old", "new"], 1),
        ("S1,old,2026-01-01,\nS1,new,2026-02-10,2026-03-01\n", ["old", "new", "old", "old"], 1),
        ("S1,old,2026-01-01,2026-02-05\nS1,new,2026-02-10,\n", [None, "new", "old", "new"], 0),
    ],
)
def test_the_tier_at_the_decision_counts_while_open_the_tier_at_the_submission(
    desk: Desk, history: str, tiers: list[str | None], overlaps: int
) -> None:
    assert load(desk, "seller_history", HISTORY + history).quarantined == 0
    load(desk, "appeals", OVER_TIME)
    assert asked(desk, "select tier from final.appeals order by appeal_id") == [(tier,) for tier in tiers]
    wanted = [("seller_history", 1, "S1", "seller_history_overlap")] * overlaps
    assert asked(desk, CONTRADICTIONS) == wanted


def test_two_tiers_from_the_same_day_are_refused_but_for_the_first(desk: Desk) -> None:
    counts = load(desk, "seller_history", HISTORY + "S1,old,2026-01-01,\nS1,new,2026-01-01,\n")
    assert (counts.loaded, counts.quarantined) == (1, 1)
    assert "repeats the key (S1, 2026-01-01) of line 2 with other values" in str(desk.refusals()[0][3])


def test_an_import_tells_what_contradicts_and_that_it_is_mended(tmp_path: Path) -> None:
    store = Location(directory=tmp_path / "store")

    def run(table: str, text: str) -> importing.ImportReport:
        (tmp_path / "mapping.toml").write_text(mapping_of(table, text))
        (tmp_path / f"{table}.csv").write_text(text)
        return importing.run(store, tmp_path / "mapping.toml", [tmp_path / f"{table}.csv"])

    early = APPEALS + "A1,S1,E1,2026-02-05 10:00,,\nA2,S1,E2,2026-02-05 10:00,,\n"
    missing = run("appeals", early)
    assert (
        "appeals: 2 rows against an enforcement that has not arrived, such as 'A1'; they count, with nothing "
        "known of it, until enforcements has a row for it"
    ) in missing.notices
    told = run("enforcements", ENFORCEMENTS)
    assert (
        "appeals: 2 rows submitted before the enforcement they are against, such as 'A1'; they count by "
        "their own dates, but one also decided before it is not followed for restumbles; mend the dates in "
        "the source"
    ) in told.notices
    mended = run("appeals", early.replace("2026-02-05", "2026-03-05"))
    assert contradictions_of(store, mended.version) == ()
