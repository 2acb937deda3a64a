"""The share judged wrong in stratified random audits.

Source: Cochran, *Sampling Techniques* (3rd ed., 1977), §5.3–5.4: Σ W p with variance Σ W²(1−f)p(1−p)/(n−1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.intervals import effective_n_weighted


class AuditedShare(NamedTuple):
    """Weighted share judged wrong, its variance, audits n, effective n, and the share of rows covered.

    `share` is nan when nothing was audited. `covered` is below 1 when a stratum had no audit.
    """

    share: float
    variance: float
    n: float
    n_effective: float
    covered: float


def audited_share(rows: ArrayLike, audited: ArrayLike, wrong: ArrayLike) -> AuditedShare:
    """Design-weighted share over strata, in the order given.

    `rows` N, `audited` n and `wrong` per stratum. A stratum without audits is left out and lowers `covered`;
    one with a single audit is merged with the next (the last with the one before), because its variance
    cannot be known. Raises ValueError when a stratum has more audits than rows or more wrong than audits.
    """
    N, n, x = (np.asarray(part, dtype=np.float64) for part in (rows, audited, wrong))
    if not N.shape == n.shape == x.shape:
        raise ValueError("rows, audited and wrong need the same length")
    if (n > N).any() or (x > n).any():
        raise ValueError("a stratum has more audits than rows, or more wrong than audited")
    total = float(N.sum())
    strata = _merged([(N[i], n[i], x[i]) for i in np.flatnonzero(n > 0)])
    if not strata:
        return AuditedShare(float("nan"), float("nan"), 0.0, 0.0, 0.0)
    covered = sum(rows_ for rows_, _, _ in strata)
    share = variance = 0.0
    for rows_, audits, bad in strata:
        weight, p = rows_ / covered, bad / audits
        share += weight * p
        if audits > 1:
            variance += weight**2 * (1 - audits / rows_) * p * (1 - p) / (audits - 1)
    audits_in_all = float(sum(audits for _, audits, _ in strata))
    n_effective = float(effective_n_weighted(share, variance, audits_in_all))
    return AuditedShare(share, variance, audits_in_all, n_effective, covered / total)


def _merged(strata: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Strata with a single audit joined to the next one; a last such stratum joins the one before."""
    merged: list[tuple[float, float, float]] = []
    carried = (0.0, 0.0, 0.0)
    for stratum in strata:
        joined = (carried[0] + stratum[0], carried[1] + stratum[1], carried[2] + stratum[2])
        if joined[1] < 2:
            carried = joined
        else:
            merged.append(joined)
            carried = (0.0, 0.0, 0.0)
    if carried[1] > 0:
        last = merged.pop() if merged else (0.0, 0.0, 0.0)
        merged.append((last[0] + carried[0], last[1] + carried[1], last[2] + carried[2]))
    return merged
