"""Which components are counted by kind of case; what they come to is held by the oracle of every metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import true

from queries.branches import branches_of
from queries.catalog import reinstatement_parts, restumble_parts, strategic_parts
from queries.catalog.enforcements import AUDITED_RIGHT, ENFORCED, ENFORCED_IN_ERROR
from queries.kinds import told_by_kind
from queries.tallies import Columns, Tally
from store.schema.kinds import HORIZONS

_DECIDED = (
    reinstatement_parts.APPEALS_DECIDED,
    reinstatement_parts.AUDITS,
    reinstatement_parts.AUDITS_OVER,
    restumble_parts.EPISODES,
    restumble_parts.RESTUMBLED[30],
    restumble_parts.RESTUMBLED_SAME_POLICY[180],
    restumble_parts.DENIALS_RECHECKED,
)


def _asked(where: Callable[[Columns], object]) -> Tally:
    return Tally("asked", "appeals", "decided", where)  # type: ignore[arg-type]


def test_tallies_and_frames_of_one_fact_and_clock_share_one_select_by_kind() -> None:
    branches = branches_of((*_DECIDED, ENFORCED, AUDITED_RIGHT, ENFORCED_IN_ERROR))
    assert [(set(branch.components), branch.by_kind) for branch in branches] == [
        (set(_DECIDED), True),
        ({ENFORCED, AUDITED_RIGHT, ENFORCED_IN_ERROR}, True),
    ]


def test_every_component_has_sums_of_its_own_in_a_shared_select() -> None:
    (branch,) = branches_of(_DECIDED)
    audits, over = branch.places[reinstatement_parts.AUDITS], branch.places[reinstatement_parts.AUDITS_OVER]
    rechecks = branch.places[restumble_parts.DENIALS_RECHECKED]
    tallies = {branch.places[part] for part in _DECIDED if isinstance(part, Tally)}
    assert tallies == {(0,), (1,), (2,), (3,)}
    assert audits[0] == over[0] == 4
    assert not set(rechecks) & (set(audits) | set(over))
    assert branch.width == 1 + max(rechecks)


def test_what_the_same_flows_hold_back_is_read_at_once_each_with_sums_of_its_own() -> None:
    held = (strategic_parts.BLOCKED, strategic_parts.BLOCKED_WRONGLY, strategic_parts.BLOCKED_UNJUDGED)
    (branch,) = branches_of(held)
    assert [branch.places[part] for part in held] == [(0, 1), (2, 3), (4, 5)]


def test_a_few_counts_are_read_from_the_cases() -> None:
    assert not branches_of((reinstatement_parts.DUE, reinstatement_parts.DUE_MET))[0].by_kind


@pytest.mark.parametrize("days", [1, 29, 31, 45, 181])
def test_days_that_kinds_do_not_tell_apart_are_asked_of_the_cases(days: int) -> None:
    assert days not in HORIZONS
    assert told_by_kind(_asked(lambda c: c.restumbled_after_days <= HORIZONS[0]))
    assert not told_by_kind(_asked(lambda c: c.restumbled_after_days <= days))


@pytest.mark.parametrize(
    "where",
    [
        lambda c: c.restumbled_after_days > 30,
        lambda c: c.restumbled_after_days.is_not(None),
        lambda c: c.restumbled_after_days < 30,
        lambda c: c.decided_at > c.due_at,
        lambda c: c.decided_at > c.submitted_at,
        lambda c: c.policy == "Listing abuse",
        lambda c: c.seller_id.is_not(None),
    ],
)
def test_conditions_on_more_than_kinds_know_are_asked_of_the_cases(
    where: Callable[[Columns], object],
) -> None:
    assert not told_by_kind(_asked(where))


def test_sums_of_a_quantity_and_shares_of_everyone_are_asked_of_the_cases() -> None:
    tally = _asked(lambda _: true())
    assert told_by_kind(tally)
    assert not told_by_kind(replace(tally, quantity=lambda c: c.decision_hours))
    assert not told_by_kind(replace(tally, of_all=("team",)))
