"""One cycle of a case as lanes, milestones, due times and lines of text. Pure but for the view's names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from components import numbers
from components.cases.times import local, moment_text
from components.charts.timeline import Due, Milestone, Role, Stretch
from components.status import Status
from components.tables import Cell
from components.view import View
from queries.timeline import Moment

CASE, OURS, WORKED, SELLER, PAUSED = "Case", "In our hands", "Worked on", "Seller", "Clock paused"
_IMPORTANCE = {"ended": 5, "opened": 4, "blocked": 3, "solution": 2, "response": 1}
_US = ("us", "our", "ours", "")

Cycle = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """What the timeline of one cycle draws."""

    lanes: list[str]
    stretches: list[Stretch]
    milestones: list[Milestone]
    dues: list[Due]


def picture_of(view: View, cycle: Cycle, moments: Sequence[Moment], through: dt.datetime) -> Picture:
    """Lanes and marks of one cycle; what still lasts is drawn up to `through`, the end of the data (UTC)."""
    zone = view.reader.coverage.zone
    end = max(cycle["resolved_at"] or through, cycle["opened_at"])

    def stretch(lane: str, starts: dt.datetime, ends: dt.datetime, role: Role, what: str) -> Stretch:
        when = f"{moment_text(starts, zone)} – {moment_text(ends, zone)}"
        lasted = numbers.hours((ends - starts) / dt.timedelta(hours=1))
        return Stretch(lane, local(starts, zone), local(ends, zone), role, what, lasted, when)

    stretches = [
        stretch(CASE, starts, ends, role, what) for starts, ends, role, what in _case_bar(cycle, end)
    ]
    waits = [moment for moment in moments if moment.kind == "wait" and not _is_us(moment.party)]
    held = [(max(m.starts_at, cycle["opened_at"]), min(m.ends_at or end, end)) for m in waits]
    stretches += [
        stretch(OURS, starts, ends, "grey", OURS) for starts, ends in _gaps(cycle["opened_at"], end, held)
    ]
    parties: dict[str, None] = {}
    for moment in moments:
        if moment.kind not in ("wait", "pause", "work"):
            continue
        lane, role = _lane(moment)
        finish = max(min(moment.ends_at or end, end), moment.starts_at)
        stretches.append(stretch(lane, moment.starts_at, finish, role, moment.text))
        parties[lane] = None
    usual = [lane for lane in (WORKED, SELLER) if lane in parties]
    partners = [lane for lane in parties if lane not in (OURS, WORKED, SELLER, PAUSED)]
    lanes = [CASE, OURS, *usual, *partners, *([PAUSED] if PAUSED in parties else [])]
    milestones = [
        Milestone(
            local(m.starts_at, zone), m.text, moment_text(m.starts_at, zone), _IMPORTANCE.get(m.kind, 0)
        )
        for m in moments
        if m.kind not in ("wait", "pause", "work", "due")
    ]
    dues = [
        Due(local(m.starts_at, zone), m.text, moment_text(m.starts_at, zone))
        for m in moments
        if m.kind == "due"
    ]
    return Picture(lanes, stretches, milestones, dues)


def _case_bar(cycle: Cycle, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime, Role, str]]:
    """From open to end, the part after the due time apart."""
    opened, due = cycle["opened_at"], cycle["due_at"]
    if due is None or end <= due:
        return [(opened, end, "muted", "From open to end")]
    split = max(due, opened)
    return [(opened, split, "muted", "Until due"), (split, end, "bad", "Past due")]


def _is_us(party: str | None) -> bool:
    return (party or "").lower() in _US


def _lane(moment: Moment) -> tuple[str, Role]:
    if moment.kind == "pause":
        return PAUSED, "grey"
    if moment.kind == "work" or _is_us(moment.party):
        return WORKED, "muted"
    if (moment.party or "").lower() == "seller":
        return SELLER, "c2"
    return str(moment.party), "c1"


def _gaps(
    first: dt.datetime, last: dt.datetime, held: Sequence[tuple[dt.datetime, dt.datetime]]
) -> list[tuple[dt.datetime, dt.datetime]]:
    """The parts of first..last that none of `held` covers: the time in our hands, as the metrics count it."""
    edges = [(first, first)]
    for starts, ends in sorted(pair for pair in held if pair[0] < pair[1]):
        if starts <= edges[-1][1]:
            edges[-1] = (edges[-1][0], max(edges[-1][1], ends))
        else:
            edges.append((starts, ends))
    edges.append((last, last))
    return [(before[1], after[0]) for before, after in pairwise(edges) if before[1] < after[0]]


def lines_of(view: View, moments: Sequence[Moment]) -> list[list[Cell]]:
    """The same as the picture in words: when, what, who, until, how long."""
    zone = view.reader.coverage.zone
    lines: list[list[Cell]] = []
    for moment in moments:
        until = lasted = ""
        if moment.kind in ("wait", "pause", "work"):
            until = moment_text(moment.ends_at, zone) if moment.ends_at else "still"
            lasted = (
                numbers.hours((moment.ends_at - moment.starts_at) / dt.timedelta(hours=1))
                if moment.ends_at
                else ""
            )
        lines.append(
            [
                moment_text(moment.starts_at, zone, weekday=True),
                moment.text,
                view.name_of("member", moment.person) if moment.person else "",
                until,
                lasted,
            ]
        )
    return lines


def sla_status(
    met: bool | None, due: dt.datetime | None, done: dt.datetime | None, through: dt.datetime
) -> Status:
    """How a promise stands: met, missed and by how much, still running, or no due time.

    `through` is the moment up to which the data is known (UTC); nothing is said about later.
    """
    if due is None:
        return Status("No due time")
    late = ((done or through) - due) / dt.timedelta(hours=1)
    if met is False:
        size = numbers.hours(late)
        return Status(f"Missed by {size}" if done else f"Open, {size} past due", "bad", "up")
    if met is True:
        return Status(f"Made, {numbers.hours(-late)} to spare")
    if done is not None:
        return Status("Not counted")
    return Status(f"Running, {numbers.hours(-late)} left", "warn" if -late < 24 else "neutral")
