"""Blocks of accounts and what they hold back, activity and surveys, on rows small enough to count by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from store.schema import fact, source_columns
from store.settings import Settings
from tests.store.derivation import derived_once

SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "Europe/Luxembourg"}})
KINDS = {
    "VARCHAR": pa.string(),
    "DATETIME": pa.timestamp("us"),
    "DATE": pa.date32(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
}
THROUGH = dt.datetime(2026, 6, 30, 21, 59, 59)  # the last second of June in Luxembourg


def at(month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour)


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    kinds = {column.name: KINDS[str(column.type)] for column in source_columns(fact(name))}
    names = sorted({key for row in rows for key in row})
    return pa.table({key: pa.array([row.get(key) for row in rows], kinds[key]) for key in names})


def derived(
    name: str, through: dt.datetime = THROUGH, **tables: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of a derived table, from source rows known up to `through`."""
    source = {table: table_of(table, rows) for table, rows in tables.items()}
    known = [table for table in tables if table not in ("sellers", "seller_history")]
    source["supplied_through"] = pa.table(
        {
            "table_name": known,
            "first_at": pa.array([None] * len(known), pa.timestamp("us")),
            "through_at": pa.array([through] * len(known), pa.timestamp("us")),
        }
    )
    found = derived_once(source, SETTINGS).execute(f"select * from final.{name}").to_arrow_table()
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def strike(number: str, at: dt.datetime, lifted: dt.datetime | None = None, **more: Any) -> dict[str, Any]:
    row = {"enforcement_id": number, "seller_id": "S", "enforced_at": at, "level": "account"}
    return row | {"reversed_at": lifted} | more


def blocks_of(
    strikes: list[dict[str, Any]], through: dt.datetime = THROUGH, **tables: list[dict[str, Any]]
) -> dict[str, Any]:
    rows = derived("account_blocks", through, enforcements=strikes, **tables)
    return {row["enforcement_id"]: row for row in rows}


def span(block: dict[str, Any]) -> tuple[str, str | None]:
    ends = block["lifted_on"]
    return f"{block['blocked_on']:%m-%d}", None if ends is None else f"{ends:%m-%d}"


def test_only_whole_accounts_are_blocked_from_their_day_until_the_day_they_are_lifted() -> None:
    found = blocks_of(
        [
            strike("A", at(3, 2), at(3, 9)),
            strike("L", at(3, 2), None, level="listing", seller_id="T"),
            strike("U", at(3, 2), None, level=None, seller_id="U"),
            strike("Late", at(4, 1, 22), None, seller_id="V"),  # already the 2nd in Luxembourg
        ]
    )
    assert {key: span(row) for key, row in found.items()} == {
        "A": ("03-02", "03-09"),
        "Late": ("04-02", None),
    }
    assert found["A"]["lifted"] is True and found["Late"]["lifted"] is False


def test_of_two_blocks_at_once_the_first_holds_until_it_ends_so_that_no_day_counts_twice() -> None:
    found = blocks_of(
        [
            strike("first", at(3, 2), at(3, 10)),
            strike("inside", at(3, 4), at(3, 8)),
            strike("beyond", at(3, 5), at(3, 20)),
            strike("apart", at(4, 1), at(4, 3)),
            strike("other", at(3, 5), at(3, 6), seller_id="T"),
        ]
    )
    assert {key: span(row) for key, row in found.items()} == {
        "first": ("03-02", "03-10"),
        "beyond": ("03-10", "03-20"),
        "apart": ("04-01", "04-03"),
        "other": ("03-05", "03-06"),
    }


def test_a_closed_seller_is_no_longer_blocked_and_the_block_was_not_lifted() -> None:
    closing = [{"seller_id": "S", "closed_at": at(3, 20)}, {"seller_id": "T", "closed_at": at(9, 1)}]
    found = blocks_of([strike("A", at(3, 2)), strike("B", at(3, 2), None, seller_id="T")], sellers=closing)
    assert span(found["A"]) == ("03-02", "03-20") and found["A"]["lifted"] is False
    assert span(found["B"]) == ("03-02", None)  # closing is announced, not yet true


