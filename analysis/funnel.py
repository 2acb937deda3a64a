"""Funnel limits: how far a unit can lie from the centre by luck alone, given its volume.

Sources: Spiegelhalter, "Funnel plots for comparing institutional performance", Statist. Med. 24 (2005), for
the plot, and "Handling over-dispersion of performance indicators", Qual. Saf. Health Care 14 (2005), for
the additive variance from winsorised z scores; without winsorising it is that of DerSimonian and Laird,
Control. Clin. Trials 7 (1986). The limits are exact tail probabilities, continued between whole counts by
the incomplete beta and gamma functions, so that a unit lies outside exactly when its count has no more than
the tail's probability. Interpolating the inverse distribution function, as the first paper does, puts more
than the tail outside (Manktelow and Seaton, PLoS ONE 7 (2012) e45723); a page about people must not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, gammainc

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Tail = Callable[[Floats, Floats], Floats]

TAIL_95: Final = 0.025
TAIL_998: Final = 0.001
FEWEST_UNITS: Final = 10
"""Units below which the spread between units cannot be told from luck."""
WINSORISED: Final = 0.1
_NODES: Final = 160
_HALVINGS: Final = 48


class Limits(NamedTuple):
    """Limits per unit, in the unit of the value: the share, or observed ÷ expected."""

    lower: Floats
    upper: Floats


class Tails(NamedTuple):
    """Chance of a count at most, and at least, as large as the one seen, if only luck were at work."""

    below: Floats
    above: Floats

    def outside(self, tail: float) -> NDArray[np.int64]:
        """1 above the upper limit, −1 below the lower one, 0 inside."""
        high = (self.above <= tail).astype(np.int64)
        return high - (self.below <= tail).astype(np.int64)


def share_tails(events: ArrayLike, n: ArrayLike, centre: ArrayLike, between: ArrayLike = 0.0) -> Tails:
    """Tails of `events` of `n` at a share `centre`; `n` need not be whole.

    `between` is the variance of true shares between units: with it counts are beta-binomial. nan where n is
    0. Raises ValueError for a centre outside (0, 1).
    """
    x, of, p, spread = (
        np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(events, n, centre, between)
    )
    _check_shares(p)
    known = of > 0
    safe = np.where(known, of, 1.0)
    seen = np.clip(x, 0.0, safe)
    plain = _true_shares(p, 0.0)
    above = _share_above(seen, safe, plain)
    below = 1.0 - _share_above(seen + 1.0, safe, plain)
    mixed = spread > 0
    if mixed.any():
        shares = _true_shares(p, np.where(mixed, spread, 1.0))
        above = np.where(mixed, _share_above(seen, safe, shares), above)
        below = np.where(mixed, 1.0 - _share_above(seen + 1.0, safe, shares), below)
    return Tails(np.where(known, below, np.nan), np.where(known, above, np.nan))


def share_limits(n: ArrayLike, centre: float, tail: float, between: float = 0.0) -> Limits:
    """Lower and upper limit of a share of `n` around `centre`, each left with probability at most `tail`.

    0 and 1 where no count can leave the limit. Raises ValueError for a centre outside (0, 1).
    """
    of = np.atleast_1d(np.asarray(n, dtype=np.float64))
    p = np.full(of.shape, float(centre))
    _check_shares(p)
    shares = _true_shares(p, between)
    upper = _solve(lambda x, m: _share_above(x, m, shares), of, of, tail)
    lower = _solve(lambda x, m: _share_above(x + 1.0, m, shares), of, of, 1.0 - tail)
    none_below = 1.0 - _share_above(np.ones_like(of), of, shares) > tail
    none_above = _share_above(of, of, shares) > tail
    return Limits(np.where(none_below, 0.0, lower / of), np.where(none_above, 1.0, upper / of))


def ratio_tails(observed: ArrayLike, expected: ArrayLike, between: float = 0.0) -> Tails:
    """Tails of an observed count against its expectation, Poisson; with `between` negative binomial.

    `between` is the variance of true ratios between units. nan where nothing is expected.
    """
    x, mu = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(observed, expected))
    known = mu > 0
    safe = np.where(known, mu, 1.0)
    above = _ratio_above(x, safe, between)
    below = 1.0 - _ratio_above(x + 1.0, safe, between)
    return Tails(np.where(known, below, np.nan), np.where(known, above, np.nan))


def ratio_limits(expected: ArrayLike, tail: float, between: float = 0.0) -> Limits:
    """Limits of observed ÷ expected around 1; of a rate, exposure × the central rate is expected."""
    mu = np.atleast_1d(np.asarray(expected, dtype=np.float64))
    most = 10.0 + 4.0 * mu * (1.0 + 20.0 * np.sqrt(between)) + 40.0 * np.sqrt(mu)
    upper = _solve(lambda x, m: _ratio_above(x, m, between), most, mu, tail)
    lower = _solve(lambda x, m: _ratio_above(x + 1.0, m, between), most, mu, 1.0 - tail)
    none_below = 1.0 - _ratio_above(np.ones_like(mu), mu, between) > tail
    return Limits(np.where(none_below, 0.0, lower / mu), upper / mu)


def between_variance(
    values: ArrayLike, within: ArrayLike, centre: ArrayLike, winsorised: float = WINSORISED
) -> float:
    """Variance between units beyond their `within` variances, from z scores winsorised at both ends.

    0 where fewer than ten units are known or luck explains the spread. With `winsorised` 0 and the weighted
    mean as centre this is the estimate of DerSimonian and Laird.
    """
    y, v, middle = (
        np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(values, within, centre)
    )
    known = np.isfinite(y) & (v > 0)
    return float(spread_of((y[known] - middle[known]) / np.sqrt(v[known]), 1.0 / v[known], winsorised))


def spread_of(z: Floats, weights: Floats, winsorised: float = WINSORISED) -> Floats:
    """`between_variance` of rows of z scores, with weights 1 ÷ within variance; units along the last axis."""
    units = z.shape[-1]
    if units < FEWEST_UNITS:
        return np.zeros(z.shape[:-1])
    low, high = np.quantile(z, (winsorised, 1.0 - winsorised), axis=-1, keepdims=True)
    dispersion = (np.clip(z, low, high) ** 2).mean(axis=-1)
    total = weights.sum(axis=-1)
    spread = total - (weights**2).sum(axis=-1) / total
    return np.maximum(0.0, (units * dispersion - (units - 1)) / spread)


def _check_shares(p: Floats) -> None:
    if not ((p > 0) & (p < 1)).all():
        raise ValueError("the centre of shares lies between 0 and 1")


def _share_above(x: Floats, n: Floats, shares: Shares) -> Floats:
    """P(X ≥ x) of n, continued between whole x, over the true shares a unit may have."""
    first = np.maximum(x, 1e-12)
    second = np.maximum(n - x + 1.0, 1e-12)
    chance = np.einsum("k,k...->...", shares.weights, betainc(first, second, shares.at))
    return np.asarray(np.where(x <= 0, 1.0, np.where(x <= n, chance, 0.0)), dtype=np.float64)


class Shares(NamedTuple):
    """True shares a unit may have, (node, unit), and the weights of the nodes."""

    at: Floats
    weights: Floats


def _true_shares(p: Floats, between: float | Floats) -> Shares:
    """The centre alone, or a beta distribution around it with the variance `between`, above 0 for all."""
    if not np.any(np.asarray(between) > 0):
        return Shares(p[None], np.ones(1))
    largest = p * (1.0 - p)
    total = np.maximum(largest / np.minimum(between, 0.999 * largest) - 1.0, 1e-3)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    places = (0.5 * (nodes + 1.0)).reshape(-1, *(1,) * p.ndim)
    return Shares(np.asarray(betaincinv(p * total, (1.0 - p) * total, places)), weights / 2.0)


def _ratio_above(x: Floats, mu: Floats, between: float) -> Floats:
    """P(X ≥ x) of a Poisson count, or of one whose true ratio is gamma distributed around 1."""
    first = np.maximum(x, 1e-12)
    if between <= 0:
        chance = gammainc(first, mu)
    else:
        shape = 1.0 / between
        chance = betainc(first, shape, mu / (mu + shape))
    return np.asarray(np.where(x <= 0, 1.0, chance), dtype=np.float64)


def _solve(above: Tail, most: Floats, volume: Floats, wanted: float) -> Floats:
    """The count x in [0, most] at which the falling function `above` passes `wanted`."""
    low, high = np.zeros_like(volume), most.copy()
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        still = above(middle, volume) > wanted
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    return np.asarray(0.5 * (low + high), dtype=np.float64)
