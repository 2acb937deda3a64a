"""The review pack: half a year's evidence in one file, for a talk about the year; it judges nothing."""

from __future__ import annotations

import streamlit as st

from components import numbers, theme
from components.tables import Column, small_table
from components.team import pack_words
from components.team.brief import as_files, gathered, note_unprinted
from components.view import View
from queries.people.roster import Member


def review_pack(view: View, person: Member) -> None:
    """What the pack holds, its content on demand, and the files."""
    box = st.expander(
        "Review pack of half a year", icon=":material/folder:", key="review-pack", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        facts = gathered(view, person)
        document = pack_words.pack(view, facts)
        half = facts.half_year
        span = numbers.date_span(half.earlier.start, half.later.last_day)
        st.markdown(f"**{pack_words.summary(facts)}** {span}. {pack_words.NOT_JUDGED}")
        with st.container(horizontal=True, gap="small"):
            as_files(view, person, document, "review-pack", "Review pack")
        note_unprinted(document)
        for part in document.parts:
            theme.subtitle(part.heading)
            for line in part.lines:
                theme.note(line)
            if part.table is not None:
                columns = [
                    Column(head, "right" if place in part.table.numbers else "left")
                    for place, head in enumerate(part.table.heads)
                ]
                small_table(columns, part.table.rows, part.heading)
        theme.note(document.footer)