VERDICTS: list[tuple[str | None, bool, list[tuple[str | None, int | None]], dt.datetime, str]] = [
    ("reversed_our_error", True, [], at(6, 1), "wrongly"),
    ("reinstated_after_fix", True, [], at(6, 1), "rightly"),
    ("reinstated_goodwill", True, [("upheld", 3), (None, None)], at(6, 1), "not yet known"),
    (None, False, [], at(6, 1), "not yet known"),
    (None, False, [("upheld", 3)], at(6, 1), "rightly"),
    (None, False, [("upheld", 3), (None, None)], at(6, 1), "not yet known"),
    (None, False, [("upheld", 3), ("reversed_our_error", 9)], at(6, 1), "wrongly"),
    (None, False, [("withdrawn", 3)], at(6, 1), "not yet known"),
    (None, False, [], dt.datetime(2025, 12, 2, 10), "rightly"),  # 210 days before the last day
    (None, False, [], dt.datetime(2025, 12, 3, 10), "not yet known"),
]


@pytest.mark.parametrize("case", range(len(VERDICTS)), ids=lambda case: str(VERDICTS[case]))
def test_a_verdict_needs_a_reversal_an_upheld_appeal_or_time(case: int) -> None:
    strikes, appeals = [], []
    for number, (kind, lifted, filed, enforced, _) in enumerate(VERDICTS):
        ends = enforced + dt.timedelta(days=5) if lifted else None
        strikes.append(strike(f"N{number}", enforced, ends, seller_id=f"S{number}", reversal_kind=kind))
        appeals += [
            {
                "appeal_id": f"P{number}-{place}",
                "enforcement_id": f"N{number}",
                "submitted_at": enforced + dt.timedelta(hours=1),
                "decided_at": None if days is None else enforced + dt.timedelta(days=days),
                "outcome": outcome,
            }
            for place, (outcome, days) in enumerate(filed)
        ]
    assert blocks_of(strikes, appeals=appeals)[f"N{case}"]["verdict"] == VERDICTS[case][-1]


def test_a_verdict_without_any_appeal_in_the_data_is_the_same() -> None:
    wrongly, open_still, old = (VERDICTS[place] for place in (0, 3, 8))
    strikes = [
        strike(f"N{place}", enforced, enforced if lifted else None, seller_id=f"S{place}", reversal_kind=kind)
        for place, (kind, lifted, _, enforced, _) in enumerate((wrongly, open_still, old))
    ]
    verdicts = {key: block["verdict"] for key, block in blocks_of(strikes).items()}
    assert verdicts == {"N0": "wrongly", "N1": "not yet known", "N2": "rightly"}


def sold(first: dt.date, amounts: list[float | None]) -> list[dict[str, Any]]:
    """Sales of S on the days from `first`; None is a day without a row."""
    return [
        {"seller_id": "S", "on_day": first + dt.timedelta(days=place), "gmv": amount}
        for place, amount in enumerate(amounts)
        if amount is not None
    ]


def test_daily_sales_are_the_median_of_ninety_days_days_without_sales_included() -> None:
    blocked = dt.date(2026, 5, 1)
    sales = sold(blocked - dt.timedelta(days=100), [900.0] * 10 + [None] * 20 + [0.0] * 20 + [10.0] * 50)
    found = blocks_of([strike("A", at(5, 1))], gmv_daily=sales)
    # Of the last 90 days 20 have no row, 20 are zero and 50 are 10: the days before them do not count.
    assert found["A"]["daily_gmv"] == 10.0
    fewer = [row for row in sales if row["gmv"] != 10.0 or row["on_day"] < blocked - dt.timedelta(days=12)]
    assert blocks_of([strike("A", at(5, 1))], gmv_daily=fewer)["A"]["daily_gmv"] == 0.0


