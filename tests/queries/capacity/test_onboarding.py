"""The pace of new people, day by day and by cohort, against pandas on the rows of days and cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from queries.capacity.onboarding import STARTS, onboarding
from queries.filters import Filters
from queries.measure import Reader, measure, open_reader
from queries.scope import open_scope
from queries.time import Grain
from store.facts import open_facts
from store.location import Location
from tests.queries.random_capacity import capacity_operation

ENDS = {"escalations": "resolved_on", "appeals": "decided_on", "investigations": "closed_on"}
FIRST, LAST = dt.date(2025, 6, 1), dt.date(2026, 4, 15)


@pytest.fixture(scope="module")
def reader(build_store: Callable[..., Location]) -> Iterator[Reader]:
    """Nine people with all the faults sources have, three of them hired late."""
    operation = capacity_operation(4)
    location = build_store(operation.arrow(), operation.settings_toml)
    found = open_reader(open_facts(location), open_scope())
    yield found
    found.facts.close()


def read(reader: Reader, name: str) -> pd.DataFrame:
    return reader.scope.read(reader.facts, select(reader.scope.table(name))).to_pandas()


@pytest.fixture(scope="module")
def days(reader: Reader) -> pd.DataFrame:
    """Done and usual hours of every person and day, computed again: loops over weeks, no windows."""
    worked = read(reader, "work_days").dropna(subset=["available_hours"])
    worked = worked[["specialist_id", "worked_on", "team", "site", "available_hours"]]
    done = pd.concat(
        [
            read(reader, table).rename(columns={on: "worked_on"})[
                ["specialist_id", "worked_on", "standard_hours"]
            ]
            for table, on in ENDS.items()
        ]
    ).dropna()
    done["squares"], done["cases"] = done["standard_hours"] ** 2, 1
    summed = done.groupby(["specialist_id", "worked_on"], as_index=False).sum()
    rows = worked.merge(summed, how="outer", on=["specialist_id", "worked_on"])
    rows["week"] = rows["worked_on"].map(lambda day: reader.coverage.rules.week_of(day).start)
    recorded = set(map(tuple, rows[rows["available_hours"].notna()][["specialist_id", "week"]].to_numpy()))
    kept = [
        (person, week) in recorded for person, week in zip(rows["specialist_id"], rows["week"], strict=True)
    ]
    rows = rows[kept].copy()
    history = read(reader, "specialist_history").sort_values("valid_from")
    for place in rows.index[rows["available_hours"].isna()]:
        own = history[
            (history["specialist_id"] == rows.at[place, "specialist_id"])
            & (history["valid_from"] <= rows.at[place, "worked_on"])
        ]
        own = own[[pd.isna(end) or end > rows.at[place, "worked_on"] for end in own["valid_to"]]]
        rows.at[place, "team"] = None if own.empty else own.iloc[-1]["team"]
    rows = rows.fillna({"available_hours": 0.0, "standard_hours": 0.0, "squares": 0.0, "cases": 0})
    hired = read(reader, "specialists").set_index("specialist_id")["hired_on"]
    rows["hired_on"] = rows["specialist_id"].map(hired)
    tenure = [
        (day - first).days // 7 if isinstance(first, dt.date) and day >= first else np.nan
        for day, first in zip(rows["worked_on"], rows["hired_on"], strict=True)
    ]
    rows["tenure"] = tenure
    experienced = rows[rows["tenure"] >= 26]
    rows["usual"] = np.nan
    for (team, week), group in rows.groupby(["team", "week"]):
        near = experienced[(experienced["team"] == team)]
        near = near[[abs((other - week).days) <= 14 for other in near["week"]]]
        if near["available_hours"].sum() > 0 and near["standard_hours"].sum() > 0:
            pace = near["standard_hours"].sum() / near["available_hours"].sum()
            rows.loc[group.index, "usual"] = group["available_hours"] * pace
    return rows


def test_every_day_equals_the_second_computation(reader: Reader, days: pd.DataFrame) -> None:
    found = read(reader, "work_pace").set_index(["specialist_id", "worked_on"]).sort_index()
    wanted = days.set_index(["specialist_id", "worked_on"]).sort_index()
    assert len(found) == len(wanted) > 500
    assert found.index.equals(wanted.index)
    for own, other in (
        ("done_hours", "standard_hours"),
        ("done_squares", "squares"),
        ("done_cases", "cases"),
        ("usual_hours", "usual"),
        ("tenure_weeks", "tenure"),
    ):
        np.testing.assert_allclose(
            found[own].astype(float), wanted[other].astype(float), rtol=1e-9, err_msg=own
        )
    assert found["usual_hours"].isna().any() and found["usual_hours"].notna().any()


@pytest.mark.parametrize("grain", [Grain.week, Grain.month, Grain.quarter])
def test_the_pace_of_new_people_is_done_over_usual(reader: Reader, days: pd.DataFrame, grain: Grain) -> None:
    rules = reader.coverage.rules
    last = reader.coverage.tables["work_days"].last_day
    periods = rules.last(rules.period_of(last, grain), 20 if grain is Grain.week else 6)
    measures = measure(reader, ("ramp",), periods, ("team",))
    assert measures.reasons == {}
    new = days[(days["tenure"] < 26) & days["usual"].notna()]
    compared = 0
    for group, series in [((None,), measures.total("ramp"))] + [
        (group, measures.group("ramp", group)) for group in measures.groups
    ]:
        rows = new if series.group == () else new[new["team"] == group[0]]
        for place, period in enumerate(periods):
            inside = rows[(rows["worked_on"] >= period.start) & (rows["worked_on"] < period.end)]
            top, bottom, n = (inside[name].sum() for name in ("standard_hours", "usual", "cases"))
            if series.days[place] and n >= 5 and bottom > 0:
                assert series.value[place] == pytest.approx(top / bottom)
                width = np.exp(1.959963984540054 * np.sqrt(inside["squares"].sum()) / top)
                assert series.low[place] == pytest.approx(top / bottom / width)
                assert series.high[place] == pytest.approx(top / bottom * width)
                compared += 1
            elif series.days[place] and 0 < n < 5:
                assert series.withheld[place]
                assert np.isnan(series.value[place])
    assert compared > 0 or grain is Grain.week  # a week of three new people is withheld


def test_cohorts_are_the_quarters_of_the_first_day(reader: Reader, days: pd.DataFrame) -> None:
    found = onboarding(reader, Filters(), FIRST, LAST)
    new = days[(days["tenure"] < 26) & days["usual"].notna() & (days["usual"] >= 0)]
    new = new[[isinstance(day, dt.date) and FIRST <= day <= LAST for day in new["hired_on"]]]
    new = new[new["worked_on"] <= LAST]
    quarter = new["hired_on"].map(lambda day: reader.coverage.rules.quarter_of(day).start)
    assert [cohort.hired.start for cohort in found.cohorts] == sorted(set(quarter))
    for cohort in found.cohorts:
        rows = new[quarter == cohort.hired.start]
        assert cohort.people == rows["specialist_id"].nunique()
        assert cohort.pace.cases == rows["cases"].sum()
        assert cohort.withheld == (cohort.people == 1 or cohort.pace.cases < 5)
        if cohort.withheld:
            assert cohort.pace.value is None and cohort.verdict == ""
        for place, (start, end) in enumerate(zip(STARTS, (*STARTS[1:], 26), strict=True)):
            inside = rows[(rows["tenure"] >= start) & (rows["tenure"] < end)]
            step = cohort.steps[place]
            assert step.cases == inside["cases"].sum()
            if cohort.people == 1 or step.cases < 5 or inside["usual"].sum() == 0:
                assert step.value is None
            else:
                assert step.value == pytest.approx(inside["standard_hours"].sum() / inside["usual"].sum())


def test_audits_beside_the_pace_are_those_of_the_first_26_weeks(reader: Reader) -> None:
    found = onboarding(reader, Filters(), FIRST, LAST)
    appeals = read(reader, "appeals")
    hired = read(reader, "specialists").set_index("specialist_id")["hired_on"]
    people = {
        person: day for person, day in hired.items() if isinstance(day, dt.date) and FIRST <= day <= LAST
    }
    for cohort in found.cohorts:
        audited = wrong = 0
        for row in appeals[appeals["audit_wrong"].notna()].to_dict("records"):
            first = people.get(row["specialist_id"])
            if (
                first is None
                or row["decided_on"] is None
                or not cohort.hired.start <= first < cohort.hired.end
            ):
                continue
            if 0 <= (row["decided_on"] - first).days < 182 and row["decided_on"] <= LAST:
                audited, wrong = audited + 1, wrong + bool(row["audit_wrong"])
        assert (cohort.quality.audited, cohort.quality.wrong) == (audited, wrong)
        told = cohort.people > 1 and audited >= 5
        assert cohort.quality.share == (pytest.approx(wrong / audited) if told else None)
        assert told or (cohort.quality.low, cohort.quality.high, cohort.quality.worse) == (None, None, False)


def test_filters_of_teams_hold_and_others_change_nothing(reader: Reader) -> None:
    whole = onboarding(reader, Filters(), FIRST, LAST)
    assert onboarding(reader, Filters().with_values("tier", ("strategic",)), FIRST, LAST) == whole
    nowhere = onboarding(reader, Filters().with_values("team", ("nowhere",)), FIRST, LAST)
    assert nowhere.cohorts == ()
    assert nowhere.people == 0
