"""Chunks of case tables, each with what follows from the cases: audits, surveys, minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeal_tables import appeal_strata, appeal_table, enforcement_strata, enforcement_table
from sample_data.appeals import Appeals
from sample_data.assignment import assign
from sample_data.enforcement_rows import Enforcements
from sample_data.escalation_events import event_table
from sample_data.escalation_tables import Cycles, escalation_table
from sample_data.investigations import Investigations, investigation_table
from sample_data.labels import Labels
from sample_data.operation import TEAMS
from sample_data.quality import Verdicts, careless, defect_rates, verdicts
from sample_data.reviews import Subjects, appeal_reviews, random_audits
from sample_data.second_decisions import second_decisions
from sample_data.sellers import Sellers
from sample_data.span import NEVER, Moments
from sample_data.stories import stories
from sample_data.surveys import survey_table
from sample_data.work_time import work_item_table
from sample_data.world import Streams, World
from store.outcomes import APPEAL_OUTCOMES

ESCALATION_DEFECTS = 1.2  # times those of appeals
Chunks = Iterator[tuple[str, pa.Table]]


@dataclass(frozen=True)
class Handled:
    """Cases of one kind that people worked on: for whom, until when, with what outcome (−1: none)."""

    kind: str
    ids: pa.Array
    seller: NDArray[np.int64]
    team: NDArray[np.int64]
    person: NDArray[np.int64]
    arrived: Moments
    worked: Moments
    ended: Moments
    outcome: Labels


def enforcement_chunks(
    world: World, random: Streams, sellers: Sellers, enforcements: Enforcements, offset: int
) -> Chunks:
    """Enforcements and their random audits."""
    table = enforcement_table(random("enforcement table"), world.span, sellers, enforcements, offset)
    yield "enforcements", table
    audits = random("enforcement audits")
    subjects = Subjects(
        "enforcement",
        _whole(table, "enforcement_id"),
        np.arange(enforcements.count) + offset,
        enforcements.at,
        audits.integers(0, len(TEAMS), enforcements.count),
        np.full(enforcements.count, -1),
        enforcement_strata(enforcements).codes,
    )
    errors = verdicts(random("enforcement errors"), "enforcement", np.zeros(enforcements.count)).error
    yield "reviews", random_audits(audits, world.people, subjects, Verdicts(enforcements.wrong, errors))


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
    table = appeal_table(span, people, sellers, enforcements, appeals, deciders, offset)
    yield "appeals", table
    subjects = Subjects(
        "appeal",
        _whole(table, "appeal_id"),
        np.arange(appeals.count) + offset,
        appeals.decided,
        appeals.team,
        deciders,
        appeal_strata(span, sellers, enforcements, appeals).codes,
    )
    first = offset == 0
    for reviews in appeal_reviews(random, people, appeals, subjects, first_block=first):
        yield "reviews", reviews
    for reviews in second_decisions(random, people, appeals, subjects):
        yield "reviews", reviews
    handled = Handled(
        "appeal",
        subjects.ids,
        enforcements.seller[appeals.enforcement],
        appeals.team,
        deciders,
        appeals.submitted,
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
        cases.opened,
        cases.closed,
        cases.closed,
        cases.outcome,
    )
    hasty = stories()["fast_and_careless"].names({"case_type": cases.kind})
    chance = careless(world.span, cases.opened, hasty, defect_rates(world.people, cases.person))
    yield "reviews", _audited(world, random, handled, cases.kind.codes, chance, offset)
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
        cycles.cases.opened[first],
        cycles.service.worked[first],
        np.where(resolved, cycles.service.ended[first], NEVER),
        Labels(np.where(resolved, 0, -1), ("resolved",)),
    )
    chance = ESCALATION_DEFECTS * defect_rates(people, handled.person)
    yield "reviews", _audited(world, random, handled, cycles.cases.severity[first], chance, offset)
    yield from _surveyed_and_timed(world, random, sellers, handled, offset)


def _audited(
    world: World,
    random: Streams,
    handled: Handled,
    stratum: NDArray[np.int64],
    chance: NDArray[np.float64],
    offset: int,
) -> pa.Table:
    kind = handled.kind
    number = np.arange(len(stratum)) + offset
    subjects = Subjects(kind, handled.ids, number, handled.ended, handled.team, handled.person, stratum)
    found = verdicts(random(f"{kind} verdicts"), kind, chance)
    return random_audits(random(f"{kind} audits"), world.people, subjects, found)


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
            world.diary,
            kind,
            handled.ids,
            handled.person,
            handled.arrived,
            handled.worked,
            offset,
            world.scale,
        ),
    )


def _whole(table: pa.Table, column: str) -> pa.Array:
    return table[column].combine_chunks()
