"""How much less rows say when a few sellers bring many of them: the design effect of a share (rule 8).

Per seller the hits and the rows, then their sums of squares and products per group and period: these add up,
so that any union of groups has its own design effect. They hold the shares themselves, so that where nothing
else is asked they are read alone; beside other figures they are further statements.

Of many rows the sellers are not told apart one by one but in random groups of whole sellers. Sellers differ
independently of each other, so the variance between such groups estimates the same variance without bias
(Wolter, *Introduction to Variance Estimation*, 2nd ed., ch. 2); of 1,024 groups with a relative error of
√(2 ÷ 1,024), which moves the ends of an interval by 2 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Double,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from analysis.intervals import design_effect_of_sums, effective_n, wilson
from queries.answered_rows import order_of
from queries.branch_columns import breakdown_columns, within
from queries.conditions import knows, matches, unknown_to
from queries.directory import Directory
from queries.filters import Filters
from queries.formulas import Ratio
from queries.model import Metric
from queries.parts import Group
from queries.scope import Scope
from queries.series import Estimate
from queries.tallies import Tally
from queries.time import Period
from store.facts import Facts

Floats = NDArray[np.float64]
CLUSTERS, HITS, ROWS, HITS_SQUARED, PRODUCTS, ROWS_SQUARED = range(6)


MOST_ONE_BY_ONE = 50_000
"""Rows up to which sellers are told apart one by one; of more, a statement spends its time on that alone."""


@dataclass(frozen=True)
class ClusterSums:
    """Sums over sellers of one share: `groups` is (sum, group, period), `whole` is (sum, period).

    The sums are sellers, hits, rows, hits², hits × rows and rows², of sellers or of random groups of them. A
    seller with rows in two groups counts in each; `whole` counts it once.
    """

    groups: Floats
    whole: Floats

    def of(self, places: Sequence[int]) -> Floats:
        """The sums of several groups taken as one, (sum, period)."""
        if set(places) == set(range(self.groups.shape[1])):
            return self.whole
        return np.asarray(self.groups[:, list(places)].sum(axis=1))


def clustered_estimate(estimate: Estimate, sums: ClusterSums, places: Sequence[int]) -> Estimate:
    """The estimate with n ÷ design effect as its effective n, and the interval that follows from it."""
    part = sums.of(places)
    rows, sellers = part[ROWS], part[CLUSTERS]
    mean_rows = np.divide(rows, sellers, out=np.zeros_like(rows), where=sellers > 0)
    n = effective_n(rows, mean_rows, design_effect_of_sums(*part))
    low, high = wilson(estimate.value * n, n)
    return replace(estimate, low=low, high=high, effective_n=n)


def shares_of_cases(metrics: Iterable[Metric]) -> tuple[Ratio, ...]:
    """The shares among the metrics whose rows name a seller."""
    formulas = (metric.formula for metric in metrics)
    return tuple(ratio for ratio in formulas if isinstance(ratio, Ratio) and _is_share_of_cases(ratio))


def read_sums(
    facts: Facts,
    scope: Scope,
    directory: Directory,
    rows: Mapping[Ratio, float],
    periods: Sequence[Period],
    by: Sequence[str],
    filters: Filters,
    groups: Sequence[Group],
) -> dict[Ratio, ClusterSums]:
    """Sums over sellers of each share, whose `rows` are given: one statement per table and clock."""
    question = SellerQuestion(scope, directory, tuple(periods), tuple(by), filters)
    found: dict[Ratio, ClusterSums] = {}
    for together in _read_together(rows):
        many = max(rows[ratio] for ratio in together) > MOST_ONE_BY_ONE
        table = _read(facts, question, together, coarsest(together) if many else "seller_id")
        found |= _sums_of(table, question, together, groups)
    return found


def read_groups_and_sums(
    facts: Facts,
    scope: Scope,
    directory: Directory,
    shares: Sequence[Ratio],
    periods: Sequence[Period],
    by: Sequence[str],
    filters: Filters,
) -> tuple[tuple[Group, ...], dict[Ratio, ClusterSums]]:
    """The groups with rows of any share, in the order of the store, and the sums of each share.

    One statement per table and clock; a second one where the first finds few enough rows to tell the sellers
    apart one by one.
    """
    question = SellerQuestion(scope, directory, tuple(periods), tuple(by), filters)
    tables = []
    for together in _read_together(shares):
        coarsest_column = coarsest(together)
        table = _read(facts, question, together, coarsest_column)
        if coarsest_column != "seller_id" and _most_rows(table, together) <= MOST_ONE_BY_ONE:
            table = _read(facts, question, together, "seller_id")
        tables.append((together, table))
    groups = {group for _, table in tables for group in _groups_of(table, question)}
    ordered = tuple(sorted(groups, key=order_of)) if question.by else ((),)
    found: dict[Ratio, ClusterSums] = {}
    for together, table in tables:
        found |= _sums_of(table, question, together, ordered)
    return ordered, found


def _read_together(shares: Iterable[Ratio]) -> list[list[Ratio]]:
    """The shares of each table and clock."""
    together: dict[tuple[str, str], list[Ratio]] = {}
    for ratio in shares:
        together.setdefault((ratio.denominator.fact, ratio.denominator.clock), []).append(ratio)
    return list(together.values())


def coarsest(together: Sequence[Ratio]) -> str:
    """The column of random groups of sellers, of the sellers where a table has no groups."""
    return "seller_group" if knows(together[0].denominator.fact, "seller_group") else "seller_id"


def _read(
    facts: Facts, question: SellerQuestion, together: Sequence[Ratio], told_apart_by: str
) -> dict[str, list[Any]]:
    return question.scope.read(facts, _statement(together, question, told_apart_by)).to_pydict()


def _most_rows(table: Mapping[str, list[Any]], together: Sequence[Ratio]) -> float:
    """Rows of the share that has the most, over all groups and periods."""
    return max(
        sum(rows for rows, whole in zip(table[f"s{number}_{ROWS}"], table["whole"], strict=True) if whole)
        for number in range(len(together))
    )


def _groups_of(table: Mapping[str, list[Any]], question: SellerQuestion) -> list[Group]:
    """The group of every row that is of one."""
    columns = [table[f"b{column}"] for column in range(len(question.by))]
    return [
        group for group, whole in zip(zip(*columns, strict=True), table["whole"], strict=False) if not whole
    ]


def _sums_of(
    table: Mapping[str, list[Any]],
    question: SellerQuestion,
    together: Sequence[Ratio],
    groups: Sequence[Group],
) -> dict[Ratio, ClusterSums]:
    """What a statement found, per share."""
    by, count = question.by, len(question.periods)
    places = {group: place for place, group in enumerate(groups)}
    found = {}
    for number, ratio in enumerate(together):
        sums = ClusterSums(np.zeros((6, len(groups), count)), np.zeros((6, count)))
        for row, place in enumerate(table["place"]):
            values = [table[f"s{number}_{kind}"][row] for kind in range(6)]
            if table["whole"][row]:
                sums.whole[:, place] = values
            if not table["whole"][row] or not by:
                group = tuple(table[f"b{column}"][row] for column in range(len(by)))
                sums.groups[:, places[group], place] = values
        found[ratio] = sums
    return found


class SellerQuestion(NamedTuple):
    """Which rows the sums are of."""

    scope: Scope
    directory: Directory
    periods: tuple[Period, ...]
    by: tuple[str, ...]
    filters: Filters


def _is_share_of_cases(ratio: Ratio) -> bool:
    top, bottom = ratio.numerator, ratio.denominator
    same = (top.fact, top.clock) == (bottom.fact, bottom.clock)
    counted = top.quantity is None and bottom.quantity is None
    return ratio.spread == "wilson" and same and counted and not _without_seller(bottom.fact)


def _without_seller(fact: str) -> bool:
    return bool(unknown_to(fact, ("seller_id",)))


def _tallies(ratios: Sequence[Ratio]) -> dict[Tally, str]:
    """What is counted of each seller for some shares, and the column that holds it."""
    tallies = dict.fromkeys(tally for ratio in ratios for tally in (ratio.numerator, ratio.denominator))
    return {tally: f"c{number}" for number, tally in enumerate(tallies)}


def pairs_of(ratios: Sequence[Ratio]) -> list[tuple[str, str]]:
    """The columns of each share's hits and rows."""
    names = _tallies(ratios)
    return [(names[ratio.numerator], names[ratio.denominator]) for ratio in ratios]


