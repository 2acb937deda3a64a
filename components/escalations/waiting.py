"""Where do cases wait? Our time, the seller's, each partner's; what waits now; transfers; briefs."""

from __future__ import annotations

import datetime as dt

import numpy as np
import streamlit as st

from components import numbers, theme, wording
from components.cases_link import open_cases
from components.charts import waterfall
from components.downloads import downloads
from components.figure import figure
from components.numbers import NBSP
from components.plain_text import literal
from components.tables import Cell, Column, small_table
from components.trends import newest_period, trend_lines
from components.view import View
from queries.measure import measure
from queries.now import now_of, partner_brief, waiting_now
from queries.scorecard import ScoreLine
from queries.series import Series

SHARE, INVOLVED = "partner_split_share", "partner_involvement"
MEANS = ("open_to_close_mean", "our_time_mean", "seller_wait_mean")
LINES = (
    "partner_wait_share",
    "partner_on_time",
    "transfers_per_escalation",
    "ping_pong_rate",
    "pause_hygiene",
)


def section(view: View) -> None:
    """The answer, a waterfall that adds up, the partners beside it, hand-overs below."""
    lines = trend_lines(view, (*MEANS, *LINES))
    total = lines["open_to_close_mean"]
    if total.series.reason or total.place is None:
        theme.section("Where do cases wait?", "", wording.nothing_text(total))
        _hand_overs(lines)
        return
    period = wording.period_text(total.series.periods[total.place])
    few = bool(total.series.withheld[total.place]) or not np.isfinite(total.series.value[total.place])
    steps = [] if few else steps_of(view, lines)
    said = too_few(total.series, total.place) if few else answer(steps, lines)
    theme.section("Where do cases wait?", *said)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if steps:
            n = numbers.count(total.series.denominator[total.place])
            figure(
                waterfall.table(steps, "hours", "Open to close"),
                waterfall.SPEC,
                alt="Mean time from open to close by who had the case",
                key="waterfall",
                title=f"Mean time from open to close, cases resolved in {period} (n{NBSP}={NBSP}{n})",
                remark="Steps add up exactly to the total. Grey: our own time. "
                "Blue: partners; an instant waiting on two counts "
                "half for each.",
            )
        _hand_overs(lines)
    with right:
        _shares(view)
        _partners(view)


def steps_of(view: View, lines: dict[str, ScoreLine]) -> list[waterfall.Step]:
    """Mean hours of a resolved case with us, the seller and each partner."""
    total = lines["open_to_close_mean"]
    place = total.place
    assert place is not None
    period = total.series.periods[place]
    cases = float(total.series.denominator[place])
    measures = measure(view.reader, ("partner_hours",), (period,), ("partner",), view.filters)
    by_partner = []
    if "partner_hours" not in measures.reasons:
        for spot, group in enumerate(measures.groups):
            hours = float(measures.merged("partner_hours", (spot,), group).numerator[0])
            by_partner.append((str(group[0]), hours / cases if cases else 0.0))
    by_partner.sort(key=lambda item: -item[1])
    ours = lines["our_time_mean"].series.value[place]
    seller = lines["seller_wait_mean"].series.value[place]
    steps = [waterfall.Step("ours", "Us", float(np.nan_to_num(ours)), "ours")]
    steps += [waterfall.Step(name, name, mean, "partner") for name, mean in by_partner if mean > 0]
    steps.append(waterfall.Step("seller", "Seller", float(np.nan_to_num(seller)), "seller"))
    return steps


def too_few(total: Series, place: int) -> tuple[str, str]:
    """That no time can be told, of how many cases: a step left out would read as time nobody had."""
    resolved, period = total.n[place], wording.period_text(total.periods[place])
    if not resolved:
        return f"No case was resolved in {period}.", ""
    was = "was" if resolved == 1 else "were"
    return f"{wording.things(resolved, 'case')} {was} resolved in {period}, too few for a mean time.", ""


def answer(steps: list[waterfall.Step], lines: dict[str, ScoreLine]) -> tuple[str, str]:
    """How much of the mean is partners, and the largest of them."""
    total = sum(step.amount for step in steps)
    partners = [step for step in steps if step.kind == "partner"]
    waited = sum(step.amount for step in partners)
    lead = f"{_time(waited, total)} of {_time(total, total)} are spent waiting on partners."
    rest = []
    if partners:
        largest = max(partners, key=lambda step: step.amount)
        rest.append(f"{largest.label} takes the most, {_time(largest.amount, total)} a case.")
    on_time = lines["partner_on_time"]
    if on_time.place is not None and not on_time.series.reason:
        rest.append(
            f"Of the waits that fell due, {wording.at_text(on_time.series, on_time.place)} "
            "ended in the agreed time."
        )
    return lead, " ".join(rest)


def _time(hours: float, whole: float) -> str:
    """Parts in the unit of the whole: hours of days would not be read as adding up."""
    return numbers.days(hours / 24) if whole >= numbers.HOURS_SHOWN_AS_DAYS else numbers.hours(hours)


