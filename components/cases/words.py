"""The sentences of the Cases page: which number the list stands behind, and how the rows are found. Pure."""

from __future__ import annotations

import re

from components import numbers
from components.numbers import NBSP
from queries.formulas import Count, OpenCount
from queries.listing import LISTINGS
from queries.model import Metric
from queries.rows_behind import counted_beside, fact_behind, flag_label, rows_of
from queries.tallies import AuditFrame, Snapshot
from queries.time import Grain, Period

NOUNS = {
    "escalations": ("case", "cases"),
    "partner_waits": ("wait", "waits"),
    "appeals": ("appeal", "appeals"),
    "enforcements": ("enforcement", "enforcements"),
    "investigations": ("investigation", "investigations"),
    "surveys": ("survey", "surveys"),
    "account_blocks": ("block", "blocks"),
    "work_days": ("day of work", "days of work"),
    "work_pace": ("day of work", "days of work"),
    "cover_days": ("day of a team", "days of teams"),
}
KIND_NAMES = {
    "escalations": "Escalations",
    "appeals": "Appeals",
    "enforcements": "Enforcements",
    "investigations": "Investigations",
}
_CLOCKS = {
    "opened": "opened",
    "resolved": "resolved",
    "due": "due",
    "first_response_due": "with a first response due",
    "decided": "decided",
    "submitted": "submitted",
    "started": "started",
    "enforced": "enforced",
    "reversed": "lifted",
    "closed": "closed",
    "sent": "sent",
    "blocked": "begun",
    "worked": "recorded",
    "covered": "of",
}
_KEY = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def spoken(value: str) -> str:
    """A value that a source writes as a key, as people read it: "funds_held" is "Funds held"."""
    return value.replace("_", " ").capitalize() if _KEY.fullmatch(value) else value


def noun(metric: Metric | None, count: int) -> str:
    """What the rows of a metric are: case, wait, appeal, in the number that `count` asks for."""
    return noun_of(fact_behind(metric), count)


def noun_of(fact: str, count: int) -> str:
    """What the rows of a table are called, in the number that `count` asks for."""
    one, many = NOUNS[fact]
    return one if count == 1 else many


def period_words(period: Period | None) -> str:
    """ "in week 46 (9–15 Nov 2026)", "in Oct ’26", "on 9 Nov 2026"; for no period "in all weeks loaded"."""
    if period is None:
        return "in all weeks loaded"
    return f"{'on' if period.days == 1 else 'in'} {_period_name(period)}"


def _period_name(period: Period) -> str:
    span = numbers.date_span(period.start, period.last_day)
    if period.grain is Grain.week:
        return f"week{NBSP}{numbers.iso_week(period.start)[1]} ({span})"
    if period.grain is Grain.month:
        return numbers.month_label(period.start, with_year=True)
    return span


def number_words(
    metric: Metric | None, period: Period | None, total: int, flagged: int, kind: str = "escalations"
) -> tuple[str, str]:
    """The number behind the list as the bold start and the rest of one sentence.

    ("152 missed of 1,096", "due in week 46 (9–15 Nov 2026)."), or the count of the rows where a metric does
    not tell its rows apart. `kind` is the table listed where there is no metric.
    """
    count = numbers.count(total)
    if metric is None:
        clock = _CLOCKS[LISTINGS[kind].clock]
        begun = "in all" if period is None else f"{clock} {period_words(period)}"
        return f"{count}{NBSP}{noun_of(kind, total)}", f"{begun}."
    fact, things = fact_behind(metric), noun(metric, total)
    label = flag_label(metric)
    if label:
        told = "" if fact == "escalations" else f"{things} "
        return (
            f"{numbers.count(flagged)} {label} of{NBSP}{count}",
            f"{told}{_clock_words(metric)} {period_words(period)}.",
        )
    formula = metric.formula
    others = [component.fact for component in counted_beside(metric)]
    if others:
        told = " and ".join(KIND_NAMES[other].lower() for other in others)
        when = f"{_clock_words(metric)} {period_words(period)}"
        return (
            f"{count}{NBSP}{things}",
            f"{when}. The number counts {told} too, listed under their own numbers.",
        )
    if metric.is_stock:
        state = metric.label.lower() if isinstance(formula, OpenCount) else f"{things} open"
        moment = "now" if period is None else f"at the end of {_period_name(period)}"
        return f"{count} {state}", f"{moment}."
    if isinstance(formula, Count) and formula.tally.quantity is None:
        return f"{count} {metric.label.lower()}", f"{period_words(period)}."
    return f"{count}{NBSP}{things}", f"{_clock_words(metric)} {period_words(period)}."


def _clock_words(metric: Metric) -> str:
    """By which of its dates a row counts: "due", "resolved", "opened"."""
    rows = rows_of(metric)
    if isinstance(rows, Snapshot):
        return "that held"
    clock = rows.clock
    words = _CLOCKS.get(clock, clock.replace("_", " "))
    if isinstance(rows, AuditFrame):
        return f"audited, {words}"
    return "of cases resolved" if rows.fact == "partner_waits" and clock == "resolved" else words


def search_words(named: bool) -> str:
    """What a list can be searched for; people only where they may be named."""
    return "Number, seller, person or words" if named else "Number, seller or words"


def found_words(how: str, hits: int, of: int, search: str) -> str:
    """How many of the rows a search finds, and what it was taken for."""
    told = {
        "number": "has the number" if hits == 1 else "have the number",
        "seller": "is of seller" if hits == 1 else "are of seller",
    }.get(how, "contains" if hits == 1 else "contain")
    return f"{numbers.count(hits)} of {numbers.count(of)} {told} “{search}”."


def rows_words(first: int, shown: int, total: int) -> str:
    """ "51–100 of 1,096": which rows are on screen."""
    if total == 0:
        return "0 of 0"
    return f"{numbers.count(first + 1)}–{numbers.count(first + shown)} of{NBSP}{numbers.count(total)}"


def show_words(metric: Metric | None, choice: str, total: int, flagged: int) -> str:
    """The two choices of rows: "All 1,096", "Missed 152"."""
    if choice == "all":
        return f"All{NBSP}{numbers.count(total)}"
    label = flag_label(metric)
    return f"{label[:1].upper()}{label[1:]}{NBSP}{numbers.count(flagged)}"
