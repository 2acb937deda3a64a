"""The method of a forecast is chosen on the older origins of its backtest; the newer ones only judge it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis import forecasting
from analysis.forecasting import METHODS, forecast

VALUES = np.random.default_rng(7).poisson(60, 120).astype(float)


@pytest.mark.parametrize("best", METHODS)
def test_the_origins_that_judge_a_method_do_not_choose_it(monkeypatch: pytest.MonkeyPatch, best: str) -> None:
    counted = forecasting._misses

    def turned(*past: Any) -> Any:
        """In the older half one method is least off; in the newer half it is off most by far."""
        misses, scales = counted(*past)
        half = scales.size // 2
        for method, of in misses.items():
            of[:half] = 1.0 if method == best else 2.0
            of[half:] = 90.0 if method == best else 1.0
        return misses, np.ones_like(scales)

    monkeypatch.setattr(forecasting, "_misses", turned)
    found = forecast(VALUES, 4)
    assert found.method == best
    assert found.test is not None and found.test.error == pytest.approx(90.0)
