"""Views nobody has asked for before: an endless supply of filters, single ones first, then pairs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from queries import health
from queries.filters import NONE_VALUE, Filters
from queries.measure import Reader

SINGLE = ("site", "team", "marketplace", "tier", "severity", "category", "reason")
OF_APPEALS = ("site", "team", "marketplace", "tier", "enforcement_team", "category", "detection_source")
OF_PEOPLE = ("site", "team", "org")
FACTS = ("escalations", "appeals")


def single_filters(reader: Reader, dimensions: Sequence[str] = SINGLE) -> list[Filters]:
    """Every single value of the dimensions, the dimensions taking turns."""
    columns = [
        [Filters().with_values(dimension, (value,)) for value in _values(reader, dimension)]
        for dimension in dimensions
    ]
    turns = itertools.zip_longest(*columns)
    return [filters for turn in turns for filters in turn if filters is not None]


def paired_filters(reader: Reader, dimensions: Sequence[str] = SINGLE) -> Iterator[Filters]:
    """Pairs of values of two dimensions, the pairs of dimensions taking turns; some thousand views."""
    pairs = []
    for first, second in itertools.combinations(dimensions, 2):
        if {first, second} != {"site", "team"}:
            pairs.append(
                itertools.product([first], _values(reader, first), [second], _values(reader, second))
            )
    for turn in itertools.zip_longest(*pairs):
        for chosen in turn:
            if chosen is not None:
                first, value, second, other = chosen
                yield Filters().with_values(first, (value,)).with_values(second, (other,))


def query_of(filters: Filters) -> str:
    """The filters as the query of a link."""
    return urlencode(filters.to_params(), doseq=True)


def _values(reader: Reader, dimension: str) -> list[str]:
    return [value for value in health.distinct_values(reader, dimension, FACTS) if value != NONE_VALUE]
