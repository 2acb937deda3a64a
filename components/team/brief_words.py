"""What the 1:1 brief says: sentences with their counts, from the data and the journal; never a rating."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.intervals import difference_of_shares
from components import numbers, wording
from components.cases.words import noun_of
from components.documents import Document, Part
from components.numbers import NBSP
from components.team.reading import counted
from components.view import View
from queries.development import CoachingMark, FollowUp, PersonDevelopment
from queries.people.comparison import PeopleComparison, Standing
from queries.people.evidence import HalfYear, Leave
from queries.people.roster import Member

Place = tuple[PeopleComparison, Standing | None]
CONFIDENCE = 0.99
"""Of the difference between two blocks: stricter than 95 %, as several measures are looked at together."""
SURE = numbers.percent(CONFIDENCE, 0)
RECENT = dt.timedelta(days=91)
SOON = dt.timedelta(days=60)
LONG_SINCE_TALK = 28
FULL = 1.0

CHANGED, PRAISE, ASK = "What changed", "What to praise", "What to ask"
CHECK, ACTIONS, CASES = "Check together", "Open actions", "Cases to talk through"
MOST_LINES = 6
"""Of what can be many, under one heading of a brief on one page; the page of the person has the rest."""
LONGEST = 100
"""Letters of a text somebody wrote; the page of the person has the whole."""
NO_RATING = "Numbers only, no rating, no rank. What is not in the data is yours to add."


@dataclass(frozen=True)
class Facts:
    """All the brief is written from; `on` is today."""

    person: Member
    places: Sequence[Place]
    half_year: HalfYear
    written: PersonDevelopment
    leave: tuple[Leave, ...]
    on: dt.date


def brief(view: View, facts: Facts) -> Document:
    """The brief on one page."""
    return Document(
        f"1:1 brief · {facts.person.name}",
        context(view, facts),
        (
            Part(CHANGED, tuple(changed(facts))),
            Part(PRAISE, tuple(to_praise(facts))),
            Part(ASK, tuple(to_ask(facts))),
            Part(CHECK, tuple(to_check(facts))),
            Part(ACTIONS, tuple(actions(facts))),
            Part(CASES, tuple(cases(facts.written.open_marks))),
        ),
        f"{NO_RATING} Rates of 13 weeks, withheld under {minimum_of(facts.places)} cases. A change is told "
        f"where the {SURE} interval of the difference leaves out zero; it is not adjusted for the kinds "
        f"of cases. "
        f"Written {numbers.full_date(facts.on)} from data through {numbers.full_date(view.week.last_day)}.",
    )


def context(view: View, facts: Facts) -> str:
    """Where the person stands, part-time and leave: what numbers must be read with."""
    person = facts.person
    told = [" and ".join(view.name_of("team", team) for team in person.teams) or "No team"]
    told += [part for part in (person.level, person.site) if part]
    if person.hired_on is not None:
        told.append(f"here since {numbers.full_date(person.hired_on)}")
    if person.fte is not None and person.fte < FULL:
        told.append(f"{numbers.percent(person.fte, 0)} of full time")
    told += [f"leave {numbers.date_span(leave.starts_on, leave.ends_on)}" for leave in facts.leave[:2]]
    return " · ".join(told)


def changed(facts: Facts) -> list[str]:
    """Measures that differ from the block before beyond chance, and the load; the others by number."""
    lines, calm, few = [], 0, 0
    for compared, place in facts.places:
        if compared.reason or place is None or compared.blocks is None:
            continue
        if place.withheld or place.earlier_cases < compared.minimum:
            few += 1
            continue
        sentence = change_sentence(compared, place)
        calm += not sentence
        lines += [sentence] if sentence else []
    if calm:
        lines.append(f"No detectable change in {wording.things(calm, 'measure')}.")
    if few:
        lines.append(f"Too few cases in one of the two periods on {wording.things(few, 'measure')}.")
    return [*lines, *load(facts.half_year)] or ["No measure has cases in both periods."]


def change_sentence(compared: PeopleComparison, place: Standing) -> str:
    """Both counts and the difference with its interval; "" where the interval holds zero."""
    low, high = (
        float(end)
        for end in difference_of_shares(
            place.events, place.cases, place.earlier_events, place.earlier_cases, CONFIDENCE
        )
    )
    if not np.isfinite(low) or low <= 0.0 <= high:
        return ""
    assert compared.blocks is not None
    end = numbers.full_date(compared.blocks[1].last_day)
    share, before = place.events / place.cases, place.earlier_events / place.earlier_cases
    return (
        f"{found(compared, place)} ({numbers.percent(share)}) in the 13 weeks to {end}, before "
        f"{numbers.count(place.earlier_events)} of{NBSP}{numbers.count(place.earlier_cases)} "
        f"({numbers.percent(before)}). Difference {numbers.points(share - before)}, "
        f"{SURE} interval {numbers.points(low)} to{NBSP}{numbers.points(high)}."
    )


def found(compared: PeopleComparison, place: Standing) -> str:
    """ "Judged wrong in random audits: 4 judged wrong of 62 audited decisions"."""
    return f"{compared.measure.label}: {counted(compared.measure, place.cases, place.events)}"


def load(half: HalfYear) -> list[str]:
    """Work against hours, in both blocks; nothing where the source has no timesheets."""
    by_key = {volume.key: volume for volume in half.volumes}
    used, work, hours = (by_key[key] for key in ("utilisation", "workload_hours", "available_hours"))
    if work.later is None or not hours.later:
        return []
    end = numbers.full_date(half.later.last_day)
    before = (
        f"; {numbers.percent(work.earlier / hours.earlier, 0)} in the 13 weeks before"
        if work.earlier is not None and hours.earlier
        else ""
    )
    lines = [
        f"Load: {numbers.work_hours(work.later)} of work came in, at standard times, for "
        f"{numbers.work_hours(hours.later)} available, {numbers.percent(work.later / hours.later, 0)} in the "
        f"13 weeks to {end}{before}."
    ]
    if used.later is not None:
        before = f", before {numbers.percent(used.earlier, 0)} of them" if used.earlier is not None else ""
        lines.append(f"Cases took {numbers.percent(used.later, 0)} of the hours available{before}.")
    return lines


def to_praise(facts: Facts) -> list[str]:
    """Special causes on the good side, and what was reached in the last 13 weeks."""
    lines = [
        f"{found(compared, place)}, fewer than others find in like cases "
        f"({numbers.number(place.expected)} expected), two periods running."
        for compared, place in facts.places
        if place is not None and place.cause < 0
    ]
    since = facts.on - RECENT
    lines += [
        f"Goal reached: {_short(goal.title)}."
        for goal in facts.written.goals
        if goal.status == "reached" and goal.stamp is not None and goal.stamp.changed_at.date() >= since
    ]
    lines += [
        f"Certification achieved on {numbers.full_date(proof.achieved)}: {_short(proof.name)}."
        for proof in facts.written.certifications
        if proof.achieved is not None and since <= proof.achieved <= facts.on
    ]
    in_time = [
        agreed
        for agreed in facts.written.follow_ups
        if agreed.done_on is not None
        and agreed.done_on >= since
        and (agreed.due is None or agreed.done_on <= agreed.due)
    ]
    if in_time:
        lines.append(f"{wording.things(len(in_time), 'follow-up')} done in time in the last 13 weeks.")
    return _few(lines) or ["Nothing in the data stands out; praise what you saw yourself."]


def to_ask(facts: Facts) -> list[str]:
    """What is late, missing or about to end, as questions."""
    written, on = facts.written, facts.on
    lines = []
    last = written.last_held
    if last is None:
        lines.append("No 1:1 is written down. What would make this time useful?")
    elif (on - last).days > LONG_SINCE_TALK:
        lines.append(f"The last 1:1 was on {numbers.full_date(last)}. What has been on your mind since?")
    used = next((volume for volume in facts.half_year.volumes if volume.key == "utilisation"), None)
    if used is not None and used.later is not None and used.later > FULL:
        lines.append(f"Work took {numbers.percent(used.later, 0)} of the hours available. What can move?")
    if not written.open_goals:
        lines.append("No goal is open. What would you like to learn next?")
    lines += [
        f"Overdue since {numbers.full_date(agreed.due)}: {_short(agreed.text)} ({_short(agreed.owner)}). "
        "What is in the way?"
        for agreed in written.open_follow_ups
        if agreed.due is not None and agreed.due < on
    ]
    lines += [
        f"Goal due {numbers.full_date(goal.due)}: {_short(goal.title)}. Still the right one?"
        for goal in written.open_goals
        if goal.due is not None and goal.due < on
    ]
    lines += [
        f"{_short(proof.name)} {_ends(proof.expires, on)} on {numbers.full_date(proof.expires)}. Renew it?"
        for proof in written.certifications
        if proof.achieved is not None and proof.expires is not None and proof.expires <= on + SOON
    ]
    return _few(lines) or ["Nothing is late. What would help you most now?"]


def to_check(facts: Facts) -> list[str]:
    """Special causes on the other side, each with its cases to be read together."""
    lines = [
        f"{found(compared, place)}, more than others find in like cases "
        f"({numbers.number(place.expected)} expected), two periods running. Read the cases together before "
        "looking for a cause."
        for compared, place in facts.places
        if place is not None and place.cause > 0
    ]
    return lines or ["Nothing is outside the limits two periods running."]


def actions(facts: Facts) -> list[str]:
    """Open follow-ups with owner and day, then open goals."""
    lines = [follow_up_line(agreed) for agreed in facts.written.open_follow_ups]
    lines += [
        f"Goal: {_short(goal.title)}" + (f" · due {numbers.full_date(goal.due)}" if goal.due else "")
        for goal in facts.written.open_goals
    ]
    return _few(lines) or ["None is open."]


def follow_up_line(agreed: FollowUp) -> str:
    """What was agreed, who does it, until when."""
    due = f" · due {numbers.full_date(agreed.due)}" if agreed.due else ""
    return f"{_short(agreed.text)} · {_short(agreed.owner)}{due}"


def cases(marks: Sequence[CoachingMark]) -> list[str]:
    """Marked cases with what to look at."""
    return _few([_case(mark) for mark in marks]) or ["No case is marked."]


def _case(mark: CoachingMark) -> str:
    note = _short(mark.note)
    return f"{noun_of(mark.case_kind, 1).capitalize()} {mark.case_id}" + (f": {note}" if note else "")


def _short(text: str) -> str:
    """A text somebody wrote, on one line and cut."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rstrip()} …"


def _few(lines: list[str]) -> list[str]:
    rest = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], f"{rest} more on the page."] if rest > 0 else lines


def _ends(day: dt.date, on: dt.date) -> str:
    return "expired" if day < on else "expires"


def minimum_of(places: Sequence[Place]) -> int:
    """Fewest cases a rate about a person rests on."""
    return max((compared.minimum for compared, _ in places), default=10)
