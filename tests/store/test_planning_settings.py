"""What capacity is planned with: defaults that fit together, and settings that do not are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.settings import DEFAULT_SETTINGS, Planning, SettingsError, read_settings

ORGANISATION = '[organisation]\nname = "T"\n[planning]\n'


def test_the_defaults_of_a_new_store_are_those_of_one_that_says_nothing() -> None:
    assert read_settings(DEFAULT_SETTINGS).planning == Planning()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("utilisation_target = 0.9", "must lie between utilisation_low 0.7 and utilisation_high 0.85"),
        ("utilisation_low = 0.9", "must lie between utilisation_low 0.9 and utilisation_high 0.85"),
        ("utilisation_high = 1.5", "planning.utilisation_high"),
        ("backlog_days = 0", "planning.backlog_days"),
        ("backlog_day = 5", "planning.backlog_day: is no known setting"),
    ],
)
def test_plans_that_cannot_be_are_refused_with_their_place(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(ORGANISATION + line, encoding="utf-8")
    with pytest.raises(SettingsError) as fault:
        read_settings(path)
    assert told in str(fault.value)
