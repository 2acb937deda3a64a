"""The page under filters that no case passes: it says so instead of showing zeros everywhere."""

from __future__ import annotations

from components import link, numbers, states
from components.view import View
from queries import health
from queries.conditions import unknown_to


def nothing_matches(view: View, also: tuple[str, ...] = ()) -> bool:
    """Whether the filters let nothing through at all; if so the sentence and the way out are drawn.

    `also` are further tables the page tells about: a team that decides appeals alone has work, even if no
    escalation is its own. One that lacks a column the filters ask for lets nothing through. A source without
    any of the page's rows is not for the filters to tell: the page says what is missing.
    """
    if not view.filters.chosen or health.anything_matches(view.reader, view.filters, view.fact):
        return False
    further = [fact for fact in also if fact != view.fact and not unknown_to(fact, view.filters.dimensions)]
    if any(health.anything_matches(view.reader, view.filters, fact) for fact in further):
        return False
    stored = health.rows_stored(view.reader, view.fact)
    if not stored:
        return False
    states.empty(
        f"No {_either([view.fact, *further])} match these filters.",
        f"{numbers.count(stored)} {view.fact + ' ' if further else ''}without them.",
        "Clear filters",
        "filters",
        on_click=lambda: link.clear(view.filters),
    )
    return True


def _either(facts: list[str]) -> str:
    """ "escalations, appeals or enforcements"."""
    return " or ".join([", ".join(facts[:-1]), facts[-1]] if len(facts) > 1 else facts)