def test_days_blocked_before_are_left_out_of_the_usual_sales() -> None:
    sales = sold(dt.date(2026, 3, 1), [20.0] * 30 + [0.0] * 31 + [30.0] * 10)
    found = blocks_of([strike("A", at(3, 31), at(5, 1)), strike("B", at(5, 11))], gmv_daily=sales)
    assert found["A"]["daily_gmv"] == 20.0
    assert found["B"]["daily_gmv"] == 20.0  # thirty days of 20 and ten of 30, the zeros were blocked


def test_sellers_without_sales_before_their_block_have_no_daily_sales() -> None:
    after = sold(dt.date(2026, 5, 2), [5.0] * 9)
    assert blocks_of([strike("A", at(5, 1))], gmv_daily=after)["A"]["daily_gmv"] is None
    old = sold(dt.date(2025, 10, 1), [5.0] * 9)
    assert blocks_of([strike("A", at(5, 1))], gmv_daily=old)["A"]["daily_gmv"] is None
    other = [row | {"seller_id": "T"} for row in sold(dt.date(2026, 4, 1), [5.0] * 9)]
    assert blocks_of([strike("A", at(5, 1))], gmv_daily=other)["A"]["daily_gmv"] is None


def test_flows_hold_back_the_daily_sales_of_known_blocks_alone() -> None:
    sales = sold(dt.date(2026, 4, 1), [7.0] * 30)
    strikes = [strike("A", at(5, 1), at(5, 9)), strike("N", at(5, 1), None, seller_id="T")]
    flows = derived("block_flow", enforcements=strikes, gmv_daily=sales)
    assert [(f["flow"], f["delta"], f["on_day"]) for f in flows] == [
        ("blocked", 7.0, dt.date(2026, 5, 1)),
        ("lifted", -7.0, dt.date(2026, 5, 9)),
    ]


HISTORY = [
    {
        "seller_id": "S",
        "tier": "standard",
        "valid_from": dt.date(2026, 1, 1),
        "valid_to": dt.date(2026, 4, 11),
    },
    {"seller_id": "S", "tier": "strategic", "account_manager": "Ada", "valid_from": dt.date(2026, 4, 11)},
]


def test_a_seller_in_two_tiers_counts_in_the_tier_of_the_day() -> None:
    strikes = [strike("before", at(4, 10, 21), at(4, 15), tier="growth"), strike("after", at(4, 20))]
    strikes.append(strike("midnight", at(4, 10, 22), at(4, 12)))  # 00:00 of the 11th in Luxembourg
    found = {
        row["enforcement_id"]: (row["tier"], row["account_manager"])
        for row in derived("enforcements", enforcements=strikes, seller_history=HISTORY)
    }
    assert found == {
        "before": ("standard", None),
        "midnight": ("strategic", "Ada"),
        "after": ("strategic", "Ada"),
    }
    blocks = blocks_of(strikes, seller_history=HISTORY)
    assert {key: row["tier"] for key, row in blocks.items()} == {"before": "standard", "after": "strategic"}
    appeal = {"appeal_id": "P", "seller_id": "S", "submitted_at": at(4, 1), "decided_at": at(4, 20)}
    (decided,) = derived("appeals", appeals=[appeal | {"outcome": "upheld"}], seller_history=HISTORY)
    assert decided["tier"] == "strategic"


def test_active_days_are_spread_over_their_month_and_follow_the_tier_of_each_day() -> None:
    months = [{"seller_id": "S", "month": dt.date(2026, 4, 1), "active_days": 15, "tier": "growth"}]
    rows = derived("seller_activity", seller_months=months, seller_history=HISTORY)
    by_tier = {tier: [r for r in rows if r["tier"] == tier] for tier in ("standard", "strategic", "growth")}
    assert [len(found) for found in by_tier.values()] == [10, 20, 0]
    assert sum(row["seller_months"] for row in rows) == pytest.approx(15 / 30.4375)
    assert {round(row["seller_months"], 12) for row in rows} == {round(0.5 / 30.4375, 12)}


