"""Why a number moved between two periods: parts that add up, and the dimension that explains it best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.drivers import (
    Breakdown,
    Decomposition,
    Explanation,
    count_difference,
    is_mix_shift,
    mix_rate,
    quantile_drivers,
    rank_dimensions,
)
from queries import staffing, sums
from queries.conditions import refused_by
from queries.filters import DIMENSIONS, NONE_VALUE, Filters
from queries.formulas import (
    Accrued,
    Agreed,
    Audited,
    Count,
    DaysOfWork,
    Expected,
    HeadcountGap,
    Level,
    OpenAge,
    OpenCount,
    Quantile,
    Ratio,
    Spread,
    Summed,
)
from queries.measure import Measures, Reader, measure
from queries.model import Metric
from queries.parts import Group, whole_of
from queries.remembering import remembered
from queries.splits import Split, measure_splits
from queries.tallies import Durations, Snapshot
from queries.time import Period

EARLIER, LATER = 0, 1
PAIRS: tuple[Split, ...] = (("severity", "marketplace"), ("severity", "site"), ("reason", "site"))
"""Pairs of dimensions tried for the main driver besides the single ones."""
LEAST_EXCESS = 0.1
_UNDIVIDED = (Audited, Agreed, Spread, HeadcountGap)
"""What has no parts that add up, so that no group can be told to have moved it."""


@dataclass(frozen=True)
class Explained:
    """A change split by one or two dimensions.

    `decomposition` is None when the metric shows parts without claiming that they add up; `reason` says so.
    `groups` and `n` (rows in the later period) go with its drivers.
    """

    metric: Metric
    split: Split
    groups: tuple[Group, ...]
    n: tuple[float, ...]
    decomposition: Decomposition | None
    reason: str = ""

    def group_of(self, part: str) -> Group:
        """The values behind a driver's name; splitting the name would break values that hold a middle dot."""
        assert self.decomposition is not None
        names = (driver.part for driver in self.decomposition.drivers)
        return dict(zip(names, self.groups, strict=True))[part]

    @property
    def mix_shift(self) -> bool:
        """Every part moved one way and the total the other."""
        return self.decomposition is not None and is_mix_shift(self.decomposition)


NAMING = ("member", "account_manager")
"""Dimensions whose values are people: no change is put down to a person."""


def splits_for(metric: Metric, filters: Filters) -> list[Split]:
    """Dimensions the metric can be split by, those already narrowed to one value left out."""
    single = {dimension for dimension, values in filters.chosen if len(values) == 1}
    return [
        (dimension,)
        for dimension in metric.drill
        if dimension not in (*single, *NAMING) and not refused_by(metric, (dimension,))
    ]


def explain(
    reader: Reader, key: str, split: Split, later: Period, earlier: Period, filters: Filters
) -> Explained:
    """The change of one metric from `earlier` to `later` by the groups of `split`."""
    return explain_all(reader, (key,), split, later, earlier, filters)[key]


def explain_all(
    reader: Reader, keys: Sequence[str], split: Split, later: Period, earlier: Period, filters: Filters
) -> dict[str, Explained]:
    """The same for several metrics through one measure; metrics that cannot be split so are left out."""
    periods = sorted((earlier, later))
    measures = measure(reader, keys, periods, split, filters)
    return {key: decompose(measures, key) for key in keys if key not in measures.reasons}


def decompose(measures: Measures, key: str) -> Explained:
    """The change between the two periods of a measure, by its groups."""
    metric = measures.metrics[key]
    names = [group_name(group) for group in measures.groups]
    n = _later_n(measures, key)
    try:
        decomposition = _decomposition(measures, metric, names)
    except ValueError as fault:
        return Explained(metric, measures.by, measures.groups, n, None, str(fault))
    reason = "" if decomposition is not None else "its parts do not add up to the total, so none is claimed"
    return Explained(metric, measures.by, measures.groups, n, decomposition, reason)


def rank_splits(
    reader: Reader, key: str, later: Period, earlier: Period, filters: Filters
) -> list[Explanation]:
    """The metric's dimensions by how well few of their parts explain the change, best first (Adtributor)."""
    found = {}
    splits = splits_for(reader.available(key).metric, filters)
    for split, measures in measure_splits(reader, key, sorted((earlier, later)), splits, filters).items():
        if not measures.groups:
            continue
        metric = measures.metrics[key]
        breakdown = _breakdown(measures, metric)
        if breakdown is not None:
            found[split[0]] = breakdown
    return rank_dimensions(found)


def group_name(group: Group) -> str:
    """A group as a person reads it: its values joined by a middle dot."""
    return " · ".join(NONE_VALUE if value is None else value for value in group) or "All"


def split_label(split: Split) -> str:
    """A split as a person reads it: "Severity × marketplace"."""
    words = [DIMENSIONS[dimension].label for dimension in split]
    return " × ".join([words[0], *(word.lower() for word in words[1:])])


def _sums(measures: Measures, metric: Metric) -> tuple[np.ndarray, np.ndarray | None] | None:
    """Numerators and denominators per group and period; None where the metric has no such parts."""
    parts, formula = measures.parts, metric.formula
    if isinstance(formula, Ratio) and formula.denominator in parts.wholes:
        if not formula.adds_up:
            return None
        every = np.arange(len(measures.groups))
        whole = whole_of(formula.denominator, parts, every)
        top = parts.sums[formula.numerator]
        return formula.per * np.divide(top, whole, out=np.zeros_like(top), where=whole > 0), None
    if isinstance(formula, Ratio):
        return parts.sums[formula.numerator], parts.sums[formula.denominator]
    if isinstance(formula, Count):
        return parts.sums[formula.tally], None
    if isinstance(formula, Summed):
        found = sums.by_group(formula, parts)
        return None if found is None else (found, None)
    if isinstance(formula, DaysOfWork):
        return staffing.work_by_group(formula, parts)
    if isinstance(formula, Accrued):
        return parts.amounts[formula.accrual], None
    if isinstance(formula, Expected):
        return parts.amounts[formula.holding], None
    if isinstance(formula, OpenCount):
        return _cases(measures, formula.snapshot), None
    if isinstance(formula, Level):
        levels = [
            measures.merged(metric.key, (place,), group).numerator
            for place, group in enumerate(measures.groups)
        ]
        return np.array(levels).reshape(len(measures.groups), len(measures.periods)), None
    return None


