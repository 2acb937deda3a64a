"""Scenarios of capacity: how links and the journal write them, and the saved ones.

A scenario is one short text: changes joined by "~", each a kind and its parts joined by ".", as in
"hire.2.emea-1.2027-01-04~overtime.4.emea-1.2027-01-04.2027-01-29".
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from analysis.scenarios import (
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    ScenarioError,
    StandardTime,
)
from queries.journal import kept_open
from store import journal as stored
from store.journal import SavedScenario, ScenarioText
from store.location import Location

LONGEST_TEXT: Final = 2000


def scenario_text(scenario: Scenario) -> str:
    """The scenario as links write it; "" for none. `read_scenario` reads it back."""
    return "~".join(".".join(_quoted(part) for part in _parts(change)) for change in scenario.changes)


def read_scenario(text: str) -> Scenario:
    """The scenario a text of a link or of the journal holds.

    Raises ScenarioError with one sentence for a text that is none: an unknown kind, a missing part, a number
    or a day that cannot be read. Whether the changes are possible is `analysis.scenarios.check`.
    """
    if len(text) > LONGEST_TEXT:
        raise ScenarioError(f"A scenario is at most {LONGEST_TEXT} characters long.")
    return Scenario(tuple(_change(written) for written in text.split("~")) if text else ())


def read_day(written: str) -> dt.date:
    """A day written "2027-01-31"; ScenarioError for what no calendar holds, as 31 February."""
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise ScenarioError(
            f"“{written[:20]}” is no day of the calendar; write a day as 2027-01-31."
        ) from None


def saved_scenarios(location: Location) -> list[SavedScenario]:
    """The listed scenarios of a store, by name."""
    return stored.scenarios(kept_open(location))


def saved_scenario(location: Location, scenario_id: int) -> SavedScenario | None:
    """One scenario, listed or archived."""
    return stored.scenario(kept_open(location), scenario_id)


def save(location: Location, text: ScenarioText, author: str) -> SavedScenario:
    """Keep a new scenario now; raises ScenarioRefused."""
    return stored.save_scenario(kept_open(location), text, author, _now())


def change(location: Location, seen: SavedScenario, text: ScenarioText, author: str) -> SavedScenario:
    """Put a text in place of the state seen; raises ScenarioChanged when it is no longer that."""
    return stored.change_scenario(kept_open(location), seen.scenario_id, seen.version, text, author, _now())


def archive(location: Location, seen: SavedScenario, author: str) -> SavedScenario:
    """Take the scenario seen off the list; raises ScenarioChanged when it is no longer that."""
    return stored.archive_scenario(kept_open(location), seen.scenario_id, seen.version, author, _now())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _quoted(part: str) -> str:
    """A part without the two letters that join; `unquote` reads it back."""
    return quote(part, safe="").replace(".", "%2E").replace("~", "%7E")


def _parts(change: Change) -> tuple[str, ...]:
    match change:
        case Hire():
            return "hire", str(change.people), change.team, change.on.isoformat()
        case Move():
            return "move", str(change.people), change.origin, change.team, change.on.isoformat()
        case StandardTime():
            return "minutes", repr(change.minutes), change.work, change.on.isoformat()
        case LessPreventable():
            return "prevent", repr(change.share), change.on.isoformat()
        case DueShift():
            return "due", str(change.days), change.work, change.on.isoformat()
        case Overtime():
            return (
                "overtime",
                repr(change.hours),
                change.team,
                change.on.isoformat(),
                change.until.isoformat(),
            )


def _change(written: str) -> Change:
    kind, *parts = (unquote(part) for part in written.split("."))
    if kind not in _READERS:
        raise ScenarioError(f"“{kind[:30]}” is no kind of change; choose one of {', '.join(_READERS)}.")
    count, read = _READERS[kind]
    if len(parts) != count:
        raise ScenarioError(f"A change “{kind}” has {count} parts, this one {len(parts)}.")
    return read(*parts)


def _whole(written: str) -> int:
    try:
        return int(written) if len(written) <= 9 else int("")
    except ValueError:
        raise ScenarioError(f"“{written[:20]}” is no whole number.") from None


def _number(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ScenarioError(f"“{written[:20]}” is no number.")
    return value


_READERS: Final[Mapping[str, tuple[int, Callable[..., Change]]]] = {
    "hire": (3, lambda people, team, on: Hire(team, _whole(people), read_day(on))),
    "move": (4, lambda people, origin, team, on: Move(origin, team, _whole(people), read_day(on))),
    "minutes": (3, lambda minutes, work, on: StandardTime(work, _number(minutes), read_day(on))),
    "prevent": (2, lambda share, on: LessPreventable(_number(share), read_day(on))),
    "due": (3, lambda days, work, on: DueShift(work, _whole(days), read_day(on))),
    "overtime": (
        4,
        lambda hours, team, on, until: Overtime(team, _number(hours), read_day(on), read_day(until)),
    ),
}
