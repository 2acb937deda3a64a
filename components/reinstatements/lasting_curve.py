"""The restumble curve: of one cohort beside the one a year before, or of up to four groups."""

from __future__ import annotations

import streamlit as st

from components import link, numbers, theme
from components.cases_link import open_cases
from components.charts import incidence
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP, finite
from components.tables import Column, Plain
from components.view import View
from queries.filters import NONE_VALUE
from queries.measure import PEOPLE
from queries.restumble_curve import RestumbleCurve, Variant, restumble_curves, unknown_to_curves
from queries.time import WEEK, Grain, Period

COHORT_WEEKS = 52
ALL, BEFORE = "all", "before"
COMPARED = {
    "": "The year before",
    "team": "Team",
    "appeal_reason": "Reason",
    "marketplace": "Marketplace",
    "enforcement_team": "Enforcement team",
}
COUNTED: dict[Variant, str] = {"net": "Net", "gross": "Gross", "same_policy": "Same policy"}
_COUNTED_WORDS: dict[Variant, str] = {
    "net": "Net: an enforcement since reversed as our error does not count.",
    "gross": "Gross: enforcements since reversed as our error count too.",
    "same_policy": "Same policy: only enforcements under the policy that was first enforced count.",
}
_ROLES: tuple[incidence.Role, ...] = ("c1", "c2", "c3", "c4")
THIN_SHARE = 0.1
COMPARED_DAY = 90


def panel(view: View) -> None:
    """What to compare and what to count, the curve, and its numbers as a table."""
    theme.subtitle("Enforced again, by days since reinstatement")
    refused = unknown_to_curves(view.filters.dimensions)
    if any(person in view.filters.dimensions for person in PEOPLE):
        theme.note("The curve is drawn for teams and larger groups: one person's cases are too few for it.")
        return
    if refused:
        theme.note("The curve cannot be drawn under these filters.")
        return
    by, variant = _choices(view)
    span = cohort(view)
    curves, left_out = curves_shown(view, span, by, variant)
    if not curves:
        theme.note("No reinstatement that can be followed passes the filters.")
        return
    figure(
        incidence.table(curves),
        incidence.spec(len(curves)),
        alt=alt_of(curves),
        key="restumble-curve",
        remark=_remark(span, curves, variant, left_out),
        on_pick=lambda picked: _follow(view, by, picked, span),
    )
    _table(curves)


def cohort(view: View) -> Period:
    """The reinstatements of the curve: of the chosen range, else of the 52 weeks to the chosen week."""
    if view.span is not None:
        return view.span
    return Period(view.week.end - COHORT_WEEKS * WEEK, view.week.end, Grain.range)


def _choices(view: View) -> tuple[str, Variant]:
    options = [by for by in COMPARED if not by or len(view.filters.values(by)) != 1]
    with st.container(horizontal=True, gap="small"):
        by = st.segmented_control(
            "Compare with",
            options,
            key="curve-by",
            default="",
            required=True,
            format_func=lambda key: COMPARED[key] if key or view.span is None else "The days before",
            wrap=True,
        )
        variant = st.segmented_control(
            "Count",
            list(COUNTED),
            key="curve-variant",
            default="net",
            required=True,
            format_func=lambda key: COUNTED[key],
        )
    return by or "", variant or "net"


@kept(8)
def curves_shown(view: View, span: Period, by: str, variant: Variant) -> tuple[list[incidence.Curve], int]:
    """The curves as they are drawn, and how many groups are left out of them.

    Without `by` the cohort and the one before it; else four groups with enough episodes for a rate: those
    whose 90-day interval leaves the share of all first, the furthest before, then the largest.
    """
    few = view.reader.facts.settings.small_numbers.group
    if not by:
        earlier = view.reader.coverage.rules.before(span)
        year_to = f"Year to {numbers.day_month(span.last_day)}"
        now, before = (year_to, "Year before") if view.span is None else ("These days", "Days before")
        found: list[tuple[str, str, incidence.Role, RestumbleCurve | None]] = [
            (ALL, now, "c1", period_curve(view, span, variant)),
            (BEFORE, before, "grey", period_curve(view, earlier, variant)),
        ]
        return [
            _drawn(name, label, role, curve)
            for name, label, role, curve in found
            if curve is not None and curve.episodes >= few
        ], 0
    groups = [
        curve
        for curve in restumble_curves(view.reader, span, view.filters, by, variant)
        if curve.episodes >= few
    ]
    whole = period_curve(view, span, variant)
    share = float(whole.daily.share[COMPARED_DAY]) if whole is not None else float("nan")
    groups.sort(key=lambda curve: (-_distance(curve, share), -curve.episodes))
    shown = [
        _drawn(curve.group or NONE_VALUE, view.name_of(by, curve.group), role, curve)
        for role, curve in zip(_ROLES, groups, strict=False)
    ]
    return shown, len(groups) - len(shown)


