"""How people compare, given their volume and kinds of cases, over two consecutive 13-week blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.case_mix import Expected, exact_interval, expected_events
from analysis.shrinkage import Prior, fit_prior, shrink
from analysis.special_cause import FEWEST_CASES, Comparison, compare, special_causes
from queries.catalog import not_supplied
from queries.conditions import refused_by
from queries.filters import DIMENSIONS, Filters
from queries.measure import PERSON_BREAKDOWNS, Reader
from queries.model import Metric
from queries.people.cells import Cells, cells_of
from queries.people.measures import MEASURES, PersonMeasure
from queries.remembering import remembered
from queries.time import DAY, Grain, Period

Integers = NDArray[np.int64]

FEWEST_OTHERS = 5
"""Others with cases below which a rate of all of them, or their unnamed points, would tell who is who."""


@dataclass(frozen=True)
class Block:
    """Everyone in one block: seen against expected, and against the limits at their own volume."""

    found: Expected
    compared: Comparison


@dataclass(frozen=True)
class PeopleComparison:
    """Everyone on one measure. `reason` says why there is none ("" if there is); then the rest is empty.

    `people` are in no order but that of their numbers, and index the arrays. `causes` is 1 or −1 for a
    special cause above or below what others find in the same kinds of cases, else 0. `prior` is None where
    nothing can be said about people as a whole. `beyond_hours` is where the slowest quarter begins, else
    nan.
    """

    measure: PersonMeasure
    metric: Metric
    reason: str
    blocks: tuple[Period, Period] | None = None
    people: tuple[str, ...] = ()
    earlier: Block | None = None
    later: Block | None = None
    pooled: Block | None = None
    causes: Integers | None = None
    prior: Prior | None = None
    beyond_hours: float = float("nan")
    minimum: int = FEWEST_CASES


@dataclass(frozen=True)
class Standing:
    """One person on one measure in the later block; rates are of the event, `worth` cases of the usual kind.

    `others` is the rate of everyone else, `value` the like-for-like rate, `ratio` seen ÷ expected with its
    exact 95 % interval, `shrunk` the rate drawn to that of everyone, with its interval. `inner` and `outer`
    are 1 or −1 outside the 95 % and 99.8 % limits, `cause` where a special cause held both blocks. All
    rates are nan where `withheld`.
    """

    cases: int
    events: int
    expected: float
    others: float
    worth: float
    value: float
    ratio: float
    ratio_low: float
    ratio_high: float
    shrunk: float
    shrunk_low: float
    shrunk_high: float
    inner: int
    outer: int
    cause: int
    earlier_cases: int
    earlier_events: int
    withheld: bool


def compare_people(reader: Reader, key: str, week: Period, filters: Filters) -> PeopleComparison:
    """Everyone on the measure `key`, over the newest two blocks that are mature by `week`.

    The filter on members is left aside: a person is compared with all the others. A filter that leaves more
    luck than judgement is refused with the reason.
    """
    return _compared(reader, key, week, Filters(chosen=filters.chosen).without("member"))


@remembered(8)
def _compared(reader: Reader, key: str, week: Period, filters: Filters) -> PeopleComparison:
    measure = MEASURES[key]
    metric, missing = reader.available(measure.metric)
    reason = not_supplied(missing) if missing else _refused(metric, filters)
    if reason:
        return PeopleComparison(measure, metric, reason)
    blocks = mature_blocks(reader, metric, week)
    if blocks is None:
        return PeopleComparison(measure, metric, "no 13 weeks are complete and mature yet")
    cells = cells_of(reader, measure, metric, blocks, filters)
    people = tuple(sorted({str(person) for person in cells.person}))
    if not people:
        return PeopleComparison(measure, metric, f"there are no {measure.cases} in these weeks", blocks)
    earlier, later, pooled = (_block(cells, people, which) for which in ((0,), (1,), (0, 1)))
    if np.count_nonzero(later.found.cases) <= FEWEST_OTHERS:
        few = f"fewer than {FEWEST_OTHERS + 1} people have {measure.cases} here"
        reason = f"{few}, so it would tell who is who"
        return PeopleComparison(measure, metric, reason, blocks)
    return PeopleComparison(
        measure,
        metric,
        "",
        blocks,
        people,
        earlier,
        later,
        pooled,
        special_causes(earlier.compared, later.compared, pooled.compared),
        fit_prior(later.found.observed, np.maximum(later.compared.worth, later.found.observed)),
        cells.beyond_hours,
        max(FEWEST_CASES, reader.facts.settings.small_numbers.person),
    )


def mature_blocks(reader: Reader, metric: Metric, week: Period) -> tuple[Period, Period] | None:
    """The newest two blocks running that end by `week` with their follow-up over; None where none are."""
    loaded = reader.coverage.loaded((*metric.facts, *metric.followed_in))
    if loaded is None:
        return None
    rules = reader.coverage.rules
    last = min(week.last_day, loaded.last_day - metric.follow_up * DAY)
    closed = rules.week_of(last)
    if closed.last_day > last:
        closed = rules.before(closed)
    later = rules.period_of(closed.last_day, Grain.block)
    earlier = rules.before(later)
    return None if later.start < loaded.first_day else (earlier, later)


def standing(compared: PeopleComparison, specialist_id: str) -> Standing | None:
    """One person's place in a comparison; None where they have no case in either block, or there is none."""
    if compared.reason or specialist_id not in compared.people:
        return None
    assert compared.later is not None and compared.earlier is not None and compared.causes is not None
    at = compared.people.index(specialist_id)
    found, limits = compared.later.found, compared.later.compared
    cases, events = int(found.cases[at]), int(found.observed[at])
    nan = float("nan")
    before = (int(compared.earlier.found.cases[at]), int(compared.earlier.found.observed[at]))
    if cases < compared.minimum:
        return Standing(
            cases, events, *(nan,) * 10, inner=0, outer=0, cause=0, earlier_cases=before[0],
            earlier_events=before[1], withheld=True,
        )  # fmt: skip
    worth = float(limits.worth[at])
    low, high = exact_interval(found.observed[at], found.expected[at])
    drawn = (nan, nan, nan)
    if compared.prior is not None:
        shrunk = shrink(compared.prior, events, max(worth, events))
        drawn = (float(shrunk.value), float(shrunk.low), float(shrunk.high))
    return Standing(
        cases,
        events,
        float(found.expected[at]),
        float(found.others[at]),
        worth,
        float(limits.value[at]),
        float(found.ratio[at]),
        float(low),
        float(high),
        *drawn,
        int(limits.inner[at]),
        int(limits.outer[at]),
        int(compared.causes[at]),
        *before,
        withheld=False,
    )


