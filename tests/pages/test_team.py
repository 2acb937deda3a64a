"""Every state of the Team page, and that nothing on it ranks, scores or judges people."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis import special_cause
from components import security, source
from components.team import access, changes, funnels, my_team, needs, reading, workload
from queries.catalog import METRICS
from queries.filters import Filters
from queries.measure import Reader, open_reader
from queries.people import comparison
from queries.people import needs as person_needs
from queries.people.changes import course
from queries.people.comparison import FEWEST_OTHERS, compare_people, standing
from queries.people.load import open_work
from queries.people.measures import MEASURES
from queries.people.roster import member, roster
from queries.scope import open_scope
from store import journal as stored
from store.build import begin, finish
from store.facts import open_facts, read_store_settings
from store.journal.tables import ACCESS_LOG
from store.location import ENVIRONMENT_VARIABLE, Location
from tests.conftest import fill, use_settings
from tests.pages.conftest import SHELL
from tests.pages.reading import elements, said
from tests.queries.random_operation import bare_operation

Open = Callable[..., AppTest]
JUDGING = re.compile(
    r"\b(best|worst|top|bottom|rank\w*|scor\w+|score|verdict\w*|league|winner|loser|leader ?board|percentile|"
    r"under-?perform\w*|out-?perform\w*|poor performer|rating)\b",
    re.IGNORECASE,
)
ALLOWED = (funnels.DO_NOT_RANK, "no rating", "a rating", "without a rating", "no score", "no rank", "Written")


@pytest.fixture
def reader(own_store: Location) -> Reader:
    return source.reader()


@pytest.fixture
def open_team(own_store: Location) -> Open:
    """`open_team(**params)`: the first run of the Team page."""

    def run(**params: Any) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=120)
        app.switch_page("../pages/team.py")
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return run


def judging(words: str) -> list[str]:
    """Words that rank, score or judge people, but for those that say it is not done."""
    for allowed in ALLOWED:
        words = words.replace(allowed, "").replace(allowed.capitalize(), "")
    return [found.group() for found in JUDGING.finditer(words)]


def problems(app: AppTest) -> list[str]:
    """Exceptions and failed panels."""
    return [str(fault.value) for fault in app.exception] + re.findall(r".* could not load\.", said(app))


def listed(app: AppTest) -> list[dict[str, Any]]:
    """The rows of the list of people."""
    node = next(n for n in elements(app) if getattr(n, "type", "") == "bidi_component")
    rows: list[dict[str, Any]] = json.loads(node.proto.json)["rows"]
    return rows


def someone(reader: Reader) -> str:
    """A specialist with audits enough for a rate."""
    week = reader.coverage.newest_week()
    assert week is not None
    compared = compare_people(reader, "judged_wrong", week, Filters())
    assert compared.later is not None
    return compared.people[int(np.argmax(compared.later.found.cases))]


def test_nobody_chosen_lists_everyone_by_name(open_team: Open, reader: Reader) -> None:
    app = open_team()
    assert problems(app) == []
    week = reader.coverage.newest_week()
    assert week is not None
    everyone = [person.name for person in roster(reader, Filters(), week.last_day)]
    names = [row["cells"][0]["text"] for row in listed(app)]
    assert names == everyone[: my_team.ROWS]
    assert names == sorted(names, key=str.casefold)
    assert f"{len(everyone)} {'person' if len(everyone) == 1 else 'people'}, by name." in said(app)
    assert "this machine" in said(app)


def test_open_cases_of_people_who_left_are_told_beside_the_list(
    open_team: Open, reader: Reader, monkeypatch: Any
) -> None:
    """They are in nobody's row: the list alone would hold fewer open cases than there are."""
    assert "have left" not in said(open_team())
    week, now = reader.coverage.newest_week(), open_work(reader)
    assert week is not None and now is not None
    busy = [who for who in roster(reader, Filters(), week.last_day) if now.total(who.specialist_id).cases][:2]
    monkeypatch.setattr(my_team, "leavers", lambda *_: tuple(busy))
    cases, overdue = (sum(now.total(who.specialist_id)[at] for who in busy) for at in (0, 1))
    assert (
        f"Another {cases} open cases are still with people who have left "
        f"({busy[0].name}, {busy[1].name}), {'all' if overdue == cases else overdue} overdue."
    ) in said(open_team())


