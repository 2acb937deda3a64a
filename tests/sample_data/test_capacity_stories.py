"""Load, cover and learning as planted: the raw tables agree with each other and hold what the stories say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sample_data.stories import quarter_before, stories
from tests.sample_data.conftest import END, Raw, collected, weeks_before_end

AHEAD = dt.timedelta(weeks=13)


@pytest.fixture(scope="module")
def days(raw: Raw) -> pd.DataFrame:
    """Work days with their available hours, week before the end and week of tenure."""
    rows = raw["work_days"].copy()
    away = rows[["leave_hours", "training_hours", "meeting_hours"]].sum(axis=1)
    rows["available"] = rows["paid_hours"] - away
    return dated(raw, rows)


@pytest.fixture(scope="module")
def items(raw: Raw) -> pd.DataFrame:
    """Work items with their standard hours, the newest standard of each type throughout."""
    rows = raw["work_items"].copy()
    newest = raw["standard_times"].sort_values("valid_from").groupby("work_type")["minutes"].last()
    rows["standard"] = rows["work_type"].map(newest) / 60
    return dated(raw, rows)


def dated(raw: Raw, rows: pd.DataFrame) -> pd.DataFrame:
    day = pd.to_datetime(rows["worked_on"])
    hired = pd.to_datetime(raw["specialists"].set_index("specialist_id")["hired_on"])
    rows["week"] = (pd.Timestamp(END) - day).dt.days // 7 + 1
    rows["hired"] = rows["specialist_id"].map(hired)
    rows["tenure"] = (day - rows["hired"]).dt.days // 7
    return rows


@pytest.fixture(scope="module")
def arrivals(raw: Raw, items: pd.DataFrame) -> pd.DataFrame:
    """Cases as they arrive, with team, week before the end and standard hours."""
    standard = items.groupby("work_type")["standard"].first()
    found = [
        pd.DataFrame(
            {
                "team": raw[table]["team"],
                "week": weeks_before_end(raw[table][clock]),
                "hours": standard[kind],
            }
        )
        for table, clock, kind in (
            ("appeals", "submitted_at", "appeal"),
            ("escalations", "opened_at", "escalation"),
            ("investigations", "opened_at", "investigation"),
        )
    ]
    return pd.concat(found)


def test_the_work_that_comes_in_takes_75_to_85_percent_of_the_available_hours(
    arrivals: pd.DataFrame, days: pd.DataFrame
) -> None:
    assert 0.75 <= arrivals["hours"].sum() / days["available"].sum() <= 0.85
    half_years = (
        arrivals.groupby((arrivals["week"] - 1) // 26)["hours"].sum()
        / days.groupby((days["week"] - 1) // 26)["available"].sum()
    )
    assert half_years.between(0.7, 0.88).all()


def test_the_timesheet_says_what_the_work_says(days: pd.DataFrame, items: pd.DataFrame) -> None:
    booked, done = days["case_hours"].sum(), items["minutes"].sum() / 60
    assert booked / done == pytest.approx(1.0, abs=0.01)
    block = [
        rows.groupby(["specialist_id", (rows["week"] - 1) // 13])[column].sum()
        for rows, column in ((days, "case_hours"), (items, "minutes"))
    ]
    by_person = pd.concat(block, axis=1).dropna()
    assert by_person.corr().iloc[0, 1] > 0.95
    week = [
        rows.groupby(["specialist_id", "week"])[column].sum()
        for rows, column in ((days, "case_hours"), (items, "minutes"))
    ]
    assert pd.concat(week, axis=1).fillna(0).corr().iloc[0, 1] > 0.95


def test_nobody_works_on_cases_for_longer_than_the_day_has_hours_for_them(
    days: pd.DataFrame, items: pd.DataFrame
) -> None:
    key = ["specialist_id", "worked_on"]
    done = items.groupby(key)["minutes"].sum() / 60
    free = days.set_index(key)["available"].reindex(done.index)
    assert free.notna().all(), "nobody works on a day off"
    assert (done <= free + 0.01).all()
    assert done.max() < 11
    away = days[days["leave_hours"] > 0].set_index(key).index
    assert not done.index.isin(away).any()


def test_work_around_the_turn_of_the_year_fits_the_hours_there_are(
    days: pd.DataFrame, items: pd.DataFrame
) -> None:
    weeks = pd.concat(
        [items.groupby("week")["minutes"].sum() / 60, days.groupby("week")["available"].sum()], axis=1
    )
    used = weeks["minutes"] / weeks["available"]
    turn = [(END - dt.date(year, 12, 31)).days // 7 + 1 for year in (2023, 2024, 2025)]
    assert (weeks["available"].loc[turn] < 0.8 * weeks["available"].median()).all()
    assert used.loc[turn].between(0.8, 0.92).all()
    assert used.iloc[:-2].between(0.65, 0.92).all(), "in the first two weeks few cases end yet"


def test_work_on_a_case_begins_after_it_arrived_and_is_done_whole(raw: Raw, items: pd.DataFrame) -> None:
    done = items.groupby("case_id").agg(first=("worked_on", "min"), minutes=("minutes", "sum"))
    came = raw["appeals"].set_index("appeal_id")["submitted_at"].dt.date
    of_appeals = done[done.index.isin(came.index)]
    early = pd.to_datetime(of_appeals["first"]) - pd.to_datetime(came.loc[of_appeals.index])
    assert early.dt.days.min() >= -1, "but for the hours between the zones"
    decided = raw["appeals"]["decided_at"].notna() & raw["appeals"]["specialist_id"].notna()
    assert decided.sum() * 0.995 <= len(of_appeals) <= decided.sum()


def test_people_carry_the_same_load_at_any_scale() -> None:
    rows = collected(scale=0.5, weeks=40, end=END)["work_days"].to_pandas()
    available = rows["paid_hours"] - rows[["leave_hours", "training_hours", "meeting_hours"]].sum(axis=1)
    assert 0.65 <= rows["case_hours"].sum() / available.sum() <= 0.85


def test_one_team_has_more_work_than_hours_while_the_whole_has_not(
    arrivals: pd.DataFrame, days: pd.DataFrame, raw: Raw
) -> None:
    story = stories()["overloaded_team"]
    assert story.weeks is not None
    team, weeks = story.conditions["team"], story.weeks[0]
    loads = (
        arrivals[arrivals["week"] <= weeks].groupby("team")["hours"].sum()
        / days[days["week"] <= weeks].groupby("team")["available"].sum()
    )
    assert loads[team] > 1.05
    assert loads.drop(team).max() < 0.97
    before = (arrivals["week"] > 12) & (arrivals["week"] <= 38) & (arrivals["team"] == team)
    usual = days[(days["week"] > 12) & (days["week"] <= 38) & (days["team"] == team)]
    assert arrivals[before]["hours"].sum() / usual["available"].sum() < 0.9
    overtime = days[days["week"] <= weeks].groupby("team")[["overtime_hours", "paid_hours"]].sum()
    shares = overtime["overtime_hours"] / overtime["paid_hours"]
    assert shares[team] == shares.max() > 0.06
    left = raw["specialists"]["left_on"].dropna()
    gone = left[pd.to_datetime(left) > pd.Timestamp(END) - pd.Timedelta(weeks=12)].index
    of_team = raw["specialist_history"].merge(raw["specialists"].loc[gone, ["specialist_id"]])
    assert of_team[of_team["team"] == team]["specialist_id"].nunique() == int(story.strength)


def covered(raw: Raw, day: dt.date) -> pd.Series:
    """People qualified on a day above those required, by team and skill."""
    history, held = raw["specialist_history"], raw["specialist_skills"]
    here = history[(history["valid_from"] <= day) & ~(history["valid_to"].fillna(dt.date(2999, 1, 1)) <= day)]
    valid = held[(held["qualified_on"] <= day) & ~(held["expires_on"].fillna(dt.date(2999, 1, 1)) <= day)]
    have = valid.merge(here, on="specialist_id").groupby(["team", "skill"]).size()
    needed = raw["skill_requirements"].set_index(["team", "skill"])["people"]
    return have.reindex(needed.index, fill_value=0) - needed


def test_one_absence_breaks_cover_in_one_team_and_skill_only(raw: Raw) -> None:
    story = stories()["thin_skill"]
    spare = covered(raw, END)
    cell = (story.conditions["team"], story.conditions["skill"])
    assert spare[cell] == 0
    assert (spare.drop(cell) >= 1).all()
    needed = raw["skill_requirements"].set_index(["team", "skill"])["people"]
    assert needed[cell] == int(story.strength)


def test_some_qualifications_have_run_out_and_some_run_out_soon(raw: Raw) -> None:
    ends = raw["specialist_skills"]["expires_on"].dropna()
    assert (ends <= END).sum() >= 5
    assert ((ends > END) & (ends <= END + AHEAD)).sum() >= 3


def test_the_slow_cohort_carries_less_and_decides_as_well(
    items: pd.DataFrame, days: pd.DataFrame, raw: Raw
) -> None:
    story = stories()["slow_cohort"]
    assert story.quarters is not None
    cohorts = {}
    for back in (5, 4, 3, 2):
        first, after = (pd.Timestamp(day) for day in quarter_before(END, back))
        shares = []
        for rows, column in ((items.drop_duplicates("case_id"), "standard"), (days, "available")):
            hired = (rows["hired"] >= first) & (rows["hired"] < after) & rows["tenure"].between(8, 25)
            shares.append(rows[hired][column].sum())
        cohorts[back] = shares[0] / shares[1]
    slow = cohorts.pop(story.quarters[1])
    assert slow < 0.75 * min(cohorts.values())
    first, after = (pd.Timestamp(day) for day in quarter_before(END, story.quarters[1]))
    hired = pd.to_datetime(raw["specialists"].set_index("specialist_id")["hired_on"])
    members = hired[(hired >= first) & (hired < after)].index
    assert len(members) >= 5
    reviews = raw["reviews"][(raw["reviews"]["purpose"] == "random") & raw["reviews"]["judged_wrong"].notna()]
    audits = reviews.merge(raw["appeals"], left_on="subject_id", right_on="appeal_id")
    wrong = audits[audits["specialist_id"].isin(members)]["judged_wrong"].astype(bool)
    usual = audits["judged_wrong"].astype(bool).mean()
    assert len(wrong) > 100
    assert stats.binomtest(int(wrong.sum()), len(wrong), usual).pvalue > 0.05


def test_requisitions_are_filled_open_or_agreed_with_a_first_day_to_come(raw: Raw) -> None:
    rows = raw["requisitions"]
    waiting = rows["filled_on"].isna()
    agreed = ~waiting & (rows["starts_on"] > END)
    assert len(rows) >= 40
    assert 5 <= waiting.sum() <= 15
    assert agreed.sum() >= 2
    assert rows.loc[waiting | agreed, "specialist_id"].isna().all()
    assert rows.loc[~waiting & ~agreed, "specialist_id"].notna().all()
    filled = rows[~waiting]
    assert (filled["filled_on"] >= filled["opened_on"]).all()
    assert (filled["starts_on"] >= filled["filled_on"]).all()


def test_the_plan_counts_every_seat_and_teams_are_near_it_but_for_the_overloaded_one(raw: Raw) -> None:
    plan = raw["headcount_plan"]
    planned = plan[plan["month"] == END.replace(day=1)].set_index("team")["fte"]
    history = raw["specialist_history"]
    now = history[history["valid_to"].isna()].groupby("team")["fte"].sum()
    gap = planned - now.reindex(planned.index)
    assert gap.idxmax() == "amer-4"
    assert gap.drop("amer-4").between(-1.5, 1.5).all()
    assert np.isclose(planned.sum(), 120.0)
