"""What does each number mean? Every metric, word by word, with its targets and whether this store has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from components import link, numbers, states, wording
from components.charts.palette import BORDER, css, role_css
from components.definitions.formulas import GOOD_WORDS, UNIT_WORDS, formula_words, interval_words
from components.tables import Column, table_html
from components.theme import Status, section
from components.view import View
from queries import catalog
from queries.catalog import METRICS
from queries.filters import DIMENSIONS
from queries.model import Metric
from queries.scorecard import Target

LONGEST_SEARCH = 100
_AREA = "font-size:1.0625rem;font-weight:600;margin:0;padding:.5rem 0"
_TERMS = (
    "display:grid;grid-template-columns:minmax(6rem,11rem) 1fr;gap:.25rem 1rem;font-size:.875rem;"
    "margin:0;padding:0 0 .75rem 1rem"
)
_IN_FORCE, _EVERYTHING = " · in force", "Everything"


@dataclass(frozen=True)
class Entry:
    """One metric as the dictionary shows it: terms with texts, and the steps of its targets."""

    key: str
    label: str
    area: str
    state: Status
    terms: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str, str, str], ...]

    def holds(self, words: str) -> bool:
        """Whether every one of the words stands in the entry."""
        text = " ".join((self.key, self.label, self.area, self.state.word, *(part for _, part in self.terms)))
        return all(word in text.lower() for word in words.lower().split())


def dictionary(view: View) -> None:
    """The section: how many metrics there are, a search, and each of them to unfold."""
    entries = [entry_of(view, metric) for metric in METRICS.values()]
    off = sum(entry.state.tone == "early" for entry in entries)
    missing = f"{off} not supplied by this store's sources." if off else "This store supplies all of them."
    section("What does each number mean?", f"{len(entries)} metrics.", missing)
    words = link.own("q")[:LONGEST_SEARCH]
    st.session_state["definitions-search"] = words
    st.text_input(
        "Search the metrics",
        key="definitions-search",
        type="search",
        max_chars=LONGEST_SEARCH,
        placeholder="A name or a word of its definition",
        icon=":material/search:",
        width=420,
        on_change=_search,
        args=(view,),
    )
    found = [entry for entry in entries if entry.holds(words)]
    if not found:
        if states.empty(
            f"No metric's entry contains “{words}”.",
            f"{len(entries)} without the search.",
            "Clear the search",
            "definitions",
        ):
            link.go(view.filters)
            st.rerun()
        return
    asked = link.own("metric")
    st.html(entries_html(found, {asked} if len(found) > 1 else {found[0].key}))


def _search(view: View) -> None:
    link.go(view.filters, q=(st.session_state["definitions-search"] or "").strip())


def entry_of(view: View, metric: Metric) -> Entry:
    """A metric's entry, as this store supplies it."""
    shown, missing = view.reader.available(metric.key)
    targets = [target for target in view.journal.targets if target.metric == metric.key]
    owner = next((target.owner for target in targets if target.owner), shown.owner)
    terms = [
        ("Definition", shown.definition),
        ("Computed as", formula_words(shown.formula)),
        ("Counted by", f"{shown.clock}; {UNIT_WORDS[shown.unit]}"),
        ("Good direction", GOOD_WORDS[shown.good]),
        ("Interval", interval_words(shown)),
        ("Complete", f"{shown.follow_up} days after a period ends" if shown.follow_up else ""),
        ("Read together with", ", ".join(METRICS[key].label for key in shown.beside if key in METRICS)),
        ("Can be split by", ", ".join(DIMENSIONS[key].label.lower() for key in shown.drill)),
        ("Owner", owner),
        ("In this store", _supply(shown, missing)),
        ("Key", metric.key),
    ]
    return Entry(
        metric.key,
        metric.label,
        metric.area,
        Status("Not supplied", "early") if missing else Status("On"),
        tuple((term, text) for term, text in terms if text),
        _steps(view, metric, targets),
    )


def _supply(metric: Metric, missing: Sequence[str]) -> str:
    if missing:
        return f"{catalog.not_supplied(missing)} ({', '.join(missing)})"
    return metric.note or "on"


def _steps(view: View, metric: Metric, targets: Sequence[Target]) -> tuple[tuple[str, str, str, str], ...]:
    """Each step of each target: since when, how much, for whom, by whom; the one in force is marked."""
    sign = "≥" if metric.good == "up" else "≤"
    steps = []
    for target in sorted(targets, key=lambda target: (_scope_words(view, target), target.valid_from)):
        later = [
            other.valid_from
            for other in targets
            if other.where == target.where and target.valid_from < other.valid_from <= view.week.last_day
        ]
        now = target.valid_from <= view.week.last_day and not later
        since = numbers.full_date(target.valid_from) + (_IN_FORCE if now else "")
        value = f"{sign}{numbers.NBSP}{wording.value_text(metric, target.value)}"
        steps.append((since, value, _scope_words(view, target), target.owner))
    return tuple(steps)


def _scope_words(view: View, target: Target) -> str:
    parts = [view.name_of(dimension, value) for dimension, values in target.where.chosen for value in values]
    return ", ".join(parts) or _EVERYTHING


def entries_html(entries: Sequence[Entry], unfolded: set[str]) -> str:
    """The entries as native disclosures: they open by mouse and keyboard without a run, and print."""
    parts, area = [], ""
    for entry in entries:
        if entry.area != area:
            area = entry.area
            parts.append(f'<h3 style="{_AREA}">{escape(area)}</h3>')
        terms = "".join(
            f'<dt style="color:{role_css("muted")}">{escape(term)}</dt>'
            f'<dd style="margin:0;overflow-wrap:anywhere">{escape(text)}</dd>'
            for term, text in entry.terms
        )
        parts.append(
            f'<details style="border-bottom:1px solid {css(BORDER)}"'
            f"{' open' if entry.key in unfolded else ''}>"
            f'<summary style="padding:.5rem 0;min-height:2rem;cursor:pointer">'
            f'<strong style="font-weight:600">{escape(entry.label)}</strong> '
            f'<span style="color:{role_css("muted")};font-size:.875rem">{escape(_headline(entry))}</span>'
            f'</summary><dl style="{_TERMS}">{terms}</dl>{_targets_html(entry)}</details>'
        )
    return "".join(parts)


def _headline(entry: Entry) -> str:
    in_force = [step for step in entry.targets if step[0].endswith(_IN_FORCE)]
    now = next((value for _, value, scope, _ in in_force if scope == _EVERYTHING), "")
    return " · ".join(part for part in (f"target {now}" if now else "", entry.state.text) if part)


def _targets_html(entry: Entry) -> str:
    if not entry.targets:
        return ""
    columns = [Column("Target since"), Column("Value", "right"), Column("For"), Column("Owner")]
    table = table_html(columns, entry.targets, f"Targets of {entry.label}, oldest first")
    return f'<div style="padding:0 0 .75rem 1rem;max-width:44rem">{table}</div>'
