"""A driver is named by its values, also where a value holds the sign that joins them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from analysis.drivers import mix_rate
from components.drivers_text import driver_name
from components.view import View
from queries.catalog import METRICS
from queries.explain import Explained, concentration, group_name
from queries.filters import Filters
from queries.journal import Journal
from queries.measure import Reader
from queries.time import TimeRules

GROUPS = (("Phone · urgent", "EU"), ("Mail", "EU"))


def view() -> View:
    directory = SimpleNamespace(name_of=lambda dimension, value: value)
    week = TimeRules().parse_week("2026-W46")
    return View(cast(Reader, SimpleNamespace(directory=directory)), Filters(), week, Journal(), "")


def test_a_value_with_a_middle_dot_is_named_whole() -> None:
    change = mix_rate([group_name(group) for group in GROUPS], [90, 90], [100, 900], [10, 90], [100, 900])
    explained = Explained(METRICS["resolution_sla"], ("reason", "site"), GROUPS, (100, 900), change)
    assert explained.group_of("Phone · urgent · EU") == GROUPS[0]
    found = concentration(explained)
    assert found is not None
    assert driver_name(view(), found[1]) == "Phone · urgent · EU"
