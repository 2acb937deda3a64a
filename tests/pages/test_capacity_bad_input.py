"""What sources get wrong about people, days and times: told on the Capacity page or left out, no nonsense."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from analysis.staffing import expected_hours
from components import source
from queries.capacity.days import open_days
from queries.capacity.plan import Base, base_plan
from queries.filters import Filters
from store.build import begin, finish
from store.facts import SETTINGS_VARIABLE, read_store_settings
from store.location import ENVIRONMENT_VARIABLE, Location
from tests.conftest import fill, use_settings
from tests.pages.conftest import SHELL
from tests.pages.reading import said

END = dt.date(2026, 3, 16)  # a Monday, the first unknown day
WEEKS = 20
BEGIN = END - dt.timedelta(weeks=WEEKS)
HOLIDAY = dt.date(2026, 3, 19)
SETTINGS = """
default_calendar = "west"
[organisation]
name = "Test"
time_zone = "UTC"
[calendars.west]
time_zone = "UTC"
workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
opens = "00:00"
closes = "24:00"
[calendars.east]
time_zone = "UTC"
workdays = ["sunday", "monday", "tuesday", "wednesday", "thursday"]
opens = "00:00"
closes = "24:00"
[calendars.east.holidays]
2026-03-19 = "Day off"
"""
PEOPLE: dict[str, tuple[list[tuple[str | None, dt.date, dt.date | None, float | None]], Any, Any]] = {
    # places (team, from, to, FTE), first day, last day
    "plain": ([("many", BEGIN, None, 1.0)], BEGIN, None),
    "nowhere": ([(None, BEGIN, None, 1.0)], BEGIN, None),
    "twice": ([("many", BEGIN, None, 0.6), ("lone", BEGIN + dt.timedelta(days=14), None, 0.6)], BEGIN, None),
    "late": ([("many", BEGIN, None, 1.0)], END - dt.timedelta(weeks=2), None),  # cases long before
    "gone": ([("many", BEGIN, None, 1.0)], BEGIN, END - dt.timedelta(weeks=8)),  # cases long after
    "alone": ([("lone", BEGIN, None, 1.0)], BEGIN, None),
    "guest": ([("many", BEGIN, None, 1.0)], BEGIN, None),  # sits at the site of the other team
}


def _days(random: np.random.Generator) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for offset in range(WEEKS * 7):
        day = BEGIN + dt.timedelta(days=offset)
        if day.weekday() > 4 or random.random() < 0.05:  # days missing altogether
            continue
        for person in PEOPLE:
            team = "lone" if person == "alone" else "many"
            paid = 8.0
            if person == "plain" and offset % 31 == 0:
                paid = 30.0
            if person == "plain" and offset % 37 == 0:
                paid = -8.0
            rows.append(
                {
                    "specialist_id": person,
                    "worked_on": day,
                    "team": None if person == "nowhere" else team,
                    "paid_hours": paid,
                    "leave_hours": 0.0,
                    "training_hours": 0.0,
                    "meeting_hours": 1.0,
                    "case_hours": 5.0,
                }
            )
    return pd.DataFrame(rows)


def _cases(random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    appeals, items = [], []
    for offset in range(WEEKS * 7):
        day = dt.datetime.combine(BEGIN + dt.timedelta(days=offset), dt.time(9))
        for team, mean in (("many", 4), ("lone", 1)):
            for place in range(int(random.poisson(mean))):
                key = f"{team}-{offset}-{place}"
                person = "alone" if team == "lone" else ("late", "gone", "plain", "guest")[place % 4]
                ended = day + dt.timedelta(days=1) if offset < WEEKS * 7 - 3 else None
                appeals.append(
                    {
                        "appeal_id": key,
                        "team": team,
                        "specialist_id": person,
                        "submitted_at": day,
                        "due_at": day + dt.timedelta(days=5),
                        "decided_at": ended,
                        "outcome": "upheld" if ended else None,
                    }
                )
                minutes = 0.0 if place == 3 else 90.0
                items.append(
                    {
                        "work_item_id": key,
                        "case_kind": "appeal",
                        "case_id": key,
                        "specialist_id": person,
                        "worked_on": day.date(),
                        "minutes": minutes,
                    }
                )
    return pd.DataFrame(appeals), pd.DataFrame(items)


@pytest.fixture(scope="module")
def bad_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Location]:
    """A store with everything a source gets wrong about people."""
    random = np.random.default_rng(3)
    appeals, items = _cases(random)
    places = [
        {"specialist_id": person, "team": team, "fte": fte, "valid_from": since, "valid_to": until,
         "site": "East" if person == "guest" else None}
        for person, (spans, _, _) in PEOPLE.items()
        for team, since, until, fte in spans
    ]  # fmt: skip
    tables = {
        "teams": pa.table(
            {
                "team": ["many", "lone", "east"],
                "name": ["Many", "Lone", "Eastern"],
                "site": [None, None, "East"],
                "calendar": ["west", "west", "east"],
            }
        ),
        "specialists": pa.table(
            {
                "specialist_id": list(PEOPLE),
                "name": [person.title() for person in PEOPLE],
                "hired_on": pa.array([hired for _, hired, _ in PEOPLE.values()], pa.date32()),
                "left_on": pa.array([left for _, _, left in PEOPLE.values()], pa.date32()),
            }
        ),
        "specialist_history": pa.Table.from_pandas(pd.DataFrame(places), preserve_index=False),
        "standard_times": pa.table(
            {"work_type": ["appeal"] * 2, "valid_from": [BEGIN, END], "minutes": [0.0, 0.0]}
        ),
        "work_days": pa.Table.from_pandas(_days(random), preserve_index=False),
        "appeals": pa.Table.from_pandas(appeals, preserve_index=False),
        "work_items": pa.Table.from_pandas(items, preserve_index=False),
        "supplied_through": pa.table(
            {
                "table_name": ["appeals", "work_days"],
                "first_at": pa.array([dt.datetime.combine(BEGIN, dt.time())] * 2, pa.timestamp("us")),
                "through_at": pa.array([dt.datetime.combine(END, dt.time())] * 2, pa.timestamp("us")),
            }
        ),
    }
    folder: Path = tmp_path_factory.mktemp("bad")
    location = Location.parse(str(folder / "store"))
    use_settings(location, SETTINGS, folder)
    with begin(location, empty=True) as building:
        fill(building.connection, tables)
        finish(building, read_store_settings(location), "test")
    yield location


@pytest.fixture
def base(bad_store: Location, monkeypatch: pytest.MonkeyPatch) -> Base:
    """The plan simulated from that store."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(bad_store))
    monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)
    found = base_plan(source.reader(), Filters())
    assert found.plan is not None and found.ahead is not None
    return found


