"""Plan against people, positions and their time to fill, against the raw rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from queries.capacity.hiring import plan_months, positions_on
from queries.capacity.standing import spells, teams_chosen, unheeded
from queries.filters import Filters
from tests.queries.capacity.conftest import Staff
from tests.queries.capacity.random_staff import TODAY

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2025, 9, 1), dt.date(2026, 9, 1)


def month_end(month: dt.date) -> dt.date:
    return (pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date()


def test_everyone_stands_in_one_team_at_a_time_and_in_none_after_leaving(staff: Staff) -> None:
    for day in (TODAY - DAY * 500, TODAY - DAY * 100, TODAY, TODAY + DAY * 200):
        found = {s.specialist_id: (s.team, s.fte) for s in spells(staff.reader) if s.holds(day)}
        people = set(staff.tables["specialist_history"]["specialist_id"])
        wanted = {person: staff.place(person, day) for person in people}
        assert found == {person: place for person, place in wanted.items() if place is not None}


def test_active_fte_is_that_of_the_last_day_of_each_month(staff: Staff) -> None:
    rows = plan_months(staff.reader, staff.teams, FIRST, LAST, TODAY)
    people = set(staff.tables["specialist_history"]["specialist_id"])
    plan = staff.tables["headcount_plan"].set_index(["team", "month"])["fte"]
    assert {row.month for row in rows if row.ahead} == {dt.date(2026, month, 1) for month in range(4, 10)}
    for row in rows:
        assert row.planned == plan.get((row.team, row.month))
        if not row.ahead:
            day = min(month_end(row.month), TODAY)
            places = [staff.place(person, day) for person in people]
            assert row.active == pytest.approx(sum(p[1] for p in places if p and p[0] == row.team))


def test_what_is_agreed_ahead_is_people_known_to_stay_and_agreed_starts(staff: Staff) -> None:
    rows = [row for row in plan_months(staff.reader, staff.teams, FIRST, LAST, TODAY) if row.ahead]
    people = set(staff.tables["specialist_history"]["specialist_id"])
    seen = 0
    for row in rows:
        day = month_end(row.month)
        places = [staff.place(person, day) for person in people]
        wanted = sum(p[1] for p in places if p and p[0] == row.team)
        for position in staff.tables["requisitions"].to_dict("records"):
            sound = pd.isna(position["opened_on"]) or (
                position["opened_on"] <= TODAY
                and (pd.isna(position["filled_on"]) or position["filled_on"] >= position["opened_on"])
            )
            taken = not pd.isna(position["filled_on"]) and position["filled_on"] <= TODAY
            if position["team"] == row.team and sound and taken and TODAY < position["starts_on"] <= day:
                wanted += 1
                seen += 1
        assert row.active == pytest.approx(wanted), (row.team, row.month)
    assert seen > 0


def test_positions_are_open_agreed_or_contradicting(staff: Staff) -> None:
    found = positions_on(staff.reader, staff.teams, TODAY)
    rows = staff.tables["requisitions"]
    rows = rows[rows["team"].notna()]
    waiting, agreed, wrong = set(), set(), 0
    for row in rows.to_dict("records"):
        opened, filled = row["opened_on"], row["filled_on"]
        if not pd.isna(opened) and not pd.isna(filled) and filled < opened:
            wrong += 1
        elif not pd.isna(opened) and opened > TODAY:
            continue
        elif pd.isna(filled) or filled > TODAY:
            waiting.add(row["requisition_id"])
        elif row["starts_on"] > TODAY:
            agreed.add(row["requisition_id"])
    assert wrong > 0
    assert found.contradicting == wrong
    assert {one.requisition_id for one in found.waiting} == waiting
    assert {one.requisition_id for one in found.agreed} == agreed
    ages = [one.age_days for one in found.waiting if one.age_days is not None]
    assert ages == sorted(ages, reverse=True)
    assert min(ages) >= 0


def test_time_to_fill_counts_open_positions_as_censored(staff: Staff) -> None:
    found = positions_on(staff.reader, staff.teams, TODAY).fill
    rows = staff.tables["requisitions"]
    rows = rows[rows["team"].notna() & rows["opened_on"].notna()]
    opened = pd.to_datetime(rows["opened_on"])
    filled = pd.to_datetime(rows["filled_on"])
    today = pd.Timestamp(TODAY)
    kept = (opened <= today) & (opened >= today - pd.Timedelta(days=730)) & ~(filled < opened)
    ended = (filled <= today)[kept]
    days = (filled.where(filled <= today, today) - opened)[kept].dt.days
    median = SurvfuncRight(days, ended.astype(int)).quantile(0.5)
    assert (found.n, found.waiting) == (int(kept.sum()), int((~ended).sum()))
    assert found.median == (median if np.isfinite(median) else None)
    # Leaving the open ones out would make filling look faster than it is.
    assert found.median is None or found.median >= np.median(days[ended])


def test_filters_choose_teams_and_others_are_told(staff: Staff) -> None:
    chosen = Filters().with_values("team", ("emea-1",)).with_values("tier", ("strategic",))
    assert [team.team for team in teams_chosen(staff.reader, chosen)] == ["emea-1"]
    assert unheeded(chosen) == ("tier",)
    below = teams_chosen(staff.reader, Filters().with_values("org", ("emea",)))
    assert {team.team for team in below} <= set(staff.teams)
    assert teams_chosen(staff.reader, Filters().with_values("team", ("nowhere",))) == ()
