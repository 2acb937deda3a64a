"""The way from a number to exactly its cases."""

from __future__ import annotations

import numpy as np
import streamlit as st

from components import numbers
from components.cases.words import KIND_NAMES, noun
from components.view import View
from queries.filters import Filters
from queries.formulas import Agreed, Audited, Ratio
from queries.model import Metric
from queries.rows_behind import adds_up_quantities, counted_beside, flag_label, rows_of
from queries.series import Series
from queries.time import Period

GO_TO = "go-to"
"""Session key: a page and its parameters, followed by the shell in the next run (callbacks cannot switch)."""


def cases_text(series: Series, place: int | None) -> str:
    """What a card's button opens, exactly: "152 missed of 1,096", "1,284 cases", or "the cases" of a sum.

    Hours or returns are no rows, so of their sums no number of cases is promised. "" where there are none.
    """
    if place is None or series.reason or not np.isfinite(series.n[place]) or series.n[place] == 0:
        return ""
    metric = series.metric
    formula = metric.formula
    if isinstance(formula, Audited):
        wrong, judged = numbers.count(series.numerator[place]), numbers.count(series.n[place])
        return f"{wrong} {flag_label(metric)} of{numbers.NBSP}{judged}"
    if flag_label(metric) and not isinstance(formula, Agreed):
        hits, n = series.numerator[place], series.denominator[place]
        flagged = n - hits if metric.good == "up" else hits
        return f"{numbers.count(flagged)} {flag_label(metric)} of{numbers.NBSP}{numbers.count(n)}"
    if counted_beside(metric):
        return f"the {KIND_NAMES[rows_of(metric).fact].lower()} in it"
    if adds_up_quantities(metric):
        return f"the {noun(metric, 0)}"
    of_numerator = isinstance(formula, Ratio) and rows_of(metric) is formula.numerator
    counted = series.numerator[place] if of_numerator else series.n[place]
    return f"{numbers.count(counted)}{numbers.NBSP}{noun(metric, int(counted))}"


def cases_params(
    key: str, period: Period, filters: Filters, *, flagged: bool = False
) -> dict[str, list[str]]:
    """Parameters of the cases page for one number."""
    params = filters.only(dimension for dimension, _ in filters.chosen).to_params()
    params.pop("week", None)
    params.pop("grain", None)
    params.update({"metric": [key], "from": [period.start.isoformat()], "to": [period.last_day.isoformat()]})
    if flagged:
        params["show"] = ["flagged"]
    return params


def open_cases(view: View, metric: Metric, period: Period, filters: Filters | None = None) -> None:
    """From a callback: go to the cases behind one number."""
    st.session_state[GO_TO] = ("cases", cases_params(metric.key, period, filters or view.filters))