def total_tells(compared: PeopleComparison) -> bool:
    """Whether the rate of all, less everyone who is told, would be that of too few cases.

    Files of several people can be laid side by side, and the rate of all others stands in each: those who are
    withheld must rest on enough cases together, or nothing that holds the total may leave the app.
    """
    assert compared.later is not None
    cases = compared.later.found.cases
    hidden = float(cases[cases < compared.minimum].sum())
    return 0 < hidden < compared.minimum


def _refused(metric: Metric, filters: Filters) -> str:
    asked = filters.dimensions
    narrow = [name for name in asked if name not in PERSON_BREAKDOWNS]
    if narrow:
        return f"a rate about one person is not narrowed by {DIMENSIONS[narrow[0]].label.lower()}"
    unknown = refused_by(metric, asked)
    if unknown:
        return f"cannot be narrowed by {DIMENSIONS[unknown[0]].label.lower()}"
    return ""


def _block(cells: Cells, people: tuple[str, ...], which: tuple[int, ...]) -> Block:
    inside = np.isin(cells.block, which)
    number = {person: place for place, person in enumerate(people)}
    unit = np.array([number[str(person)] for person in cells.person[inside]], dtype=np.int64)
    found = expected_events(
        unit, cells.kind[inside].astype(str), cells.cases[inside], cells.events[inside], len(people)
    )
    return Block(found, compare(found))
