"""The fair page and the planted people: the truly worse one is found, the unlucky one is not accused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.compute as pc
import pytest

from components.charts import funnel
from components.team import funnels, reading
from queries.filters import Filters
from queries.measure import Reader, open_reader
from queries.people.comparison import compare_people, standing
from queries.people.measures import MEASURES
from queries.people.roster import roster
from queries.scope import open_scope
from sample_data.stories import stories
from store.facts import current_version, open_facts
from store.location import Location
from tests.pages.reading import said
from tests.pages.test_stores import open_app
from tests.pages.test_team import judging
from tests.sample_store import sample_store

__all__ = ["sample_store"]

pytestmark = pytest.mark.slow
WORSE, UNLUCKY = (stories()[key].members[0] for key in ("truly_worse", "unlucky"))
DISAGREE = set(stories()["reviewers_disagree"].members)
PAUSES = stories()["paused_clocks"].conditions["team"]


@pytest.fixture(scope="module")
def reader(sample_store: Location) -> Reader:
    """The full sample, as the single leader."""
    return open_reader(open_facts(sample_store, current_version(sample_store)), open_scope())


def test_the_truly_worse_specialist_has_a_special_cause_in_audits(reader: Reader) -> None:
    week = reader.coverage.newest_week()
    assert week is not None
    found = standing(compare_people(reader, "judged_wrong", week, Filters()), WORSE)
    assert found is not None and not found.withheld
    assert (found.inner, found.cause) == (1, 1)
    assert found.ratio_low > 1.5


def test_the_specialist_with_three_of_fourteen_is_not_accused(reader: Reader) -> None:
    week = reader.coverage.newest_week()
    assert week is not None
    found = standing(compare_people(reader, "judged_wrong", week, Filters()), UNLUCKY)
    assert found is not None
    assert (found.events, found.cases) == (3, 14)
    assert (found.inner, found.outer, found.cause) == (0, 0, 0)
    assert found.ratio_low < 1 < found.ratio


def test_only_planted_people_have_a_special_cause(reader: Reader) -> None:
    """Nobody else of 110 on five measures: planted: the worse one, a pair in calibration, a pausing team."""
    week = reader.coverage.newest_week()
    assert week is not None
    accused = {}
    for key in MEASURES:
        compared = compare_people(reader, key, week, Filters())
        assert compared.reason == "" and compared.causes is not None
        accused[key] = {p for p, cause in zip(compared.people, compared.causes, strict=True) if cause}
    assert accused.pop("judged_wrong") == {WORSE}
    assert accused.pop("other_than_calibration") <= DISAGREE
    pausing = accused.pop("sla_missed")
    teams = dict(_teams(reader))
    assert {teams[person] for person in pausing} <= {PAUSES, stories()["backlog_grows"].conditions["team"]}
    assert set().union(*accused.values()) == set()


def _teams(reader: Reader) -> list[tuple[str, str]]:
    week = reader.coverage.newest_week()
    assert week is not None
    return [
        (one.specialist_id, one.teams[0]) for one in roster(reader, Filters(), week.last_day) if one.teams
    ]


def test_the_picture_names_one_person_and_its_table_holds_nobody_else(reader: Reader) -> None:
    week = reader.coverage.newest_week()
    assert week is not None
    compared = compare_people(reader, "judged_wrong", week, Filters())
    who = WORSE
    place = standing(compared, who)
    assert place is not None and not place.withheld
    rows = funnel.table(
        funnels.curve_of(compared, who), funnels.centre_of(compared, who), "Others",
        funnels.others_of(compared, who), funnel.Point(place.worth, place.value), "Name 3 %", "3 of 40",
    )  # fmt: skip
    others = rows.filter(pc.equal(rows["layer"], "other"))
    assert set(others["text"].to_pylist()) == {None}
    volumes = others["x"].to_pylist()
    assert volumes == sorted(volumes)
    texts = [text for text in rows["text"].to_pylist() if text]
    assert texts.count("Name 3 %") == 1
    names = set(reader.directory.names.values())
    assert not names & set(texts)


@pytest.fixture
def own_journal(sample_store: Location, tmp_path: Path) -> Location:
    """The full sample with a journal of its own, because opening a person's page is logged."""
    assert sample_store.directory is not None
    home = tmp_path / "store"
    home.mkdir()
    for file in sample_store.directory.iterdir():
        if file.name.startswith("facts-"):
            (home / file.name).symlink_to(file)
        elif file.is_file() and not file.name.startswith("source-"):
            shutil.copy(file, home / file.name)
    return Location.parse(str(home))


def test_their_pages_say_so(own_journal: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    words = said(open_app(own_journal, monkeypatch, page="team", person=WORSE))
    accused = "Special cause in judged wrong in random audits: more than others find, two periods running."
    assert accused in words
    assert judging(words) == []
    assert "could not load" not in words
    words = said(open_app(own_journal, monkeypatch, page="team", person=UNLUCKY))
    assert "Special cause in" not in words
    table = next(
        line for line in words.splitlines() if "Judged wrong in random audits" in line and "3 of 14" in line
    )
    assert reading.INSIDE in table.split("Restumble")[0]
