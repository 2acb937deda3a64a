"""Escalations and their events as source tables: cycles chained, the unknown future cut off."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.assignment import assign
from sample_data.columnar import joined, taken
from sample_data.escalation_arrivals import Arrivals
from sample_data.escalation_service import Service, serve
from sample_data.escalation_texts import decision_needed, summaries
from sample_data.labels import Labels, keys
from sample_data.operation import REASONS, ROOT_CAUSES, SEVERITIES, SITE_OF_TEAM, SITES, TEAM_NAMES
from sample_data.people import People
from sample_data.sellers import Sellers
from sample_data.source_tables import source_table
from sample_data.span import NEVER, Moments, Span, hours
from store.schema.work import END_KINDS
from store.settings import Settings

REOPENED = 0.055
TAGGED = 0.9
PREVENTABLE_TAGGED = 0.62
PREVENTABLE_BY_CAUSE = np.array([0.68, 0.62, 0.45, 0.60, 0.25, 0.40, 0.15, 0.30, 0.35])


@dataclass(frozen=True)
class Cycles:
    """All cycles of a block: who and what (`cases`), what happened (`service`), number and cycle."""

    number: NDArray[np.int64]
    cycle: NDArray[np.int64]
    cases: Arrivals
    service: Service

    @property
    def resolved(self) -> NDArray[np.bool_]:
        """Ended by a resolution."""
        return np.asarray(self.service.end_kind == 0)


def chain(
    random: np.random.Generator,
    span: Span,
    settings: Settings,
    people: People,
    arrivals: Arrivals,
) -> list[Cycles]:
    """First, second and third cycles: a resolved case may be reopened days later."""
    cycles = [
        Cycles(
            np.arange(arrivals.count),
            np.ones(arrivals.count, int),
            arrivals,
            serve(random, span, settings, arrivals),
        )
    ]
    for number in (2, 3):
        last = cycles[-1]
        delay = hours(np.exp(random.normal(np.log(90), 0.75, last.cases.count)))
        again = last.service.ended + delay
        rows = np.flatnonzero(
            last.resolved & (again <= span.through) & (random.random(last.cases.count) < REOPENED)
        )
        cases = replace(taken(last.cases, rows), opened=again[rows])
        cases = replace(cases, person=assign(random, people, cases.team, span.day_of(cases.opened)))
        cycles.append(
            Cycles(
                last.number[rows],
                np.full(len(rows), number),
                cases,
                serve(random, span, settings, cases, effort=0.7),
            )
        )
    return cycles


def escalation_table(
    random: np.random.Generator,
    span: Span,
    people: People,
    sellers: Sellers,
    cycles: Cycles,
    offset: int,
) -> pa.Table:
    """Rows of `escalations` as known at the end of the span."""
    cases, service = cycles.cases, cycles.service
    count = cases.count
    ended = span.known(service.ended)
    open_now = np.isnat(ended)
    tag_delay = hours(np.exp(random.normal(np.log(130), 0.8, count)))
    tagged = (service.ended + tag_delay <= span.through) & (random.random(count) < TAGGED)
    judged = random.random(count) < PREVENTABLE_TAGGED  # at intake, unlike the root cause
    preventable = random.random(count) < PREVENTABLE_BY_CAUSE[cases.cause]
    at_stake = sellers.daily_gmv[cases.seller] * np.exp(random.normal(np.log(9), 0.8, count))
    at_stake = np.where(random.random(count) < 0.8, np.round(at_stake, 2), np.nan)
    blocked = np.where(service.blocked <= np.where(open_now, span.through, ended), service.blocked, NEVER)
    who, what = decision_needed(random, cases.reason, ~np.isnat(blocked))
    reopened = span.known(service.reopened)
    return source_table(
        "escalations",
        escalation_id=keys("E", cycles.number + offset),
        cycle=cycles.cycle,
        **sellers.stamps(cases.seller, span.day_of(cases.opened)),
        team=Labels(cases.team, TEAM_NAMES),
        specialist_id=Labels(cases.person, tuple(people.ids)),
        site=Labels(SITE_OF_TEAM[cases.team], SITES),
        severity=Labels(cases.severity, tuple(SEVERITIES)),
        reason=Labels(cases.reason, tuple(REASONS)),
        root_cause=Labels(np.where(tagged, cases.cause, -1), tuple(ROOT_CAUSES)),
        preventable=pa.array(preventable, mask=~judged),
        enforcement_id=keys("N", np.where(cases.enforcement >= 0, cases.enforcement + offset, -1)),
        summary=summaries(random, cases),
        opened_at=cases.opened,
        first_response_at=span.known(service.response),
        resolved_at=ended,
        end_kind=Labels(np.where(open_now, -1, service.end_kind), END_KINDS),
        solution_at=span.known(service.solution),
        reopenings=(~np.isnat(reopened)).astype(int),
        blocked_since=blocked,
        blocked_on=who,
        decision_needed=what,
        audit_stratum=Labels(cases.severity, tuple(SEVERITIES)),
        value_at_stake=at_stake,
    )


def all_cycles(cycles: list[Cycles]) -> Cycles:
    """Several runs of cycles as one, in order of opening."""
    together = joined(cycles)
    return taken(together, np.argsort(together.cases.opened, kind="stable"))


def latest_end(cycles: Cycles, span: Span) -> Moments:
    """When each cycle ended as far as known, the end of the span while open."""
    ended = span.known(cycles.service.ended)
    return np.where(np.isnat(ended), span.through, ended)
