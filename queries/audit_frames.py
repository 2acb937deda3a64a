"""Random audits of a frame: what SQL adds up per stratum, and the weighted share that follows.

Rows are counted per stratum under the same filters as the audits, so that weights follow what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import FromClause, case, func

from analysis import audits
from analysis.audits import AuditedShares, DesignWeights
from analysis.intervals import wilson
from queries.tallies import AuditFrame

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

DONE_ENOUGH = 0.95
"""Share of the drawn sample that is enough to take a period as audited before its follow-up is over."""
_SHARED = 6
_OWN = 2


@dataclass(frozen=True)
class Frame:
    """Audit strata: per row its group, period and stratum, with rows N, drawn, audited n and found so.

    The last four are of the audits whose design weight the source gave: how many, the sum of their weights,
    of their squares, and of the weights of those found so.
    """

    group: Integers
    period: Integers
    stratum: NDArray[np.object_]
    rows: Floats
    drawn: Floats
    audited: Floats
    found: Floats
    weighted: Floats
    weight: Floats
    weight_squares: Floats
    weight_found: Floats

    def at(self, chosen: Bools, period: Integers) -> Frame:
        """The chosen rows, of the given periods."""
        parts = {name: getattr(self, name)[chosen] for name in self.__dataclass_fields__ if name != "period"}
        return Frame(period=period, **parts)


class FrameEstimate(NamedTuple):
    """Per period: found and audited as drawn, the weighted share, its interval, what the audits are worth.

    `settled` marks periods of whose drawn sample enough is done.
    """

    found: Floats
    audited: Floats
    share: Floats
    low: Floats
    high: Floats
    effective_n: Floats
    settled: Bools


def width_of(frames: int) -> int:
    """How many sums so many frames of the same rows and sample have."""
    return _SHARED + _OWN * frames


def places_of(place: int) -> tuple[int, ...]:
    """Which of these sums are those of the frame at `place` among them."""
    own = _SHARED + _OWN * place
    return (*range(_SHARED), *range(own, own + _OWN))


def sums_of(frames: Sequence[AuditFrame], table: FromClause) -> list[Any]:
    """The sums of frames over the same rows and sample: six they share, then two of each."""
    c, first = table.c, frames[0]
    weight = case((first.audited(c), c[f"{first.sample}_weight"]))
    sums = [
        func.count(),
        func.count(case((c[f"{first.sample}_drawn"].is_(True), 1))),
        func.count(case((first.audited(c), 1))),
        func.count(weight),
        func.coalesce(func.sum(weight), 0),
        func.coalesce(func.sum(weight * weight), 0),
    ]
    for frame in frames:
        found = frame.found(c)
        sums += [func.count(case((found, 1))), func.coalesce(func.sum(case((found, weight))), 0)]
    return sums


def read_frame(
    group: Integers, period: Integers, stratum: NDArray[np.object_], sums: Sequence[Floats]
) -> Frame:
    """The frame of these rows, from its own sums; strata without a row of the frame are left out."""
    held = sums[0] > 0
    rows, drawn, audited, weighted, weight, squares, found, weight_found = (total[held] for total in sums)
    return Frame(
        group[held],
        period[held],
        stratum[held],
        rows,
        drawn,
        audited,
        found,
        weighted,
        weight,
        squares,
        weight_found,
    )


def pooled(frame: Frame, periods: Sequence[int]) -> Frame:
    """The rows of several periods as those of one, numbered 0."""
    inside = np.isin(frame.period, list(periods))
    return frame.at(inside, np.zeros(int(inside.sum()), dtype=np.int64))


def audited_shares(frame: Frame, groups: Integers, periods: int) -> AuditedShares:
    """The weighted share found so per period over the union of `groups`: strata merged first."""
    return _shares_of(_by_stratum(frame, groups, periods))


def estimate(frame: Frame, groups: Integers, periods: int) -> FrameEstimate:
    """The weighted share per period over the union of `groups`: strata merged first, the ratio taken last."""
    sums = _by_stratum(frame, groups, periods)
    shares, drawn = _shares_of(sums), sums["drawn"].sum(axis=0)
    settled = (drawn > 0) & (shares.n >= DONE_ENOUGH * drawn)
    ends = wilson(shares.share * shares.n_effective, shares.n_effective)
    return FrameEstimate(
        sums["found"].sum(axis=0), shares.n, shares.share, ends.low, ends.high, shares.n_effective, settled
    )


def _shares_of(sums: dict[str, Floats]) -> AuditedShares:
    weights = DesignWeights(sums["weighted"], sums["weight"], sums["weight_squares"], sums["weight_found"])
    return audits.audited_shares(sums["rows"], sums["audited"], sums["found"], weights)


def _by_stratum(frame: Frame, groups: Integers, periods: int) -> dict[str, Floats]:
    """Every sum of the frame as (stratum, period), strata in the order of their names."""
    rows = np.flatnonzero(np.isin(frame.group, groups))
    strata, stratum = np.unique(frame.stratum[rows].astype(str), return_inverse=True)
    cell, shape = stratum * periods + frame.period[rows], (strata.size, periods)
    return {
        name: np.bincount(cell, getattr(frame, name)[rows], minlength=periods * strata.size)
        .astype(np.float64)
        .reshape(shape)
        for name in frame.__dataclass_fields__
        if name not in ("group", "period", "stratum")
    }
