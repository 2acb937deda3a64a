"""Can we carry the load? Work that came in and is expected, against the hours there were and will be."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from components import numbers, states, wording
from components.capacity import forecast, split
from components.cases_link import open_cases
from components.charts import work_capacity
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP
from components.tables import Column, Plain, small_table
from components.theme import note, section, subtitle
from components.view import View
from queries.capacity.load import Ahead, Behind, ahead, behind
from queries.capacity.split import block_to
from queries.measure import measure

QUESTION = "Can we carry the load?"
NAMES: Final = {"escalation": "Escalations", "appeal": "Appeals", "investigation": "Investigations"}
ORDER: Final = ("investigation", "appeal", "escalation")
ROLES: Final = {"investigation": "c2", "appeal": "grey", "escalation": "c1"}
USED: Final = (
    "utilisation",
    "shrinkage",
    "shrinkage_leave",
    "shrinkage_training",
    "shrinkage_meetings",
)
LEVEL: Final = "backlog_days"


class Load(NamedTuple):
    """Weeks behind and ahead; `ahead` is None where nothing is expected, and `no_ahead` says why."""

    behind: Behind
    ahead: Ahead | None
    no_ahead: str


def load(view: View) -> None:
    """The answer, work against hours per week, by whom, how hours were used, how sure the forecast is."""
    found = contents(view)
    if found.behind.reason:
        section(QUESTION)
        _why_not("Workload", found.behind.reason)
        return
    section(QUESTION, *answer(view, found))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _weeks(view, found)
        _hours_used(view)
    with right:
        split.by_whom(view)
    forecast.trust(view, found.ahead, found.no_ahead)


@kept(8)
def contents(view: View) -> Load:
    """13 weeks to the week shown, and 13 after it where it is the newest."""
    past = behind(view.reader, view.week, view.filters)
    if past.reason:
        return Load(past, None, past.reason)
    if view.filters.values("member"):
        return Load(past, None, "What single people will be given is not forecast.")
    if not view.is_newest:
        return Load(past, None, "The forecast starts from the newest week; this view shows an older one.")
    coming = ahead(view.reader, view.week, view.filters)
    return Load(past, coming, "" if coming else "Nothing is known to expect work from.")


def answer(view: View, found: Load) -> tuple[str, str]:
    """Whether the hours ahead hold the work expected, else those behind; and the weeks that are over."""
    plan = view.reader.facts.settings.planning
    past = found.behind
    place = len(past.weeks) - 1
    named = wording.period_text(past.weeks[place])
    came, had = float(past.total[place]), float(past.available[place])
    lately = f"In {named}, {numbers.work_hours(came)} of work came in"
    if np.isfinite(had) and had > 0:
        lately += f" for {numbers.work_hours(had)} available: {numbers.percent(came / had, 0)}."
    else:
        lately += "."
    coming = found.ahead
    if coming is None or coming.no_hours:
        why = found.no_ahead if coming is None else _hours_unknown(coming.no_hours)
        return lately, why
    share = float(coming.mean.sum() / coming.available.sum())
    verdict = "No" if share > 1 else "Barely" if share > plan.utilisation_high else "Yes"
    lead = (
        f"{verdict}: the work of the next {len(coming.weeks)}{NBSP}weeks is expected to take "
        f"{numbers.percent(share, 0)} of the hours expected."
    )
    return lead, f"{_tight_words(coming, plan.utilisation_high)} {lately}"


def _tight_words(coming: Ahead, most: float) -> str:
    """How many weeks ahead are over the band, and the tightest of them."""
    loads = coming.mean / coming.available
    over = np.flatnonzero(loads > most)
    usual = f"{numbers.percent(most, 0)}, the top of the band of utilisation"
    if not over.size:
        return f"No week is over {usual}."
    worst = int(np.argmax(loads))
    beyond = int(np.sum(coming.low > coming.available))
    weeks = (
        f"{over.size} week{'' if over.size == 1 else 's'} {'is' if over.size == 1 else 'are'} over {usual}"
    )
    words = (
        f"{weeks}; the tightest is {numbers.short_week(coming.weeks[worst].start)} "
        f"({numbers.percent(float(loads[worst]), 0)})."
    )
    if beyond:
        words += (
            f" In {beyond} of them even the low end of the 80{NBSP}% band is more than there will be hours "
            "for."
        )
    return words


def _hours_unknown(why: str) -> str:
    words = why.removeprefix("not supplied: ")
    return f"Hours ahead are not supplied: {words}." if words != why else f"{why[0].upper()}{why[1:]}."


def weeks_drawn(view: View, found: Load) -> list[work_capacity.Week]:
    """The weeks of the picture; the newest says its load where that is over the usual band."""
    most = view.reader.facts.settings.planning.utilisation_high
    past = found.behind
    drawn = []
    for place, week in enumerate(past.weeks):
        if not np.isfinite(past.total[place]):
            continue
        hours = tuple(float(past.work[name][place]) for name in ORDER if name in past.work)
        there = numbers.finite(float(past.available[place]))
        newest = place == len(past.weeks) - 1
        over = newest and there is not None and sum(hours) > most * there
        drawn.append(
            work_capacity.Week(
                week.label,
                week.start,
                hours,
                there,
                hollow=not bool(past.complete[place]),
                warns=numbers.percent(sum(hours) / there, 0) if over and there else "",
            )
        )
    coming = found.ahead
    if coming is not None:
        for place, week in enumerate(coming.weeks):
            drawn.append(
                work_capacity.Week(
                    week.label,
                    week.start,
                    tuple(
                        float(coming.work[name][place]) if name in coming.work else 0.0
                        for name in ORDER
                        if name in past.work
                    ),
                    numbers.finite(float(coming.available[place])),
                    float(coming.low[place]),
                    float(coming.high[place]),
                )
            )
    return drawn


def _weeks(view: View, found: Load) -> None:
    parts = [work_capacity.Part(NAMES[name], ROLES[name]) for name in ORDER if name in found.behind.work]
    drawn = weeks_drawn(view, found)
    metric = view.reader.available("workload_hours").metric
    rules = view.reader.coverage.rules
    behind_labels = {week.label for week in found.behind.weeks}

    def picked(label: str) -> None:
        if label in behind_labels:
            open_cases(view, metric, rules.parse_week(label))

    remark = (
        "Work: every arrival at the standard time of its type. Available: paid hours less leave, training "
        "and meetings. A click on a week that was opens its arrivals."
    )
    if found.ahead is not None:
        remark += (
            f" Faint: expected, the line through a bar is its 80{NBSP}% band. Hours ahead: people of the "
            "teams and positions with an agreed start, on open days of their calendars, less agreed leave, "
            "and usual leave, illness and leaving."
        )
    if found.behind.no_hours:
        remark += f" Available hours: {found.behind.no_hours}."
    if found.no_ahead:
        remark += f" {found.no_ahead}"
    figure(
        work_capacity.table(drawn, parts),
        work_capacity.SPEC,
        alt="Hours of work and hours available per week: " + " ".join(answer(view, found)),
        key="work-capacity",
        title="Work and available hours, per week",
        remark=remark,
        on_pick=picked,
    )
    columns = [
        Column("Week"),
        *(Column(part.name, "right") for part in parts),
        Column("Work", "right"),
        Column("80 % band", "right"),
        Column("Available", "right"),
        Column("Load", "right"),
    ]
    shown = [
        [
            week.id + (", expected" if week.ahead else ""),
            *(numbers.work_hours(hours) for hours in week.hours),
            numbers.work_hours(sum(week.hours)),
            numbers.MISSING
            if week.low is None or week.high is None
            else f"{numbers.work_hours(week.low)} to {numbers.work_hours(week.high)}",
            numbers.work_hours(week.available),
            work_capacity.load_text(week),
        ]
        for week in drawn
    ]
    plain: list[list[Plain]] = [
        [
            week.id,
            *(round(hours, 1) for hours in week.hours),
            round(sum(week.hours), 1),
            None if week.low is None or week.high is None else f"{week.low:.1f} to {week.high:.1f}",
            None if week.available is None else round(week.available, 1),
            round(sum(week.hours) / week.available, 4) if week.available else None,
        ]
        for week in drawn
    ]
    rows_behind(columns, shown, plain, "work-capacity", "work-and-hours", "Work and hours per week")


def _hours_used(view: View) -> None:
    """Utilisation against its band, what the other hours went to, and the backlog in days of work."""
    plan = view.reader.facts.settings.planning
    block = block_to(view.week)
    lately = measure(view.reader, (*USED, LEVEL), (view.week,), (), view.filters)
    long = measure(view.reader, USED, (block,), (), view.filters)
    subtitle("How the hours were used")
    told = []
    for key in (*USED, LEVEL):
        week = lately.total(key)
        if week.reason:
            continue
        weeks = numbers.MISSING if key == LEVEL else wording.at_text(long.total(key), 0)
        told.append(
            [
                f"{'· ' if '_' in key and key != LEVEL else ''}{week.metric.label}",
                wording.at_text(week, 0),
                weeks,
            ]
        )
    if not told:
        _why_not("Utilisation", long.total("utilisation").reason)
        return
    used = long.total("utilisation")
    alt = f"Utilisation {wording.at_text(used, 0)} over 13 weeks"
    columns = [
        Column("Share"),
        Column(numbers.short_week(view.week.start), "right"),
        Column("13 weeks", "right"),
    ]
    small_table(columns, told, alt)
    words = _band_words(float(used.value[0]), plan.utilisation_low, plan.utilisation_high, float(used.n[0]))
    if not lately.total(LEVEL).reason:
        words += " Days of backlog are calendar days, at the hours of an average one of the last four weeks."
    note(words)


def _band_words(used: float, low: float, high: float, days: float) -> str:
    """Where utilisation stands against its band; what it rests on."""
    band = f"the band of {numbers.percent(low, 0)} to {numbers.percent(high, 0)}"
    if not np.isfinite(used):
        return f"Utilisation is usually kept within {band}."
    where = "below" if used < low else "above" if used > high else "within"
    return f"Utilisation of 13{NBSP}weeks is {where} {band}, over {wording.things(days, 'day')} of work."


def _why_not(what: str, reason: str) -> None:
    """Why there is nothing to tell: not supplied, or what the filters ask cannot be."""
    if reason.startswith("not supplied: "):
        states.not_supplied(reason.removeprefix("not supplied: "))
    else:
        note(f"{what} {reason}.")
