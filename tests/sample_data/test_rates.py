"""Rates of the simulated operation lie where published figures say such operations lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.sample_data.conftest import Raw, weeks_before_end

REINSTATING = ["reversed_our_error", "reinstated_after_fix", "reinstated_goodwill", "partially_reinstated"]


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ("enforcements", 110_000, 130_000),
        ("appeals", 90_000, 110_000),
        ("escalations", 38_000, 43_000),
        ("escalation_events", 100_000, 150_000),
        ("investigations", 5_500, 6_700),
        ("sellers", 20_000, 20_000),
        ("gmv_daily", 300_000, 1_000_000),
    ],
)
def test_volumes_at_scale_one(raw: Raw, table: str, low: int, high: int) -> None:
    assert low <= len(raw[table]) <= high


def test_resolution_sla_is_85_to_93_percent_of_the_due_cohort(promised: pd.DataFrame) -> None:
    assert 0.85 <= promised["met"].mean() <= 0.93
    quiet = promised[weeks_before_end(promised["due_at"]) > 10]  # then two planted stories begin
    by_quarter = quiet.groupby(quiet["due_at"].dt.to_period("Q"))["met"].agg(["mean", "count"])
    assert by_quarter["mean"].between(0.85, 0.93).all()


def test_first_response_sla_is_93_to_97_percent(promised: pd.DataFrame) -> None:
    assert 0.93 <= promised["answered_in_time"].mean() <= 0.97


def test_15_to_40_percent_of_enforcements_are_appealed(raw: Raw) -> None:
    enforced = raw["enforcements"]
    settled = enforced[weeks_before_end(enforced["enforced_at"]) > 8]
    share = settled["enforcement_id"].isin(raw["appeals"]["enforcement_id"]).mean()
    assert 0.15 <= share <= 0.40


def test_5_to_12_percent_are_reversed_as_our_error(raw: Raw) -> None:
    decided = raw["appeals"].dropna(subset=["outcome"])
    assert 0.05 <= (decided["outcome"] == "reversed_our_error").mean() <= 0.12
    enforced = raw["enforcements"]
    mature = enforced[weeks_before_end(enforced["enforced_at"]) > 30]
    assert 0.05 <= (mature["reversal_kind"] == "reversed_our_error").mean() <= 0.12


@pytest.mark.parametrize(("days", "share"), [(30, 0.06), (60, 0.10), (90, 0.13), (180, 0.18)])
def test_restumble_rates(raw: Raw, days: int, share: float) -> None:
    appeals = raw["appeals"]
    through = raw["supplied_through"]["through_at"].max()
    back = appeals[
        appeals["outcome"].isin(REINSTATING) & (appeals["decided_at"] <= through - pd.Timedelta(days=days))
    ]
    strikes = raw["enforcements"]
    strikes = strikes[(strikes["level"] == "account") & (strikes["reversal_kind"] != "reversed_our_error")]
    following = pd.merge_asof(
        back.sort_values("decided_at"),
        strikes[["seller_id", "enforced_at"]].sort_values("enforced_at"),
        left_on="decided_at",
        right_on="enforced_at",
        by="seller_id",
        direction="forward",
        allow_exact_matches=False,
    )
    passed = np.ceil((following["enforced_at"] - following["decided_at"]) / pd.Timedelta(days=1))
    assert (passed <= days).mean() == pytest.approx(share, rel=0.12)


def test_random_audits_find_3_to_6_percent_defects(raw: Raw) -> None:
    reviews = raw["reviews"]
    done = reviews[(reviews["purpose"] == "random") & reviews["judged_wrong"].notna()]
    for kind in ("appeal", "escalation", "investigation"):
        judged = done.loc[done["subject_kind"] == kind, "judged_wrong"].astype(bool)
        assert len(judged) > 500
        assert 0.03 <= judged.mean() <= 0.06, kind
    complaints = reviews[(reviews["purpose"] == "complaint") & reviews["judged_wrong"].notna()]
    assert complaints["judged_wrong"].astype(bool).mean() > 0.12  # why they never count


def test_shrinkage_is_30_to_38_percent_and_utilisation_70_to_85(raw: Raw) -> None:
    days = raw["work_days"]
    away = days[["leave_hours", "training_hours", "meeting_hours"]].sum(axis=1)
    assert 0.30 <= away.sum() / days["paid_hours"].sum() <= 0.38
    assert 0.70 <= days["case_hours"].sum() / (days["paid_hours"] - away).sum() <= 0.85
    assert (days["case_hours"] + away <= days["paid_hours"] + 0.05).all()


def test_sales_are_heavy_tailed(raw: Raw) -> None:
    of_seller = raw["gmv_daily"].groupby("seller_id")["gmv"].mean().sort_values(ascending=False)
    assert of_seller.head(len(of_seller) // 10).sum() / of_seller.sum() > 0.4


def test_reopened_repeated_and_preventable_shares_are_plausible(raw: Raw) -> None:
    cases = raw["escalations"]
    assert 0.03 <= (cases["cycle"] > 1).mean() <= 0.07
    assert 0.55 <= cases["preventable"].notna().mean() <= 0.68
    assert 0.4 <= cases["preventable"].dropna().astype(bool).mean() <= 0.6
    newest = weeks_before_end(cases["opened_at"]) <= 1
    assert cases.loc[newest, "root_cause"].notna().mean() < 0.3  # tagged late
    assert cases.loc[~newest, "root_cause"].notna().mean() > 0.8
    assert cases.loc[cases["blocked_since"].notna(), "decision_needed"].notna().all()


def test_the_year_end_peak_and_weekends_are_there(raw: Raw) -> None:
    opened = raw["escalations"]["opened_at"]
    weekly = opened.groupby(opened.dt.to_period("W")).size()
    peak = weekly[(weekly.index.start_time.month == 12) & (weekly.index.start_time.day < 25)]
    usual = weekly[weekly.index.start_time.month.isin([4, 5, 6])]
    assert 1.1 <= peak.mean() / usual.mean() <= 1.4
    by_weekday = opened.groupby(opened.dt.day_of_week).size()
    assert by_weekday[5] < 0.6 * by_weekday[1]


def test_the_backlog_is_neither_empty_nor_running_away(raw: Raw) -> None:
    cases = raw["escalations"]
    weeks = pd.date_range("2024-01-01", "2026-08-31", freq="7D")
    levels = [((cases["opened_at"] < at) & ~(cases["resolved_at"] < at)).sum() for at in weeks]
    years = np.array_split(np.array(levels), 3)
    assert min(levels) > 100
    assert np.mean(years[2]) / np.mean(years[0]) == pytest.approx(1.0, abs=0.2)
