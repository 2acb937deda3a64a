"""What drives volume? Causes by count or by hours, why it moved, and who comes back."""

from __future__ import annotations

import streamlit as st

from components import drawer, link, numbers, theme, wording
from components.charts import pareto
from components.drivers_text import driver_name
from components.figure import figure, rows_behind
from components.numbers import NBSP
from components.plain_text import literal
from components.tables import Column, small_table
from components.trends import trend_lines
from components.view import View
from queries.explain import main_drivers
from queries.filters import NONE_VALUE
from queries.measure import measure
from queries.repeat_sellers import repeat_sellers
from queries.scorecard import ScoreLine
from queries.time import WEEK, Grain, Period

SPAN_WEEKS = 4
MOST_CAUSES = 8
SELLER_WEEKS = 13
BY = {"reason": "Reason", "root_cause": "Root cause"}
OF = {"escalations_opened": "Cases", "elapsed_hours": "Hours"}


def section(view: View) -> None:
    """The answer, causes as a Pareto, the change explained, and repeat sellers."""
    dimension = _dimension(view)
    span = view.span or _weeks_to_now(view, SPAN_WEEKS)
    before = view.reader.coverage.rules.before(span)
    lines = trend_lines(
        view, ("escalations_opened", "repeat_rate", "preventable_share", "preventable_tagged_share")
    )
    counts = _causes(view, dimension, "escalations_opened", span, before)
    theme.section("What drives volume?", *answer(view, lines["escalations_opened"], counts))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _pareto(view, dimension, counts, span, before)
    with right:
        _why(view, lines["escalations_opened"])
        _preventable(lines)
        _repeats(view, lines["repeat_rate"])


def _weeks_to_now(view: View, weeks: int) -> Period:
    """So many weeks that end with the shown one."""
    return Period(view.week.end - weeks * WEEK, view.week.end, Grain.range)


def _dimension(view: View) -> str:
    """Reason, or root cause where reasons are narrowed to one."""
    chosen = st.session_state.get("volume-by", "reason")
    if len(view.filters.values(chosen)) == 1:
        return next((other for other in BY if other != chosen), chosen)
    return chosen


def answer(view: View, line: ScoreLine, causes: list[pareto.Cause]) -> tuple[str, str]:
    """How much came in against the week before, and how few causes make most of it."""
    if line.place is None:
        return "", wording.nothing_text(line)
    period = wording.period_text(line.series.periods[line.place])
    opened = wording.things(line.value, "case") if line.value else "No case"
    lead = f"{opened} {'was' if line.value in (0, 1) else 'were'} opened in {period}"
    change = wording.change_text(line.metric, line.week_change)
    asked = view.span
    earlier = f"the {view.filters.grain} before" if asked is None else wording.range_before(asked)
    against = f"as many as in {earlier}" if line.week_change.value == 0 else f"{change} on {earlier}"
    lead += f", {against}." if change != numbers.MISSING else "."
    total = sum(cause.amount for cause in causes)
    named = [cause for cause in pareto.ordered(causes) if not cause.other and cause.id != NONE_VALUE]
    if total <= 0 or len(named) < 2:
        return lead, ""
    share = (named[0].amount + named[1].amount) / total
    if share == 1:  # two causes are all of it: no news
        return lead, ""
    return (
        lead,
        f"{named[0].label} and {named[1].label} make up {numbers.percent(share, 0)} "
        f"of the cases of {f'the last {SPAN_WEEKS} weeks' if asked is None else 'these days'}.",
    )


def _causes(view: View, dimension: str, key: str, span: Period, before: Period) -> list[pareto.Cause]:
    """Causes of two spans of four weeks, the small ones pooled into Other."""
    measures = measure(view.reader, (key,), (before, span), (dimension,), view.filters)
    if key in measures.reasons:
        return []
    series = [measures.merged(key, (place,), group) for place, group in enumerate(measures.groups)]
    # Whole spans only: against days that are not loaded everything would seem to have grown.
    comparable = bool(measures.total(key).complete.all())
    order = sorted(range(len(series)), key=lambda place: -series[place].numerator[1])
    kept = [place for place in order[:MOST_CAUSES] if series[place].numerator[1] > 0]
    rest = [place for place in order if place not in kept]
    causes = [
        pareto.Cause(
            NONE_VALUE if measures.groups[place][0] is None else str(measures.groups[place][0]),
            view.name_of(dimension, measures.groups[place][0]),
            float(series[place].numerator[1]),
            float(series[place].numerator[0]) if comparable else None,
        )
        for place in kept
    ]
    if rest:
        others = measures.merged(key, rest, ())
        causes.append(
            pareto.Cause(
                "others",
                f"Other ({len(rest)} {'cause' if len(rest) == 1 else 'causes'})",
                float(others.numerator[1]),
                float(others.numerator[0]) if comparable else None,
                other=True,
            )
        )
    return causes


