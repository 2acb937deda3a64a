"""One metric by many breakdowns from one statement, to find where a change comes from.

The statement groups by all the dimensions at once; each breakdown is then summed from its rows. Two weeks of
a million cases are some ten thousand rows, and one statement costs less than a dozen small ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from queries.branches import branches_of
from queries.filters import Filters
from queries.formulas import Level, OpenCount
from queries.measure import Measures, Reader, question_of
from queries.model import Metric
from queries.parts import Parts, read_splits
from queries.remembering import remembered
from queries.statements import statement_for
from queries.time import Period

Split = tuple[str, ...]


def measure_splits(
    reader: Reader, key: str, periods: Sequence[Period], splits: Sequence[Split], filters: Filters
) -> dict[Split, Measures]:
    """The metric over `periods` by each of `splits`, every one of which it must be able to obey.

    Quantiles come from buckets. Empty without splits or when the store does not supply the metric.
    """
    metric, missing = reader.available(key)
    if missing or not splits:
        return {}
    view = Filters(chosen=filters.chosen)
    found = _parts(reader, key, tuple(periods), tuple(splits), view)
    metrics = {key: _countable(metric)}
    return {
        split: Measures(reader, metrics, {}, split, view, parts)
        for split, parts in zip(splits, found, strict=True)
    }


@remembered(16)
def _parts(
    reader: Reader, key: str, periods: tuple[Period, ...], splits: tuple[Split, ...], filters: Filters
) -> tuple[Parts, ...]:
    by = tuple(dict.fromkeys(dimension for split in splits for dimension in split))
    question = question_of(reader, _countable(reader.available(key).metric).components, periods, by, filters)
    branches = branches_of(question.components)
    rows = reader.scope.read(reader.facts, statement_for(question, branches, reader.scope, reader.directory))
    return tuple(read_splits(question, branches, rows, splits))


def _countable(metric: Metric) -> Metric:
    """A level as the count of its open rows: a fine breakdown of all history would return most of it."""
    if isinstance(metric.formula, Level):
        return replace(metric, formula=OpenCount(metric.formula.rows))
    return metric