def test_the_list_is_paged_and_a_page_that_is_not_there_is_the_last(
    open_team: Open, monkeypatch: Any
) -> None:
    monkeypatch.setattr(my_team, "ROWS", 4)
    first, last = listed(open_team()), listed(open_team(page="999"))
    assert len(first) == 4 and 1 <= len(last) <= 4
    assert first[-1]["cells"][0]["text"].casefold() < last[0]["cells"][0]["text"].casefold()
    assert listed(open_team(page="no"))[0] == first[0]


@pytest.mark.parametrize(
    "params",
    [{}, {"week": "2026-W30"}, {"week": "2025-W20"}, {"team": "emea-1"}, {"tier": "growth"},
     {"severity": "Sev-1"}, {"marketplace": "EU"}, {"from": "2026-09-01", "to": "2026-10-15"}],
    ids=str,
)  # fmt: skip
def test_a_person_can_be_read_in_every_view(params: dict[str, str], open_team: Open, reader: Reader) -> None:
    app = open_team(person=someone(reader), **params)
    assert problems(app) == []
    words = said(app)
    for part in (
        "compare, given the volume?",
        "What changed for",
        "Is the work the right size?",
        "training needs?",
    ):
        assert part in words
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", words)


def test_a_narrow_filter_is_named_and_nothing_is_half_applied(open_team: Open, reader: Reader) -> None:
    words = said(open_team(person=someone(reader), marketplace="EU"))
    assert "a rate about one person is not narrowed by marketplace" in words
    assert reading.INSIDE not in words


def test_an_unknown_person_is_said_to_be_and_leads_back(open_team: Open) -> None:
    app = open_team(person="<b>nobody</b>")
    assert problems(app) == []
    assert "Nobody with the number <b>nobody</b> is in the directory." in said(app)
    app.button(key="empty-unknown-person").click().run()
    assert "is in the directory" not in said(app) and "by name." in said(app)


def test_a_person_who_left_is_shown_until_then(open_team: Open, reader: Reader) -> None:
    week = reader.coverage.newest_week()
    assert week is not None
    there = {person.specialist_id for person in roster(reader, Filters(), week.last_day)}
    gone = next(number for number in sorted(reader.directory.names) if number not in there)
    app = open_team(person=gone)
    assert problems(app) == []
    assert "What is shown ends with the work until then." in said(app)


def test_a_course_begins_with_the_first_day_and_ends_with_the_last(reader: Reader) -> None:
    """Weeks in which somebody was not there yet are no weeks of nothing: they would make work a signal."""
    week = reader.coverage.newest_week()
    assert week is not None
    there = roster(reader, Filters(), week.last_day)
    long_since = week.start - dt.timedelta(weeks=26)
    hired = {one.specialist_id: one.hired_on for one in there if one.hired_on and one.hired_on < long_since}
    new = max(hired, key=lambda number: hired[number])
    assert hired[new] > week.start - dt.timedelta(weeks=52)
    (decided, *rates) = course(reader, new, None, week, Filters())
    assert decided.line.series.periods[0].start >= hired[new]
    assert decided.line.series.periods[-1] == week
    assert all(one.line.series.periods[0].last_day >= hired[new] for one in rates)
    known = {one.specialist_id for one in there}
    last_days = {
        number: left.left_on
        for number in sorted(reader.directory.names)
        if number not in known and (left := member(reader, number, week.last_day)) and left.left_on
    }
    gone, left_on = max(last_days.items(), key=lambda item: item[1])
    for one in course(reader, gone, None, week, Filters()):
        assert one.line.series.periods[-1].start <= left_on
        assert len(one.team_median) == len(one.line.series.periods)


