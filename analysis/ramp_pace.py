"""Cohorts of new people compared with the usual ramp: hours of work done against hours expected.

Done hours are a compound Poisson sum: a random number of cases, each of some hours, so the variance of the
sum is estimated by the sum of the squares of the hours (Ross, Introduction to Probability Models, 5.4.2).
People differ beyond that: the variance is multiplied by the dispersion of people around what is expected of
them (Pearson's chi-square over its degrees of freedom; McCullagh & Nelder, Generalized Linear Models, 4.5).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.multiple import benjamini_hochberg

Floats = NDArray[np.float64]
FALSE_SHARE: Final = 0.1


class Pace(NamedTuple):
    """A ratio of hours with its interval; nan where there is nothing to divide by."""

    value: Floats
    low: Floats
    high: Floats


class Cohorts(NamedTuple):
    """Per cohort: done ÷ expected at the ramp of all other cohorts, and whether that is surely not 1.

    `expected` is in hours, `dispersion` that of the people of all other cohorts. `stands` holds after
    Benjamini–Hochberg at 0.1 over all cohorts with hours.
    """

    pace: Pace
    expected: Floats
    stands: NDArray[np.bool_]
    dispersion: Floats


def hours_ratio(done: ArrayLike, squares: ArrayLike, usual: ArrayLike, confidence: float = 0.95) -> Pace:
    """Done ÷ usual hours, with a log-normal interval of the compound Poisson sum; nan where either is 0.

    Raises ValueError for negative hours.
    """
    top, square, bottom = (np.asarray(part, dtype=np.float64) for part in (done, squares, usual))
    if min(top.min(initial=0.0), bottom.min(initial=0.0)) < 0:
        raise ValueError("hours are not negative")
    known = (top > 0) & (bottom > 0)
    value = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    error = np.divide(np.sqrt(square), top, out=np.full(top.shape, np.nan), where=known)
    width = np.exp(special.ndtri((1 + confidence) / 2) * error)
    return Pace(value, value / width, value * width)


def compare_cohorts(
    cohort: ArrayLike,
    person: ArrayLike,
    step: ArrayLike,
    done: ArrayLike,
    squares: ArrayLike,
    usual: ArrayLike,
    cohorts: int,
) -> Cohorts:
    """Each cohort 0..cohorts−1 against the ramp of all the others.

    One entry per person and step of tenure: standard hours done, the sum of their squares, and the hours
    experienced colleagues do in as much time. The others' ramp is done ÷ usual by step; a step no other
    cohort has reached takes no part. Raises ValueError when the entries differ in length.
    """
    rows, people, steps = (np.asarray(part, np.int64) for part in (cohort, person, step))
    hours, square, usually = (np.asarray(part, np.float64) for part in (done, squares, usual))
    if len({part.size for part in (rows, people, steps, hours, square, usually)}) > 1:
        raise ValueError("every person and step needs done, squared and usual hours")
    shape = (cohorts, int(steps.max(initial=0)) + 1)
    tops, squared, bottoms = (np.zeros(shape) for _ in range(3))
    for grid, part in ((tops, hours), (squared, square), (bottoms, usually)):
        np.add.at(grid, (rows, steps), part)
    others = bottoms.sum(axis=0) - bottoms
    share = np.divide(tops.sum(axis=0) - tops, others, out=np.full(shape, np.nan), where=others > 0)
    reached = np.isfinite(share)
    expected = np.where(reached, share * bottoms, 0.0).sum(axis=1)
    counted = np.where(reached, tops, 0.0).sum(axis=1)
    chance = np.where(reached, squared, 0.0).sum(axis=1)
    of_others = squared.sum(axis=0) - squared
    chance += np.divide(bottoms**2 * of_others, others**2, out=np.zeros(shape), where=reached).sum(axis=1)
    pull = np.nan_to_num(share[rows, steps] * usually)
    counts = reached[rows, steps]
    dispersion = np.array(
        [
            _dispersion(people[mine], hours[mine], square[mine], pull[mine])
            for mine in (counts & (rows != own) for own in range(cohorts))
        ]
    )
    error = np.sqrt(dispersion * chance)
    z = np.divide(counted - expected, error, out=np.full(cohorts, np.nan), where=error > 0)
    stands = benjamini_hochberg(2 * special.ndtr(-np.abs(z)), FALSE_SHARE)
    return Cohorts(hours_ratio(counted, dispersion * chance, expected), expected, stands, dispersion)


def _dispersion(person: NDArray[np.int64], done: Floats, squares: Floats, expected: Floats) -> float:
    """Pearson's chi-square of people over their number; at least 1, and 1 for fewer than two people.

    The variance of each is the expected hours times the usual size of a case, not the squares of the own
    cases: who by chance had few would seem surer than the others.
    """
    _, place = np.unique(person, return_inverse=True)
    had, wanted = np.bincount(place, done), np.bincount(place, expected)
    kept = wanted > 0
    if kept.sum() < 2 or done.sum() <= 0:
        return 1.0
    variance = wanted[kept] * squares.sum() / done.sum()
    return max(1.0, float(((had - wanted)[kept] ** 2 / variance).sum() / (kept.sum() - 1)))