def _distance(curve: RestumbleCurve, share: float) -> float:
    """How far a group is from a share; 0 where its interval holds it."""
    value, low, high = (
        float(part[COMPARED_DAY]) for part in (curve.daily.share, curve.daily.low, curve.daily.high)
    )
    return abs(value - share) if share < low or share > high else 0.0


def period_curve(view: View, span: Period, variant: Variant) -> RestumbleCurve | None:
    """The curve of all that was reinstated in a period; None where nothing was."""
    found = restumble_curves(view.reader, span, view.filters, "", variant)
    return found[0] if found else None


def _drawn(name: str, label: str, role: incidence.Role, found: RestumbleCurve) -> incidence.Curve:
    daily = found.daily
    return incidence.Curve(
        name,
        label,
        role,
        [
            incidence.DayPoint(
                day,
                finite(daily.share[day]),
                finite(daily.low[day]),
                finite(daily.high[day]),
                int(daily.at_risk[day]),
                thin=bool(daily.at_risk[day] < THIN_SHARE * found.episodes),
            )
            for day in range(incidence.HORIZON + 1)
        ],
    )


def alt_of(curves: list[incidence.Curve]) -> str:
    """The finding: each curve's share on day 90 and 180."""
    words = []
    for curve in curves:
        at = {point.day: numbers.percent(point.share) for point in curve.points}
        words.append(f"{curve.name}: {at[90]} after 90 days, {at[incidence.HORIZON]} after 180")
    return "; ".join(words)


def _remark(span: Period, curves: list[incidence.Curve], variant: Variant, left_out: int) -> str:
    n = numbers.count(curves[0].points[0].at_risk)
    said = [
        f"Reinstated {numbers.date_span(span.start, span.last_day)}"
        + (f" (n{NBSP}={NBSP}{n})." if curves[0].id == ALL else "."),
        f"Drawn: those apart from the whole at 90{NBSP}days, then the largest; {left_out} more are not."
        if left_out
        else "",
        _COUNTED_WORDS[variant],
        "Sellers who closed their account can no longer be enforced and are told apart from those still "
        f"followed (Aalen and Johansen’s method). Band: 95{NBSP}% interval.",
        f"Dashed end: under {numbers.percent(THIN_SHARE, 0)} are followed so far."
        if any(point.thin for curve in curves for point in curve.points)
        else "",
    ]
    return " ".join(part for part in said if part)


def _follow(view: View, by: str, picked: str, span: Period) -> None:
    """A group becomes a filter; the whole cohort opens its reinstatements."""
    if by:
        link.go(view.filters.with_values(by, (picked,)))
        return
    earlier = view.reader.coverage.rules.before(span)
    metric = view.reader.available("restumble_rate_180").metric
    open_cases(view, metric, span if picked == ALL else earlier)


def _table(curves: list[incidence.Curve]) -> None:
    columns = [Column("Group"), Column("Day", "right"), Column("Enforced again", "right")]
    columns += [Column("95 % interval", "right"), Column("Still followed", "right")]
    shown: list[tuple[str, ...]] = []
    exported: list[tuple[Plain, ...]] = []
    for curve in curves:
        for point in curve.points:
            interval = (
                numbers.MISSING
                if point.low is None
                else f"{numbers.percent(point.low)} to {numbers.percent(point.high)}"
            )
            if point.day in incidence.TICKS:
                shown.append(
                    (
                        curve.name,
                        str(point.day),
                        numbers.percent(point.share),
                        interval,
                        numbers.count(point.at_risk),
                    )
                )
            exported.append((curve.name, point.day, point.share, interval, point.at_risk))
    rows_behind(columns, shown, exported, "restumble-curve", "restumble-curve", alt_of(curves))
