"""What the review pack says: the evidence of half a year, side by side, without a word of judgement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from analysis.intervals import wilson
from components import numbers, wording
from components.documents import Document, Part, Table
from components.numbers import MISSING, NBSP
from components.team.brief_words import Facts, context, minimum_of
from components.team.entry_fields import GOAL_WORDS, READY_WORDS
from components.team.reading import status
from components.view import View
from queries.people.comparison import PeopleComparison, Standing
from queries.people.evidence import HalfYear, Volume
from queries.succession import role_name

NOT_JUDGED = "This pack gathers evidence; it holds no rating, no rank and no total. Read it with the person."


def pack(view: View, facts: Facts) -> Document:
    """The pack of the half-year that ends with the view's week."""
    half = facts.half_year
    return Document(
        f"Review pack · {facts.person.name}",
        f"{_span(half)} · {context(view, facts)}",
        (
            Part("1:1s held", *_talks(facts)),
            Part("Goals", *_goals(facts)),
            Part("Work done", *_volumes(half)),
            Part("Measures, per 13 weeks", *_measures(facts)),
            Part("What was agreed", *_follow_ups(facts)),
            Part("Cases talked through", *_marks(facts)),
            Part("Trainings", *_trainings(half)),
            Part("Certifications", *_certifications(facts)),
            Part("Career", *_careers(view, facts)),
        ),
        f"{NOT_JUDGED} Shares with 95{NBSP}% Wilson intervals, withheld under {minimum_of(facts.places)} "
        f"cases. Like for like: found ÷ expected from others' cases of the same kind, exact 95{NBSP}% "
        f"interval. Written {numbers.full_date(facts.on)}.",
    )


def _span(half: HalfYear) -> str:
    return numbers.date_span(half.earlier.start, half.later.last_day)


def _inside(half: HalfYear, day: dt.date | None) -> bool:
    return day is not None and half.earlier.start <= day <= half.later.last_day


def _listed(
    heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], nothing: str
) -> tuple[tuple[str, ...], Table | None]:
    """A table, or one sentence where it would be empty."""
    return ((), Table(heads, tuple(rows))) if rows else ((nothing,), None)


