"""What a file tells of a person's errors by reason: the line of all reasons gives no small one away."""

from __future__ import annotations

import datetime as dt

import numpy as np

from queries.people.needs import FEWEST_AUDITS, PersonNeed, PersonNeeds, for_others
from queries.time import Grain, Period

SPAN = Period(dt.date(2026, 4, 20), dt.date(2026, 10, 19), Grain.range)


def needs_of(audits: np.ndarray, wrong: np.ndarray) -> PersonNeeds:
    """One kind of error found in `wrong` of `audits`, by reason."""
    found = [
        PersonNeed("step", f"r{place}", int(hits), int(n), 0.05, False)
        for place, (n, hits) in enumerate(zip(audits, wrong, strict=True))
        if hits
    ]
    whole = PersonNeed("step", None, int(wrong.sum()), int(audits.sum()), 0.05, False, True)
    return PersonNeeds(SPAN, (whole, *found) if found else (), (), int(audits.sum()), 0, "")


def test_what_is_left_out_rests_on_ten_audits_or_none_in_a_thousand_random_people() -> None:
    rng = np.random.default_rng(12)
    helped = 0
    for _ in range(1000):
        audits = rng.poisson(rng.gamma(1.5, 9.0, int(rng.integers(1, 7))))
        found = needs_of(audits, rng.binomial(audits, 0.3))
        rows = for_others(found)
        assert all(need.audits >= FEWEST_AUDITS for need in rows)
        if not any(need.any_reason for need in rows):
            continue
        by_reason = [need for need in rows if not need.any_reason]
        rest = found.audits - sum(need.audits for need in by_reason)
        assert rest == 0 or rest >= FEWEST_AUDITS
        small_alone = found.audits - sum(
            need.audits for need in found.needs if not need.any_reason and need.audits >= FEWEST_AUDITS
        )
        helped += 0 < small_alone < FEWEST_AUDITS
    assert helped > 100  # so many would have told the rest without company


def test_a_small_reason_takes_the_smallest_large_one_with_it() -> None:
    found = needs_of(np.array([12, 40, 3]), np.array([2, 5, 1]))
    assert [(need.reason, need.audits) for need in for_others(found)] == [(None, 55), ("r1", 40)]
    assert [need.reason for need in for_others(needs_of(np.array([12, 40]), np.array([2, 5])))] == [
        None,
        "r0",
        "r1",
    ]
    assert for_others(needs_of(np.array([6]), np.array([2]))) == ()
