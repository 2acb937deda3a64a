"""measure(): every number on screen, in an export or from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from sqlalchemy.exc import ProgrammingError

from queries import catalog, day_kinds, weekly
from queries.branches import Branch, branches_of
from queries.clusters import (
    HITS,
    ROWS,
    ClusterSums,
    clustered_estimate,
    read_groups_and_sums,
    read_sums,
    shares_of_cases,
)
from queries.conditions import refused_by
from queries.coverage import Bools, Coverage, Integers, read_coverage
from queries.directory import Directory, read_directory
from queries.filters import DIMENSIONS, Filters
from queries.formulas import Audited, Ratio, Spread
from queries.model import Metric
from queries.outlook import outlook_for
from queries.parts import Group, Parts, read_parts, with_exact_hours, with_few
from queries.remembering import remembered
from queries.scope import Scope
from queries.series import Estimate, Series, evaluate
from queries.statements import Question, exact_statement_for, statement_for
from queries.tallies import Component, Trailing
from queries.time import DAY, Grain, Period
from store.errors import StoreDamaged
from store.facts import Facts

PEOPLE = ("member",)
PERSON_BREAKDOWNS = (*PEOPLE, "org", "team", "site", "severity", "tier")
"""The only dimensions a rate about a person may be narrowed by: each further one leaves more luck."""


@dataclass(frozen=True)
class Reader:
    """One store version as one viewer sees it."""

    facts: Facts
    scope: Scope
    directory: Directory
    coverage: Coverage

    def available(self, key: str) -> catalog.Availability:
        """A metric as this store can supply it."""
        return catalog.available(catalog.find_metric(key), self.coverage.known_columns)


def open_reader(facts: Facts, scope: Scope) -> Reader:
    """A reader with its directory and coverage; do it once per version and viewer.

    Raises StoreDamaged where the version lacks a table or column it should have; the facts are closed then.
    """
    needed = {column for metric in catalog.METRICS.values() for column in catalog.all_needs(metric)}
    try:
        directory = read_directory(facts, scope)
        return Reader(facts, scope, directory, read_coverage(facts, needed | set(weekly.NEEDED)))
    except ProgrammingError as fault:
        facts.close()
        words = str(fault.orig).splitlines()[0]
        raise StoreDamaged(
            f"version {facts.version} of {facts.location} is not whole ({words}); "
            "restore it from a backup or import again"
        ) from fault


@dataclass(frozen=True)
class Measures:
    """The answer to one question: series per metric and group, and any merge of groups.

    Totals and "Others" are evaluated from the merged parts, never averaged.
    """

    reader: Reader
    metrics: dict[str, Metric]
    reasons: dict[str, str]
    by: tuple[str, ...]
    filters: Filters
    parts: Parts
    clusters: dict[Ratio, ClusterSums] = field(default_factory=dict)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods asked for."""
        return self.parts.periods

    @cached_property
    def holidays(self) -> Bools:
        """Periods with a holiday, which are drawn and not tested."""
        return self.reader.coverage.holiday_periods(self.periods)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Groups present in any metric, in the order of the store."""
        return self.parts.groups

    def total(self, key: str) -> Series:
        """A metric over all groups."""
        return self.merged(key, range(len(self.groups)), ())

    def group(self, key: str, group: Group) -> Series:
        """A metric of one group; all zero or empty when the group has no rows."""
        places = [place for place, other in enumerate(self.groups) if other == group]
        return self.merged(key, places, group)

    def merged(self, key: str, places: Iterable[int], name: Group) -> Series:
        """A metric of several groups taken as one, called `name`."""
        metric = self.metrics[key]
        chosen = tuple(places)
        reason = self.reasons.get(key, "") or self._overlap(metric, chosen)
        estimate = _nothing(len(self.periods)) if reason else evaluate(metric, self.parts, chosen)
        if not reason and isinstance(metric.formula, Ratio) and metric.formula in self.clusters:
            estimate = clustered_estimate(estimate, self.clusters[metric.formula], chosen)
        return _series(self.reader, metric, name, chosen, self.periods, estimate, reason, self.minimum(name))

    def _overlap(self, metric: Metric, places: Sequence[int]) -> str:
        """Why some groups cannot be taken as one; "" when they can."""
        apart = [place for place, dimension in enumerate(self.by) if dimension in _apart(metric)]
        if len({tuple(self.groups[place][at] for at in apart) for place in places}) > 1:
            return _one_at_a_time(_apart(metric))
        return ""

    def series(self, key: str) -> list[Series]:
        """A metric of every group, in the order of `groups`."""
        return [self.merged(key, (place,), group) for place, group in enumerate(self.groups)]

    def minimum(self, name: Group) -> int:
        """Fewest rows a rate of the group called `name` may rest on: more when it is about one person."""
        small = self.reader.facts.settings.small_numbers
        by_person = bool(name) and any(dimension in PEOPLE for dimension in self.by)
        about_person = by_person or any(dimension in PEOPLE for dimension in self.filters.dimensions)
        return small.person if about_person else small.group


def measure(
    reader: Reader,
    metrics: Sequence[str],
    periods: Sequence[Period],
    by: Sequence[str] = (),
    filters: Filters | None = None,
    *,
    clustered: bool = False,
) -> Measures:
    """All `metrics` over `periods` (one grain, oldest first), per group of `by`, under `filters`.

    One statement whatever the number of metrics; a second one where quantiles rest on fewer than 200 rows.
    A metric the store cannot supply, or that cannot obey a filter or breakdown, comes back without values
    and says why. Raises KeyError for unknown metrics or dimensions, ValueError for no periods or mixed
    grains. `clustered` widens the intervals of shares where sellers bring more than 1.2 rows on average
    (rule 8), at the price of another statement or two where more than shares is asked.
    """
    if not periods:
        raise ValueError("no periods to measure")
    if len({period.grain for period in periods}) > 1:
        raise ValueError("periods of one measure share one grain")
    for dimension in by:
        if dimension not in DIMENSIONS:
            raise KeyError(f"no dimension {dimension!r}; known: {', '.join(DIMENSIONS)}")
    view = Filters(chosen=filters.chosen) if filters is not None else Filters()
    answered = _clustered_answer if clustered else _answer
    answer = answered(reader, tuple(metrics), tuple(periods), tuple(by), view)
    return Measures(reader, answer.metrics, answer.reasons, tuple(by), view, answer.parts, answer.clusters)


class _Answer(NamedTuple):
    """What the cache keeps: no reader, so that an old store version can be dropped."""

    metrics: dict[str, Metric]
    reasons: dict[str, str]
    parts: Parts
    clusters: dict[Ratio, ClusterSums]


def metrics_and_reasons(
    reader: Reader, keys: Iterable[str], periods: tuple[Period, ...], by: tuple[str, ...], filters: Filters
) -> tuple[dict[str, Metric], dict[str, str]]:
    """The metrics of the keys, and why some of them cannot be told."""
    metrics: dict[str, Metric] = {}
    reasons: dict[str, str] = {}
    for key in keys:
        metric, missing = reader.available(key)
        metrics[key] = metric
        reason = (
            catalog.not_supplied(missing) if missing else _disobeys(metric, by, filters, periods[0].grain)
        )
        if not reason and not all(reader.scope.reaches(fact) for fact in metric.facts):
            reason = "is known for the whole operation only"
        if reason:
            reasons[key] = reason
    return metrics, reasons


@remembered(32)
def _answer(
    reader: Reader, keys: tuple[str, ...], periods: tuple[Period, ...], by: tuple[str, ...], filters: Filters
) -> _Answer:
    metrics, reasons = metrics_and_reasons(reader, keys, periods, by, filters)
    components = [part for key, metric in metrics.items() if key not in reasons for part in metric.components]
    if not components:
        return _Answer(metrics, reasons, Parts(((),), periods), {})
    question = question_of(reader, components, periods, by, filters)
    served = day_kinds.serves(reader, question)
    branches = branches_of(question.components, weekly.clocks_of_kinds(question.weekly) | served)
    answered = day_kinds.answer(reader, question, branches, served)
    parts = read_parts(question, branches, _rows_of(reader, question, branches, answered))
    return _Answer(metrics, reasons, _with_exact_hours(reader, question, branches, parts), {})


def _rows_of(
    reader: Reader, question: Question, branches: Sequence[Branch], answered: Mapping[Branch, pa.Table]
) -> pa.Table:
    """The rows of all branches: of one statement, but for those `answered` already."""
    left = [branch for branch in branches if branch not in answered]
    tables = list(answered.values())
    if left:
        statement = statement_for(question, left, reader.scope, reader.directory)
        tables.append(reader.scope.read(reader.facts, statement))
    return pa.concat_tables(tables, promote_options="default")


def question_of(
    reader: Reader,
    components: Iterable[Component],
    periods: tuple[Period, ...],
    by: tuple[str, ...],
    filters: Filters,
) -> Question:
    """The question for some components, with the moments the reader's data gives it."""
    coverage = reader.coverage
    moments = tuple(coverage.moment(period.end) for period in periods)
    throughs = {name: table.through_at for name, table in coverage.tables.items()}
    asked = tuple(dict.fromkeys(components))
    outlook, planning = outlook_for(reader, asked), reader.facts.settings.planning
    counts = weekly.usable(reader.scope, coverage, periods, by, filters)
    return Question(asked, periods, by, filters, moments, throughs, outlook, planning, counts)


