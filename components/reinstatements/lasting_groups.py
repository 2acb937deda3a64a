"""Who differs: restumble by reason, team and marketplace, and what denying everything would hide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components import link, numbers, theme, wording
from components.charts import dot_interval
from components.figure import figure
from components.kept import kept
from components.numbers import NBSP, finite
from components.plain_text import literal
from components.reinstatements.pooled import interval_table, interval_text
from components.status import Status
from components.tables import Cell, Column, small_table
from components.view import View
from queries.filters import DIMENSIONS, NONE_VALUE
from queries.measure import Measures, measure
from queries.scan import FALSE_SHARE, unlike_the_rest
from queries.scorecard import ScoreLine
from queries.series import Series
from queries.time import WEEK, Grain, Period

RATE, REINSTATED, DENIED_WRONGLY = "restumble_rate_90", "reinstatement_rate", "wrongful_denial_rate"
SECOND_LEVEL = "second_level_reversal_rate"
SPLITS = ("appeal_reason", "team", "marketplace")
SPAN_WEEKS = 52
MOST_GROUPS = 15


def panel(view: View, line: ScoreLine) -> None:
    """The three pictures, then the guard by team."""
    span = span_of(view, line)
    if span is None:
        return
    shown = [by for by in SPLITS if len(view.filters.values(by)) != 1]
    if not shown:
        return
    theme.subtitle(f"Who is enforced again within 90{NBSP}days? Sellers {_span_words(span)}")
    for by, column in zip(shown, st.columns(len(shown), gap="large"), strict=True):
        with column:
            _split(view, by, span)
    theme.note(
        f"Dot: share. Line: 95{NBSP}% interval. Colour and ▲ ▼: differs from the others that do not "
        f"stand out (score test, at most {numbers.percent(FALSE_SHARE, 0)} of such findings false). "
        "A click filters."
    )
    if "team" in shown:
        _denials(view, span)


def span_of(view: View, line: ScoreLine) -> Period | None:
    """The chosen range, else the 52 weeks to the end of the newest period followed for 90 days."""
    if view.span is not None:
        return view.span if line.place is not None else None
    if line.period is None:
        return None
    return Period(line.period.end - SPAN_WEEKS * WEEK, line.period.end, Grain.range)


def _span_words(span: Period) -> str:
    return f"reinstated {numbers.date_span(span.start, span.last_day)}"


def _measured(view: View, by: str, span: Period) -> Measures:
    keys = (RATE, REINSTATED, DENIED_WRONGLY) if by == "team" else (RATE,)
    return measure(view.reader, keys, (span,), (by,), view.filters, clustered=True)


def _split(view: View, by: str, span: Period) -> None:
    name = DIMENSIONS[by].label
    measures = _measured(view, by, span)
    if RATE in measures.reasons:
        theme.note(f"{name}: {measures.reasons[RATE]}.")
        return
    groups, series = groups_of(view, by, span)
    if not groups:
        theme.note(f"{name}: no reinstatement was followed for 90{NBSP}days.")
        return
    total = measures.total(RATE)
    figure(
        dot_interval.table(groups, "percent", finite(total.value[0]), f"All {wording.at_text(total, 0)}"),
        dot_interval.spec("percent", len(groups)),
        alt=f"Restumble by {name.lower()}: " + "; ".join(_told(group) for group in groups),
        key=f"lasting-by-{by}",
        title=f"By {name.lower()}",
        on_pick=lambda picked: link.go(view.filters.with_values(by, (picked,))),
    )
    interval_table([group.label for group in groups], series, name, f"lasting-by-{by}")


def _told(group: dot_interval.Group) -> str:
    return f"{group.label} {group.remark or numbers.percent(group.value)}"


@kept(8)
def groups_of(view: View, by: str, span: Period) -> tuple[list[dot_interval.Group], list[Series]]:
    """The largest groups as dots, and their figures: teams as the organisation lists them, else by value."""
    measures = _measured(view, by, span)
    series = {place: measures.merged(RATE, (place,), group) for place, group in enumerate(measures.groups)}
    places = [place for place, one in series.items() if np.nan_to_num(one.n[0]) > 0]
    places = sorted(places, key=lambda place: -series[place].n[0])[:MOST_GROUPS]
    if by == "team":
        order = view.reader.directory.team_order()
        places.sort(key=lambda place: order.get(measures.groups[place][0] or "", len(order)))
    else:
        places.sort(key=lambda place: -np.nan_to_num(series[place].value[0], nan=-1.0))
    groups = []
    for place, finding in zip(places, unlike_the_rest(measures, RATE, places), strict=True):
        one, value = series[place], measures.groups[place][0]
        mark = {"above": "▲ ", "below": "▼ ", None: ""}[finding]
        groups.append(
            dot_interval.Group(
                id=NONE_VALUE if value is None else value,
                label=f"{mark}{view.name_of(by, value)}",
                value=finite(one.value[0]),
                low=finite(one.low[0]),
                high=finite(one.high[0]),
                n=int(one.n[0]),
                role="bad" if finding == "above" else "good" if finding == "below" else "c1",
                remark="" if np.isfinite(one.value[0]) else wording.at_text(one, 0),
            )
        )
    return groups, [series[place] for place in places]


@dataclass(frozen=True)
class TeamGuard:
    """One team's restumble beside how much it reinstates and how often its denials were wrong."""

    name: str
    restumble: Series
    reinstated: Series
    denied_wrongly: Series
    reinstates: str | None
    denies: str | None