def of_sellers(ratios: Sequence[Ratio], question: SellerQuestion, told_apart_by: str) -> Select[Any]:
    """Place of the period, group, `seller` and what is counted of it for the shares."""
    periods, by = question.periods, question.by
    table = question.scope.table(ratios[0].denominator.fact)
    on = table.c[f"{ratios[0].denominator.clock}_on"]
    # A seller's rows of a quarter are one cluster, so the periods cannot be merged from weeks or months.
    places = [(and_(on >= period.start, on < period.end), number) for number, period in enumerate(periods)]
    # All rows are of an only period; to group by it as well would cost a tenth.
    place = case(*places) if len(places) > 1 else literal_column("0", BigInteger)
    of_place = [place] if len(places) > 1 else []
    breakdown = [column.label(f"b{k}") for k, column in enumerate(breakdown_columns(table, by))]
    counts = [
        func.count(case((tally.where(table.c), 1))).label(name) for tally, name in _tallies(ratios).items()
    ]
    # Rows of no share would only make the grouping by seller larger.
    asked = or_(*dict.fromkeys(ratio.denominator.where(table.c) for ratio in ratios))
    seller = table.c[told_apart_by]
    return (
        select(place.label("place"), *breakdown, seller.label("seller"), *counts)
        .where(within(on, periods), asked, matches(table, question.filters, question.directory))
        .group_by(*of_place, *breakdown_columns(table, by), seller)
    )


