"""Which rates of a table by group are left out where it leaves the app: small ones, and what betrays them.

On screen nothing is hidden that way. A scope holds only rows its viewer may list one by one, so where a rate
rests on too few the screen shows those rows, "1 of 6", and there is nothing to work out. A file or a printed
list reaches readers whose scope nobody knows: there small groups go with their rows, and with them as many
others as it takes that the total minus what is shown is no small number either (rule 9).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.suppression import withhold, withhold_one_way, withhold_two_way
from queries.formulas import Audited, Ratio
from queries.measure import PEOPLE, Measures
from queries.model import Metric
from queries.parts import Group

Bools = NDArray[np.bool_]

FINDINGS = ("decisions_judged_wrong", "reopenings", "restumbles_under_appeal", "reversed_as_our_error")
"""Counts of what went wrong: numerators of rates, which of a person are told with their rate alone."""


def tells_alone(measures: Measures, key: str) -> bool:
    """Whether a count would give away rates about people that are withheld.

    How many cases a person had is told anyway. Over 13 weeks, or added up over shorter periods, what went
    wrong in them would make the rate.
    """
    asked = (*measures.by, *measures.filters.dimensions)
    return key in FINDINGS and any(person in asked for person in PEOPLE)


def left_out(measures: Measures, key: str) -> Bools:
    """True for the cells (group, period) of a metric that a table for others leaves out.

    Counts and stocks are never left out. Numerators and denominators add up to those of the total, so rates
    hide other groups too; quantiles do not add up, so only the small ones go. With two dimensions and more
    the last one makes the columns of a two-way table, and both its totals are taken as known from the tables
    by the other dimensions alone. Where totals and empty groups alone tell a cell, nothing here can hide it.
    """
    metric = measures.metrics[key]
    if not metric.is_rate or key in measures.reasons:
        return np.zeros((len(measures.groups), len(measures.periods)), dtype=bool)
    n = np.array([np.nan_to_num(series.n) for series in measures.series(key)])
    n = n.reshape(len(measures.groups), len(measures.periods))
    minimum = max((measures.minimum(group) for group in measures.groups), default=0)
    if not _adds_up(metric) or not measures.by:
        return withhold(n, minimum)
    found = [_in_period(measures.groups, n[:, place], minimum) for place in range(len(measures.periods))]
    return np.stack(found, axis=1) if found else np.zeros(n.shape, dtype=bool)


def _adds_up(metric: Metric) -> bool:
    return isinstance(metric.formula, Ratio | Audited)


def _in_period(groups: Sequence[Group], n: NDArray[np.float64], minimum: int) -> Bools:
    """The cells of one period; a group without rows has nothing to hide."""
    if len(groups) == 0:
        return np.zeros(0, dtype=bool)
    if len(groups[0]) == 1:
        return withhold_one_way(n, minimum).cells
    rows, row = np.unique([repr(group[:-1]) for group in groups], return_inverse=True)
    columns, column = np.unique([repr(group[-1]) for group in groups], return_inverse=True)
    table = np.zeros((rows.size, columns.size))
    table[row, column] = n
    return np.asarray(withhold_two_way(table, minimum, totals_elsewhere=True).cells[row, column])
