"""One share by several breakdowns, each with its design effect, from one reading of the cases.

The statement counts what each seller has in each combination of the dimensions; what it has in a group of one
breakdown is added up from these.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from queries.answered_rows import order_of
from queries.clusters import (
    HITS,
    MOST_ONE_BY_ONE,
    ROWS,
    ClusterSums,
    SellerQuestion,
    coarsest,
    of_sellers,
    pairs_of,
    shares_of_cases,
)
from queries.filters import Filters
from queries.formulas import Ratio
from queries.measure import Measures, Reader, measure, metrics_and_reasons
from queries.parts import Group, Parts
from queries.remembering import remembered
from queries.splits import Split
from queries.time import Period

Floats = NDArray[np.float64]


def measure_split_shares(
    reader: Reader, key: str, period: Period, splits: Sequence[Split], filters: Filters
) -> dict[Split, Measures]:
    """What `measure` answers, `clustered`, of one metric over one period by each of `splits`.

    A share that every split obeys is read once for all of them, any other metric split by split.
    """
    view, periods = Filters(chosen=filters.chosen), (period,)
    told = [metrics_and_reasons(reader, (key,), periods, split, view) for split in splits]
    metrics = told[0][0]
    shares = shares_of_cases(metrics.values())
    if not shares or any(reasons for _, reasons in told):
        return {split: measure(reader, (key,), periods, split, view, clustered=True) for split in splits}
    found = _sums(reader, shares[0], period, tuple(splits), view)
    return {
        split: Measures(
            reader,
            metrics,
            {},
            split,
            view,
            Parts(
                groups,
                periods,
                {shares[0].numerator: sums.groups[HITS], shares[0].denominator: sums.groups[ROWS]},
                by=split,
                planning=reader.facts.settings.planning,
            ),
            {shares[0]: sums},
        )
        for split, (groups, sums) in zip(splits, found, strict=True)
    }


@remembered(8)
def _sums(
    reader: Reader, ratio: Ratio, period: Period, splits: tuple[Split, ...], filters: Filters
) -> list[tuple[tuple[Group, ...], ClusterSums]]:
    """Per split its groups, in the order of the store, and the sums over sellers."""
    by = tuple(dict.fromkeys(dimension for split in splits for dimension in split))
    question = SellerQuestion(reader.scope, reader.directory, (period,), by, filters)
    ((hits, rows),) = pairs_of([ratio])

    def read(told_apart_by: str) -> pa.Table:
        return reader.scope.read(reader.facts, of_sellers([ratio], question, told_apart_by))

    sellers = read(coarsest([ratio]))
    if coarsest([ratio]) != "seller_id" and (pc.sum(sellers[rows]).as_py() or 0) <= MOST_ONE_BY_ONE:
        sellers = read("seller_id")
    counted = sellers.select([*(f"b{place}" for place in range(len(by))), "seller"]).append_column(
        "hits", sellers[hits]
    )
    counted = counted.append_column("rows", sellers[rows])
    return [_split(counted, [f"b{by.index(dimension)}" for dimension in split]) for split in splits]


def _split(sellers: pa.Table, names: list[str]) -> tuple[tuple[Group, ...], ClusterSums]:
    of_groups, of_all = _added(sellers, [*names, "seller"]), _added(sellers, ["seller"])
    group_of_row: list[Group] = list(zip(*(of_groups[name].to_pylist() for name in names), strict=True))
    groups = tuple(sorted(set(group_of_row), key=order_of))
    places = {group: place for place, group in enumerate(groups)}
    place = np.array([places[group] for group in group_of_row], dtype=np.int64)
    each = [np.bincount(place, values, minlength=len(groups)) for values in _squares(of_groups)]
    whole = [values.sum() for values in _squares(of_all)]
    return groups, ClusterSums(
        np.array(each, dtype=np.float64)[:, :, np.newaxis], np.array(whole, dtype=np.float64)[:, np.newaxis]
    )


def _added(sellers: pa.Table, names: list[str]) -> pa.Table:
    return sellers.group_by(names).aggregate([("hits", "sum"), ("rows", "sum")])


def _squares(sellers: pa.Table) -> list[Floats]:
    """What each seller adds to the six sums; rows without a seller are each a cluster of their own."""
    hits, rows = (
        sellers[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in ("hits_sum", "rows_sum")
    )
    alone = sellers["seller"].is_null().to_numpy(zero_copy_only=False)
    return [
        np.where(alone, rows, rows > 0),
        hits,
        rows,
        np.where(alone, hits, hits * hits),
        np.where(alone, hits, hits * rows),
        np.where(alone, rows, rows * rows),
    ]