def _talks(facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    """How many and when; the notes stay in the journal."""
    held = sorted(
        talk.held_on for talk in facts.written.one_on_ones if _inside(facts.half_year, talk.held_on)
    )
    if not held:
        return ("None is written down for these weeks.",), None
    days = ", ".join(numbers.full_date(day) for day in held)
    return (f"{len(held)} held: {days}. The notes stay in the journal.",), None


def _goals(facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    rows = [
        (
            goal.title,
            goal.why or MISSING,
            GOAL_WORDS[goal.status],
            _day(goal.due),
            goal.evidence or MISSING,
        )
        for goal in facts.written.goals
    ]
    return _listed(("Goal", "Why", "State", "Due", "What shows it"), rows, "No goal is written down.")


def _volumes(half: HalfYear) -> tuple[tuple[str, ...], Table | None]:
    rows = [
        (volume.label, _amount(volume, volume.earlier), _amount(volume, volume.later))
        for volume in half.volumes
    ]
    heads = (
        "",
        f"13 weeks to {numbers.full_date(half.earlier.last_day)}",
        f"13 weeks to {numbers.full_date(half.later.last_day)}",
    )
    return (), Table(heads, tuple(rows), (1, 2))


def _amount(volume: Volume, value: float | None) -> str:
    if value is None:
        return MISSING
    if volume.unit == "share":
        return numbers.percent(value, 0)
    return numbers.work_hours(value) if volume.key.endswith("hours") else numbers.count(value)


def _measures(facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    rows: list[tuple[str, ...]] = []
    silent = []
    for compared, place in facts.places:
        if compared.reason or compared.blocks is None:
            silent.append(f"{compared.measure.label}: {compared.reason}.")
            continue
        if place is None:
            silent.append(f"{compared.measure.label}: no {compared.measure.cases} in these weeks.")
            continue
        rows += measure_rows(compared, place)
    heads = ("Measure", "13 weeks to", "Found", "Share (95 % interval)", "Like for like", "Reads as")
    return tuple(silent), Table(heads, tuple(rows), (2, 3, 4)) if rows else None


def measure_rows(compared: PeopleComparison, place: Standing) -> list[tuple[str, ...]]:
    """The earlier and the later block: counts, share and interval; a block of few cases without counts."""
    assert compared.blocks is not None
    rows: list[tuple[str, ...]] = []
    counts = ((place.earlier_cases, place.earlier_events), (place.cases, place.events))
    for block, (cases, events), is_later in zip(compared.blocks, counts, (False, True), strict=True):
        told = cases >= compared.minimum
        like = MISSING
        if told and is_later and not place.withheld and not numbers.is_missing(place.ratio):
            like = (
                f"{numbers.number(place.ratio)} ({numbers.number(place.ratio_low)} "
                f"to{NBSP}{numbers.number(place.ratio_high)})"
            )
        rows.append(
            (
                compared.measure.label,
                numbers.full_date(block.last_day),
                f"{numbers.count(events)} of{NBSP}{numbers.count(cases)}" if told else MISSING,
                _share(events, cases) if told else f"withheld, under {compared.minimum} cases",
                like,
                status(compared, place).word if is_later else MISSING,
            )
        )
    return rows


def _share(events: int, cases: int) -> str:
    low, high = (float(end) for end in wilson(events, cases))
    return f"{numbers.percent(events / cases)} ({numbers.percent(low)} to{NBSP}{numbers.percent(high)})"


def _follow_ups(facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    rows = [
        (
            agreed.text,
            agreed.owner,
            _day(agreed.due),
            f"Done {_day(agreed.done_on)}" if agreed.done_on else "Open",
        )
        for agreed in facts.written.follow_ups
        if agreed.done_on is None or _inside(facts.half_year, agreed.done_on)
    ]
    return _listed(("Agreed", "Who", "Due", "State"), rows, "Nothing was agreed in these weeks.")


def _marks(facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    rows = [
        (
            f"{mark.case_kind.removesuffix('s').capitalize()} {mark.case_id}",
            mark.note or MISSING,
            f"Talked through {_day(mark.done_on)}" if mark.done_on else "Open",
        )
        for mark in facts.written.marks
        if mark.done_on is None or _inside(facts.half_year, mark.done_on)
    ]
    return _listed(("Case", "What to look at", "State"), rows, "No case was marked.")


def _trainings(half: HalfYear) -> tuple[tuple[str, ...], Table | None]:
    words = {True: "Passed", False: "Not passed", None: MISSING}
    rows = [(taken.name, numbers.full_date(taken.held_on), words[taken.passed]) for taken in half.trainings]
    return _listed(("Training", "Held", "Result"), rows, "None in these weeks.")


def _certifications(facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    rows = [(proof.name, _day(proof.achieved), _day(proof.expires)) for proof in facts.written.certifications]
    return _listed(("Certification", "Achieved", "Valid until"), rows, "None is written down.")


def _careers(view: View, facts: Facts) -> tuple[tuple[str, ...], Table | None]:
    rows = [
        (
            career.aims_at,
            READY_WORDS[career.ready],
            role_name(view.reader, career.covers) if career.covers else MISSING,
        )
        for career in facts.written.careers
    ]
    return _listed(("Role aimed at", "Readiness", "Could step in as"), rows, "Nothing is written down.")


def _day(day: dt.date | None) -> str:
    return MISSING if day is None else numbers.full_date(day)


def summary(facts: Facts) -> str:
    """What the pack holds, in one sentence."""
    talks = sum(_inside(facts.half_year, talk.held_on) for talk in facts.written.one_on_ones)
    told = sum(not compared.reason and place is not None for compared, place in facts.places)
    return (
        f"{wording.things(talks, '1:1')}, {wording.things(len(facts.written.goals), 'goal')}, "
        f"{wording.things(told, 'measure')}, {wording.things(len(facts.half_year.trainings), 'training')}."
    )
