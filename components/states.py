"""What a panel shows when it has no ordinary answer, and how one failing panel spares the rest."""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

import streamlit as st

from components.plain_text import literal
from components.status import Status
from components.theme import note, status_badge

P = ParamSpec("P")

_LOG = logging.getLogger("quarterdeck.panels")


def empty(
    message: str,
    detail: str = "",
    action: str = "",
    key: str = "",
    icon: str = "filter_alt_off",
    on_click: Callable[[], None] | None = None,
) -> bool:
    """What is empty, the count without the filter, and one button that fixes it; True when it was pressed.

    `key` names the button and is needed when `action` is given; `on_click` is called before the run that a
    press causes.
    """
    rest = f" {literal(detail)}" if detail else ""
    st.markdown(f":material/{icon}: **{literal(message)}**{rest}")
    return bool(action) and st.button(
        literal(action), icon=":material/close:", key=f"empty-{key}", on_click=on_click
    )


def partial(period: str, days_in: int, days_of: int, consequence: str = "") -> None:
    """A period that is not over or has days missing: "Week 46 is partial (4 of 7 days). …"."""
    rest = consequence or "Signals wait until it is complete."
    st.markdown(f"{literal(period)} is **partial ({days_in} of {days_of} days)**. {literal(rest)}")


def immature(reason: str, matures_on: str = "") -> None:
    """Values whose follow-up is still running: badge, and why they are hollow and dashed."""
    status_badge(Status("Too early", "early"))
    until = f" Complete on {matures_on}." if matures_on else ""
    note(f"Hollow, dashed: {reason}{until} Never compared, never signalled.")


def not_supplied(what: str) -> None:
    """A metric whose source lacks a column: it is not zero, it is not known."""
    st.markdown(f":gray[:material/block: Not supplied by the source: {literal(what)}.]")


def stale(through: str, lateness: str) -> None:
    """The orange badge of late data: "Data through Thu 12 Nov · 3 days late"."""
    text = f"Data through {through} · {lateness}"
    st.badge(literal(text), icon=":material/warning:", color="orange")


def not_loaded(fact: str) -> None:
    """The orange badge of a page whose table was never loaded: "No appeals loaded"."""
    st.badge(literal(f"No {fact} loaded"), icon=":material/warning:", color="orange")


def fresh(through: str, loaded: str) -> None:
    """The gray badge of complete data: "Data through Sun 15 Nov · loaded 06:10"."""
    text = f"Data through {through} · loaded {loaded}"
    st.badge(literal(text), icon=":material/check_circle:", color="gray")


def withheld(n: int | None, floor: int, cases_text: str = "", key: str = "") -> bool:
    """Too few rows for a rate. `n` None withholds even that. True when the link was pressed."""
    have = f"**n = {n}, fewer than {floor}.**" if n is not None else f"**Fewer than {floor}.**"
    st.markdown(f"{have} No rate, no interval, no comparison.")
    status_badge(Status("Too few", "neutral"))
    return bool(cases_text) and st.button(
        literal(cases_text), icon=":material/list:", type="tertiary", key=f"few-{key}"
    )


def loading(height: int) -> st.delta_generator.DeltaGenerator:
    """A skeleton of the panel's final height, so that nothing jumps; filled by calling its methods."""
    return st.skeleton(height=height)


def failed(title: str, reference: str, *, whole_page: bool = False) -> None:
    """One sentence for a panel that could not load, with its reference, and a way to try again."""
    rest = "Other pages still work." if whole_page else "What else the page shows is complete."
    part = f"“{title}”" if title.endswith("?") else title
    st.error(
        f"**{literal(part)} could not load.** {rest} Reference\u00a0{reference}.",
        icon=":material/error:",
    )
    st.button("Try again", icon=":material/refresh:", key=f"again-{title}")


@contextmanager
def panel(title: str, *, whole_page: bool = False) -> Iterator[None]:
    """Isolate a part of a page: a fault inside becomes one sentence there, and the page goes on.

    `whole_page` says that nothing else of the page is left when this part fails.

    The traceback goes to the log "quarterdeck.panels" under the reference that is shown. `title` is unique
    on the page. Streamlit's own control flow (rerun, stop) passes through: it is no Exception.
    """
    # No placeholder is used: replacing one would rebuild the charts inside on every run.
    with st.container():
        try:
            yield
        except Exception:
            reference = secrets.token_hex(2).upper()
            _LOG.exception("panel %r failed, reference %s", title, reference)
            failed(title, reference, whole_page=whole_page)


def isolated(title: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """`panel` as a decorator of a function that draws one part of a page."""

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(draw)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
            with panel(title):
                draw(*args, **kwargs)

        return drawn

    return decorate