@remembered(16)
def _clustered_answer(
    reader: Reader, keys: tuple[str, ...], periods: tuple[Period, ...], by: tuple[str, ...], filters: Filters
) -> _Answer:
    """The answer with the sums over sellers of its shares; of shares alone these sums are the answer."""
    metrics, reasons = metrics_and_reasons(reader, keys, periods, by, filters)
    told = [metric for key, metric in metrics.items() if key not in reasons]
    shares = shares_of_cases(told)
    asked = (reader.facts, reader.scope, reader.directory)
    if not shares or len(shares) < len(told):
        answer = _answer(reader, keys, periods, by, filters)
        parts = answer.parts
        rows = {ratio: float(parts.sums[ratio.denominator].sum()) for ratio in shares}
        return answer._replace(clusters=read_sums(*asked, rows, periods, by, filters, parts.groups))
    groups, clusters = read_groups_and_sums(*asked, shares, periods, by, filters)
    sums = {ratio.numerator: found.groups[HITS] for ratio, found in clusters.items()}
    sums |= {ratio.denominator: found.groups[ROWS] for ratio, found in clusters.items()}
    planning = reader.facts.settings.planning
    return _Answer(metrics, reasons, Parts(groups, periods, sums, by=by, planning=planning), clusters)


def _with_exact_hours(reader: Reader, question: Question, branches: Sequence[Branch], parts: Parts) -> Parts:
    """The parts with exact hours where quantiles rest on few rows: a second, rarely needed statement."""
    found = with_few(parts)
    few = [(branch, found[first]) for branch in branches if (first := branch.components[0]) in found]
    if not few:
        return parts
    statement = exact_statement_for(question, few, reader.scope, reader.directory)
    exact = [branch for branch, _ in few]
    return with_exact_hours(parts, question, exact, reader.scope.read(reader.facts, statement))


