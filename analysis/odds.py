"""Are two groups treated alike once like is compared with like: one odds ratio over many strata.

Sources: Mantel & Haenszel, J. Natl. Cancer Inst. 22 (1959): the common odds ratio. Robins, Breslow &
Greenland, Biometrics 42 (1986): the variance of its logarithm, good for few large strata and many small ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class CommonOdds(NamedTuple):
    """The odds of the group over the odds of the other one, within strata.

    `odds_ratio` 1 is alike, 2 twice the odds. `strata` took part, `left_out` had nothing to compare: a group
    or an outcome was missing. `rows` are the cases in the strata that took part. Where the ratio or its
    interval does not exist it is nan (or the ratio 0 or infinite), and `reason` says why.
    """

    odds_ratio: float
    low: float
    high: float
    strata: int
    left_out: int
    rows: float
    reason: str


def mantel_haenszel(
    hits: ArrayLike, of: ArrayLike, other_hits: ArrayLike, other_of: ArrayLike, confidence: float = 0.95
) -> CommonOdds:
    """Common odds ratio of a group against another, one entry per stratum (risk band × policy).

    `hits` of `of` cases of the group had the outcome, `other_hits` of `other_of` in the other one.
    Raises ValueError for unequal lengths, negative counts or more hits than cases.
    """
    a, m, c, n = (np.atleast_1d(np.asarray(part, np.float64)) for part in (hits, of, other_hits, other_of))
    if not a.shape == m.shape == c.shape == n.shape:
        raise ValueError("hits and cases of both groups need the same number of strata")
    if (a < 0).any() or (c < 0).any() or (a > m).any() or (c > n).any():
        raise ValueError("a stratum has more hits than cases, or fewer than none")
    b, d = m - a, n - c
    tells = (m > 0) & (n > 0) & (a + c > 0) & (b + d > 0)
    strata, left_out = int(tells.sum()), int((~tells).sum())
    rows = float((m + n)[tells].sum())
    if not strata:
        return CommonOdds(
            np.nan, np.nan, np.nan, 0, left_out, 0.0, "no stratum holds both groups and outcomes"
        )
    never_for, never_against = not (a * d)[tells].any(), not (b * c)[tells].any()
    if never_for or never_against:
        ratio = 0.0 if never_for else np.inf
        reason = "in no stratum could the outcome have gone both ways"
        return CommonOdds(ratio, np.nan, np.nan, strata, left_out, rows, reason)
    # Brings pandas along, 50 MB: loaded by the first comparison.
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = StratifiedTable(
        [np.array(cells).reshape(2, 2) for cells in zip(a[tells], b[tells], c[tells], d[tells], strict=True)]
    )
    low, high = tables.oddsratio_pooled_confint(alpha=1 - confidence)
    return CommonOdds(float(tables.oddsratio_pooled), float(low), float(high), strata, left_out, rows, "")
