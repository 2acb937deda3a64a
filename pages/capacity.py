"""Capacity: can we carry the load, who is overloaded, when does the backlog clear, and what if?"""

from __future__ import annotations

import streamlit as st

from components import drawer, view
from components.capacity import ask, clearing, cover, headline, hiring, load, onboarding, spread, what_if
from components.states import panel

seen = view.current()

if ask.asked_for():
    with panel("Headcount ask", whole_page=True):
        ask.ask(seen)
    st.stop()
with panel("Key figures"):
    headline.tiles(seen)
with panel("Can we carry the load?"):
    load.load(seen)
with panel("Who is overloaded?"):
    spread.spread(seen)
with panel("When will the backlog clear?"):
    clearing.clearing(seen)
with panel("What if?"):
    what_if.what_if(seen)
with panel("Are positions filled as planned?"):
    hiring.hiring(seen)
with panel("Do new people get up to speed?"):
    onboarding.onboarding(seen)
with panel("Is cover thin?"):
    cover.cover(seen)

drawer.open_if_asked(seen)
