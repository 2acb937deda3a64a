"""Shares of many units drawn towards what units are like as a whole: beta-binomial empirical Bayes.

Sources: Casella, "An introduction to empirical Bayes data analysis", Am. Stat. 39 (1985); Efron and Morris,
JASA 70 (1975); Gelman et al., "Bayesian Data Analysis", section 5.1, for the moments; Robinson,
"Introduction to Empirical Bayes" (2017). The interval is that of the unit's beta distribution with the
spread between units taken as known, so it is a little short where there are few units.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln

Floats = NDArray[np.float64]

MOST_WORTH: Final = 1e6
"""Cases a prior is worth at most: units that do not differ at all would make it endless."""


class Prior(NamedTuple):
    """What units are like as a whole: Beta(alpha, beta)."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The share of a unit of which nothing is known."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def worth(self) -> float:
        """The cases the prior counts for: a unit with as many is drawn half the way to the mean."""
        return self.alpha + self.beta


class Shrunk(NamedTuple):
    """Per unit: the mean of what its share may be, and the ends of its interval."""

    value: Floats
    low: Floats
    high: Floats


def prior_of_moments(shares: ArrayLike) -> Prior:
    """The beta distribution with the mean and the variance of the shares, luck of the cases not taken out.

    Raises ValueError for fewer than two shares or no spread.
    """
    seen = np.asarray(shares, dtype=np.float64)
    if seen.size < 2 or seen.var(ddof=1) == 0:
        raise ValueError("moments need two shares that differ")
    mean = float(seen.mean())
    worth = mean * (1.0 - mean) / float(seen.var(ddof=1)) - 1.0
    return Prior(mean * worth, (1.0 - mean) * worth)


def fit_prior(events: ArrayLike, n: ArrayLike) -> Prior | None:
    """The prior under which the units' counts are most likely; None for fewer than two units or no event.

    Where luck explains the spread between units the prior is worth `MOST_WORTH`: all are drawn to the mean.
    `events` and `n` need not be whole.
    """
    x, of = np.asarray(events, dtype=np.float64), np.asarray(n, dtype=np.float64)
    x, of = np.minimum(x[of > 0], of[of > 0]), of[of > 0]
    if of.size < 2 or not 0 < x.sum() < of.sum():
        return None
    mean = float(x.sum() / of.sum())

    def cost(at: Floats) -> float:
        share, worth = 1.0 / (1.0 + np.exp(-at[0])), np.exp(at[1])
        a, b = share * worth, (1.0 - share) * worth
        return float(-(betaln(a + x, b + of - x) - betaln(a, b)).sum())

    logit = np.log(mean / (1.0 - mean))
    bounds = ((logit - 5.0, logit + 5.0), (np.log(0.05), np.log(MOST_WORTH)))
    starts = [np.array([logit, np.log(worth)]) for worth in (5.0, 100.0, 5000.0)]
    fits = [minimize(cost, start, method="L-BFGS-B", bounds=bounds) for start in starts]
    best = min(fits, key=lambda fit: float(fit.fun))
    # The likelihood is flat where the prior is worth much, and a flat end is taken as its end.
    endless = cost(np.array([logit, bounds[1][1]]))
    if endless <= float(best.fun) + 1e-6:
        return Prior(mean * MOST_WORTH, (1.0 - mean) * MOST_WORTH)
    share, worth = 1.0 / (1.0 + np.exp(-best.x[0])), float(np.exp(best.x[1]))
    return Prior(float(share * worth), float((1.0 - share) * worth))


def shrink(prior: Prior, events: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Shrunk:
    """Each unit's share drawn towards the prior, the further the fewer its cases, with its interval."""
    x, of = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(events, n))
    a, b = prior.alpha + x, prior.beta + of - x
    tail = (1.0 - confidence) / 2.0
    return Shrunk(a / (a + b), np.asarray(betaincinv(a, b, tail)), np.asarray(betaincinv(a, b, 1.0 - tail)))
