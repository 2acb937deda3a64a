"""The drawer behind Explain: a metric's 6-12 review and the drivers of its last change."""

from __future__ import annotations

import streamlit as st

from components import link
from components.change_detail import drivers_of_change
from components.six_twelve_detail import definition, six_twelve_section
from components.states import panel
from components.view import View
from queries import catalog

PARAM = "explain"


def ask(view: View, key: str) -> None:
    """From a callback: open the drawer of a metric; the link then says so."""
    link.go(view.filters, **{PARAM: key})


def open_if_asked(view: View) -> None:
    """Open the drawer the link asks for; an unknown metric is ignored."""
    key = link.own(PARAM)
    if key not in catalog.METRICS:
        return
    label = catalog.METRICS[key].label
    st.dialog(
        f"Why did {label} move?",
        width=760,
        position="right",
        icon=":material/account_tree:",
        on_dismiss=lambda: link.go(view.filters),
    )(_contents)(view, key)


def _contents(view: View, key: str) -> None:
    with panel("Drivers of the change"):
        drivers_of_change(view, key)
    with panel("Six weeks and twelve months"):
        six_twelve_section(view, key)
    with panel("Definition"):
        definition(view, key)