def guards_of(view: View, span: Period) -> list[TeamGuard]:
    """Teams with any reinstatement, as the organisation lists them, and which of them differ."""
    measures = _measured(view, "team", span)
    if RATE in measures.reasons or REINSTATED in measures.reasons:
        return []
    order = view.reader.directory.team_order()
    places = [
        place
        for place, group in enumerate(measures.groups)
        if group[0] is not None and np.isfinite(measures.merged(RATE, (place,), group).value[0])
    ]
    places.sort(key=lambda place: order.get(measures.groups[place][0] or "", len(order)))
    reinstates = unlike_the_rest(measures, REINSTATED, places)
    known = DENIED_WRONGLY not in measures.reasons
    denies = unlike_the_rest(measures, DENIED_WRONGLY, places) if known else [None] * len(places)
    return [
        TeamGuard(
            view.name_of("team", measures.groups[place][0]),
            measures.merged(RATE, (place,), measures.groups[place]),
            measures.merged(REINSTATED, (place,), measures.groups[place]),
            measures.merged(DENIED_WRONGLY, (place,), measures.groups[place]),
            more_or_less,
            wrongly,
        )
        for place, more_or_less, wrongly in zip(places, reinstates, denies, strict=True)
    ]


def guard_answer(guards: list[TeamGuard]) -> str:
    """Whether the team with the best restumble only looks best because it denies."""
    if len(guards) < 2:
        return ""
    best = min(guards, key=lambda guard: guard.restumble.value[0])
    restumble, reinstated = (wording.at_text(part, 0) for part in (best.restumble, best.reinstated))
    lead = f"{best.name} has the lowest restumble, {restumble}"
    denied = wording.at_text(best.denied_wrongly, 0)
    if best.reinstates != "below":
        return (
            f"{lead}, and does not reinstate less than the others ({reinstated}): "
            "nothing says that it owes this to denying."
        )
    if best.denies == "above":
        return (
            f"{lead}, but it reinstates less than the others ({reinstated}), and {denied} of its denials "
            "checked again at random were wrong, more than elsewhere. It looks best because it denies."
        )
    return (
        f"{lead}, but it also reinstates less than the others ({reinstated}). Who denies more has fewer to "
        f"fail; of its denials checked again at random {denied} were wrong, no detectable difference."
    )


def _denials(view: View, span: Period) -> None:
    """The guard: a low restumble is only good where denials are right."""
    guards = guards_of(view, span)
    if not guards:
        return
    theme.subtitle("Does a low restumble come from denying?")
    said = guard_answer(guards)
    if said:
        st.markdown(literal(said))
    rows: list[list[Cell]] = [
        [
            guard.name,
            wording.at_text(guard.restumble, 0),
            interval_text(guard.restumble, 0),
            wording.at_text(guard.reinstated, 0),
            _side(guard.reinstates),
            wording.at_text(guard.denied_wrongly, 0),
            interval_text(guard.denied_wrongly, 0),
            numbers.count(guard.denied_wrongly.n[0]),
            _wrongly(guard),
        ]
        for guard in guards
    ]
    columns = [
        Column("Team"),
        Column("Restumble", "right"),
        Column("95 % interval", "right"),
        Column("Reinstated", "right"),
        Column("Than others"),
        Column("Wrongful denials", "right"),
        Column("95 % interval", "right"),
        Column("Rechecks", "right"),
        Column("Than others"),
    ]
    small_table(columns, rows, said or "Restumble, reinstatement and wrongful denials by team")
    theme.note(
        f"The organisation’s order, no ranking. Decided {numbers.date_span(span.start, span.last_day)}. "
        "Wrongful denials: drawn at random and checked again, weighted; appeals to the second level are not "
        f"in it. Too few rechecks for a rate are shown as they are.{_second_level(view, span)}"
    )


def _second_level(view: View, span: Period) -> str:
    """What became of denials whose sellers went on, beside the rechecks and never among them."""
    series = measure(view.reader, (SECOND_LEVEL,), (span,), (), view.filters).total(SECOND_LEVEL)
    if series.reason or not np.isfinite(series.value[0]):
        return ""
    what = series.metric.note or "of the denials that a second-level review has judged"
    return (
        f" Beside them, {what}, {wording.at_text(series, 0)} were reversed "
        f"(n{NBSP}={NBSP}{numbers.count(series.n[0])}): sellers who chose to go on."
    )


def _side(finding: str | None) -> str:
    """More or less is no judgement on a share that has no good direction."""
    return {"below": "▼ less", "above": "▲ more"}.get(finding or "", "alike")


def _wrongly(guard: TeamGuard) -> Cell:
    if guard.denied_wrongly.reason or not np.isfinite(guard.denied_wrongly.value[0]):
        return numbers.MISSING
    if guard.denies is None:
        return "alike"
    return Status("more", "bad", "up") if guard.denies == "above" else Status("fewer", "good", "down")
