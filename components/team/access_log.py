"""Who looked at this person or wrote about them, and when: the person themself may read it here."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import numbers, theme, wording
from components.downloads import downloads
from components.tables import Column, small_table
from components.team.chosen import first_name
from components.view import View
from queries.development import Access, views_of
from queries.people.roster import Member

MOST = 200


def access_log(view: View, person: Member) -> None:
    """The newest views, exports and changes about the person, one line each; read only when it is opened."""
    box = st.expander(
        f"Who looked at {first_name(person)}, or wrote?",
        icon=":material/visibility:",
        key="access-log",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        views = views_of(view.reader.facts.location, person.specialist_id, MOST)
        st.markdown(answer(views))
        zone = view.reader.coverage.zone
        columns = [Column(f"When ({zone.key})"), Column("Who"), Column("What")]
        rows = [(_moment(found, zone), found.viewer, found.doing) for found in views]
        small_table(columns, rows, f"{len(views)} views and changes about {person.name}")
        downloads([column.title for column in columns], rows, "views-of-a-person", "access-log")
        theme.note(
            "Written down when the page of a person or a coaching mark is opened, when something about them "
            "is downloaded, and when an entry about them is written, changed or removed. "
            f"{first_name(person)} may read this list."
        )


def answer(views: list[Access]) -> str:
    """How many views and changes there are, and since when."""
    if not views:
        return "Nobody has looked or written yet."
    since = numbers.full_date(views[-1].at.date())
    if len(views) == MOST:
        return f"The newest {MOST} views and changes, back to {since}."
    return f"{wording.things(len(views), 'line')} of views and changes since {since}."


def _moment(found: Access, zone: dt.tzinfo) -> str:
    local = found.at.replace(tzinfo=dt.UTC).astimezone(zone)
    return f"{numbers.full_date(local.date())}, {local:%H:%M}"
