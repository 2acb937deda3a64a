"""The share judged wrong in stratified random audits.

Sources: Cochran, *Sampling Techniques* (3rd ed., 1977), §5.3–5.4: Σ W p with variance Σ W²(1−f)p(1−p)/(n−1).
Within a stratum whose audits were drawn with unequal chances: Hájek's ratio Σ w x ÷ Σ w (Särndal, Swensson &
Wretman, *Model Assisted Survey Sampling*, 1992, §5.7), worth (Σ w)² ÷ Σ w² audits (Kish, *Survey Sampling*,
1965, §11.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.intervals import effective_n_weighted

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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


class _Stratum(NamedTuple):
    """Sums of one stratum, or of several taken as one; arrays with one entry per audit."""

    rows: Floats
    audits: Floats
    wrong: Floats
    weighted: Floats
    weight: Floats
    squares: Floats
    weight_wrong: Floats

    def joined(self, other: _Stratum) -> _Stratum:
        return _Stratum(*(mine + its for mine, its in zip(self, other, strict=True)))

    def where(self, chosen: Bools, other: _Stratum) -> _Stratum:
        """The chosen entries, those of `other` elsewhere."""
        return _Stratum(*(np.where(chosen, mine, its) for mine, its in zip(self, other, strict=True)))

    def parts(self, covered: Floats) -> tuple[Floats, Floats]:
        """What it adds to share and variance; audits count by weight only where every one has a weight."""
        by_weight = (self.weighted >= self.audits) & (self.squares > 0)
        p = np.where(by_weight, self.weight_wrong / self.weight, self.wrong / self.audits)
        worth = np.where(by_weight, self.weight**2 / self.squares, self.audits)
        share = self.rows / covered
        f = self.audits / self.rows
        variance = share**2 * (1 - f) * p * (1 - p) / np.maximum(worth - 1, 1.0)
        return (
            np.where(self.audits > 0, share * p, 0.0),
            np.where(self.audits > 1, variance, 0.0),
        )


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
    strata = [_Stratum(*columns) for columns in zip(rows, audited, wrong, *by_weight, strict=True)]
    blank = np.zeros(rows.shape[1:])
    nothing = _Stratum(*[blank] * len(_Stratum._fields))
    covered = np.where(audited > 0, rows, 0.0).sum(axis=0)
    n = audited.sum(axis=0)
    share, variance = blank, blank
    with np.errstate(divide="ignore", invalid="ignore"):  # strata without audits; they count nothing
        for stratum in _merged(strata, nothing):
            own_share, own_variance = stratum.parts(covered)
            share, variance = share + own_share, variance + own_variance
        known = n > 0
        share, variance = np.where(known, share, np.nan), np.where(known, variance, np.nan)
        part = np.where(known, covered / rows.sum(axis=0), 0.0)
    worth = np.where(known, effective_n_weighted(share, variance, n), 0.0)
    return AuditedShares(share, variance, n, worth, part)


def _merged(strata: Sequence[_Stratum], nothing: _Stratum) -> Iterator[_Stratum]:
    """Strata with a single audit joined to the next one; a last such stratum joins the one before.

    What is yielded holds nothing where no stratum ended there.
    """
    carried = before = nothing
    for stratum in strata:
        joined = carried.joined(stratum.where(stratum.audits > 0, nothing))
        ended = joined.audits >= 2
        yield before.where(ended, nothing)
        before = joined.where(ended, before)
        carried = nothing.where(ended, joined)
    yield before.joined(carried)
