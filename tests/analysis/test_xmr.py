"""The signal rules: each fires on what it is for, stays silent on noise, and survives holes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.xmr import CHANCE_PER_TEST, assess, baseline_index, chance_signals

PERIODS = 60
Series = tuple[np.ndarray, dict[str, Any]]


def quiet_sawtooth(periods: int = PERIODS) -> np.ndarray:
    """Alternates 98, 102, 99, 101: centre 100, never autocorrelated upwards, no run, nothing outside."""
    return np.tile([98.0, 102.0, 99.0, 101.0], periods // 4 + 1)[:periods]


@pytest.mark.parametrize(
    ("usable", "expected"),
    [
        (60, (26, 52)),
        (34, (0, 26)),
        (30, (0, 22)),
        (28, (0, 20)),
        (27, (0, 26)),
        (13, (0, 12)),
        (12, None),
        (0, None),
    ],
)
def test_baseline_is_26_periods_ending_8_before_else_all_but_the_tested(
    usable: int, expected: tuple[int, int] | None
) -> None:
    assert baseline_index(usable) == expected


def test_rule_a_fires_on_one_point_outside_and_names_the_side() -> None:
    values = quiet_sawtooth()
    assert assess(values, kind="duration").signal is None
    for jump, side in ((130.0, "above"), (70.0, "below")):
        values[-1] = jump
        seen = assess(values, kind="duration")
        assert seen.signal == ("a", side, 1)
        assert seen.tested_index == PERIODS - 1
        assert np.flatnonzero(seen.signal_points).tolist() == [PERIODS - 1]


def test_rule_b_needs_eight_in_a_row_ending_at_the_newest() -> None:
    values = quiet_sawtooth()
    values[-8:] = 99.1
    seen = assess(values, kind="duration")
    # The point before the eight is 101, so the run is exactly eight.
    assert seen.signal == ("b", "below", 8)
    assert np.flatnonzero(seen.signal_points).tolist() == list(range(52, 60))
    values[-8] = 100.1
    assert assess(values, kind="duration").signal is None


def test_a_value_equal_to_the_centre_breaks_the_run() -> None:
    values = quiet_sawtooth()
    values[-8:] = 99.1
    values[-4] = assess(values, kind="duration").centre[-1]
    assert assess(values, kind="duration").signal is None


def test_rule_c_fires_on_three_of_four_near_the_same_limit() -> None:
    values = quiet_sawtooth()
    usual = assess(values, kind="duration")
    near = 100 + 0.6 * (usual.upper[-1] - 100)
    values[-4:] = [near, 99.5, near, near]
    seen = assess(values, kind="duration")
    assert seen.signal == ("c", "above", 3)
    assert np.flatnonzero(seen.signal_points).tolist() == [56, 58, 59]
    values[-4:] = [near, 99.5, 200 - near, near]
    assert assess(values, kind="duration").signal is None


def test_an_autocorrelated_baseline_is_tested_with_rule_a_alone() -> None:
    values = 50 + 10 * np.sin(np.arange(PERIODS) / 5)
    values[-8:] = 55.0
    seen = assess(values, kind="duration")
    assert seen.method == "3 SD (autocorrelated)"
    assert seen.signal is None
    values[-1] = 200
    seen = assess(values, kind="duration")
    assert seen.signal is not None and seen.signal.rule == "a"


def test_the_eight_tested_periods_and_the_newest_never_shape_their_limits() -> None:
    values = quiet_sawtooth()
    before = assess(values, kind="duration")
    values[-8:] += 50
    after = assess(values, kind="duration")
    assert before.baseline_stop == 52
    np.testing.assert_array_equal(before.upper, after.upper)


def test_a_divider_starts_a_new_process() -> None:
    values = np.concatenate([quiet_sawtooth(40) + 500, quiet_sawtooth(20)])
    values[-1] = 130
    seen = assess(values, kind="duration", divider_index=40)
    assert (seen.baseline_start, seen.baseline_stop) == (40, 59)
    assert np.isnan(seen.centre[:40]).all() and np.isfinite(seen.centre[40:]).all()
    assert seen.signal == ("a", "above", 1)
    young = assess(values, kind="duration", divider_index=50)
    assert young.signal is None and young.reason == "fewer than 12 periods before this one"


def test_the_newest_usable_period_is_tested_not_the_open_one() -> None:
    values = quiet_sawtooth()
    values[-1] = 3.0
    usable = np.ones(PERIODS, bool)
    usable[-1] = False
    seen = assess(values, kind="count", usable=usable)
    assert seen.tested_index == PERIODS - 2 and seen.signal is None
    assert np.isfinite(seen.upper[-1])


def test_a_holiday_period_is_drawn_but_not_tested() -> None:
    values = quiet_sawtooth()
    values[-1] = 5
    holiday = np.zeros(PERIODS, bool)
    holiday[-1] = True
    seen = assess(values, kind="duration", holiday=holiday)
    assert seen.signal is None and not seen.tested and seen.reason == "holiday period"
    assert np.isfinite(seen.centre[-1])


def test_a_holiday_period_neither_breaks_nor_joins_a_run() -> None:
    values = quiet_sawtooth()
    values[-8:] = 99.1
    values[-9] = 99.1
    values[-10] = 101
    values[-3] = 140
    holiday = np.zeros(PERIODS, bool)
    holiday[-3] = True
    seen = assess(values, kind="duration", holiday=holiday)
    assert seen.signal == ("b", "below", 8)
    assert not seen.signal_points[-3]


def test_stocks_are_tested_on_their_weekly_change() -> None:
    rng = np.random.default_rng(3)
    backlog = 1000 + rng.normal(0, 5, PERIODS).cumsum()
    backlog[-1] = backlog[-2] + 60
    seen = assess(backlog, kind="stock")
    np.testing.assert_allclose(seen.values[1:], np.diff(backlog))
    assert np.isnan(seen.values[0])
    assert seen.lower[-1] < 0 < seen.upper[-1]
    assert seen.signal == ("a", "above", 1)


def test_missing_periods_are_survived_and_change_nothing_else() -> None:
    values = quiet_sawtooth()
    values[-1] = 130
    holes = np.insert(values, [10, 30, 55, 60], np.nan)
    dense, sparse = assess(values, kind="duration"), assess(holes, kind="duration")
    assert sparse.signal == dense.signal
    assert sparse.upper[-2] == dense.upper[-1]
    assert sparse.tested_index == 62
    assert assess(np.full(40, np.nan), kind="count").reason == "no complete period"
    assert assess([], kind="count").tested_index is None


def test_limits_are_clipped_to_the_possible_range() -> None:
    rng = np.random.default_rng(8)
    share = np.clip(rng.normal(0.97, 0.02, PERIODS), 0, 1)
    seen = assess(share, kind="ratio")
    assert seen.upper[-1] == 1.0
    percent = assess(share * 100, kind="ratio", per=100)
    assert percent.upper[-1] == 100.0
    few = assess(rng.poisson(1.0, PERIODS), kind="count")
    assert few.lower[-1] == 0.0 and few.few


def test_a_rate_with_uneven_n_gets_a_stepped_band() -> None:
    rng = np.random.default_rng(9)
    n = rng.integers(50, 400, PERIODS)
    k = rng.binomial(n, 0.5)
    seen = assess(k / n, kind="ratio", numerators=k, denominators=n)
    assert seen.method == "Laney p′"
    assert np.ptp(seen.upper) > 0.05
    u = assess(1000 * k / n, kind="rate", numerators=k, denominators=n, per=1000)
    assert u.method == "Laney u′"
    even = assess(k / 400, kind="ratio", numerators=k, denominators=np.full(PERIODS, 400))
    assert even.method == "XmR"


def test_a_perfect_record_is_not_broken_by_one_miss_but_by_many() -> None:
    n = np.full(PERIODS, 100.0)
    met = n.copy()
    met[-1] = 99
    assert assess(met / n, kind="ratio", numerators=met, denominators=n).signal is None
    met[-1] = 80
    fired = assess(met / n, kind="ratio", numerators=met, denominators=n)
    assert fired.signal == ("a", "below", 1) and fired.few


def test_a_period_without_denominator_is_not_usable() -> None:
    n = np.full(PERIODS, 100.0)
    n[-1] = 0
    met = n * 0.5
    with np.errstate(invalid="ignore"):
        seen = assess(met / n, kind="ratio", numerators=met, denominators=n)
    assert seen.tested_index == PERIODS - 2


def test_arrays_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="60 periods"):
        assess(quiet_sawtooth(), kind="count", usable=[True])
    with pytest.raises(ValueError, match="60 entries"):
        assess(quiet_sawtooth(), kind="ratio", numerators=[1.0], denominators=[1.0])


def binomial(low: int, high: int, share: float) -> Callable[[np.random.Generator], Series]:
    def draw(rng: np.random.Generator) -> Series:
        n = rng.integers(low, high + 1, PERIODS)
        k = rng.binomial(n, share)
        return k / n, {"kind": "ratio", "numerators": k, "denominators": n}

    return draw


def exposed(low: int, high: int, rate: float) -> Callable[[np.random.Generator], Series]:
    def draw(rng: np.random.Generator) -> Series:
        n = rng.integers(low, high + 1, PERIODS)
        k = rng.poisson(n * rate)
        return 1000 * k / n, {"kind": "rate", "numerators": k, "denominators": n, "per": 1000.0}

    return draw


QUIET: dict[str, Callable[[np.random.Generator], Series]] = {
    "normal": lambda rng: (rng.normal(100, 5, PERIODS), {"kind": "duration"}),
    "stock": lambda rng: (1000 + rng.normal(0, 5, PERIODS).cumsum(), {"kind": "stock"}),
    **{
        f"poisson {mean}": lambda rng, mean=mean: (rng.poisson(mean, PERIODS), {"kind": "count"})
        for mean in (0.05, 0.3, 1, 2, 5, 20, 400)
    },
    "share even n": binomial(200, 300, 0.9),
    "share uneven n": binomial(40, 200, 0.85),
    "share few": binomial(5, 20, 0.9),
    "share tiny n": binomial(1, 3, 0.3),
    "rate": exposed(1000, 3000, 0.02),
    "rate few": exposed(50, 60, 0.01),
}


@pytest.mark.parametrize("name", QUIET)
def test_quiet_series_signal_on_at_most_four_percent_of_metric_weeks(name: str) -> None:
    """In 3,000 series, or in 1,000 where these leave 4 % three standard errors (1.9 points) away."""
    fired, runs = 0, 0
    for upto in (1000, 3000):
        for seed in range(runs, upto):
            values, options = QUIET[name](np.random.default_rng(seed))
            seen = assess(values, **options)
            assert seen.tested and seen.baseline_stop is not None
            fired += seen.signal is not None
        runs = upto
        if fired / runs + 3 * (0.04 * 0.96 / runs) ** 0.5 < 0.04:
            break
    assert fired / runs <= 0.04


def test_the_stated_number_of_chance_signals_is_what_simulation_gives() -> None:
    rng = np.random.default_rng(2026)
    draws = rng.normal(100, 5, (10000, PERIODS))
    fired = sum(assess(values, kind="duration").signal is not None for values in draws)
    assert fired / 10000 == pytest.approx(CHANCE_PER_TEST, abs=0.005)
    assert chance_signals(40) == pytest.approx(40 * CHANCE_PER_TEST)


@pytest.mark.parametrize(
    ("draw", "kind", "least"),
    [
        (lambda rng: rng.normal(100, 5, PERIODS) + 20 * (np.arange(PERIODS) == 59), "duration", 0.8),
        (lambda rng: rng.normal(100, 5, PERIODS) + 10 * (np.arange(PERIODS) >= 52), "duration", 0.85),
        (lambda rng: rng.poisson(np.where(np.arange(PERIODS) >= 52, 60, 40)), "count", 0.95),
        (lambda rng: rng.poisson(np.where(np.arange(PERIODS) >= 56, 8, 2)), "count", 0.9),
    ],
    ids=["4 SD spike", "2 SD step of 8 weeks", "count + 50 %", "rare count × 4"],
)
def test_planted_shifts_fire(
    draw: Callable[[np.random.Generator], np.ndarray], kind: Any, least: float
) -> None:
    fired = sum(assess(draw(np.random.default_rng(s)), kind=kind).signal is not None for s in range(400))
    assert fired / 400 >= least


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1e6)), max_size=80),
    st.sampled_from(["count", "duration", "stock", "ratio"]),
    st.integers(0, 80),
)
def test_any_series_gives_a_consistent_answer(values: list[float], kind: Any, divider: int) -> None:
    seen = assess(values, kind=kind, divider_index=divider)
    if seen.signal is None:
        assert not seen.signal_points.any()
    else:
        assert seen.tested
        assert seen.signal_points.sum() == seen.signal.length
        outward = seen.values[seen.signal_points] > seen.centre[seen.signal_points]
        assert (outward == (seen.signal.side == "above")).all()
    if seen.tested:
        assert seen.tested_index is not None and np.isfinite(seen.values[seen.tested_index])


@pytest.mark.parametrize("scale", [1.0, 1 / 3], ids=["of whole cases", "of an amount"])
def test_a_stock_that_stands_still_is_no_run(scale: float) -> None:
    levels = [scale] * 20 + [2 * scale] * 21  # its mean change is a little above 0, every newest change is 0
    assert assess(levels, kind="stock").signal is None
    falling = [*levels, *(scale * (2 - step / 50) for step in range(1, 9))]
    assert assess(falling, kind="stock").signal is not None


@pytest.mark.parametrize("seed", range(3))
def test_a_stock_that_stands_at_nothing_does_not_grow(seed: int) -> None:
    """Its changes are above the usual fall, but nothing is left; where something is, it stopped falling."""
    changes = np.concatenate([np.random.default_rng(seed).normal(-5, 4, 34), [-3.0], np.zeros(10)])
    levels = np.cumsum(changes)
    emptied = np.where(np.arange(len(levels)) >= 34, 0.0, levels - levels[-1])
    assert assess(list(emptied), kind="stock").signal is None
    stopped = assess(list(emptied + 50.5), kind="stock").signal
    assert stopped is not None and (stopped.rule, stopped.side) == ("b", "above")
