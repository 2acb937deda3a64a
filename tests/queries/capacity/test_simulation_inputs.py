"""People and work ahead as the simulation takes them, against raw rows and against what sources get wrong."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from analysis.forecasting import forecast
from queries.capacity.absence import _spell_lengths, habits
from queries.capacity.arrivals import Expected, expected
from queries.capacity.clearing import outlook
from queries.capacity.coming import coming, common_errors
from queries.capacity.days import days_ahead, open_days
from queries.capacity.passing import TYPES, Passing, _passing, with_waits_of
from queries.capacity.people import _ramp, crews, leaving_of, ramp_of
from queries.capacity.plan import base_plan
from queries.capacity.queue import _open_now, open_cases
from queries.capacity.what_if import question_of, surroundings
from queries.filters import Filters
from queries.journal import Journal
from store.settings import BusinessCalendar
from tests.queries.capacity.conftest import Staff

DAY = dt.timedelta(days=1)
WEEKDAYS = (True,) * 5 + (False,) * 2
CALENDAR = BusinessCalendar(time_zone="UTC", holidays={dt.date(2026, 11, 18): "Holiday"})


def stamped(staff: Staff, name: str, *columns: str) -> pd.DataFrame:
    """Rows of a table one by one: teams and business dates are stamped at load."""
    table = staff.reader.scope.table(name)
    rows = staff.reader.scope.read(staff.reader.facts, select(*(table.c[column] for column in columns)))
    return pd.DataFrame(rows.to_pylist(), columns=list(columns))


def test_the_days_ahead_begin_after_the_data_and_fill_the_organisations_weeks(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    loaded = staff.reader.coverage.loaded(("appeals", "escalations", "investigations"))
    assert loaded is not None
    assert ahead.first == loaded.last_day + DAY
    assert len(ahead.weeks) == 26
    assert ahead.week_of().tolist() == [
        next(place for place, week in enumerate(ahead.weeks) if week.start <= ahead.date(day) < week.end)
        for day in range(ahead.days)
    ]


def test_people_ahead_are_those_of_the_raw_history_who_carry_cases(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    days = staff.tables["work_days"]
    since = ahead.first - dt.timedelta(weeks=13)
    lately = days[(days["worked_on"] >= since) & (days["worked_on"] < ahead.first)]
    away = (lately["paid_hours"] > 0) & (lately["leave_hours"] * 2 >= lately["paid_hours"])
    carrying = set(lately[(lately["case_hours"] > 0) | away]["specialist_id"])
    everyone = set(staff.tables["specialist_history"]["specialist_id"])
    seen = 0
    for crew in crews(staff.reader, staff.teams, ahead):
        for day in (0, 40, 120):
            on = ahead.date(day)
            wanted = 0.0
            for person in everyone:
                place = staff.place(person, on)
                if place is not None and place[0] == crew.team and person in carrying:
                    wanted += min(place[1], 1.0)
            known = sum(
                person.fte
                for person in crew.staff.people
                if person.starts <= day
                and (person.ends is None or day <= person.ends)
                and person.starts < 0
                and -person.starts > 28
            )
            newer = sum(
                person.fte
                for person in crew.staff.people
                if person.starts <= day
                and (person.ends is None or day <= person.ends)
                and -person.starts <= 28
            )
            assert known <= wanted + 1e-9 <= known + newer + 1e-6
            seen += known > 0
    assert seen > 3


def test_who_is_in_no_team_or_has_left_is_in_no_crew(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    everyone = set(staff.tables["specialist_history"]["specialist_id"])
    most = sum(
        any(staff.place(person, ahead.date(day)) is not None for day in range(0, ahead.days, 5))
        for person in everyone
    )
    found = crews(staff.reader, staff.teams, ahead)
    there = sum(len(crew.staff.people) + crew.idle - crew.beginning for crew in found)
    assert 0 < there <= most
    for crew in found:
        assert all(0 <= person.fte <= 1 for person in crew.staff.people)
        assert all(person.ends is None or person.ends >= 0 for person in crew.staff.people)


def test_open_cases_are_those_of_the_raw_rows(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    base = base_plan(staff.reader, Filters())
    for name, table, came, ended in (
        ("appeal", "appeals", "submitted_on", "decided_on"),
        ("escalation", "escalations", "opened_on", "resolved_on"),
        ("investigation", "investigations", "opened_on", "closed_on"),
    ):
        rows = stamped(staff, table, "team", came, ended)
        waiting = rows[rows[ended].isna() & rows["team"].notna() & (rows[came] < ahead.first)]
        wanted = waiting.groupby("team").size().to_dict()
        found = open_cases(staff.reader, name, ahead.first)
        assert {team: sum(cases for _, _, cases in of) for team, of in found.items()} == wanted
        for queue in base.queues:
            for work in queue.work:
                if work.name == name:
                    assert work.cases_open == pytest.approx(wanted.get(queue.team, 0))


@pytest.mark.parametrize("work", ["appeal", "escalation", "investigation"])
def test_the_simulation_expects_what_the_load_of_the_weeks_ahead_does(staff: Staff, work: str) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    table, came = next((kind.table, kind.came) for kind in TYPES if kind.name == work)
    found = coming(staff.reader, work, table, came, ahead)
    last = staff.reader.coverage.rules.before(staff.reader.coverage.rules.week_of(ahead.first))
    if not found:
        assert work == "appeal" and stamped(staff, table, "team")["team"].isna().all()
        return

    def told(filters: Filters) -> Expected:
        return next(one for one in expected(staff.reader, last, filters) if one.work == work)

    whole = told(Filters())
    assert whole.forecast is not None
    whole_weeks = [place for place, week in enumerate(ahead.weeks[:13]) if week.days == 7][1:]
    into = (ahead.weeks[0].start - whole.first).days // 7
    place_of = ahead.week_of()
    for team, one in found.items():
        alone = told(Filters().with_values("team", [team])).forecast
        assert alone is not None
        for place in whole_weeks[: 13 - into]:
            assert one.expected[place_of == place].sum() == pytest.approx(alone.mean[place + into])
        assert sum(one.by_weekday) == pytest.approx(1)
        assert one.per_week == pytest.approx(one.expected.mean() * 7)
        for error in (one.level_error, one.common_error):
            assert np.isfinite(error).all() and (np.diff(error) >= 0).all()
    rows = stamped(staff, table, "team", came)
    day = rows[came]
    lately = rows[(day >= whole.first - dt.timedelta(weeks=8)) & (day < whole.first)]
    shares = (lately.groupby("team").size() / len(lately)).to_dict()
    every = np.sum([one.expected for one in found.values()], axis=0)
    assert every.sum() > 0
    for team, share in shares.items():
        assert found[team].expected.sum() / every.sum() == pytest.approx(
            share / sum(shares.values()), rel=0.05
        )


def test_who_left_counts_once_and_only_for_the_time_there(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    people = staff.tables["specialists"]
    since = ahead.first - dt.timedelta(weeks=104)
    left = people["left_on"].dropna()
    found = leaving_of(staff.reader, ahead.first)
    assert found.left == ((left >= since) & (left < ahead.first)).sum()
    assert 0 < found.years <= len(people) * 104 * 7 / 365.25


def test_agreed_leave_is_away_and_leave_that_ends_before_it_starts_is_none(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    booked = habits(staff.reader, ahead).booked
    wanted: dict[str, set[int]] = {}
    for row in staff.tables["planned_leave"].to_dict("records"):
        for day in range(ahead.days):
            if row["starts_on"] <= ahead.date(day) <= row["ends_on"]:
                wanted.setdefault(row["specialist_id"], set()).add(day)
    assert {person: set(days) for person, days in booked.items()} == wanted


def test_the_same_view_gives_the_same_futures_and_a_team_its_own(staff: Staff) -> None:
    found = outlook(staff.reader, Filters(), ())
    again = outlook(staff.reader, Filters(), ())
    assert found is again, "kept per store version and view"
    if found.whole is None:
        assert found.base.reason
        return
    team = found.teams[0]
    key = next(one.team for one in staff.reader.directory.teams if one.name == team.name)
    alone = outlook(staff.reader, Filters().with_values("team", (key,)), ())
    assert alone.whole is not None
    assert np.array_equal(alone.whole.open_cases, team.open_cases)
    assert outlook(staff.reader, Filters().with_values("tier", ("strategic",)), ()) is not None


def test_the_minutes_of_a_case_are_the_mean_over_the_cases_expected(staff: Staff) -> None:
    question, base = question_of(staff.reader, Filters(), Journal())
    assert base.plan is not None
    rows = pd.DataFrame(
        [(work.name, work.hours, work.expected.sum()) for team in base.plan.teams for work in team.work],
        columns=["work", "hours", "cases"],
    )
    rows["all"] = rows["hours"] * rows["cases"]
    sums = rows.groupby("work")[["all", "cases"]].sum()
    assert len(rows) > len(sums) and rows["hours"].nunique() > 1, "teams differ"
    found = surroundings(staff.reader, question).minutes
    assert found == pytest.approx((60 * sums["all"] / sums["cases"]).to_dict())


def test_a_team_nobody_chose_has_nothing_to_simulate(staff: Staff) -> None:
    found = outlook(staff.reader, Filters().with_values("team", ("nowhere",)), ())
    assert found.whole is None
    assert found.base.reason == "no work is known"


def test_a_holiday_of_the_calendar_is_no_day_at_work() -> None:
    days = open_days(CALENDAR, dt.date(2026, 11, 16), 7)
    assert days.tolist() == [True, True, False, True, True, False, False]
    assert open_days(None, dt.date(2026, 11, 16), 7).all(), "without a calendar every day is open"


def row(weekday: int, lasted: int, promised: int | None, *, late: bool = False, is_open: bool = False,
        cases: int = 1) -> dict[str, object]:  # fmt: skip
    return {"weekday": weekday, "lasted": lasted, "promised": promised, "late": int(late),
            "is_open": int(is_open), "cases": cases}  # fmt: skip


def test_waits_and_promises_count_working_days() -> None:
    # Came on Friday (5), ended Monday: one working day. Came on Sunday (0), ended Monday: none.
    found = _passing([row(5, 3, 4, cases=3), row(0, 1, 2)], WEEKDAYS)
    assert found.shares[1, 2] == pytest.approx(0.75)
    assert found.shares[0, 1] == pytest.approx(0.25)
    assert found.mean_wait == pytest.approx(0.75)


def test_a_case_that_ended_late_on_its_due_day_waited_a_day_longer() -> None:
    found = _passing([row(1, 2, 2, late=True), row(1, 2, 2)], WEEKDAYS)
    assert found.shares[3, 2] == found.shares[2, 2] == 0.5


def test_a_case_still_open_ends_as_those_that_lasted_so_long() -> None:
    found = _passing(
        [row(1, 0, 2, cases=4), row(1, 3, 2, late=True, cases=2), row(1, 2, 2, is_open=True)], WEEKDAYS
    )
    assert found.shares[0, 2] == pytest.approx(4 / 7)
    assert found.shares[3, 2] == pytest.approx(3 / 7)


def test_work_without_due_times_is_taken_up_when_most_was_done() -> None:
    found = _passing([row(1, 0, None, cases=7), row(1, 1, None, cases=2), row(1, 4, None)], WEEKDAYS)
    assert found.shares.shape == (5, 2)
    assert found.shares[:, 1].tolist() == pytest.approx([0.7, 0.2, 0, 0, 0.1])
    assert _passing([], WEEKDAYS).shares.tolist() == [[1.0]]


def test_waits_are_those_of_calm_days_and_promises_those_of_all() -> None:
    shares = np.zeros((6, 4))
    shares[5, 3], shares[0, 1], shares[0, 2] = 0.6, 0.3, 0.1
    calm = np.zeros((2, 4))
    calm[0, 1], calm[0, 3], calm[1, 3] = 0.5, 0.1, 0.4
    found = with_waits_of(Passing(shares, 500), Passing(calm, 80))
    assert found.shares.sum(axis=0) == pytest.approx([0, 0.3, 0.1, 0.6])
    assert found.shares[:, 3] == pytest.approx([0.12, 0.48]), "as the calm cases of the same promise"
    assert found.shares[:, 2] == pytest.approx([0.06, 0.04]), "no calm case has this promise: as all"
    assert (found.cases, found.calm) == (80, True)


def test_open_cases_stand_on_the_day_they_are_due_and_wait_as_those_before(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    first = ahead.first
    shares = np.zeros((3, 4))
    shares[0, 3], shares[2, 3] = 0.5, 0.5
    came = first - DAY
    waiting = [(came, first - DAY * 5, 2), (came, first + DAY * 2, 4), (came - DAY * 60, None, 3)]
    found = _open_now(waiting, ahead, None, shares)
    assert found.sum() == pytest.approx(9)
    assert found[:, 0].sum() == pytest.approx(5), "past due, and what waited longest is due by now"
    assert found[1, 3] == pytest.approx(4), "waited a day, so the rest of a wait of two is left"
    assert found[0, 0] >= 3, "waited longer than any did: can be worked on at once"


def test_days_away_with_a_weekend_between_are_one_spell() -> None:
    def on(person: str, day: int) -> dict[str, object]:
        return {"specialist_id": person, "worked_on": dt.date(2026, 11, day)}

    rows = [on("a", 5), on("a", 6), on("a", 9), on("a", 16), on("b", 17)]
    assert _spell_lengths(rows) == [3, 1, 1]  # type: ignore[arg-type]


def test_the_ramp_never_falls_and_short_stretches_follow_the_one_before() -> None:
    found = _ramp(
        {0: (100, 200, 500), 1: (100, 150, 500), 2: (5, 25, 25), 3: (100, 600, 500)}
    )  # fmt: skip
    assert found.by_week[:17:4] == pytest.approx((0.4, 0.4, 0.4, 1.0, 1.0))
    assert found.days == 305
    assert _ramp({}).by_week == ()


def test_the_ramp_is_that_of_the_cohorts_taken_together(staff: Staff) -> None:
    ahead = days_ahead(staff.reader)
    assert ahead is not None
    pace = stamped(staff, "work_pace", "worked_on", "tenure_weeks", "done_hours", "usual_hours")
    since = ahead.first - dt.timedelta(weeks=104)
    new = pace[pace["tenure_weeks"].between(0, 25) & pace["usual_hours"].notna()]
    new = new[(new["worked_on"] >= since) & (new["worked_on"] < ahead.first)]
    found = ramp_of(staff.reader, ahead.first)
    assert found.days == (new["usual_hours"] > 0).sum()
    early = new[new["tenure_weeks"] < 4]
    if (early["usual_hours"] > 0).sum() >= 30:
        wanted = min(early["done_hours"].sum() / early["usual_hours"].sum(), 1.0)
        assert found.by_week[0] == pytest.approx(wanted)


@pytest.mark.parametrize("past", [[9.0], [5.0] * 5, [0.0] * 60, [0.0] * 30 + [5000.0] + [0.0] * 30])
def test_short_empty_and_spiked_pasts_give_a_finite_error(past: list[float]) -> None:
    errors = common_errors(forecast(past, 27, tested=13), 1.2)
    assert len(errors) == 27
    assert np.isfinite(errors).all()


def test_the_error_common_to_all_is_what_the_interval_holds_beyond_chance() -> None:
    random = np.random.default_rng(4)
    steady = common_errors(forecast(random.poisson(900, 150), 27, tested=13), 1.0)
    assert steady.max() < 0.04, "nothing but chance, whose part is not counted again"
    walks = [900 * np.exp(np.cumsum(random.normal(0, 0.05, 150))) for _ in range(40)]
    moving = np.median([common_errors(forecast(walk, 27, tested=13), 0.0) for walk in walks], axis=0)
    # A walk of 5 % a week is off by 5 % times the root of the weeks.
    assert moving[0] == pytest.approx(0.05, rel=0.3)
    assert moving[12] == pytest.approx(0.05 * 13**0.5, rel=0.3)
    assert moving[25] == pytest.approx(0.05 * 26**0.5, rel=0.35)