def test_a_manager_without_cases_has_no_rate(open_team: Open, reader: Reader) -> None:
    app = open_team(person="E0000a")
    assert problems(app) == []
    assert "Too few cases for a rate about" in said(app)
    assert "decided nothing in these weeks, so there is no course to tell." in said(app)


def test_a_team_of_one_is_compared_with_nobody(open_team: Open, reader: Reader) -> None:
    week = reader.coverage.newest_week()
    assert week is not None
    alone = Filters().with_values("team", ("emea",))
    assert len(roster(reader, alone, week.last_day)) == 1
    app = open_team(team="emea")
    assert problems(app) == []
    assert "1 person, by name." in said(app)
    assert problems(open_team(team="emea", person="E0000a")) == []


def test_small_numbers_leave_the_download_and_the_picture(reader: Reader) -> None:
    week = reader.coverage.newest_week()
    assert week is not None
    found = 0
    for key in MEASURES:
        compared = compare_people(reader, key, week, Filters())
        if compared.reason:
            continue
        assert compared.later is not None
        drawn = funnels.others_of(compared, "nobody")
        enough = int((compared.later.found.cases >= compared.minimum).sum())
        assert len(drawn) == (enough if enough >= FEWEST_OTHERS else 0)
        for person, cases in zip(compared.people, compared.later.found.cases, strict=True):
            place = standing(compared, person)
            assert place is not None and place.withheld == (cases < compared.minimum)
            if place.withheld:
                found += 1
                assert reading.likely(place) == "–"
                sentence, status = reading.sentence(compared, place), reading.status(compared, place)
                assert "%" not in sentence and sentence.endswith(": too few for a rate.")
                assert status.tone == "neutral" and status.word.startswith(("No cases", "Under "))
    assert found


def test_where_others_are_few_nobody_is_compared_and_the_list_says_so(
    fresh_store: Location, open_team: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "FEWEST_OTHERS", 20)  # of a team of ten, as five are of one of five
    page = said(open_team(team="emea-1", person=someone(source.reader())))
    assert "here, so it would tell who is who" in page and reading.INSIDE not in page
    listing = open_team(team="emea-1")
    assert {row["cells"][-1]["text"] for row in listed(listing)} == {my_team.NOT_COMPARED}
    assert "Not compared on “Judged wrong in random audits”" in said(listing)