def _statement(
    ratios: Sequence[Ratio], question: SellerQuestion, told_apart_by: str
) -> CompoundSelect[Any] | Select[Any]:
    """The six sums of every share per group and period, and per period over all groups."""
    by, names = question.by, _tallies(ratios)
    of_groups = of_sellers(ratios, question, told_apart_by)
    pairs = pairs_of(ratios)
    if not by:
        return _sums(of_groups.subquery("sellers"), pairs, 0, whole=True)
    # Rows are read once: those of all groups follow from those of each. As long numbers: they are squared.
    each = of_groups.cte("sellers")
    added = [cast(func.sum(each.c[name]), BigInteger).label(name) for name in names.values()]
    of_all = select(each.c.place, each.c.seller, *added).group_by(each.c.place, each.c.seller)
    return union_all(
        _sums(each, pairs, len(by), whole=False),
        _sums(of_all.subquery("all_groups"), pairs, len(by), whole=True),
    )


def _sums(sellers: FromClause, pairs: Sequence[tuple[str, str]], splits: int, *, whole: bool) -> Select[Any]:
    """The sums of every share over sellers, its hits and rows being a pair of their columns."""
    c = sellers.c
    groups = [cast(null(), String) if whole else c[f"b{k}"] for k in range(splits)]
    sums = [
        cast(func.sum(value), Double).label(f"s{number}_{kind}")
        for number, (hits, rows) in enumerate(pairs)
        for kind, value in enumerate(_squares(c.seller, c[hits], c[rows]))
    ]
    named = [group.label(f"b{k}") for k, group in enumerate(groups)]
    selected = select(c.place.label("place"), literal(whole).label("whole"), *named, *sums)
    return selected.group_by(c.place, *([] if whole else groups))


def _squares(seller: Any, hits: Any, rows: Any) -> tuple[Any, ...]:
    """What a seller adds to the six sums; rows without a seller are each a cluster of their own."""
    alone = seller.is_(None)
    return (
        case((alone, rows), (rows > 0, 1), else_=0),
        hits,
        rows,
        case((alone, hits), else_=hits * hits),
        case((alone, hits), else_=hits * rows),
        case((alone, rows), else_=rows * rows),
    )
