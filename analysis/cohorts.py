"""Kaplan–Meier quantiles of many cohorts at once, from their bucket counts.

The same estimator and the same Brookmeyer–Crowley log-log interval as `analysis.survival`, for a matrix with
one row per cohort: a page draws sixty weekly cohorts and one loop over them would cost more than the query.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]


class CohortQuantiles(NamedTuple):
    """Per cohort: the quantile (nan if not reached), its interval, the longest observed time, and n.

    Where `value` is nan and n > 0 the quantile is not reached: it is at least `longest`.
    """

    value: Floats
    low: Floats
    high: Floats
    longest: Floats
    n: Floats


def cohort_quantiles(
    cohort: ArrayLike,
    times: ArrayLike,
    ended: ArrayLike,
    count: ArrayLike,
    cohorts: int,
    p: float,
    confidence: float = 0.95,
) -> CohortQuantiles:
    """Quantile `p` of time to the end for cohorts 0..cohorts−1.

    One entry per (cohort, time, ended) with its count; repeats add up. A case censored at the time of an
    event counts as at risk for it. Raises ValueError unless 0 < p < 1.
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"a quantile lies between 0 and 1, not at {p}")
    rows, moments = np.asarray(cohort, np.int64), np.asarray(times, np.float64)
    counts, is_end = np.asarray(count, np.float64), np.asarray(ended, bool)
    if moments.size == 0:
        empty = np.full(cohorts, np.nan)
        return CohortQuantiles(empty, empty, empty, empty, np.zeros(cohorts))
    row, column, width = _cells(rows, moments)
    flat = row * width + column
    events = np.bincount(flat, np.where(is_end, counts, 0.0), minlength=cohorts * width)
    all_seen = np.bincount(flat, counts, minlength=cohorts * width).reshape(cohorts, width)
    events = events.reshape(cohorts, width)
    distinct = np.full((cohorts, width), np.nan)
    distinct[row, column] = moments
    at_risk = np.cumsum(all_seen[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(at_risk > 0, 1.0 - events / at_risk, 1.0), axis=1)
        left = at_risk - events
        greenwood = np.cumsum(np.where(left > 0, events / (at_risk * left), 0.0), axis=1)
        inside = (survival > 0) & (survival < 1)
        log_s = np.log(np.where(inside, survival, 0.5))
        error = np.sqrt(greenwood) / np.abs(log_s)
        width = special.ndtri((1 + confidence) / 2) * error
        lower = np.where(inside, np.exp(log_s * np.exp(width)), survival)
        upper = np.where(inside, np.exp(log_s * np.exp(-width)), survival)
    seen = all_seen > 0
    n = all_seen.sum(axis=1)
    return CohortQuantiles(
        _first(distinct, seen & (survival <= 1.0 - p + 1e-12)),
        _first(distinct, seen & (lower <= 1.0 - p)),
        _first(distinct, seen & (upper < 1.0 - p)),
        np.where(n > 0, np.max(np.where(seen, distinct, -np.inf), axis=1), np.nan),
        n,
    )


def _cells(rows: NDArray[np.int64], moments: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Row and column of each entry in a matrix that holds each cohort's own distinct times from the left.

    Cohorts seldom share exact times, so one column per time of all cohorts would be mostly empty.
    """
    order = np.lexsort((moments, rows))
    sorted_rows, sorted_moments = rows[order], moments[order]
    new_row = np.concatenate([[True], sorted_rows[1:] != sorted_rows[:-1]])
    new_cell = new_row | np.concatenate([[True], sorted_moments[1:] != sorted_moments[:-1]])
    cell = np.cumsum(new_cell) - 1
    first_cell = cell[new_row][np.cumsum(new_row) - 1]
    column = np.empty_like(rows)
    column[order] = cell - first_cell
    return rows, column, int(column.max()) + 1


def _first(times: Floats, reached: NDArray[np.bool_]) -> Floats:
    """The first time reached per row, nan where it never is."""
    place = np.argmax(reached, axis=1)
    return np.where(reached.any(axis=1), np.take_along_axis(times, place[:, None], axis=1)[:, 0], np.nan)
