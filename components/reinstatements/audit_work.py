"""Decisions drawn for review: the draw of the week, its list for the reviewers, and who has done what."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import numbers, theme, wording
from components.downloads import downloads
from components.numbers import NBSP
from components.one_person import NOT_SHOWN
from components.security import single_leader_mode
from components.tables import Column, Plain, small_table
from components.view import View
from queries.audit_draws import LIST_HEADS, review_list
from queries.audit_work import DrawProgress, progress_of
from queries.journal import read_draws
from queries.time import WEEK
from store.journal import AuditDraw

WEEKS_SHOWN = 8
KINDS = {"audit": "Blind audit", "calibration": "Calibration"}


def section(view: View) -> None:
    """The draws of the last weeks with what is done, due and late; the list; the same per reviewer."""
    theme.subtitle("Decisions drawn for review")
    reader = view.reader
    if not reader.scope.sees_everything:
        theme.note("Who reviews what is shown to those who see the whole operation.")
        return
    draws = [
        drawn
        for drawn in read_draws(reader.facts.location, view.week.end - WEEKS_SHOWN * WEEK)
        if drawn.week_start <= view.week.start
    ]
    if not draws:
        theme.note(
            f"None was drawn in the {WEEKS_SHOWN} weeks to {wording.period_text(view.week)}. Whoever runs "
            "this app draws them on its machine: the command “python -m store draw” picks decisions at "
            "random, and they stand here with their reviewers from then on."
        )
        return
    shown = progress_of(reader, draws)
    st.markdown(answer(view, shown))
    _draws(shown)
    theme.note(remark(view, shown))
    if not single_leader_mode():
        theme.note(f"Who reviews what and how far each reviewer is, is {NOT_SHOWN}")
        return
    _list(view, draws)
    _reviewers(shown)


def answer(view: View, shown: list[DrawProgress]) -> str:
    """How many decisions of the week were drawn, how, and how far the reviews are."""
    week = [progress for progress in shown if progress.draw.week_start == view.week.start]
    late = sum(progress.late for progress in shown)
    parts = [_sentence(progress) for progress in week] or [
        f"No decision of {wording.period_text(view.week)} was drawn."
    ]
    if late:
        be = "is" if late == 1 else "are"
        parts.append(f"{wording.things(late, 'review')} of the last {WEEKS_SHOWN} weeks {be} late.")
    return " ".join(parts)


def _sentence(progress: DrawProgress) -> str:
    drawn = progress.draw
    reviews = len(drawn.items)
    use = "a blind audit" if drawn.kind == "audit" else f"calibration by {drawn.raters} people each"
    state = (
        "all reviews are done"
        if progress.done == reviews
        else f"{numbers.count(progress.done)} of {numbers.count(reviews)} reviews are done"
    )
    return (
        f"{numbers.count(drawn.size)} of the {numbers.count(drawn.frame_size)} decisions of "
        f"{_week(drawn.week_start)} were drawn for {use}; {state}."
    )


def remark(view: View, shown: list[DrawProgress]) -> str:
    """How the newest was drawn, how far the imported reviews go, and that filters change nothing here."""
    drawn, as_of = shown[0].draw, shown[0].as_of
    parts = [
        f"Drawn at random (seed{NBSP}{drawn.seed}) with at least {drawn.min_per_person} of each person and "
        f"{drawn.min_per_reason} of each reason, or all where there are fewer; each case keeps the weight "
        "that makes up for it. Withdrawn appeals are no decisions. Nobody reviews an own decision.",
        f"Done as imported through {numbers.weekday(as_of)}." if as_of else "No review was imported yet.",
    ]
    if view.filters.dimensions:
        parts.append("Always of the whole operation, whatever the filters.")
    return " ".join(parts)


def _week(start: dt.date) -> str:
    return numbers.short_week(start).replace("wk", "week")


def _draws(shown: list[DrawProgress]) -> None:
    columns = [
        Column("Decisions of"),
        Column("For"),
        Column("Drawn", "right"),
        Column("Of", "right"),
        Column("Reviews", "right"),
        Column("Done", "right"),
        Column("Due", "right"),
        Column("Late", "right"),
        Column("Due by"),
    ]
    rows = [
        [
            _week(progress.draw.week_start).capitalize(),
            KINDS[progress.draw.kind],
            numbers.count(progress.draw.size),
            numbers.count(progress.draw.frame_size),
            numbers.count(len(progress.draw.items)),
            numbers.count(progress.done),
            numbers.count(sum(work.due for work in progress.reviewers)),
            numbers.count(progress.late),
            numbers.weekday(progress.draw.due_on),
        ]
        for progress in shown
    ]
    done, every = sum(p.done for p in shown), sum(len(p.draw.items) for p in shown)
    small_table(columns, rows, f"{done} of {every} reviews done, {sum(p.late for p in shown)} late")


def _list(view: View, draws: list[AuditDraw]) -> None:
    """The list of a draw for its reviewers. Made only when the popover is open."""
    box = st.popover("List for the reviewers", icon=":material/download:", key="draw-list", on_change="rerun")
    if not box.open:
        return
    with box:
        names = [f"{_week(drawn.week_start).capitalize()}, {KINDS[drawn.kind].lower()}" for drawn in draws]
        chosen = st.selectbox("Draw", range(len(draws)), format_func=names.__getitem__, key="draw-chosen")
        drawn = draws[chosen or 0]
        st.markdown(
            "One row per review, without the decision or who took it. Reviewers fill in the last four "
            "columns; “python -m store import sample_data/mappings/audit_results.toml” takes the CSV back."
        )
        stem = f"{drawn.kind}-{view.reader.coverage.rules.week_of(drawn.week_start).label}"
        downloads(LIST_HEADS, review_list(view.reader, drawn), stem, "draw-list")


def _reviewers(shown: list[DrawProgress]) -> None:
    """Reviews per person over the draws shown, by name, no ranking. Drawn only when the expander is open."""
    box = st.expander("Per reviewer", icon=":material/group:", key="draw-reviewers", on_change="rerun")
    if not box.open:
        return
    sums: dict[tuple[str, str], list[int]] = {}
    for progress in shown:
        for work in progress.reviewers:
            mine = sums.setdefault((work.name, work.reviewer_id), [0, 0, 0, 0])
            for place, count in enumerate((work.reviews, work.done, work.due, work.late)):
                mine[place] += count
    columns = [
        Column("Reviewer"),
        Column("Reviews", "right"),
        Column("Done", "right"),
        Column("Due", "right"),
        Column("Late", "right"),
    ]
    ordered = sorted(sums)
    with box:
        texts = [[name, *map(numbers.count, sums[name, who])] for name, who in ordered]
        small_table(columns, texts, f"Reviews of {len(ordered)} reviewers, by name")
        plain: list[list[Plain]] = [[name, *sums[name, who]] for name, who in ordered]
        downloads([column.title for column in columns], plain, "reviews-per-reviewer", "draw-reviewers")
