"""Are we protecting growth and trust? The same four measures for every tier, side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st

from analysis.intervals import difference_of_shares
from analysis.rate_ratio import mantel_haenszel_rates
from components import link, numbers, wording
from components.cases_link import open_cases
from components.charts import dot_interval
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP, finite
from components.strategic import outcomes
from components.strategic.outcomes import SATISFIED, by_outcome, within_outcomes
from components.strategic.scope import standard, strategic, window, window_words
from components.tables import Column, Plain
from components.theme import note, section
from components.view import View
from queries.filters import NONE_VALUE
from queries.measure import measure
from queries.model import Metric
from queries.series import Series
from queries.time import Period

QUESTION = "Are we protecting growth and trust?"
KEYS = ("enforcement_rate", "reinstatement_rate", "restumble_rate_90", "seller_satisfaction")
WORDS = {
    "enforcement_rate": "are enforced",
    "reinstatement_rate": "are reinstated on appeal",
    "restumble_rate_90": "restumble after reinstatement",
    "seller_satisfaction": "are satisfied",
}
WEEKS = 13


class Compared(NamedTuple):
    """One measure by tier: its period, the series of each tier in order, and what the tiers differ by.

    `gap` is the sentence part for strategic against standard; "" where no difference is detectable. `by_mix`:
    it is there because their cases end differently, not within the same outcome.
    `reason` says why there are no series.
    """

    metric: Metric
    period: Period | None
    tiers: tuple[tuple[str | None, Series], ...]
    gap: str
    tested: bool
    reason: str
    by_mix: bool = False


def tiers(view: View) -> None:
    """The answer, and a picture per measure with all tiers in the order of the settings."""
    compared = contents(view)
    section(QUESTION, *answer(view, compared))
    with st.grid(2, min_column_width=420):
        for item in compared:
            with st.container(gap="small"):
                _picture(view, item)
    columns = [
        Column("Measure"),
        Column("Tier"),
        Column("Value", "right"),
        Column("95 % interval", "right"),
        Column("n", "right"),
        Column("Days"),
    ]
    shown, plain = _rows(view, compared)
    if shown:
        rows_behind(columns, shown, plain, "tiers", "tiers-side-by-side", "Four measures by seller tier")
    by_outcome(view)


@kept(8)
def contents(view: View) -> list[Compared]:
    """The four measures over their newest mature 13 weeks, or over the chosen range."""
    return [_compared(view, key) for key in KEYS]


def _compared(view: View, key: str) -> Compared:
    metric, missing = view.reader.available(key)
    period = window(view, (key,), WEEKS)
    if period is None and not missing:
        return Compared(metric, None, (), "", False, "has no complete weeks yet")
    asked = period or view.week
    measures = measure(view.reader, (key,), (asked,), ("tier",), view.filters, clustered=True)
    if key in measures.reasons:
        return Compared(metric, None, (), "", False, measures.reasons[key])
    rank = {tier: place for place, tier in enumerate(view.reader.facts.settings.tiers)}
    groups = sorted(
        (group[0] for group in measures.groups),
        key=lambda tier: (tier is None, rank.get(tier or "", len(rank)), tier or ""),
    )
    series = {tier: measures.group(key, (tier,)) for tier in groups}
    shown = tuple((tier, one) for tier, one in series.items() if np.nan_to_num(one.n[0]) > 0)
    gap, tested = "", False
    if strategic(view) in series and standard(view) in series and strategic(view) != standard(view):
        gap, tested = _gap(metric, series[strategic(view)], series[standard(view)])
    by_mix = False
    if gap and key == SATISFIED:
        odds = within_outcomes(outcomes.contents(view))
        by_mix = bool(odds.low <= 1 <= odds.high)
    return Compared(metric, asked, shown, gap, tested, "", by_mix)


def _gap(metric: Metric, own: Series, other: Series) -> tuple[str, bool]:
    """In words what strategic sellers differ by, and whether the two could be compared at all."""
    if not (np.isfinite(own.value[0]) and np.isfinite(other.value[0])):
        return "", False
    values = (
        f"{wording.value_text(metric, own.value[0])} against {wording.value_text(metric, other.value[0])}"
    )
    if metric.unit == "per_1000":
        ratio = mantel_haenszel_rates(own.numerator, own.denominator, other.numerator, other.denominator)
        if not np.isfinite(ratio.low) or ratio.low <= 1 <= ratio.high:
            return "", bool(np.isfinite(ratio.low))
        return f"{WORDS[metric.key]} {'more' if ratio.value > 1 else 'less'} often ({values})", True
    n, other_n = own.effective_n[0], other.effective_n[0]
    ends = difference_of_shares(own.value[0] * n, n, other.value[0] * other_n, other_n)
    if ends.low <= 0 <= ends.high:
        return "", True
    return f"{WORDS[metric.key]} {'more' if ends.low > 0 else 'less'} often ({values})", True


def answer(view: View, compared: list[Compared]) -> tuple[str, str]:
    """What differs between strategic and standard sellers beyond chance, and what does not."""
    ours = view.name_of("tier", strategic(view))
    theirs = view.name_of("tier", standard(view)).lower()
    gaps = [item.gap for item in compared if item.gap and not item.by_mix]
    mixed = [item.gap for item in compared if item.by_mix]
    alike = [WORDS[item.metric.key] for item in compared if item.tested and not item.gap]
    if not any(item.tested for item in compared):
        return "", f"Too little is known of {ours.lower()} or of {theirs} sellers to compare them."
    lead = f"{ours} sellers {_listed(gaps)} than {theirs} ones." if gaps else ""
    rest = f"No detectable difference in how often they {_listed(alike, 'or')}." if alike else ""
    if mixed:
        rest = (
            f"{rest} They {_listed(mixed)} only because their cases end differently: within the same outcome "
            "no difference is detectable."
        ).strip()
    if not gaps and not mixed:
        return (
            f"No detectable difference between {ours.lower()} and {theirs} sellers in how often they "
            f"{_listed(alike, 'or')}.",
            "",
        )
    return lead or "No detectable difference once like is compared with like.", rest


def _listed(words: list[str], last: str = "and") -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _picture(view: View, item: Compared) -> None:
    metric = item.metric
    if item.reason or item.period is None:
        note(f"{metric.label}: {item.reason}.")
        return
    unit = wording.unit_of(metric)
    groups = [_dot(view, tier, series) for tier, series in item.tiers]
    if not groups:
        note(f"{metric.label}: no cases in {window_words(item.period)}.")
        return
    young = any(not series.mature[0] for _, series in item.tiers)
    remark = "Dot: value. Line: 95 % interval. A click narrows the page to the tier."
    if young:
        remark = f"Hollow: not complete until {metric.follow_up} days after the period. {remark}"
    figure(
        dot_interval.table(groups, unit),
        dot_interval.spec(unit, len(groups)),
        alt=f"{metric.label} by tier: "
        + "; ".join(f"{dot.label} {dot.remark or numbers.value(dot.value, unit)}" for dot in groups),
        key=f"tier-{metric.key}",
        title=f"{metric.label}, {window_words(item.period)}",
        remark=remark,
        on_pick=lambda tier: link.go(view.filters.with_values("tier", (tier,))),
    )
    period = item.period
    st.button(
        f"The cases behind “{metric.label}”",
        icon=":material/list:",
        key=f"cases-{metric.key}",
        type="tertiary",
        on_click=lambda: open_cases(view, metric, period),
    )


def _dot(view: View, tier: str | None, series: Series) -> dot_interval.Group:
    value = finite(series.value[0])
    return dot_interval.Group(
        id=tier or NONE_VALUE,
        label=view.name_of("tier", tier),
        value=value,
        low=finite(series.low[0]),
        high=finite(series.high[0]),
        n=int(series.n[0]) if np.isfinite(series.n[0]) else None,
        hollow=not bool(series.mature[0]),
        remark="" if value is not None else wording.at_text(series, 0),
    )


def _rows(view: View, compared: list[Compared]) -> tuple[list[list[str]], list[list[Plain]]]:
    shown: list[list[str]] = []
    plain: list[list[Plain]] = []
    for item in compared:
        for tier, series in item.tiers:
            assert item.period is not None
            low, high = finite(series.low[0]), finite(series.high[0])
            interval = (
                f"{wording.value_text(item.metric, low)} to {wording.value_text(item.metric, high)}"
                if low is not None and high is not None
                else numbers.MISSING
            )
            name, days = view.name_of("tier", tier), window_words(item.period)
            n = finite(series.n[0])
            shown.append(
                [
                    item.metric.label,
                    name,
                    wording.at_text(series, 0),
                    interval.replace(" ", NBSP),
                    numbers.count(n),
                    days,
                ]
            )
            plain.append([item.metric.label, name, finite(series.value[0]), interval, n, days])
    return shown, plain
