"""What people wrote down, read-only: targets with dated paths, chart dividers, actions and decisions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from urllib.parse import parse_qs

from cachetools import TTLCache, cached

from queries.filters import DIMENSIONS, Filters
from queries.scorecard import Divider, Target
from store import journal as stored
from store.location import Location

DECISION_KINDS = ("decision", "blocker", "policy_gap")
FIX_KINDS = ("preventive", "root_cause_action")


@dataclass(frozen=True)
class Action:
    """One line of the list of actions and decisions; `where` and `compare` are the rows it concerns."""

    kind: str
    title: str
    owner: str
    asked_by: str
    decision_from: str
    due: dt.date | None
    status: str
    metric: str | None
    live_on: dt.date | None
    expected_effect: float | None
    where: Filters
    compare: Filters | None
    cases_held: int | None
    value_held: float | None
    created_on: dt.date
    evidence: str


@dataclass(frozen=True)
class Journal:
    """Targets, dividers and actions."""

    targets: tuple[Target, ...] = ()
    dividers: tuple[Divider, ...] = ()
    actions: tuple[Action, ...] = ()

    def __hash__(self) -> int:
        """Worked out once: everything a page says is kept under its journal."""
        return self._hashed

    @cached_property
    def _hashed(self) -> int:
        return hash((self.targets, self.dividers, self.actions))

    def fixes(self) -> tuple[Action, ...]:
        """Preventive and root-cause actions that name a metric and went live, newest first."""
        live = [
            action for action in self.actions if action.kind in FIX_KINDS and action.live_on and action.metric
        ]
        return tuple(sorted(live, key=lambda action: action.live_on or dt.date.min, reverse=True))

    def decisions(self, day: dt.date | None = None) -> tuple[Action, ...]:
        """Open decisions, blockers and policy gaps, the oldest first; with `day` those asked for by then."""
        waiting = [
            action
            for action in self.actions
            if action.kind in DECISION_KINDS
            and action.status == "open"
            and (day is None or action.created_on <= day)
        ]
        return tuple(sorted(waiting, key=lambda action: action.created_on))


READ_EVERY_SECONDS = 5.0
_opened: dict[str, stored.Journal] = {}
_opening = Lock()
_read: dict[str, Journal] = {}


@cached(TTLCache(8, READ_EVERY_SECONDS), key=str, lock=Lock())
def read_journal(location: Location) -> Journal:
    """The journal of a store, at most five seconds old; empty where nothing was ever written.

    The same object while nothing changes, so that keys made of it are compared at once.
    """
    journal = kept_open(location)
    found = Journal(
        tuple(
            Target(row.metric, filters_of(row.scope), row.valid_from, row.value, row.owner or "")
            for row in stored.targets(journal)
        ),
        tuple(Divider(row.metric, row.on_day, row.author, row.reason) for row in stored.dividers(journal)),
        tuple(_action(row) for row in stored.actions(journal)),
    )
    before = _read.get(str(location))
    if before is not None and before == found:
        return before
    _read[str(location)] = found  # another thread may put there what it read earlier: not to be returned
    return found


@cached(TTLCache(8, READ_EVERY_SECONDS), key=lambda location, since: (str(location), since), lock=Lock())
def read_draws(location: Location, since: dt.date) -> tuple[stored.AuditDraw, ...]:
    """The audit draws of weeks from `since` on, newest first, at most five seconds old."""
    return tuple(stored.draws(kept_open(location), since))


def kept_open(location: Location) -> stored.Journal:
    """The journal of a store, opened once and kept.

    Raises StoreError when it cannot be opened.
    """
    name = str(location)
    with _opening:
        if name not in _opened:
            _opened[name] = stored.open_journal(location)
    return _opened[name]


def filters_of(text: str) -> Filters:
    """Filters from their link form, "reason=x&marketplace=EU"; what is no dimension is ignored."""
    filters = Filters()
    for key, values in parse_qs(text).items():
        if key in DIMENSIONS:
            filters = filters.with_values(key, values)
    return filters


def _action(row: stored.Action) -> Action:
    return Action(
        row.kind,
        row.title,
        row.owner or "",
        row.asked_by or "",
        row.decision_from or "",
        row.due,
        row.status,
        row.metric,
        row.live_on,
        row.expected_effect,
        filters_of(row.scope),
        filters_of(row.comparison) if row.comparison else None,
        row.cases_held,
        row.gmv_held,
        row.created_at.date(),
        row.evidence or "",
    )
