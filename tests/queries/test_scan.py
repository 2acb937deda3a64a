"""Looking at many groups at once accuses few of them by chance, and finds the one that moved."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np

from analysis.xmr import assess
from queries.scan import standing_out
from queries.scorecard import ScoreLine


def line(values: np.ndarray) -> ScoreLine:
    return cast(
        ScoreLine, SimpleNamespace(assessment=assess(values, kind="duration", possible=(-np.inf, np.inf)))
    )


def test_among_quiet_groups_almost_none_stands_out() -> None:
    rng = np.random.default_rng(4)
    scans = 200
    accused = sum(
        any(found is not None for found in standing_out([line(rng.normal(50, 5, 45)) for _ in range(30)]))
        for _ in range(scans)
    )
    # Benjamini–Hochberg at 0.1: where nothing is true, at most a tenth of scans names anyone at all.
    assert accused / scans <= 0.15


def test_the_group_that_fell_stands_out_below_and_the_others_do_not() -> None:
    rng = np.random.default_rng(5)
    groups = [rng.normal(50, 5, 45) for _ in range(20)]
    groups[7][-1] = 15
    found = standing_out([line(values) for values in groups])
    assert found[7] == "below"
    assert sum(side is not None for side in found) == 1


def test_groups_without_a_usual_range_never_stand_out() -> None:
    assert standing_out([line(np.array([1.0, 2.0, 900.0]))]) == [None]
    assert standing_out([]) == []
