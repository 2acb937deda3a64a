"""The page under filters that no case passes: it says so instead of showing zeros everywhere."""

from __future__ import annotations

from components import link, numbers, states
from components.view import View
from queries import health


def nothing_matches(view: View) -> bool:
    """Whether the filters let nothing through at all; if so the sentence and the way out are drawn.

    A source without any of the page's rows is not for the filters to tell: the page says what is missing.
    """
    if not view.filters.chosen or health.anything_matches(view.reader, view.filters, view.fact):
        return False
    stored = health.rows_stored(view.reader, view.fact)
    if not stored:
        return False
    states.empty(
        f"No {view.fact} match these filters.",
        f"{numbers.count(stored)} without them.",
        "Clear filters",
        "filters",
        on_click=lambda: link.clear(view.filters),
    )
    return True
