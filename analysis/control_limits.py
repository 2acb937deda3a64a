"""Limits of a control chart from a baseline: XmR, Laney p′ and u′, three SD, and the floor that chance sets.

Sources: Wheeler, *Understanding Variation* (1993): centre ± 2.66 × mean moving range. Laney, "Improved
control charts for attributes", Quality Engineering 14 (2002): p′ and u′. The prediction floor for few events
is the Jeffreys predictive distribution of a Poisson count, a negative binomial (Krishnamoorthy & Peng 2011).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import nbdtrik

Floats = NDArray[np.float64]
Kind = Literal["count", "ratio", "rate", "duration", "stock"]

XMR_FACTOR: Final = 2.66
D2: Final = 1.128
"""Mean range of two normal values, in SD; 3 / 1.128 = 2.66."""
FEW: Final = 5.0
AUTOCORRELATED: Final = 0.4
_BEYOND_THREE_SD: Final = 0.998650101968370
"""Φ(3): the one-sided probability behind a three-sigma limit."""


class Limits(NamedTuple):
    """Limits per period, before clipping to the possible range.

    `few` is True where fewer than five events (or non-events of a ratio) are expected in the tested
    period; `autocorrelated` is True when the three-SD limits replaced the moving range.
    """

    centre: Floats
    lower: Floats
    upper: Floats
    method: str
    few: bool
    autocorrelated: bool


def lag_one_autocorrelation(values: Floats) -> float:
    """Autocorrelation at lag 1 of a series (Box & Jenkins estimator); 0 for a constant series."""
    deviations = values - values.mean()
    variance = float(deviations @ deviations)
    if variance <= 1e-18 * max(1.0, float(values @ values)):
        return 0.0
    return float(deviations[1:] @ deviations[:-1]) / variance


def mean_moving_range(values: Floats) -> float:
    """Mean absolute difference of neighbours, in the unit of the values; needs at least two values."""
    return float(np.abs(values[1:] - values[:-1]).mean())


def xmr_limits(values: Floats, baseline: NDArray[np.intp], *, is_count: bool) -> Limits:
    """XmR limits of `values` from the periods in `baseline`, the same for every period.

    A count with fewer than five expected events gets an upper limit no lower than chance alone allows,
    because the moving range of rare events is far too narrow (Wheeler advises against XmR there).
    """
    base = values[baseline]
    centre = float(base.mean())
    autocorrelated = lag_one_autocorrelation(base) > AUTOCORRELATED
    half = 3.0 * float(base.std(ddof=1)) if autocorrelated else XMR_FACTOR * mean_moving_range(base)
    upper = centre + half
    few = is_count and centre < FEW
    if few:
        upper = max(upper, float(_most_events_by_chance(float(base.sum()), 1.0 / base.size)))
    size = values.size
    return Limits(
        np.full(size, centre),
        np.full(size, centre - half),
        np.full(size, upper),
        "3 SD (autocorrelated)" if autocorrelated else "XmR",
        few,
        autocorrelated,
    )


def needs_laney(numerators: Floats, denominators: Floats, kind: Kind) -> bool:
    """True when a rate needs a stepped band: n varies more than 2 : 1, or fewer than five events expected.

    Pass only usable periods. For a ratio the rarer of event and non-event counts, since a share near one
    is as coarse as a share near zero.
    """
    smallest = float(denominators.min())
    if float(denominators.max()) > 2.0 * smallest:
        return True
    share = float(numerators.sum() / denominators.sum())
    if kind == "ratio":
        share = min(share, 1.0 - share)
    return smallest * share < FEW


def laney_limits(
    numerators: Floats,
    denominators: Floats,
    baseline: NDArray[np.intp],
    tested: int,
    *,
    kind: Literal["ratio", "rate"],
    per: float,
) -> Limits:
    """Laney p′ (ratio) or u′ (rate) limits, stepped with the denominator; rates are × `per`.

    Periods without a denominator get nan limits. The spread of the z values is their moving range ÷ 1.128,
    or their SD when they are autocorrelated.
    """
    n = np.where(denominators > 0, denominators, np.nan)
    base_n, base_events = n[baseline], numerators[baseline]
    events, exposure = float(base_events.sum()), float(base_n.sum())
    share = events / exposure
    is_ratio = kind == "ratio"
    unit_variance = share * (1.0 - share) if is_ratio else share
    sigma = np.sqrt(unit_variance / n)
    spread, autocorrelated = 0.0, False
    if unit_variance > 0:
        z = (base_events / base_n - share) / sigma[baseline]
        autocorrelated = lag_one_autocorrelation(z) > AUTOCORRELATED
        spread = float(z.std(ddof=1)) if autocorrelated else mean_moving_range(z) / D2
    half = 3.0 * spread * sigma
    lower, upper = share - half, share + half
    few_events = n * share < FEW
    if few_events.any():
        by_chance = _most_events_by_chance(events, n / exposure) / n
        upper = np.where(few_events, np.maximum(upper, by_chance), upper)
    few_others = n * (1.0 - share) < FEW if is_ratio else np.zeros(n.size, dtype=bool)
    if few_others.any():
        by_chance = _most_events_by_chance(exposure - events, n / exposure) / n
        lower = np.where(few_others, np.minimum(lower, 1.0 - by_chance), lower)
    method = "Laney p′" if is_ratio else "Laney u′"
    if autocorrelated:
        method += ", 3 SD (autocorrelated)"
    centre = np.where(np.isnan(n), np.nan, share)
    few = bool(few_events[tested] or few_others[tested])
    return Limits(centre * per, lower * per, upper * per, method, few, autocorrelated)


def _most_events_by_chance(events: float, relative_exposure: float | Floats) -> Floats:
    """The largest count a further period shows by chance with probability Φ(3).

    `events` were seen in the baseline; `relative_exposure` is the period's exposure ÷ the baseline's.
    """
    failures = np.asarray(1.0 / (1.0 + np.asarray(relative_exposure)))
    return np.ceil(np.asarray(nbdtrik(_BEYOND_THREE_SD, events + 0.5, failures)) - 1e-9)
