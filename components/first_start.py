"""An empty store on first start: the app makes the sample by itself, with visible progress."""

from __future__ import annotations

import streamlit as st

from components.plain_text import literal
from store.commands.sample import make_sample
from store.errors import StoreError
from store.location import Location


def make_and_rerun() -> None:
    """Simulate the sample operation into the empty store, showing how far it is, then start over."""
    st.title("Setting up a sample operation", anchor=False)
    st.markdown(
        "This store is empty. Quarterdeck is simulating three years of a seller-risk operation "
        "to look around in; it takes about twenty seconds. Your own sources can replace it at any time."
    )
    bar = st.progress(0.0, text="Starting")

    def show(doing: str, share: float) -> None:
        bar.progress(min(share, 1.0), text=literal(doing))

    try:
        make_sample(Location.parse(), progress=show)
    except StoreError as fault:
        st.error(literal(str(fault)), icon=":material/error:")
        return
    st.rerun()
