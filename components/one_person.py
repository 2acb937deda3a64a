"""Nothing is narrowed to one person where the app answers beyond this machine, whatever a link asks."""

from __future__ import annotations

from collections.abc import Sequence

from components.security import single_leader_mode
from queries.filters import DIMENSIONS, Filters
from queries.measure import PEOPLE

NOT_SHOWN = (
    "shown only where the app answers to this machine alone: without sign-in nobody could say who is looking."
)
"""How a part that is about people says why it is closed."""


def without_people(dimensions: Sequence[str]) -> tuple[str, ...]:
    """The dimensions that may be filtered by here: those of people for a known viewer only."""
    if single_leader_mode():
        return tuple(dimensions)
    return tuple(dimension for dimension in dimensions if dimension not in PEOPLE)


def heeded(filters: Filters, notices: list[str]) -> tuple[Filters, list[str]]:
    """The filters of a link that are heeded here, and the notices with one more where a person is not."""
    kept = without_people(filters.dimensions)
    dropped = [DIMENSIONS[key].label.lower() for key in filters.dimensions if key not in kept]
    if not dropped:
        return filters, notices
    said = (
        f"The link's {' and '.join(dropped)} filter is not heeded: numbers and cases of one person are "
        f"{NOT_SHOWN}"
    )
    return filters.only(kept), [*notices, said]