def test_with_cases_enough_a_funnel_is_drawn_and_nobody_else_is_named_or_judged(
    fresh_store: Location, open_team: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small sample has hardly ten cases a person: here two are enough."""
    assert fresh_store.directory is not None
    settings = (fresh_store.directory / "settings.toml").read_text(encoding="utf-8")
    use_settings(fresh_store, settings.replace("person = 10", "person = 2"), tmp_path)
    for place in (comparison, special_cause):
        monkeypatch.setattr(place, "FEWEST_CASES", 2)
    reader = source.reader()
    who = someone(reader)
    words = said(open_team(person=who))
    assert "times that, 95" in words and "not named" in words
    assert judging(words) == []
    section = words[words.index("compare, given the volume?") : words.index("What changed for")]
    others = set(reader.directory.names.values()) - {reader.directory.names[who]}
    assert not [name for name in others if name in section]


def test_a_strength_leads_to_exactly_the_audits_behind_it(
    fresh_store: Location, open_team: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small sample has hardly ten audits on a reason: here one is enough."""
    monkeypatch.setattr(person_needs, "FEWEST_AUDITS", 1)
    reader = source.reader()
    week = reader.coverage.newest_week()
    assert week is not None
    found = (
        (one.specialist_id, person_needs.person_needs(reader, one.specialist_id, week, Filters()).flawless)
        for one in roster(reader, Filters(), week.last_day)
    )
    person, flawless = next((who, items) for who, items in found if items)
    app = open_team(person=person)
    listing = app.button(key="person-strength-0").click().run()
    assert problems(listing) == []
    assert f"0 judged wrong of {flawless[0].audits} appeal" in said(listing)


def test_the_words_never_say_how_many_others_are_outside(open_team: Open, reader: Reader) -> None:
    words = said(open_team(person=someone(reader)))
    assert not re.search(r"\d+ (person|people|others)\b[^.]*\b(above|below|outside)\b", words)


@pytest.mark.parametrize("chosen", [False, True])
def test_nothing_ranks_scores_or_judges(chosen: bool, open_team: Open, reader: Reader) -> None:
    words = said(open_team(person=someone(reader)) if chosen else open_team())
    assert judging(words) == []
    if chosen:
        assert funnels.DO_NOT_RANK in said(open_team(person=someone(reader)))


def test_no_part_of_the_page_sorts_people_by_anything_but_their_name() -> None:
    """The list has no sorting heads, and no source of the page sorts by a rate."""
    assert not any(head.sort for head in my_team.HEADS)
    for module in (my_team, funnels, changes, workload, needs, reading):
        code = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert not re.search(r"sort(ed)?\([^)]*(value|ratio|shrunk|rate|share)", code), module.__name__
    for file in Path("queries/people").glob("*.py"):
        code = file.read_text(encoding="utf-8")
        assert not re.search(
            r"(sort(ed)?|argsort|order_by)\([^)]*(value|ratio|shrunk|rate|events|observed)", code
        ), file


def test_no_other_part_of_the_app_measures_people_side_by_side() -> None:
    """One place groups a metric by person: for the median of a team on the page of one person."""
    by_person = re.compile(
        r"""\(\s*["']member["'],?\s*\)\s*,|by=\(?["']member["']|dimension=["']member["']"""
    )
    root = Path(__file__).parents[2]
    found = {
        str(file.relative_to(root))
        for folder in ("analysis", "components", "pages", "queries")
        for file in (root / folder).rglob("*.py")
        if by_person.search(
            re.sub(r"(with_values|without|values|only)\([^)]*\)", "", file.read_text("utf-8"))
        )
    }
    assert found == {"queries/people/changes.py"}
    assert not [key for key in METRICS if re.search(r"rank|rating|composite|league", key)]


def test_names_stay_alphabetical_whatever_the_numbers_are(open_team: Open, monkeypatch: Any) -> None:
    rng = np.random.default_rng(8)
    before = [row["cells"][0]["text"] for row in listed(open_team())]
    monkeypatch.setattr(
        my_team,
        "special_causes",
        lambda view: ({f"E{rng.integers(0, 1200):04d}a": ["▲ more"] for _ in range(60)}, {}),
    )
    assert [row["cells"][0]["text"] for row in listed(open_team())] == before


def test_opening_a_person_is_logged_once_and_again_after_leaving(
    open_team: Open, own_store: Location, reader: Reader
) -> None:
    who = someone(reader)

    def views() -> list[tuple[str, str]]:
        journal = stored.open_journal(own_store)
        with journal.engine.connect() as connection:
            rows = connection.execute(ACCESS_LOG.select().where(ACCESS_LOG.c.subject == who)).mappings().all()
        journal.engine.dispose()
        return [(row["viewer"], row["doing"]) for row in rows]

    before = len(views())
    app = open_team(person=who)
    app.run()
    assert views()[before:] == [(access.LEADER, "Team page")]
    open_team()
    assert len(views()) == before + 1
    del app.query_params["person"]
    app.run()
    app.query_params["person"] = who
    app.run()
    assert len(views()) == before + 2


def test_where_a_view_cannot_be_logged_the_page_stays_closed(
    open_team: Open, reader: Reader, monkeypatch: Any
) -> None:
    def refuses(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(access, "log_view", refuses)
    words = said(open_team(person=someone(reader)))
    assert "Team could not load." in words
    assert "given the volume" not in words


def test_without_the_single_leader_mode_people_stay_closed(
    open_team: Open, reader: Reader, monkeypatch: Any
) -> None:
    monkeypatch.setattr(access, "single_leader_mode", lambda: False)
    for params in ({}, {"person": someone(reader)}):
        words = said(open_team(**params))
        assert "Pages about people are closed." in words
        assert "by name" not in words and "given the volume" not in words


@pytest.mark.parametrize(
    ("bound", "host", "alone"),
    [
        ("127.0.0.1", "localhost:8501", True),
        ("localhost", "127.0.0.1:8501", True),
        ("::1", "[::1]:8501", True),
        ("127.0.0.1", "", True),
        ("127.0.0.1", "quarterdeck.example.com", False),
        ("127.0.0.1", "10.0.0.7:8501", False),
        ("127.0.0.1", "[nonsense", False),
        ("127.0.0.1", "localhost.example.com", False),
        ("0.0.0.0", "localhost:8501", False),
        ("", "localhost:8501", False),
        ("10.0.0.7", "10.0.0.7:8501", False),
    ],
)
def test_the_mode_is_known_by_where_the_app_listens_and_who_was_asked(
    bound: str, host: str, alone: bool, monkeypatch: Any
) -> None:
    assert _mode(monkeypatch, bound, {"Host": host} if host else {}) is alone


@pytest.mark.parametrize(
    ("more", "alone"),
    [
        ({"Origin": "http://localhost:8501"}, True),
        ({"Origin": "http://[::1]:8501"}, True),
        ({"Origin": "https://quarterdeck.example.com"}, False),
        ({"Origin": "null"}, False),
        ({"X-Forwarded-For": "10.0.0.7"}, False),
        ({"X-Forwarded-For": "127.0.0.1"}, False),
        ({"X-Forwarded-Host": "localhost"}, False),
        ({"X-Real-Ip": "10.0.0.7"}, False),
        ({"Forwarded": "for=10.0.0.7"}, False),
        ({"Via": "1.1 proxy"}, False),
    ],
)
def test_who_comes_through_a_proxy_or_from_a_page_elsewhere_is_not_at_this_machine(
    more: dict[str, str], alone: bool, monkeypatch: Any
) -> None:
    """A proxy on this machine asks for 127.0.0.1 itself, whoever stands behind it."""
    assert _mode(monkeypatch, "127.0.0.1", {"Host": "127.0.0.1:8501", **more}) is alone


def _mode(monkeypatch: Any, bound: str, headers: dict[str, str]) -> bool:
    monkeypatch.setattr(security.st, "get_option", lambda name: bound)
    monkeypatch.setattr(security.st, "context", SimpleNamespace(headers=headers))
    return security.single_leader_mode()


@pytest.mark.parametrize(
    ("module", "function", "title"),
    [
        (funnels, "places", "How does this person compare?"),
        (changes, "course", "What changed?"),
        (workload, "hours_by_week", "Is the work the right size?"),
        (needs, "person_needs", "Strengths and training needs"),
    ],
)
def test_one_failing_part_spares_the_rest(
    module: Any, function: str, title: str, open_team: Open, reader: Reader, monkeypatch: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(module, function, broken)
    words = said(open_team(person=someone(reader)))
    assert re.search(rf"{re.escape(title)}”? could not load\.", words)
    assert len(re.findall("could not load", words)) == 1


def test_a_source_with_two_moments_and_a_flag_says_what_it_does_not_supply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bare escalations: no appeals, audits, hours or hire dates; people only by their number."""
    location = Location.parse(str(tmp_path / "bare"))
    operation = bare_operation(5)
    use_settings(location, operation.settings_toml, tmp_path)
    with begin(location, empty=True) as building:
        fill(building.connection, operation.arrow())
        finish(building, read_store_settings(location), "test")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(location))
    app = AppTest.from_file(str(SHELL), default_timeout=120)
    app.switch_page("../pages/team.py")
    app.run()
    assert problems(app) == []
    reader = open_reader(open_facts(location), open_scope())
    people = sorted(reader.directory.names)
    words = said(app)
    if people:
        app.query_params["person"] = people[0]
        app.run()
        assert problems(app) == []
        words = said(app)
        assert "not supplied" in words
    else:
        assert "Nobody stands in these teams in this week." in words
