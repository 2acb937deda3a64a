"""A change of a person is claimed when it held two periods, and people stand in no order of what they did."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis.xmr import assess
from components import wording
from components.capacity import leave, spread
from components.cases.columns import sortable
from components.team import changes
from queries.capacity.cover import Cover
from queries.capacity.leave import TeamDay
from queries.capacity.moves import moves
from queries.cases import Behind, case_page
from queries.filters import Filters
from queries.listing import LISTINGS, OWNER
from queries.measure import Measures, Reader, measure
from queries.people.changes import Course
from queries.scorecard import ONE_PERIOD, line_of
from tests.pages.conftest import RunPage
from tests.pages.reading import elements, said
from tests.pages.test_capacity_load import view_of

WEEK = {"from": "2026-11-09", "to": "2026-11-15"}
KEY = "appeals_decided"


def quiet(reader: Reader, filters: Filters, by: tuple[str, ...] = ()) -> Measures:
    """Sixty weeks of a count in which no week is a holiday."""
    week = reader.coverage.newest_week()
    assert week is not None
    found = measure(reader, (KEY,), reader.coverage.rules.last(week, 60), by, filters)
    found.__dict__["holidays"] = np.zeros(60, dtype=bool)
    return found


def test_a_change_about_a_person_held_in_the_period_before_too(sample_reader: Reader) -> None:
    """Against the chart of all weeks but the newest; a team's change needs no second week."""
    person = Filters().with_values("member", [sorted(sample_reader.directory.names)[0]])
    own, everyone = quiet(sample_reader, person), quiet(sample_reader, Filters())
    by_person = quiet(sample_reader, Filters(), ("member",))
    rng = np.random.default_rng(7)
    held = once = 0
    for _ in range(300):
        values = rng.poisson(20.0, 60).astype(float)
        values[-int(rng.integers(1, 10)) :] += rng.choice([-9.0, 9.0, 14.0])
        values = np.maximum(values, 0.0)
        newest, before = assess(values, kind="count"), assess(values[:-1], kind="count")
        both = None not in (newest.signal, before.signal) and newest.signal.side == before.signal.side
        for measures in (own, by_person):
            line = line_of(measures, replace(own.total(KEY), value=values), None)
            assert (line.assessment.signal is not None) == both
            assert line.assessment.signal in (None, newest.signal)
            if newest.signal is not None and not both:
                assert line.assessment.reason == ONE_PERIOD and line.tone not in ("bad", "good")
                assert wording.status_of(line).word.startswith("Not tested")
                assert not line.assessment.signal_points.any(), "no red point either"
        of_all = line_of(everyone, replace(everyone.total(KEY), value=values), None)
        assert of_all.assessment.signal == newest.signal
        held, once = held + both, once + (newest.signal is not None and not both)
    assert held > 50 and once > 20, (held, once)


def test_what_is_outside_once_is_said_to_be_no_change(sample_reader: Reader) -> None:
    measures = quiet(sample_reader, Filters())
    line = line_of(measures, measures.total(KEY), None)
    series = replace(line.series, value=np.full(line.series.value.size, 3.0))
    none = np.zeros(series.value.size)
    alone = replace(line.assessment, signal=None, signal_points=none.astype(bool), reason=ONE_PERIOD)
    course = Course(replace(line, series=series, assessment=alone), none)
    lead, rest = changes.answer("Ann", (course,))
    assert lead == "No detectable change: nothing left the usual range two periods running."
    assert rest == "Outside it this time only: appeals decided. One period alone is no change."


@pytest.mark.parametrize(("metric", "fact"), [("available_hours", "work_days"), ("ramp", "work_pace")])
def test_days_of_people_are_sorted_by_nothing_they_did(
    metric: str, fact: str, run_page: RunPage, sample_reader: Reader
) -> None:
    assert set(sortable(fact)) == {OWNER, "worked_on", "team"}
    for column in set(LISTINGS[fact].columns) - {OWNER, "worked_on", "team", "site"}:
        with pytest.raises(ValueError, match="cannot be sorted by"):
            case_page(sample_reader, Behind(sample_reader.available(metric).metric, None, Filters()), column)
    did = "case_hours" if fact == "work_days" else "done_hours"
    app = run_page("cases", metric=metric, sort=did, **WEEK)
    assert f"The list cannot be sorted by “{did}”" in said(app)
    heads = {head["title"]: head["sort"] for head in payload(app, "cases-list")["heads"]}
    assert {title for title, sort in heads.items() if sort} == {"Who", "Team", "Day"}
    assert len(heads) > 6


def payload(app: AppTest, key: str) -> dict[str, Any]:
    node = next(
        node
        for node in elements(app)
        if getattr(node, "type", "") == "bidi_component" and node.proto.id.endswith(f"-{key}")
    )
    found: dict[str, Any] = json.loads(node.proto.json)
    return found


def test_nobodys_numbers_are_coloured_in_the_list_of_the_team(run_page: RunPage) -> None:
    rows = payload(run_page("team"), "my-team")["rows"]
    cells = [cell for row in rows for cell in row["cells"]]
    overdue = [row["cells"][4]["text"] for row in rows]
    assert len(rows) > 5 and any(re.fullmatch(r"[1-9]\d*", text) for text in overdue)
    assert not {cell.get("tone") for cell in cells} & {"bad", "good", "warn"}


def test_who_could_pass_cases_on_stands_by_name(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    people = 0
    for team in spread.contents(view).teams:
        what = moves(sample_reader, team.team, view.week)
        shown: list[list[str]] = []
        tabled = [[str(cell) for cell in row] for row in spread.suggestion_rows(view, what)]
        shown += tabled
        givers = [view.name_of("member", person) for person, _ in spread.givers_by_name(view, what)]
        assert [row[1:3] for row in shown] == sorted(row[1:3] for row in shown)
        assert givers == sorted(givers)
        people += len(set(givers)) > 1
    assert people, "no team has two who could pass cases on"


def test_who_is_away_stands_by_name(sample_reader: Reader) -> None:
    view = view_of(sample_reader)
    names = sample_reader.directory.names
    by_name_back = sorted(names, key=lambda person: names[person], reverse=True)[:6]
    day = TeamDay("emea-1", view.week.last_day, 9, tuple(by_name_back), ())
    away = leave._row(view, Cover((), (), (), 0), day, True)[2].split(", ")
    assert away == sorted(away) and len(away) == 6


def test_the_browser_gets_no_exact_load_of_a_person_not_even_as_the_middle_of_a_team(
    sample_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(sample_reader)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(spread, "figure", lambda rows, *_, **__: sent.extend(rows.to_pylist()))
    monkeypatch.setattr(spread, "rows_behind", lambda *_: None)
    spread._strip(view, spread.contents(view))
    drawn = [row for row in sent if row["layer"] in ("dot", "middle")]
    assert {row["layer"] for row in drawn} == {"dot", "middle"}
    for row in drawn:
        assert row["x"] == pytest.approx(spread.STEP * round(row["x"] / spread.STEP), abs=1e-9)
