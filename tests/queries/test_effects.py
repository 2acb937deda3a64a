"""The effect of a dated action, from cases in the store to a verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from queries.effects import SETTLE_IN, WEEKS_BEFORE, measure_action
from queries.filters import Filters
from queries.journal import Action
from queries.measure import Reader
from store.location import Location
from tests.queries.small_store import at, open_small

LIVE = dt.date(2026, 8, 10)
ACTION = Action(
    "preventive",
    "Check addresses",
    "",
    "",
    "",
    None,
    "live",
    "escalations_opened",
    LIVE,
    None,
    Filters().with_values("reason", ["address"]),
    Filters().with_values("reason", ["other"]),
    None,
    None,
    dt.date(2026, 7, 1),
    "",
)


def weekly_cases(build_store: Callable[..., Location], after: float) -> Reader:
    """40 weeks of about 30 cases per reason; "address" falls to `after` of that from the action on."""
    rng = np.random.default_rng(3)
    cases = []
    for week in range(40):
        monday = dt.datetime(2026, 2, 9) + dt.timedelta(weeks=week)
        for reason in ("address", "other"):
            expected = 30 * (after if reason == "address" and monday.date() >= LIVE else 1.0)
            for _ in range(rng.poisson(expected)):
                opened = monday + dt.timedelta(hours=float(rng.uniform(0, 168)))
                cases.append({"escalation_id": str(len(cases)), "reason": reason, "opened_at": opened})
    return open_small(build_store, cases, at(16))


def test_an_action_that_halves_its_reason_worked_and_its_interval_holds_the_truth(
    build_store: Callable[..., Location],
) -> None:
    reader = weekly_cases(build_store, 0.5)
    week = reader.coverage.newest_week()
    assert week is not None
    found = measure_action(reader, ACTION, week)
    assert found is not None and found.effect is not None and found.effect.ratio is not None
    assert found.effect.verdict == "worked"
    assert found.effect.ratio.low <= 0.5 <= found.effect.ratio.high
    assert found.effect.periods_after == len(found.series.periods) - WEEKS_BEFORE - SETTLE_IN
    assert found.comparison is not None
    assert np.nanmean(found.comparison.value[found.start :]) > 20
    reader.facts.close()


def test_an_action_without_effect_shows_none_and_a_young_one_is_too_early(
    build_store: Callable[..., Location],
) -> None:
    reader = weekly_cases(build_store, 1.0)
    week = reader.coverage.newest_week()
    assert week is not None
    quiet = measure_action(reader, ACTION, week)
    assert quiet is not None and quiet.effect is not None
    assert quiet.effect.verdict == "no detectable change"
    young = measure_action(reader, replace(ACTION, live_on=week.start - dt.timedelta(weeks=4)), week)
    assert young is not None and young.effect is not None
    assert (young.effect.verdict, young.reason) == ("too early", "too early (3 of 8 weeks)")
    assert measure_action(reader, replace(ACTION, live_on=week.end), week) is None
    assert measure_action(reader, replace(ACTION, metric=None), week) is None
    reader.facts.close()


def test_an_effect_is_claimed_on_counts_and_rates_only(build_store: Callable[..., Location]) -> None:
    reader = weekly_cases(build_store, 1.0)
    week = reader.coverage.newest_week()
    assert week is not None
    found = measure_action(reader, replace(ACTION, metric="backlog_open"), week)
    assert found is not None and found.effect is None
    assert found.reason
    reader.facts.close()