def people_of(base: Base, team: str) -> list[Any]:
    return next(list(crew.staff.people) for crew in base.crews if crew.team == team)


def test_who_has_no_team_has_left_or_begins_later_is_counted_as_history_says(base: Base) -> None:
    # plain, late and guest; "gone" has left, "nowhere" has no team, "twice" went on to the other.
    assert len(people_of(base, "many")) == 3
    late = [person for person in people_of(base, "many") if -30 < person.hired < 0]
    assert len(late) == 1, "tenure counts from the first day, whatever cases came before"


def test_who_is_in_two_teams_counts_in_one_of_them_only(base: Base) -> None:
    fte = sum(person.fte for team in ("many", "lone") for person in people_of(base, team))
    assert fte == pytest.approx(4.6), "plain, late, guest, alone, and the one of two teams once, the newest"


def test_days_of_thirty_and_of_negative_hours_do_not_make_a_day_longer_than_a_day(base: Base) -> None:
    for crew in base.crews:
        assert crew.worth is not None
        assert 6 < crew.worth.hours < 8, "eight paid less one of meetings, impossible days apart"
        assert np.isfinite(expected_hours(crew.staff)).all() and (expected_hours(crew.staff) >= 0).all()


def test_each_site_keeps_its_own_holidays(base: Base) -> None:
    assert base.ahead is not None
    day = (HOLIDAY - base.ahead.first).days
    (guest,) = [person for person in people_of(base, "many") if day in person.away]
    # Sundays are open in the east, but the team is closed; Fridays the other way round.
    assert open_days(None, base.ahead.first, 7).all()
    fridays = [place for place in range(base.ahead.days) if base.ahead.date(place).weekday() == 4]
    assert set(fridays) <= set(guest.away)


def test_a_standard_time_and_minutes_of_zero_are_no_measure(base: Base) -> None:
    for queue in base.queues:
        for work in queue.work:
            assert work.hours == pytest.approx(1.5), "only minutes above 0 are a measure"


def test_a_team_of_one_is_simulated(base: Base) -> None:
    assert base.plan is not None
    assert {team.name for team in base.plan.teams} == {"many", "lone"}


@pytest.mark.parametrize(
    "params", [{}, {"team": "lone"}, {"team": "many", "what": "hire.1.many.2026-05-04"}, {"team": "east"}]
)
def test_the_page_stands_and_tells_no_nonsense(
    params: dict[str, str], bad_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(bad_store))
    monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app.switch_page("../pages/capacity.py")
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    words = said(app)
    assert not app.exception and not app.error
    assert "could not load" not in words
    assert not re.search(r"\bnan\b|\binf\b|\bNaN\b|Traceback", words)
    if params.get("team") != "east":
        assert re.search(r"As things are|1 hire|No SLA target", words)