def needs_block(metric: Metric) -> bool:
    """Whether about one person the metric exists only over 13 weeks: rates and times; not counts, stocks."""
    return metric.is_rate and not metric.is_stock


def _disobeys(metric: Metric, by: Sequence[str], filters: Filters, grain: Grain) -> str:
    """Why a metric cannot answer the question as asked: never half applied."""
    asked = tuple(dict.fromkeys((*filters.dimensions, *by)))
    unknown = refused_by(metric, asked)
    if unknown:
        return f"cannot be split by {', '.join(DIMENSIONS[dimension].label.lower() for dimension in unknown)}"
    apart = _apart(metric)
    if apart and not any(dimension in by or len(filters.values(dimension)) == 1 for dimension in apart):
        return _one_at_a_time(apart)
    if isinstance(metric.formula, Spread) and any(person in asked for person in PEOPLE):
        return "compares the people of a team, so it is not told of one"
    if "org" in by:
        return "cannot be split by organisation"
    if "error_type" in asked and isinstance(metric.formula, Audited):
        return "cannot be split by kind of error"  # only what was judged wrong has one
    if needs_block(metric) and any(person in asked for person in PEOPLE) and grain is not Grain.block:
        return "a rate about one person needs 13 weeks"
    if needs_block(metric) and any(person in asked for person in PEOPLE):
        narrowed = [dimension for dimension in asked if dimension not in PERSON_BREAKDOWNS]
        if narrowed:
            return f"a rate about one person is not narrowed by {DIMENSIONS[narrowed[0]].label.lower()}"
    return ""


