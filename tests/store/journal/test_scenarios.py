"""Scenarios in the journal, on both engines: a stale change is refused, any text comes back as written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.journal import (
    Journal,
    SavedScenario,
    ScenarioChanged,
    ScenarioRefused,
    ScenarioText,
    archive_scenario,
    change_scenario,
    open_journal,
    save_scenario,
    scenario,
    scenarios,
)
from store.location import Location

NewLocation = Callable[[], Location]
NOON = dt.datetime(2026, 11, 16, 12)
LATER = dt.datetime(2026, 11, 16, 13)
TWO_HIRES = ScenarioText("Two in January", "team=emea-1", "hire.2.emea-1.2027-01-04", 0.95)


def test_a_scenario_comes_back_as_it_was_saved(journal: Journal) -> None:
    saved = save_scenario(journal, TWO_HIRES, "Ann", NOON)
    assert saved == SavedScenario(saved.scenario_id, TWO_HIRES, "Ann", NOON, "Ann", NOON, None, 1)
    assert scenarios(journal) == [saved]
    assert scenario(journal, saved.scenario_id) == saved
    assert scenario(journal, saved.scenario_id + 1) is None


def test_a_target_left_open_stays_open(journal: Journal) -> None:
    assert save_scenario(journal, replace(TWO_HIRES, target=None), "Ann", NOON).text.target is None


def test_scenarios_are_listed_by_name_whatever_its_case(journal: Journal) -> None:
    for name in ("beta", "Alpha", "Gamma", "alpha 2"):
        save_scenario(journal, replace(TWO_HIRES, name=name), "Ann", NOON)
    assert [kept.text.name for kept in scenarios(journal)] == ["Alpha", "alpha 2", "beta", "Gamma"]


def test_a_change_names_the_version_it_saw_and_makes_the_next(journal: Journal) -> None:
    saved = save_scenario(journal, TWO_HIRES, "Ann", NOON)
    three = replace(TWO_HIRES, changes="hire.3.emea-1.2027-01-04")
    changed = change_scenario(journal, saved.scenario_id, saved.version, three, "Ben", LATER)
    assert changed == replace(saved, text=three, changed_by="Ben", changed_at=LATER, version=2)
    assert scenarios(journal) == [changed]


def test_a_stale_change_is_refused_and_says_who_was_first(journal: Journal) -> None:
    saved = save_scenario(journal, TWO_HIRES, "Ann", NOON)
    bens = change_scenario(journal, saved.scenario_id, 1, replace(TWO_HIRES, target=0.9), "Ben", LATER)
    with pytest.raises(ScenarioChanged, match=r"“Two in January” was changed by Ben meanwhile; reload"):
        change_scenario(journal, saved.scenario_id, 1, replace(TWO_HIRES, target=0.8), "Ann", LATER)
    with pytest.raises(ScenarioChanged, match="changed by Ben"):
        archive_scenario(journal, saved.scenario_id, 1, "Ann", LATER)
    assert scenarios(journal) == [bens]


def test_of_eight_changes_at_once_exactly_one_is_kept(new_location: NewLocation) -> None:
    location = new_location()
    saved = save_scenario(open_journal(location), TWO_HIRES, "Ann", NOON)
    journals = [open_journal(location) for _ in range(8)]

    def change(number: int) -> str:
        text = replace(TWO_HIRES, changes=f"hire.{number}.emea-1.2027-01-04")
        try:
            return change_scenario(
                journals[number], saved.scenario_id, 1, text, f"P{number}", LATER
            ).changed_by
        except ScenarioChanged:
            return ""

    with ThreadPoolExecutor(8) as pool:
        done = [name for name in pool.map(change, range(8)) if name]
    (kept,) = scenarios(journals[0])
    assert (done, kept.version) == ([kept.changed_by], 2)
    for journal in journals:
        journal.engine.dispose()


def test_an_archived_scenario_leaves_the_list_keeps_its_text_and_frees_its_name(journal: Journal) -> None:
    saved = save_scenario(journal, TWO_HIRES, "Ann", NOON)
    gone = archive_scenario(journal, saved.scenario_id, 1, "Ben", LATER)
    assert (gone.archived_at, gone.changed_by, gone.version) == (LATER, "Ben", 2)
    assert scenarios(journal) == []
    assert scenario(journal, saved.scenario_id) == gone
    with pytest.raises(ScenarioChanged, match="was archived by Ben meanwhile"):
        change_scenario(journal, saved.scenario_id, 2, TWO_HIRES, "Ann", LATER)
    assert save_scenario(journal, TWO_HIRES, "Ann", LATER).scenario_id != saved.scenario_id


def test_a_scenario_the_journal_does_not_hold_cannot_be_changed(journal: Journal) -> None:
    with pytest.raises(ScenarioChanged, match="not in the journal; reload"):
        change_scenario(journal, 999, 1, TWO_HIRES, "Ann", NOON)


def test_a_name_is_taken_once_whatever_its_case(journal: Journal) -> None:
    first = save_scenario(journal, TWO_HIRES, "Ann", NOON)
    with pytest.raises(ScenarioRefused, match="“TWO in january” exists already; choose another name"):
        save_scenario(journal, replace(TWO_HIRES, name="TWO in january"), "Ben", NOON)
    other = save_scenario(journal, replace(TWO_HIRES, name="Other"), "Ben", NOON)
    with pytest.raises(ScenarioRefused, match="exists already"):
        change_scenario(journal, other.scenario_id, 1, TWO_HIRES, "Ben", LATER)
    same = change_scenario(journal, first.scenario_id, 1, TWO_HIRES, "Ann", LATER)
    assert same.version == 2


@pytest.mark.parametrize(
    ("text", "author", "why"),
    [
        (replace(TWO_HIRES, name=" \t\n"), "Ann", "needs a name"),
        (replace(TWO_HIRES, name="\x00\x1b"), "Ann", "needs a name"),
        (replace(TWO_HIRES, name="n" * 81), "Ann", "name is longer than 80 characters"),
        (TWO_HIRES, "  ", "needs an author"),
        (TWO_HIRES, "a" * 81, "author is longer than 80 characters"),
        (replace(TWO_HIRES, changes="x" * 2001), "Ann", "longer than 2000 characters; make two scenarios"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(
    text: ScenarioText, author: str, why: str, journal: Journal
) -> None:
    with pytest.raises(ScenarioRefused, match=why) as refused:
        save_scenario(journal, text, author, NOON)
    assert "\n" not in str(refused.value)
    assert scenarios(journal) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "'; drop table scenarios; --",
        "<script>alert(1)</script>",
        "![x](https://example.org/x.png) :material/star: **bold**",
        '=HYPERLINK("https://example.org")',
        "%s {0} \\n ${jndi}",
        "ñ 漢字 🙂 עברית",
    ],
)
def test_hostile_text_comes_back_letter_for_letter(hostile: str, journal: Journal) -> None:
    save_scenario(journal, replace(TWO_HIRES, name=hostile), hostile, NOON)
    (kept,) = scenarios(journal)
    assert (kept.text.name, kept.author) == (hostile, hostile)
    with pytest.raises(ScenarioRefused):
        save_scenario(journal, replace(TWO_HIRES, name=hostile), "Ann", NOON)


@settings(max_examples=60)
@given(name=st.text(max_size=90))
def test_any_name_is_either_refused_or_kept_on_one_readable_line(name: str, journal: Journal) -> None:
    before = len(scenarios(journal))
    try:
        kept = save_scenario(journal, replace(TWO_HIRES, name=name), "Ann", NOON).text.name
    except ScenarioRefused:
        assert len(scenarios(journal)) == before
        return
    assert kept and kept.isprintable() and kept == " ".join(kept.split())
