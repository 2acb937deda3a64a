"""How far people who decided the same cases agree: what SQL counts, and the coefficients that follow.

A row keeps what everyone decided as one text, sorted; SQL counts rows per text. Any union of groups and
periods adds up, and the coefficients and their bootstrap are computed from a few dozen texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.agreement import INDICATIVE_BELOW, Agreement, Coefficient, agreement
from queries.formulas import Agreed
from store.outcomes import REINSTATING

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SEPARATOR = "\x1f"
"""Between the decisions of a stored text."""
DECIDED = (*REINSTATING, "upheld")
"""What can be decided; chance agreement depends on how many there are, chosen or not."""

__all__ = ["DECIDED", "INDICATIVE_BELOW", "AgreementEstimate", "DecisionCounts", "estimate", "pooled"]


@dataclass(frozen=True)
class DecisionCounts:
    """Per row its group, period and what was decided, and how many cases."""

    group: Integers
    period: Integers
    decisions: NDArray[np.object_]
    cases: Floats


class AgreementEstimate(NamedTuple):
    """Per period: the coefficient, its bootstrap interval, and the cases it rests on."""

    value: Floats
    low: Floats
    high: Floats
    cases: Floats


def pooled(counts: DecisionCounts, periods: Sequence[int]) -> DecisionCounts:
    """The rows of several periods as those of one, numbered 0."""
    inside = np.isin(counts.period, list(periods))
    return DecisionCounts(
        counts.group[inside],
        np.zeros(int(inside.sum()), dtype=np.int64),
        counts.decisions[inside],
        counts.cases[inside],
    )


def estimate(formula: Agreed, counts: DecisionCounts, groups: Integers, periods: int) -> AgreementEstimate:
    """The coefficient per period over the union of `groups`; nan where it is not defined."""
    value, low, high = (np.full(periods, np.nan) for _ in range(3))
    rests_on = np.zeros(periods)
    inside = np.isin(counts.group, groups)
    for place in range(periods):
        here = inside & (counts.period == place)
        cases: dict[str, float] = {}
        for decisions, number in zip(counts.decisions[here], counts.cases[here], strict=True):
            cases[decisions] = cases.get(decisions, 0.0) + float(number)
        if not cases:
            continue
        agreed = _agreement(tuple(sorted(cases.items())))
        chosen: Coefficient = getattr(agreed, formula.coefficient)
        value[place], low[place], high[place] = chosen.value, chosen.low, chosen.high
        rests_on[place] = agreed.cases
    return AgreementEstimate(value, low, high, rests_on)


@lru_cache(maxsize=2048)
def _agreement(cases: tuple[tuple[str, float], ...]) -> Agreement:
    """All coefficients at once, kept: each is a metric of its own and asks for the same cases."""
    ratings = [decisions.split(SEPARATOR) for decisions, _ in cases]
    words = list(dict.fromkeys((*DECIDED, *sorted({word for words in ratings for word in words}))))
    rows = np.zeros((len(cases), len(words)))
    for place, decisions in enumerate(ratings):
        for word in decisions:
            rows[place, words.index(word)] += 1
    return agreement(rows, [number for _, number in cases])
