"""Observed against expected: published limits, a loop in plain Python, and what leaving oneself out does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.case_mix import HALF_TRUSTED, byar_interval, exact_interval, expected_events


@pytest.mark.parametrize(
    ("observed", "expected", "ratio", "low", "high"),
    [
        # "Biological Effects of Low Level Exposures" (1992), limits read from a Poisson table.
        (30, 15.21, 1.97, 1.33, 2.82),
        # Henschler et al. (1995), kidney cancers in a cardboard factory, as abstracted in PubMed.
        (5, 5 / 7.97, 7.97, 2.59, 18.59),
        # Stata's `cii 1000 10, poisson`, as printed on Statalist, 27 June 2005 (thread on eclpci).
        (10, 1000.0, 0.01, 0.0047954, 0.0183904),
        # The R package rmorie-bricklayer, articles/small-area-rates.md: sir() of three areas.
        (30, 20.0, 1.5, 1.0120437, 2.141343),
        (12, 14.0, 0.8571429, 0.4428982, 1.497256),
        (3, 5.0, 0.6, 0.1237344, 1.753455),
    ],
)
def test_exact_limits_are_the_published_ones(
    observed: int, expected: float, ratio: float, low: float, high: float
) -> None:
    found = exact_interval(observed, expected)
    assert observed / expected == pytest.approx(ratio, rel=3e-3)
    assert float(found.low) == pytest.approx(low, rel=4e-3)
    assert float(found.high) == pytest.approx(high, rel=4e-3)


def test_the_expectation_is_that_of_a_published_indirect_standardisation() -> None:
    """Ecuador at Sweden's death rates: IUSSP, "Population Analysis for Policies and Programmes", PAPP101_S06.

    Deaths expected by age 3,374, 7,726 and 31,461, in all 42,561; 64,700 seen; ratio 1.52. The page gives
    Sweden's rates per 1,000 and not its population: here it is large, so that its rates stand by themselves.
    """
    ecuador, swedish_rates = np.array([7_498_000, 3_219_000, 742_000]), np.array([0.45, 2.4, 42.4]) / 1000
    seen, sweden = np.array([16_700, 11_900, 36_100]), np.full(3, 1e10)
    cases, events = np.concatenate([ecuador, sweden]), np.concatenate([seen, sweden * swedish_rates])
    ages = np.tile([0, 1, 2], 2)
    for age, wanted in enumerate((3_374, 7_726, 31_461)):
        own = ages == age
        alone = expected_events([0, 1], [0, 0], cases[own], events[own], 2)
        assert alone.expected[0] == pytest.approx(wanted, abs=0.6)
    found = expected_events(np.repeat([0, 1], 3), ages, cases, events, 2)
    assert found.observed[0] == 64_700
    assert found.expected[0] == pytest.approx(42_561, abs=1)
    assert found.ratio[0] == pytest.approx(1.52, abs=5e-3)


def test_byars_limits_are_the_published_ones_and_near_the_exact_ones() -> None:
    """Documentation of the package "byar" (rubydoc.info): 100 seen, 90 expected: 0.90402 to 1.35143."""
    found = byar_interval(100, 90)
    assert float(found.low) == pytest.approx(0.9040199, abs=1e-4)
    assert float(found.high) == pytest.approx(1.3514261, abs=1e-4)
    seen = np.arange(10, 200)
    exact, near = exact_interval(seen, seen), byar_interval(seen, seen)
    assert near.low == pytest.approx(exact.low, rel=2e-3)  # within 0.2 %, says Public Health England's guide
    assert near.high == pytest.approx(exact.high, rel=2e-3)


def test_nothing_seen_has_a_lower_end_of_nothing_and_nothing_expected_no_interval() -> None:
    assert float(exact_interval(0, 2.0).low) == 0.0
    assert float(exact_interval(0, 2.0).high) == pytest.approx(3.6889 / 2, abs=1e-4)
    assert np.isnan(exact_interval(3, 0.0).high)
    assert float(byar_interval(0, 2.0).low) == 0.0


Cells = list[tuple[int, int, int, float]]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 40), st.floats(0, 1)),
        min_size=1,
        max_size=30,
    )
)
def test_expectations_are_those_of_a_plain_loop(cells: Cells) -> None:
    rows = [(unit, kind, n, round(share * n)) for unit, kind, n, share in cells]
    unit, kind, n, hits = (np.array(column) for column in zip(*rows, strict=True))
    found = expected_events(unit, kind, n, hits, 5)
    for one in range(5):
        others = [row for row in rows if row[0] != one]
        rest_n, rest_hits = sum(row[2] for row in others), sum(row[3] for row in others)
        rest = rest_hits / rest_n if rest_n else 0.0
        wanted = 0.0
        for what in range(4):
            own = sum(row[2] for row in rows if row[0] == one and row[1] == what)
            theirs = [row for row in others if row[1] == what]
            rate = (sum(row[3] for row in theirs) + HALF_TRUSTED * rest) / (
                sum(row[2] for row in theirs) + HALF_TRUSTED
            )
            wanted += own * rate
        assert found.expected[one] == pytest.approx(wanted)
        assert found.observed[one] == sum(row[3] for row in rows if row[0] == one)


def test_who_takes_the_hard_cases_is_not_worse_for_it() -> None:
    """Everyone errs in 2 % of easy and 20 % of hard cases; one person has the hard ones."""
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(40), 2)
    kind = np.tile([0, 1], 40)
    n = np.where(kind == 0, 180, 20)
    n[:2] = (20, 180)
    rate = np.where(kind == 0, 0.02, 0.20)
    ratios = []
    for _ in range(200):
        found = expected_events(unit, kind, n, rng.binomial(n, rate), 40)
        ratios.append(found.ratio[0])
        plain = found.observed[0] / 200 / found.overall
        assert plain > 2
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.06)


def test_a_unit_is_no_part_of_its_own_expectation() -> None:
    calm = expected_events([0, 1, 2], [0, 0, 0], [100, 100, 100], [5, 5, 5], 3)
    wild = expected_events([0, 1, 2], [0, 0, 0], [100, 100, 100], [90, 5, 5], 3)
    assert wild.expected[0] == pytest.approx(calm.expected[0])
    assert wild.expected[1] > calm.expected[1]
