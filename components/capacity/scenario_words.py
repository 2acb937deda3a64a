"""Scenarios in words: a change, what a scenario makes of the futures, and how sure that is. Plain texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.paired_runs import INTERVAL, NEVER, Earlier, Spread
from analysis.scenario_outcome import LATE_WEEKS, Comparison, Outcome
from analysis.scenarios import (
    Change,
    DueShift,
    Hire,
    LessPreventable,
    Move,
    Overtime,
    Scenario,
    StandardTime,
    Surroundings,
)
from components import numbers
from components.numbers import MISSING, NBSP, full_date
from components.wording import things

WORKS = {"appeal": "appeals", "escalation": "escalations", "investigation": "investigations"}
NOTHING = 0.5
"""A difference of fewer cases than this is none."""


def work_words(work: str) -> str:
    """A type of work as people say it: "appeals"."""
    return WORKS.get(work, work)


def change_words(change: Change, around: Surroundings) -> str:
    """One change: "2 hires in EMEA 1 from 4 Jan 2027"."""
    on = full_date(change.on)
    match change:
        case Hire():
            hires = "1 hire" if change.people == 1 else f"{change.people} hires"
            return f"{hires} in {around.named(change.team)} from {on}"
        case Move():
            people = "1 person" if change.people == 1 else f"{change.people} people"
            return f"{people} from {around.named(change.origin)} to {around.named(change.team)} from {on}"
        case StandardTime():
            minutes = numbers.number(change.minutes, 0 if change.minutes == round(change.minutes) else 1)
            return f"{work_words(change.work)} in {minutes}{NBSP}min from {on}"
        case LessPreventable():
            return f"{numbers.percent(change.share, 0)} fewer preventable cases from {on}"
        case DueShift():
            days = abs(change.days)
            later = "later" if change.days > 0 else "earlier"
            plural = "" if days == 1 else "s"
            return f"{work_words(change.work)} due {days} working day{plural} {later} from {on}"
        case Overtime():
            hours = numbers.number(change.hours, 0 if change.hours == round(change.hours) else 1)
            return (
                f"{hours}{NBSP}h a week overtime in {around.named(change.team)}, {on} to "
                f"{full_date(change.until)}"
            )


NEXT_TO_NONE: Final = 0.005
"""A chance that is written as 0 %."""
LIKELY: Final = 0.8
"""The chance from which a team is told to keep its promise; also that of the hires it takes."""
MOST_NAMED: Final = 4
"""Teams named in a sentence."""
APART: Final = 0.05
"""Chances so far apart differ: two standard errors of a difference, of 800 futures at the most."""


def scenario_words(scenario: Scenario, around: Surroundings) -> str:
    """All changes, the first with a capital: "2 hires in EMEA 1 from 4 Jan 2027 and …"."""
    parts = [change_words(change, around) for change in scenario.changes]
    if not parts:
        return "No change"
    text = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return text[0].upper() + text[1:]


def as_it_is(base: Outcome, teams: Sequence[tuple[str, float]] = ()) -> tuple[str, str]:
    """What comes without any change: a sentence, and what to do next.

    `teams` are the names of several teams, each with the chance that its own work keeps the promise.
    """
    if not base.promised:
        return (
            "No SLA target is set for this work.",
            "Changes are compared by the backlog they leave. Add a change to see what it does.",
        )
    kept = numbers.percent(float(base.chance[-1]), 0)
    nothing = (
        ""
        if np.isfinite(base.share).any()
        else f"In the last {LATE_WEEKS} weeks no case with a target is due. "
    )
    return (
        f"As things are, the SLA target is kept at the end in {kept} of "
        f"{numbers.count(base.futures)} futures.",
        f"{_by_team(teams)}{nothing}Add a change to see what it does.",
    )


def _by_team(teams: Sequence[tuple[str, float]]) -> str:
    """How many teams keep the promise of their own work, and which are least likely to."""
    if len(teams) < 2:
        return ""
    far = [(name, chance) for name, chance in teams if chance < LIKELY]
    likely = f"in at least {numbers.percent(LIKELY, 0)} of futures"
    if not far:
        return f"Each of the {len(teams)} teams by itself keeps it {likely}. "
    named = far if len(far) <= MOST_NAMED + 1 else far[:MOST_NAMED]  # "1 more" says less than its name
    few = [f"{name} ({numbers.percent(chance, 0)})" for name, chance in named]
    if len(far) > len(named):
        few.append(f"{len(far) - len(named)} more")
    listed = " and ".join([", ".join(few[:-1]), few[-1]]) if len(few) > 1 else few[0]
    return f"By themselves {len(teams) - len(far)} of {len(teams)} teams keep it {likely}; not {listed}. "


def difference_words(words: str, base: Outcome, changed: Outcome, found: Comparison) -> tuple[str, str]:
    """The plain statement of difference, and the rest: chances at the end and what it costs in hours."""
    hours, backlog = _hours(found), backlog_words(found)
    if found.earlier is None:
        return f"{words}: {backlog}.", hours
    chances = (
        f"It is kept at the end in {numbers.percent(float(changed.chance[-1]), 0)} of futures, "
        f"{numbers.percent(float(base.chance[-1]), 0)} without."
    )
    most = max(float(base.chance[-1]), float(changed.chance[-1]))
    if most < NEXT_TO_NONE:
        none = "none of" if most == 0 else "hardly any of"
        return (
            f"{words}: the SLA target is kept at the end in {none} the futures, with or without.",
            f"Of the backlog: {backlog}. {hours}",
        )
    if not clear(found.earlier.weeks):
        lead, rest = _unsure_when(found.earlier, float(base.chance[-1]), float(changed.chance[-1]))
        return f"{words}: {lead}", f"{rest or chances} Of the backlog: {backlog}. {hours}"
    sooner = found.earlier.weeks.middle > 0
    if found.earlier.middle_at_least and not sooner:
        never = "In the middle future it is no longer kept to the end within these weeks."
        return f"{words}: {chances.replace('It', 'the SLA target', 1)}", (
            f"{never} Of the backlog: {backlog}. {hours}"
        )
    size = abs(found.earlier.weeks.middle)
    least = "at least " if found.earlier.middle_at_least else ""
    return (
        f"{words}: the SLA target is reached {least}{numbers.count(size)}{NBSP}"
        f"week{'' if size == 1 else 's'} {'earlier' if sooner else 'later'} "
        f"(80{NBSP}% interval {_span_of_weeks(found.earlier)}).",
        f"{chances} {hours}",
    )


def _unsure_when(earlier: Earlier, before: float, after: float) -> tuple[str, str]:
    """Where the week from which the target is kept may not change: what does, and how sure the week is."""
    some = not earlier.weeks.low == earlier.weeks.high == 0
    same = f"in {numbers.percent(INTERVAL, 0)} of futures or more it is the same, or there is none"
    weeks = f"(80{NBSP}% interval {earlier_words(earlier)})" if some else f"({same})"
    if abs(after - before) < APART:
        return f"no detectable change of the week from which the SLA target is kept {weeks}.", ""
    return (
        f"the SLA target is kept at the end in {numbers.percent(after, 0)} of futures, "
        f"{numbers.percent(before, 0)} without.",
        f"From which week it is kept is less sure {weeks}."
        if some
        else f"In {numbers.percent(INTERVAL, 0)} of futures or more it is kept to the end from the same week "
        "as without, or not at all.",
    )


def backlog_words(found: Comparison) -> str:
    """What becomes of the open cases: "283 fewer open cases at the end (80 % interval 236 to 312)"."""
    ends = found.open_at_end
    if not changes_anything(ends):
        return "no detectable change of the open cases at the end"
    more = ends.middle > 0
    low, high = (ends.low, ends.high) if more else (-ends.high, -ends.low)
    return (
        f"{numbers.count(abs(ends.middle))} {'more' if more else 'fewer'} open cases at the end "
        f"(80{NBSP}% interval {numbers.count(low)} to {numbers.count(high)})"
    )


def clear(found: Spread) -> bool:
    """Whether both ends of an interval lie on one side of zero."""
    return found.low > 0 or found.high < 0


def changes_anything(found: Spread) -> bool:
    """Whether a difference in cases is one: both ends on one side of zero as they are written, whole."""
    return found.low > NOTHING or found.high < -NOTHING


def earlier_words(found: Earlier) -> str:
    """The interval of weeks: "3 to at least 14 weeks earlier", "2 weeks later to 5 weeks earlier"."""
    low, high = found.weeks.low, found.weeks.high
    if low < 0 < high:
        before, after = ("at least " if bounded else "" for bounded in (found.later_at_least, found.at_least))
        return f"{before}{things(-low, 'week')} later to {after}{things(high, 'week')} earlier"
    if low == high == 0:
        return "0 weeks"
    weeks = "week" if max(-low, high) == 1 else "weeks"
    return f"{_span_of_weeks(found)} {weeks} {'later' if low < 0 else 'earlier'}"


def _span_of_weeks(found: Earlier) -> str:
    """An interval on one side of zero: "3 to 8", "3 to at least 14"; of weeks later without the sign."""
    low, high, bounded = found.weeks.low, found.weeks.high, found.at_least
    if low < 0:
        low, high, bounded = -high + 0.0, -low, found.later_at_least
    most = f"{'at least ' if bounded else ''}{numbers.count(high)}"
    return most if low == high else f"{numbers.count(low)} to {most}"


def span(found: Spread, written: object) -> str:
    """An interval "low to high" in the given writing."""
    assert callable(written)
    return f"{written(found.low)} to {written(found.high)}"


def kept_from(found: Outcome, weeks: tuple[dt.date, ...]) -> str:
    """The first day of the week from which the target is kept to the end: of the middle future."""
    if not found.promised:
        return MISSING
    ordered = sorted(len(weeks) if week == NEVER else int(week) for week in found.kept_from)
    middle = ordered[(len(ordered) - 1) // 2]
    return full_date(weeks[middle]) if middle < len(weeks) else "not within these weeks"


def _hours(found: Comparison) -> str:
    """What it gives and costs: "It gives 990 h for cases, after 58 h of mentoring and 242 h of ramp.\""""
    if abs(found.case_hours) < 1 and found.mentoring < 1:
        return "It changes no hours of people."
    gives = "gives" if found.case_hours >= 0 else "takes away"
    costs = [
        f"{_h(amount)} of {what}"
        for what, amount in (("mentoring", found.mentoring), ("ramp", found.ramping))
        if amount >= 1
    ]
    after = f", after {' and '.join(costs)}" if costs else ""
    return f"It {gives} {_h(abs(found.case_hours))} for cases over the weeks simulated{after}."


def _h(hours: float) -> str:
    return f"{numbers.count(hours)}{NBSP}h"