def _apart(metric: Metric) -> tuple[str, ...]:
    """Dimensions whose groups cannot be taken together, because a case may stand in several."""
    formula = metric.formula
    return formula.denominator.of_all if isinstance(formula, Ratio) and not formula.adds_up else ()


def _one_at_a_time(apart: Sequence[str]) -> str:
    name = DIMENSIONS[apart[0]].label.lower()
    return f"is told for one {name} at a time: a case may stand under several"


def _nothing(periods: int) -> Estimate:
    blank = np.full(periods, np.nan)
    return Estimate(blank, blank, blank, blank, blank, blank, blank, blank)


def _looked_back(coverage: Coverage, trailing: Trailing | None, periods: Sequence[Period]) -> Bools:
    """Periods before whose end every day that is looked back on is loaded."""
    if trailing is None:
        return np.ones(len(periods), dtype=bool)
    before = [Period(period.end - trailing.days * DAY, period.end, Grain.range) for period in periods]
    return coverage.days_loaded((trailing.fact,), before) == trailing.days


class _Rules(NamedTuple):
    """What of a metric decides when a period of it is complete and mature."""

    facts: tuple[str, ...]
    followed_in: tuple[str, ...]
    follow_up: int
    is_stock: bool
    looks_back: Trailing | None

    @classmethod
    def of(cls, metric: Metric) -> _Rules:
        return cls(metric.facts, metric.followed_in, metric.follow_up, metric.is_stock, metric.looks_back)


class _Standing(NamedTuple):
    """Per period: days loaded, whether it is complete and mature, and whether what follows is recorded."""

    days: Integers
    complete: Bools
    mature: Bools
    reached: Bools


@lru_cache(maxsize=1024)
def _standing(coverage: Coverage, rules: _Rules, periods: tuple[Period, ...]) -> _Standing:
    """How far periods are loaded, the same under all filters; the arrays are shared."""
    loaded = coverage.loaded(rules.facts)
    days = coverage.days_loaded(rules.facts, periods)
    if rules.is_stock:
        known = [
            loaded is not None
            and loaded.first_day <= period.last_day <= loaded.last_day
            and period.last_day not in loaded.incomplete
            for period in periods
        ]
        complete = np.array(known, dtype=bool) & _looked_back(coverage, rules.looks_back, periods)
    else:
        complete = days == np.array([period.days for period in periods])
    followed = coverage.loaded((*rules.facts, *rules.followed_in)) if rules.followed_in else loaded
    none = np.zeros(len(periods), dtype=bool)
    if followed is None:
        return _Standing(days, complete, none, none)
    wait = rules.follow_up * DAY
    mature = np.array([period.last_day + wait <= followed.last_day for period in periods], dtype=bool)
    reached = np.array([period.last_day <= followed.last_day for period in periods], dtype=bool)
    return _Standing(days, complete, mature, reached)


def _series(
    reader: Reader,
    metric: Metric,
    group: Group,
    places: tuple[int, ...],
    periods: tuple[Period, ...],
    estimate: Estimate,
    reason: str,
    minimum: int,
) -> Series:
    standing = _standing(reader.coverage, _Rules.of(metric), periods)
    days, complete, mature = standing.days, standing.complete, standing.mature
    if estimate.settled is not None:
        mature = mature | (estimate.settled & complete & standing.reached)
    seen = days > 0
    withheld = np.zeros(len(periods), dtype=bool)
    if metric.is_rate and not reason:
        withheld = seen & (estimate.n < minimum) & (estimate.n > 0)
    hidden = withheld | ~seen

    def shown(numbers: Any) -> Any:
        return np.where(hidden, np.nan, numbers)

    return Series(
        metric,
        group,
        periods,
        np.where(seen, estimate.numerator, np.nan),
        np.where(seen, estimate.denominator, np.nan),
        shown(estimate.value),
        shown(estimate.low),
        shown(estimate.high),
        np.where(seen, estimate.n, np.nan),
        np.where(seen, estimate.effective_n, np.nan),
        shown(estimate.at_least),
        complete,
        mature & complete if metric.follow_up == 0 else mature,
        withheld,
        days,
        places,
        reason,
    )
