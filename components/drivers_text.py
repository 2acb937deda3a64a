"""The main driver of a change in words."""

from __future__ import annotations

from components import numbers
from components.view import View
from queries.explain import MainDriver
from queries.filters import DIMENSIONS


def driver_name(view: View, driver: MainDriver) -> str:
    """The group: "Sev-2 · NA", "Address mismatch (reason)"."""
    name = view.name_of_group(driver.split, driver.explained.group_of(driver.group))
    return f"{name} ({DIMENSIONS[driver.split[0]].label.lower()})" if len(driver.split) == 1 else name


def driver_sentence(view: View, driver: MainDriver, weeks: int = 1) -> str:
    """ "Sev-2 · NA explains 71 % of the change.", for several weeks "… of the change over 10 weeks." """
    name = driver_name(view, driver)
    change = "the change" if weeks == 1 else f"the change over {weeks} weeks"
    if driver.share > 1:
        return f"{name} explains all of {change}; others moved against it."
    return f"{name} explains {numbers.percent(driver.share, 0)} of {change}."