def test_a_month_that_is_not_over_is_spread_over_the_days_that_are() -> None:
    months = [
        {"seller_id": "S", "month": dt.date(2026, 5, 1), "active_days": 31},
        {"seller_id": "S", "month": dt.date(2026, 6, 1), "active_days": 6},
        {"seller_id": "T", "month": dt.date(2026, 6, 1), "active_days": 0},
        {"seller_id": "U", "month": dt.date(2026, 6, 1)},
    ]
    rows = derived("seller_activity", dt.datetime(2026, 6, 12, 21, 59, 59), seller_months=months)
    june = [row for row in rows if row["active_on"] >= dt.date(2026, 6, 1)]
    assert {row["active_on"].day for row in june} == set(range(1, 13))
    assert {round(row["seller_months"], 12) for row in june} == {round(0.5 / 30.4375, 12)}
    assert len(rows) == 31 + 12


def test_the_outlook_falls_to_what_is_left_of_ninety_days() -> None:
    strikes = [strike(f"B{k}", at(3, 1), at(3, 1 + k), seller_id=f"S{k}") for k in (2, 4, 6, 8)]
    outlook = {
        row["age_days"]: row["expected_days"] for row in derived("block_outlook", enforcements=strikes)
    }
    assert outlook[0] == pytest.approx((2 + 4 + 6 + 8) / 4)
    assert outlook[4] == pytest.approx((0 + 2 + 4) / 3)
    assert outlook[8] == pytest.approx(0.0)
    strikes.append(strike("open", at(6, 1)))
    longer = {row["age_days"]: row["expected_days"] for row in derived("block_outlook", enforcements=strikes)}
    assert longer[0] == pytest.approx((2 + 4 + 6 + 8 + 90) / 5)
    assert max(longer) == 30 and longer[30] == pytest.approx(90.0)


def test_a_survey_belongs_to_the_team_that_had_the_case_and_the_tier_it_was_sent_in() -> None:
    surveys = [
        {"survey_id": "1", "seller_id": "S", "case_kind": "appeal", "case_id": "P", "sent_at": at(4, 9)},
        {"survey_id": "2", "seller_id": "S", "case_kind": "escalation", "case_id": "E", "sent_at": at(4, 12)},
        {"survey_id": "3", "case_kind": "escalation", "case_id": "P", "sent_at": at(4, 12)},
    ]
    found = derived(
        "surveys",
        surveys=surveys,
        appeals=[{"appeal_id": "P", "team": "reviewers", "specialist_id": "R", "submitted_at": at(4, 1)}],
        escalations=[
            {"escalation_id": "E", "cycle": 1, "team": "first", "opened_at": at(4, 1)},
            {"escalation_id": "E", "cycle": 2, "team": "second", "opened_at": at(4, 5)},
        ],
        seller_history=HISTORY,
    )
    assert [(row["team"], row["specialist_id"], row["tier"]) for row in found] == [
        ("reviewers", "R", "standard"),
        ("second", None, "strategic"),
        (None, None, None),
    ]


BANDS = {
    0.0: "0.0 to 0.1",
    0.3: "0.3 to 0.4",
    0.999: "0.9 to 1.0",
    1.0: "0.9 to 1.0",
    None: None,
    1.2: None,
}


@pytest.mark.parametrize(("score", "band"), BANDS.items())
def test_scores_fall_in_tenths_and_what_is_no_share_in_none(score: float | None, band: str | None) -> None:
    strikes = [strike(str(known), at(3, 1), None, risk_score=known) for known in BANDS]
    rows = {row["enforcement_id"]: row["risk_band"] for row in derived("enforcements", enforcements=strikes)}
    assert rows[str(score)] == band