def _decomposition(measures: Measures, metric: Metric, names: Sequence[str]) -> Decomposition | None:
    if isinstance(metric.formula, Quantile | OpenAge):
        return _quantile_parts(measures, metric, names)
    sums = _sums(measures, metric)
    if sums is None:
        return None
    top, bottom = sums
    if bottom is None:
        return count_difference(names, top[:, EARLIER], top[:, LATER])
    per = metric.formula.per if isinstance(metric.formula, Ratio) else 1.0
    return mix_rate(names, top[:, EARLIER], bottom[:, EARLIER], top[:, LATER], bottom[:, LATER], per)


def _quantile_parts(measures: Measures, metric: Metric, names: Sequence[str]) -> Decomposition:
    """Share slower than the earlier median, by group."""
    formula = metric.formula
    component = formula.durations if isinstance(formula, Quantile) else formula.snapshot  # type: ignore[union-attr]
    histogram = measures.parts.histograms[component]
    buckets, column = np.unique(histogram.bucket, return_inverse=True)
    counts = np.zeros((2, len(names), buckets.size))
    np.add.at(counts, (histogram.period, histogram.group, column), histogram.count)
    return quantile_drivers(names, buckets, counts[EARLIER], counts[LATER])[0]


def _breakdown(measures: Measures, metric: Metric) -> Breakdown | None:
    sums = _sums(measures, metric)
    names = [group_name(group) for group in measures.groups]
    if sums is None:
        return None
    top, bottom = sums
    if bottom is None:
        return Breakdown(names, top[:, EARLIER], top[:, LATER])
    return Breakdown(names, top[:, EARLIER], top[:, LATER], bottom[:, EARLIER], bottom[:, LATER])


def _cases(measures: Measures, component: Durations | Snapshot) -> np.ndarray:
    """Rows of a histogram per group and period."""
    histogram, periods = measures.parts.histograms[component], len(measures.periods)
    cells = len(measures.groups) * periods
    counted = np.bincount(histogram.group * periods + histogram.period, histogram.count, minlength=cells)
    return counted.reshape(len(measures.groups), periods)


def _later_n(measures: Measures, key: str) -> tuple[float, ...]:
    """Rows the later value of each group rests on."""
    formula = measures.metrics[key].formula
    if isinstance(formula, Quantile):
        return tuple(_cases(measures, formula.durations)[:, LATER].tolist())
    if isinstance(formula, OpenAge):
        return tuple(_cases(measures, formula.snapshot)[:, LATER].tolist())
    sums = _sums(measures, measures.metrics[key])
    if sums is not None:
        top, bottom = sums
        return tuple((top if bottom is None else bottom)[:, LATER].tolist())
    return tuple(
        float(measures.merged(key, (place,), group).n[LATER]) for place, group in enumerate(measures.groups)
    )


@dataclass(frozen=True)
class MainDriver:
    """The group that moved a metric most within the dimension that explains it best."""

    split: Split
    group: str
    share: float
    explained: Explained


def main_drivers(
    reader: Reader, changes: Sequence[tuple[str, Period, Period]], filters: Filters
) -> dict[str, MainDriver]:
    """The main driver of each (metric, later, earlier); metrics without a clear one are left out.

    One statement per metric, whatever the number of dimensions.
    """
    found: dict[str, MainDriver] = {}
    for key, later, earlier in changes:
        driver = _main_driver(reader, key, later, earlier, Filters(chosen=filters.chosen))
        if driver is not None:
            found[key] = driver
    return found


@remembered(8)
def _main_driver(
    reader: Reader, key: str, later: Period, earlier: Period, filters: Filters
) -> MainDriver | None:
    best: tuple[float, MainDriver] | None = None
    metric = reader.available(key).metric
    if isinstance(metric.formula, _UNDIVIDED):
        return None
    splits = candidate_splits(metric, filters)
    for measures in measure_splits(reader, key, sorted((earlier, later)), splits, filters).values():
        if len(measures.groups) < 2:
            continue
        found = concentration(decompose(measures, key))
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best is not None else None


def candidate_splits(metric: Metric, filters: Filters) -> list[Split]:
    """Single dimensions, and the pairs in which a cause usually hides."""
    singles = splits_for(metric, filters)
    return [*singles, *(pair for pair in PAIRS if all((dimension,) in singles for dimension in pair))]


def concentration(explained: Explained) -> tuple[float, MainDriver] | None:
    """How much more of the change one group makes than its size would, and that group.

    A team with a tenth of the cases and a tenth of the change explains nothing; a small group that makes most
    of it does. Groups that are merely not tagged yet are passed over. None when nothing is concentrated.
    """
    change = explained.decomposition
    if change is None or change.change == 0 or sum(explained.n) <= 0:
        return None
    weights = dict(zip((driver.part for driver in change.drivers), explained.n, strict=True))
    top = change.largest_first()[0]
    if None in explained.group_of(top.part):
        return None
    share = top.total / change.change
    excess = min(share, 1.0) - weights[top.part] / sum(explained.n)
    if excess <= LEAST_EXCESS:
        return None
    return excess, MainDriver(explained.split, top.part, share, explained)