def _hand_overs(lines: dict[str, ScoreLine]) -> None:
    """Transfers, cases sent back, and SLAs met only by pausing, against their usual range."""
    theme.subtitle("Hand-overs and pauses")
    rows: list[list[Cell]] = []
    for key in ("transfers_per_escalation", "ping_pong_rate", "pause_hygiene"):
        line = lines[key]
        rows.append(
            [
                line.metric.label,
                wording.at_text(line.series, line.place),
                wording.change_text(line.metric, line.week_change),
                wording.range_text(line) or numbers.MISSING,
                wording.status_of(line, short=True)
                if not line.series.reason
                else line.series.reason.capitalize(),
            ]
        )
    columns = [
        Column("Measure"),
        Column("Value", "right"),
        Column("Change", "right"),
        Column("Usual range", "right"),
        Column("Status"),
    ]
    small_table(columns, rows, "Hand-overs and pauses")


def _shares(view: View) -> None:
    """What each partner takes of everyone's time, which adds up, and how many cases, which does not."""
    theme.subtitle("What each partner takes")
    period = newest_period(view)
    measures = measure(view.reader, (SHARE, INVOLVED), (period,), ("partner",), view.filters)
    for reason in measures.reasons.values():
        theme.note(f"{reason.capitalize()}.")
        return
    rows = [
        (str(group[0]), measures.group(SHARE, group), measures.group(INVOLVED, group))
        for group in measures.groups
    ]
    if not rows:
        theme.note("No case resolved in the period waited on a partner.")
        return
    rows.sort(key=lambda row: -row[1].numerator[0])
    total = measures.total(SHARE)
    rounded = numbers.largest_remainder([100 * float(np.nan_to_num(row[1].value[0])) for row in rows], 1)
    parts = [numbers.percent(part / 100) for part in rounded]
    small_table(
        [
            Column("Partner"),
            Column("Of all time", "right"),
            Column("Cases that waited", "right"),
            Column("Of all cases", "right"),
            Column("95 % interval", "right"),
        ],
        [
            *(_share_row(name, part, held) for (name, _, held), part in zip(rows, parts, strict=True)),
            ["All partners", wording.at_text(total, 0), "", "", ""],
        ],
        "; ".join(f"{row[0]} {part} of all time" for row, part in zip(rows, parts, strict=True)),
    )
    cases = numbers.count(rows[0][2].denominator[0])
    theme.note(
        f"Of the {cases} cases resolved in {wording.period_text(period)}. The time of the partners adds up: "
        "an instant waiting on two is split equally. The cases do not, one may wait on several."
    )
    with st.container(horizontal=True, gap="small"):
        for name, _, held in rows:
            st.button(
                literal(f"{name} {wording.things(float(held.numerator[0]), 'case')}"),
                icon=":material/list:",
                key=f"waited-on-{name}",
                type="tertiary",
                on_click=open_cases,
                args=(view, held.metric, period, view.filters.with_values("partner", (name,))),
            )


def _share_row(name: str, part: str, held: Series) -> list[Cell]:
    low, high = (wording.value_text(held.metric, edge[0]) for edge in (held.low, held.high))
    return [
        name,
        part,
        numbers.count(held.numerator[0]),
        wording.at_text(held, 0),
        f"{low} to {high}" if np.isfinite(held.low[0]) else numbers.MISSING,
    ]


def _partners(view: View) -> None:
    """What waits on each partner, and the brief to take to them; old data does not say "now"."""
    now = now_of(view.reader)
    if now is None:
        return
    theme.subtitle(f"Waiting {'now' if now.is_current else 'when the data ends'}, by partner")
    loads = waiting_now(view.reader, view.filters, now)
    as_of = view.reader.coverage.local(now.at)
    if not loads:
        theme.note("No open case waits on a partner.")
        return
    small_table(
        [
            Column("Partner"),
            Column("Cases", "right"),
            Column("Oldest", "right"),
            Column("Over agreed time", "right"),
        ],
        [
            [
                load.partner,
                numbers.count(load.cases),
                numbers.days(load.oldest_days, 0),
                numbers.count(load.past_agreed),
            ]
            for load in loads
        ],
        "; ".join(f"{load.partner} {load.cases} cases" for load in loads),
    )
    stale = "" if now.is_current else f" That is {numbers.age(now.age_hours)} ago: ask before you quote it."
    theme.note(f"As of {numbers.weekday(as_of.date())} {as_of:%H:%M}.{stale}")
    _brief(view, [load.partner for load in loads], as_of.replace(tzinfo=None))


def _brief(view: View, partners: list[str], as_of: dt.datetime) -> None:
    """One exportable list per partner: cases, age, what we ask. Read only when the popover is open."""
    box = st.popover(
        "Brief for a partner", icon=":material/download:", key="partner-brief", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        partner = st.selectbox("Partner", partners, key="brief-partner")
        now = now_of(view.reader)
        if partner is None or now is None:
            return
        rows = partner_brief(view.reader, partner, view.filters, now)
        heads = (
            "Case",
            "Severity",
            "Reason",
            "Team",
            "Seller",
            "Waiting since",
            "Days",
            "Due",
            "We ask",
            "At stake",
        )
        plain = [
            [
                row["escalation_id"],
                row["severity"],
                row["reason"],
                row["team"],
                row["seller_id"],
                f"{view.reader.coverage.local(row['starts_at']):%Y-%m-%d %H:%M}",
                round((now.at - row["starts_at"]).total_seconds() / 86400, 1),
                f"{view.reader.coverage.local(row['due_at']):%Y-%m-%d %H:%M}" if row["due_at"] else "",
                row["decision_needed"] or row["summary"] or "",
                row["value_at_stake"],
            ]
            for row in rows
        ]
        st.markdown(f"{len(rows)} open cases wait on {literal(partner)}.")
        downloads(heads, plain, f"brief-{as_of:%Y-%m-%d}", "brief")