def _pareto(view: View, dimension: str, causes: list[pareto.Cause], span: Period, before: Period) -> None:
    with st.container(horizontal=True, gap="small"):
        st.segmented_control(
            "Causes by",
            list(BY),
            key="volume-by",
            default="reason",
            required=True,
            format_func=lambda key: BY[key],
        )
        of = st.segmented_control(
            "Measured in",
            list(OF),
            key="volume-of",
            default="escalations_opened",
            required=True,
            format_func=lambda key: OF[key],
        )
    if of == "elapsed_hours":
        causes = _causes(view, dimension, "elapsed_hours", span, before)
    total = sum(cause.amount for cause in causes)
    if not total:
        theme.note("Nothing to break down under these filters.")
        return
    span_text = numbers.date_span(span.start, span.last_day)
    what = "Cases opened" if of == "escalations_opened" else "Hours from open to close, cases resolved"
    figure(
        pareto.table(causes, OF[of or "escalations_opened"]),
        pareto.spec(len(causes)),
        alt=f"{what} by {BY[dimension].lower()}, {span_text}",
        key="pareto",
        title=f"{what} by {BY[dimension].lower()}, {span_text} (n{NBSP}={NBSP}{numbers.count(total)})",
        remark="Blue: the causes that make 80 % of the whole. Running: running share. "
        f"Change: against {wording.range_before(span)}. "
        "A click filters by the cause.",
        on_pick=lambda cause: _filter_by(view, dimension, cause),
    )
    words = wording.range_before(span).removeprefix("the ")
    columns = [
        Column(BY[dimension]),
        Column("Now", "right"),
        Column(f"{words[0].upper()}{words[1:]}", "right"),
    ]
    plain = [[cause.label, cause.amount, cause.before] for cause in causes]
    texts = [
        [str(row[0]), numbers.count(cause.amount), numbers.count(cause.before)]
        for row, cause in zip(plain, causes, strict=True)
    ]
    rows_behind(columns, texts, plain, "pareto", "causes", "Causes")


def _filter_by(view: View, dimension: str, cause: str) -> None:
    if cause != "others":
        link.go(view.filters.with_values(dimension, (cause,)))


def _why(view: View, line: ScoreLine) -> None:
    """The main driver of the change in volume, and the way to all of them."""
    theme.subtitle("Why did it move?")
    place = line.place
    if place is None or place == 0 or line.week_change.value is None:
        theme.note("There is no complete period to compare with.")
        return
    periods = line.series.periods
    found = main_drivers(view.reader, [(line.metric.key, periods[place], periods[place - 1])], view.filters)
    driver = found.get(line.metric.key)
    if driver is None:
        st.markdown("No single group stands out.")
    else:
        top = driver.explained.decomposition
        assert top is not None
        part = top.largest_first()[0]
        st.markdown(
            f"**{literal(driver_name(view, driver))}** changed by "
            f"{literal(numbers.signed(numbers.count(part.total)))} cases, everyone together by "
            f"{literal(numbers.signed(numbers.count(top.change)))}."
        )
    st.button(
        "Explain",
        icon=":material/account_tree:",
        key="explain-volume",
        on_click=drawer.ask,
        args=(view, line.metric.key),
    )


def _preventable(lines: dict[str, ScoreLine]) -> None:
    """The preventable share with what the untagged rest could make of it."""
    share, tagged = lines["preventable_share"], lines["preventable_tagged_share"]
    theme.subtitle("Could we have prevented them?")
    place = share.place
    if share.series.reason or place is None:
        theme.note(
            share.series.reason.capitalize() + "." if share.series.reason else "No complete period yet."
        )
        return
    preventable, of_tagged = share.series.numerator[place], share.series.denominator[place]
    everyone = tagged.series.denominator[place]
    low = preventable / everyone if everyone else float("nan")
    high = (preventable + everyone - of_tagged) / everyone if everyone else float("nan")
    if share.series.withheld[place]:
        was = "was" if preventable == 1 else "were"
        st.markdown(
            f"**Of the tagged cases, {literal(wording.at_text(share.series, place))} {was} preventable;** "
            "too few for a rate."
        )
        return
    st.markdown(
        f"**{literal(wording.at_text(share.series, place))} of the tagged cases were preventable.** "
        f"{literal(wording.at_text(tagged.series, place))} are tagged, so of all cases it is between "
        f"{literal(numbers.percent(low))} and {literal(numbers.percent(high))}."
    )


def _repeats(view: View, line: ScoreLine) -> None:
    theme.subtitle("Who comes back?")
    if line.series.reason:
        theme.note(line.series.reason.capitalize() + ".")
        return
    if line.place is not None and line.period is not None:
        newest = ", newest complete" if view.span is None else ""
        share = literal(wording.at_text(line.series, line.place))
        who = f"Of the sellers, {share}" if line.series.withheld[line.place] else f"{share} of sellers"
        st.markdown(
            f"**{who} escalated again within 90 days** ({literal(wording.period_text(line.period))}{newest})."
        )
    elif view.span is not None:
        theme.note(wording.nothing_text(line))
    span = view.span or _weeks_to_now(view, SELLER_WEEKS)
    when = f"the last {SELLER_WEEKS} weeks" if view.span is None else wording.period_text(span)
    sellers = repeat_sellers(view.reader, span, view.filters)
    if not sellers:
        theme.note(f"No seller escalated twice in {when}.")
        return
    small_table(
        [
            Column("Seller"),
            Column("Tier"),
            Column("Marketplace"),
            Column("Cases", "right"),
            Column("Reasons", "right"),
        ],
        [
            [
                seller.seller_id,
                view.name_of("tier", seller.tier) if seller.tier else numbers.MISSING,
                seller.marketplace or "–",
                str(seller.cases),
                str(seller.reasons),
            ]
            for seller in sellers
        ],
        "Sellers with most escalations",
    )
    theme.note(f"Most escalations opened in {when}.")
