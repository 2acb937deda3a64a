"""The sample's journal goes with its stories: actions on the charts they should move, targets with paths."""

from __future__ import annotations

import datetime as dt

from sample_data import journal_entries
from sample_data.stories import stories
from store.settings import DEFAULT_SETTINGS, read_settings
from tests.sample_data.conftest import END

ENTRIES = journal_entries(end=END, settings=read_settings(DEFAULT_SETTINGS))


def test_actions_of_every_kind_have_an_owner_and_a_due_day() -> None:
    kinds = {"root_cause_action", "preventive", "policy_gap", "blocker", "decision", "tooling"}
    assert {action["kind"] for action in ENTRIES.actions} == kinds
    for action in ENTRIES.actions:
        assert action["owner"]
        assert isinstance(action["due"], dt.date)
        assert isinstance(action["created_on"], dt.date)
        assert action["created_on"] <= END
        assert action["status"] in {"open", "done", "cancelled", "live"}


def test_the_two_preventive_stories_are_dated_where_the_simulation_acts() -> None:
    for key in ("fix_works", "fix_does_not_work"):
        story = stories()[key]
        assert story.weeks is not None
        (action,) = [entry for entry in ENTRIES.actions if entry["where"] == story.where]
        assert action["live_on"] == END + dt.timedelta(days=1) - dt.timedelta(weeks=story.weeks[0])
        assert action["metric"] == story.metric
        assert action["compare"]
        assert isinstance(action["expected_effect"], float)
        assert action["expected_effect"] < 0


def test_targets_follow_a_dated_path_without_repeats() -> None:
    keys = [(target["metric"], target["where"], target["valid_from"]) for target in ENTRIES.targets]
    assert len(keys) == len(set(keys))
    path = [t["value"] for t in ENTRIES.targets if t["metric"] == "resolution_sla" and t["where"] == ""]
    assert path == sorted(path)
    assert len(path) == 3


def test_dividers_lie_in_the_period_and_give_a_reason() -> None:
    for divider in ENTRIES.dividers:
        assert isinstance(divider["on_day"], dt.date)
        assert END - dt.timedelta(weeks=156) < divider["on_day"] <= END
        assert divider["reason"]
        assert divider["author"]
