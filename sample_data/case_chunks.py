"""Chunks of case tables, each with what follows from the cases: audits, surveys, minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeal_tables import appeal_strata, appeal_table, enforcement_table
from sample_data.appeals import Appeals
from sample_data.assignment import assign
from sample_data.enforcement import Enforcements
from sample_data.escalation_events import event_table
from sample_data.escalation_tables import Cycles, escalation_table
from sample_data.investigations import Investigations, investigation_table
from sample_data.labels import Labels
from sample_data.operation import TEAMS
from sample_data.reviews import appeal_reviews, audits_of, defect_rates
from sample_data.sellers import Sellers
from sample_data.span import NEVER, Moments
from sample_data.surveys import survey_table
from sample_data.work_time import work_item_table
from sample_data.world import Streams, World
from store.schema.work import APPEAL_OUTCOMES

Chunks = Iterator[tuple[str, pa.Table]]
WRONG_IF_REVERSED, WRONG_IF_NOT = 0.85, 0.035


@dataclass(frozen=True)
class Handled:
    """Cases of one kind that people worked on: for whom, until when, with what outcome (−1: none)."""

    kind: str
    ids: pa.Array
    seller: NDArray[np.int64]
    team: NDArray[np.int64]
    person: NDArray[np.int64]
    worked: Moments
    ended: Moments
    outcome: Labels


def enforcement_chunks(
    world: World, random: Streams, sellers: Sellers, enforcements: Enforcements, offset: int
) -> Chunks:
    """Enforcements and their random audits."""
    table = enforcement_table(random("enforcement table"), world.span, sellers, enforcements, offset)
    yield "enforcements", table
    wrong = np.where(enforcements.reversal == 0, WRONG_IF_REVERSED, WRONG_IF_NOT)
    audits = random("enforcement audits")
    team = audits.integers(0, len(TEAMS), enforcements.count)
    ids = _whole(table, "enforcement_id")
    yield (
        "reviews",
        audits_of(audits, world.people, "enforcement", ids, enforcements.at, team, wrong, offset),
    )


def appeal_chunks(
    world: World,
    random: Streams,
    sellers: Sellers,
    enforcements: Enforcements,
    appeals: Appeals,
    offset: int,
) -> Chunks:
    """Appeals, their reviews for every purpose, surveys and minutes."""
    span, people = world.span, world.people
    deciders = assign(random("deciders"), people, appeals.team, span.day_of(appeals.decided))
    table = appeal_table(
        random("appeal table"), span, people, sellers, enforcements, appeals, deciders, offset
    )
    yield "appeals", table
    strata = appeal_strata(span, sellers, enforcements, appeals)
    wrong = defect_rates(people, deciders)
    for reviews in appeal_reviews(random("appeal audits"), people, appeals, strata, deciders, wrong, offset):
        yield "reviews", reviews
    handled = Handled(
        "appeal",
        _whole(table, "appeal_id"),
        enforcements.seller[appeals.enforcement],
        appeals.team,
        deciders,
        appeals.decided,
        appeals.decided,
        Labels(appeals.outcome, APPEAL_OUTCOMES),
    )
    yield from _surveyed_and_timed(world, random, sellers, handled, offset)


def investigation_chunks(
    world: World, random: Streams, sellers: Sellers, cases: Investigations, offset: int
) -> Chunks:
    """Investigations, their audits, surveys and minutes."""
    table = investigation_table(world.span, world.people, sellers, cases, offset)
    yield "investigations", table
    handled = Handled(
        "investigation",
        _whole(table, "investigation_id"),
        cases.seller,
        cases.team,
        cases.person,
        cases.closed,
        cases.closed,
        cases.outcome,
    )
    yield "reviews", _audited(world, random, handled, offset)
    yield from _surveyed_and_timed(world, random, sellers, handled, offset)


def escalation_chunks(world: World, random: Streams, sellers: Sellers, cycles: Cycles, offset: int) -> Chunks:
    """Escalations and their events; audits, surveys and minutes of first cycles."""
    span, people = world.span, world.people
    table = escalation_table(random("escalation columns"), span, people, sellers, cycles, offset)
    yield "escalations", table
    yield "escalation_events", event_table(random("events"), span, people, cycles, offset)
    first = np.flatnonzero(cycles.cycle == 1)
    resolved = cycles.resolved[first]
    handled = Handled(
        "escalation",
        _whole(table, "escalation_id").take(pa.array(first)),
        cycles.cases.seller[first],
        cycles.cases.team[first],
        cycles.cases.person[first],
        cycles.service.worked[first],
        np.where(resolved, cycles.service.ended[first], NEVER),
        Labels(np.where(resolved, 0, -1), ("resolved",)),
    )
    yield "reviews", _audited(world, random, handled, offset)
    yield from _surveyed_and_timed(world, random, sellers, handled, offset)


def _audited(world: World, random: Streams, handled: Handled, offset: int) -> pa.Table:
    wrong = defect_rates(world.people, handled.person)
    return audits_of(
        random(f"{handled.kind} audits"),
        world.people,
        handled.kind,
        handled.ids,
        handled.ended,
        handled.team,
        wrong,
        offset,
    )


def _surveyed_and_timed(
    world: World, random: Streams, sellers: Sellers, handled: Handled, offset: int
) -> Chunks:
    kind, span = handled.kind, world.span
    yield (
        "surveys",
        survey_table(
            random(f"{kind} surveys"),
            span,
            sellers,
            kind,
            handled.ids,
            handled.seller,
            handled.ended,
            handled.outcome,
            offset,
        ),
    )
    yield (
        "work_items",
        work_item_table(
            random(f"{kind} minutes"),
            world.people,
            kind,
            handled.ids,
            handled.person,
            handled.worked,
            offset,
        ),
    )


def _whole(table: pa.Table, column: str) -> pa.Array:
    return table[column].combine_chunks()
