"""A part of a series of counts as its share of the whole: what is expected of it, and how far a share errs.

Top-down forecasting by proportions (Gross & Sohl, "Disaggregation methods to expedite product line
forecasting", J. Forecasting 9 (1990); Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd
ed., 11.3): parts are too small to show a season of their own, and what is expected of them adds up.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHARE_WEEKS: Final = 8
"""Newest points a share is taken over."""
FEWEST_ORIGINS: Final = 8


def share_of(part: Floats, whole: Floats) -> float:
    """Share of the newest `SHARE_WEEKS` points; 0 where the whole had nothing."""
    every = float(whole[-SHARE_WEEKS:].sum())
    return float(part[-SHARE_WEEKS:].sum()) / every if every > 0 else 0.0


def share_errors(part: Floats, whole: Floats, dispersion: float, ahead: int) -> tuple[Floats, int]:
    """Relative standard deviation of a share as forecast of the share 1, …, `ahead` points later; origins.

    What the share would have got wrong at every earlier point, the whole being known, less what chance alone
    explains (`dispersion`: variance ÷ mean of the counts): a rolling origin (Tashman, "Out-of-sample tests of
    forecasting accuracy", IJF 16 (2000)). Never falling with distance. With fewer than 8 origins at a
    distance it grows as that of a random walk from the farthest that has them; it is never below what chance
    leaves unknown of the share.
    """
    squares: list[float] = []
    origins = 0
    starts = np.arange(SHARE_WEEKS, len(part))
    sums = np.concatenate([np.zeros((2, 1)), np.cumsum([part, whole], axis=1)], axis=1)
    mine, every = sums[:, starts] - sums[:, starts - SHARE_WEEKS]
    shares = np.divide(mine, every, out=np.zeros(len(starts)), where=every > 0)
    for distance in range(1, ahead + 1):
        at = starts + distance - 1
        here = at < len(part)
        at, share = at[here], shares[here]
        forecast = share * whole[at]
        usable = forecast > 0
        if usable.sum() < FEWEST_ORIGINS:
            break
        forecast, truth = forecast[usable], part[at[usable]]
        # Each origin weighs as what it expects: where next to nothing is, its relative error says nothing.
        squares.append(float(((truth - forecast) ** 2 - dispersion * forecast).sum() / (forecast**2).sum()))
        origins = max(origins, int(usable.sum()))
    lately = float(part[-SHARE_WEEKS:].sum())
    at_least = dispersion / lately if lately > 0 else 0.0
    known = np.maximum.accumulate(np.maximum(squares, 0.0)) if squares else np.array([at_least])
    last = len(known)
    variance = np.concatenate([known, known[-1] * np.arange(last + 1, ahead + 1) / last])[:ahead]
    return np.sqrt(np.maximum(variance, at_least)), origins
