"""Events of escalations: answers, work, waits, pauses, transfers and reopenings, as far as known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.escalation_service import PARTNERS, Wait
from sample_data.escalation_tables import Cycles, latest_end
from sample_data.labels import Labels, keys
from sample_data.operation import ORG_OF_TEAM, TEAM_NAMES, TEAMS
from sample_data.people import People
from sample_data.source_tables import source_table
from sample_data.span import Moments, Span
from store.schema.work import EVENT_KINDS

TRANSFERRED, TRANSFERRED_TWICE, RETURNED = 0.17, 0.25, 0.3
PARTIES = (*PARTNERS, "us")
US = len(PARTNERS)


@dataclass(frozen=True)
class _Events:
    """Columns of some events; `row` is the cycle they belong to."""

    row: NDArray[np.int64]
    kind: str
    party: NDArray[np.int64]
    starts: Moments
    ends: Moments
    from_team: NDArray[np.int64]
    to_team: NDArray[np.int64]


def event_table(
    random: np.random.Generator, span: Span, people: People, cycles: Cycles, offset: int
) -> pa.Table:
    """Rows of `escalation_events` for all cycles; instants end where they start."""
    service, stop = cycles.service, latest_end(cycles, span)
    everyone = np.arange(cycles.cases.count)
    later = np.flatnonzero(cycles.cycle > 1)
    parts = [
        _plain(later, "reopened", cycles.cases.opened[later], cycles.cases.opened[later]),
        _plain(everyone, "work", service.begun, service.worked),
        _plain(everyone, "response", service.response, service.response),
        _plain(everyone, "reopened", service.reopened, service.reopened),
        *_transfers(random, cycles),
        *(_waits(wait, "wait") for wait in service.waits),
        *(_waits(wait, "pause") for wait in (*service.waits, service.pauses) if wait.paused.any()),
    ]
    row = np.concatenate([part.row for part in parts])
    starts = np.concatenate([part.starts for part in parts])
    ends = np.concatenate([part.ends for part in parts])
    kind = np.concatenate([np.full(len(part.row), EVENT_KINDS.index(part.kind)) for part in parts])
    party, from_team, to_team = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("party", "from_team", "to_team")
    )
    order = np.lexsort((kind, starts, row))
    order = order[starts[order] <= stop[row[order]]]  # NaT compares false: events that never happened
    row, starts, ends = row[order], starts[order], ends[order]
    closed = service.ended[row] <= span.through
    ends = np.where(closed, np.minimum(ends, service.ended[row]), span.known(ends))
    first = np.concatenate([[True], row[1:] != row[:-1]]) if len(row) else np.empty(0, bool)
    begins = np.flatnonzero(first)
    position = np.arange(len(row)) - np.repeat(begins, np.diff([*begins, len(row)]))
    ours = party[order] == US
    return source_table(
        "escalation_events",
        escalation_id=keys("E", cycles.number[row] + offset),
        cycle=cycles.cycle[row],
        position=position + 1,
        kind=Labels(kind[order], EVENT_KINDS),
        party=Labels(party[order], PARTIES),
        starts_at=starts,
        ends_at=ends,
        from_team=Labels(from_team[order], TEAM_NAMES),
        to_team=Labels(to_team[order], TEAM_NAMES),
        specialist_id=Labels(np.where(ours, cycles.cases.person[row], -1), tuple(people.ids)),
    )


def _plain(row: NDArray[np.int64], kind: str, starts: Moments, ends: Moments) -> _Events:
    none = np.full(len(row), -1)
    return _Events(row, kind, np.full(len(row), US), starts, ends, none, none)


def _waits(wait: Wait, kind: str) -> _Events:
    row = np.flatnonzero((wait.party >= 0) & (wait.paused if kind == "pause" else True))
    none = np.full(len(row), -1)
    return _Events(row, kind, wait.party[row], wait.starts[row], wait.ends[row], none, none)


def _transfers(random: np.random.Generator, cycles: Cycles) -> list[_Events]:
    """Changes of owning team before the last owner; some come back to an earlier one."""
    team = cycles.cases.team
    row = np.flatnonzero(random.random(len(team)) < TRANSFERRED)
    twice = random.random(len(row)) < TRANSFERRED_TWICE
    returned = random.random(len(row)) < RETURNED
    begins, span = cycles.cases.opened[row], cycles.service.worked[row] - cycles.cases.opened[row]
    final = team[row]
    other = _other_team(random, final)
    origin = np.where(returned, final, _other_team(random, other))
    early = begins + (random.uniform(0.05, 0.4, len(row)) * span.astype(float)).astype("timedelta64[us]")
    late = begins + (random.uniform(0.5, 0.9, len(row)) * span.astype(float)).astype("timedelta64[us]")
    one = _Events(
        row[twice],
        "transfer",
        np.full(int(twice.sum()), US),
        early[twice],
        early[twice],
        origin[twice],
        other[twice],
    )
    two = _Events(row, "transfer", np.full(len(row), US), late, late, other, final)
    return [one, two]


def _other_team(random: np.random.Generator, team: NDArray[np.int64]) -> NDArray[np.int64]:
    """Another team, mostly of the same organisation."""
    other = random.integers(0, len(TEAMS), len(team))
    near = random.random(len(team)) < 0.8
    same_org = ORG_OF_TEAM[team] * 4 + (team + random.integers(1, 4, len(team))) % 4
    other = np.where(near, same_org, other)
    return np.where(other == team, same_org, other)
