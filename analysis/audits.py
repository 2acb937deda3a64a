"""The share judged wrong in stratified random audits.

Sources: Cochran, *Sampling Techniques* (3rd ed., 1977), §5.3–5.4: Σ W p with variance Σ W²(1−f)p(1−p)/(n−1).
Within a stratum whose audits were drawn with unequal chances: Hájek's ratio Σ w x ÷ Σ w (Särndal, Swensson &
Wretman, *Model Assisted Survey Sampling*, 1992, §5.7), worth (Σ w)² ÷ Σ w² audits (Kish, *Survey Sampling*,
1965, §11.7).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.intervals import effective_n_weighted

Floats = NDArray[np.float64]
_ROWS, _AUDITS = 0, 1


class DesignWeights(NamedTuple):
    """Per stratum, of the audits that have a weight: how many, Σ w, Σ w², and Σ w of those judged wrong."""

    audits: ArrayLike
    total: ArrayLike
    squares: ArrayLike
    wrong: ArrayLike


class AuditedShare(NamedTuple):
    """Weighted share judged wrong, its variance, audits n, effective n, and the share of rows covered.

    `share` is nan when nothing was audited. `covered` is below 1 when a stratum had no audit.
    """

    share: float
    variance: float
    n: float
    n_effective: float
    covered: float


class AuditedShares(NamedTuple):
    """`AuditedShare` of several audits at once: arrays with one entry each."""

    share: Floats
    variance: Floats
    n: Floats
    n_effective: Floats
    covered: Floats

    def at(self, place: int) -> AuditedShare:
        """One of them."""
        return AuditedShare(*(float(part[place]) for part in self))


def audited_share(
    rows: ArrayLike, audited: ArrayLike, wrong: ArrayLike, weights: DesignWeights | None = None
) -> AuditedShare:
    """Design-weighted share over strata, in the order given.

    `rows` N, `audited` n and `wrong` per stratum. A stratum without audits is left out and lowers `covered`;
    one with a single audit is merged with the next (the last with the one before), because its variance
    cannot be known. Strata always weigh by their rows; `weights` says how audits weigh within theirs, and
    counts only in strata where every audit has a positive weight. Raises ValueError when a stratum has more
    audits than rows or more wrong than audits.
    """
    N, n, x = (np.asarray(part, np.float64)[..., None] for part in (rows, audited, wrong))
    columns = None if weights is None else (np.asarray(part, np.float64)[..., None] for part in weights)
    return audited_shares(N, n, x, None if columns is None else DesignWeights(*columns)).at(0)


def audited_shares(
    rows: Floats, audited: Floats, wrong: Floats, weights: DesignWeights | None = None
) -> AuditedShares:
    """`audited_share` of many audits at once: all arrays are (stratum, audit)."""
    if not rows.shape == audited.shape == wrong.shape:
        raise ValueError("rows, audited and wrong need the same length")
    if (audited > rows).any() or (wrong > audited).any():
        raise ValueError("a stratum has more audits than rows, or more wrong than audited")
    by_weight = [np.zeros_like(rows)] * 4 if weights is None else [np.asarray(w, float) for w in weights]
    sums = np.where(audited > 0, np.stack([rows, audited, wrong, *by_weight]), 0.0)
    covered, n = sums[_ROWS].sum(axis=0), sums[_AUDITS].sum(axis=0)
    known = n > 0
    with np.errstate(divide="ignore", invalid="ignore"):  # strata without audits: they add nothing
        shares, variances = _added(_merged(sums) if (audited == 1).any() else sums, covered)
        share = np.where(known, shares.sum(axis=0), np.nan)
        variance = np.where(known, variances.sum(axis=0), np.nan)
        part = np.where(known, covered / rows.sum(axis=0), 0.0)
    worth = np.where(known, effective_n_weighted(share, variance, n), 0.0)
    return AuditedShares(share, variance, n, worth, part)


def _merged(sums: Floats) -> Floats:
    """Strata with a single audit joined to the next one; a last such stratum joins the one before.

    `sums` is (sum, stratum, audit). What comes back holds zeros where no stratum ended.
    """
    strata = sums.shape[1]
    merged = np.zeros((sums.shape[0], strata + 1, *sums.shape[2:]))
    carried = before = np.zeros_like(merged[:, 0])
    for place in range(strata):
        joined = carried + sums[:, place]
        ended = joined[_AUDITS] >= 2
        merged[:, place] = np.where(ended, before, 0.0)
        before, carried = np.where(ended, joined, before), np.where(ended, 0.0, joined)
    merged[:, strata] = before + carried
    return merged


def _added(strata: Floats, covered: Floats) -> tuple[Floats, Floats]:
    """What strata add to share and variance; audits count by weight only where every one has a weight."""
    rows, audits, wrong, weighted, weight, squares, weight_wrong = strata
    by_weight = (weighted >= audits) & (squares > 0)
    p = np.where(by_weight, weight_wrong / weight, wrong / audits)
    worth = np.where(by_weight, weight**2 / squares, audits)
    share, f = rows / covered, audits / rows
    variance = share**2 * (1 - f) * p * (1 - p) / np.maximum(worth - 1, 1.0)
    return np.where(audits > 0, share * p, 0.0), np.where(audits > 1, variance, 0.0)
