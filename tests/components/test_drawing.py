"""Tiles, cards, states and the scorecard as a page draws them."""

from __future__ import annotations

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from components.scorecard import ScorecardArea, ScorecardRow, _payload
from components.status import Status, Tone
from components.tiles import delta_arrow

HOSTILE = "<b>x</b> :smile: **y** [z](http://e.test)"


def test_shapes_follow_tone_and_direction_of_the_number() -> None:
    shapes = {
        ("bad", "down"): "▼",
        ("bad", "up"): "▲",
        ("good", "down"): "▼",
        ("warn", "up"): "◆",
        ("neutral", None): "○",
        ("early", None): "◌",
    }
    for (tone, direction), shape in shapes.items():
        assert Status("w", tone, direction).text == f"{shape}\u00a0w"  # type: ignore[arg-type]


def test_every_tone_has_another_shape_so_that_colour_never_stands_alone() -> None:
    tones: tuple[Tone, ...] = ("bad", "warn", "neutral", "early")
    assert len({Status("w", tone, "up").shape for tone in tones}) == len(tones)


@pytest.mark.parametrize(
    ("text", "arrow"),
    [("+2.3\u00a0%", "up"), ("−5.2\u00a0pts", "down"), ("0", "off"), ("–", "off"), ("", "off")],
)
def test_the_arrow_of_a_tile_knows_the_true_minus(text: str, arrow: str) -> None:
    assert delta_arrow(text) == arrow


def test_a_failing_panel_says_so_with_its_reference_and_the_rest_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def page() -> None:
        import streamlit as st

        from components import states

        with states.panel("Wait on partner"):
            st.markdown("drawn before")
            raise KeyError("column of a case")
        st.markdown("the rest")

    with caplog.at_level(logging.ERROR, "quarterdeck.panels"):
        run = AppTest.from_function(page).run()
    assert not run.exception
    assert [m.value for m in run.markdown] == ["drawn before", "the rest"]
    message = run.error[0].value
    assert "column of a case" not in message
    reference = re.search(r"Reference\s(\w{4})\.", message)
    assert reference and reference.group(1) in caplog.text and "column of a case" in caplog.text
    assert [b.label for b in run.button] == ["Try again"]


def test_stopping_a_page_inside_a_panel_is_no_failure() -> None:
    def page() -> None:
        import streamlit as st

        from components import states

        with states.panel("A"):
            st.markdown("drawn")
            st.stop()

    run = AppTest.from_function(page).run()
    assert not run.error and [m.value for m in run.markdown] == ["drawn"]


def test_a_card_calls_back_with_its_key_and_shows_foreign_text_as_text() -> None:
    def page() -> None:
        import streamlit as st

        from components.cards import CardContent, exception_cards
        from components.status import Status

        hostile = "<b>x</b> :smile: **y** [z](http://e.test)"
        status = Status("Worse · below usual range", "bad", "down")
        cards = [
            CardContent(f"k{i}", hostile, status, hostile, hostile, "", "152 missed", hostile)
            for i in range(6)
        ]

        def pressed(which: str) -> None:
            st.session_state["pressed"] = which

        exception_cards(cards, on_explain=pressed, on_cases=lambda k: pressed("cases " + k))

    run = AppTest.from_function(page).run()
    assert not run.exception
    assert len(run.button) == 8  # four cards; two wait behind "2 more signals"
    assert "2 more signals" in [e.label for e in run.expander]
    assert not any("<b>" in m.value.replace("\\<b\\>", "") for m in run.markdown)
    run.button(key="explain-k2").click().run()
    assert run.session_state["pressed"] == "k2"
    run.button(key="cases-k1").click().run()
    assert run.session_state["pressed"] == "cases k1"


def test_no_signal_is_said_in_words() -> None:
    def page() -> None:
        from components.cards import exception_cards

        exception_cards([])

    run = AppTest.from_function(page).run()
    assert [m.value for m in run.markdown] == ["Nothing left its usual range this week."]


def test_a_tile_is_gray_unless_a_signal_coloured_it() -> None:
    def page() -> None:
        from components.tiles import TileContent, tile_row

        tile_row(
            [
                TileContent("Opened", "1,231", "+2.3\u00a0%", "neutral", "usual"),
                TileContent("Resolution SLA", "86.1\u00a0%", "−5.2\u00a0pts", "bad", "▼ below limit"),
            ]
        )

    run = AppTest.from_function(page).run()
    assert not run.exception
    gray, red = (metric.proto for metric in run.metric)
    assert (gray.delta, gray.delta_description) == ("+2.3\u00a0%", "usual")
    assert gray.color != red.color and gray.direction != red.direction


def test_a_title_too_long_for_one_line_of_a_tile_is_a_line_of_its_own_that_wraps() -> None:
    def page() -> None:
        from components.tiles import TileContent, tile_row

        long = TileContent("Enforcements per 1,000 seller-months", "281.3", help="What it counts")
        tile_row([long, TileContent("Resolution SLA", "86.1\u00a0%", help="What it counts")])

    run = AppTest.from_function(page).run()
    assert not run.exception
    (title,) = [line for line in run.markdown if "seller" in line.value]
    assert title.proto.help == "What it counts"
    hidden, shown = (metric.proto for metric in run.metric)
    assert (hidden.label_visibility.value, hidden.help) == (2, "")  # collapsed: Streamlit ends it in "…"
    assert (shown.label_visibility.value, shown.help) == (0, "What it counts")


def test_a_rule_too_long_to_stand_beside_the_change_stands_whole_below_it() -> None:
    def page() -> None:
        from components.tiles import TileContent, tile_row

        tile_row(
            [
                TileContent(
                    "At risk", "$ 40.4 M", "+54.3\u00a0%", "bad", "▲ grew more than usual", note="wk 45"
                )
            ]
        )

    run = AppTest.from_function(page).run()
    (metric,) = run.metric
    assert (metric.proto.delta, metric.proto.delta_description) == ("+54.3\u00a0%", "")
    assert [line.value for line in run.markdown] == [
        ":gray[:small[▲ grew more than usual]]",
        ":gray[:small[wk 45]]",
    ]


def test_the_states_say_what_is_the_matter() -> None:
    def page() -> None:
        from components import states

        states.empty("No cases match these filters.", "0 of 1,231 cases.", "Clear severity filter", "sev")
        states.partial("Week 46", 4, 7)
        states.immature("not all sellers followed yet.", "20 Dec 2026")
        states.not_supplied("pauses")
        states.stale("Thu 12 Nov", "3 days late")
        states.withheld(6, 10, "See the 6 cases", "few")
        states.withheld(None, 10)

    run = AppTest.from_function(page).run()
    assert not run.exception
    shown = " ".join(m.value.replace("\\", "") for m in run.markdown)
    for words in (
        "No cases match these filters.",
        "partial (4 of 7 days)",
        "Complete on 20 Dec 2026.",
        "Not supplied by the source: pauses.",
        "3 days late",
        "n = 6, fewer than 10.",
        "**Fewer than 10.**",
    ):
        assert words in shown, words
    assert [b.label.replace("\\", "") for b in run.button] == ["Clear severity filter", "See the 6 cases"]


def test_the_scorecard_sends_texts_and_sparks_and_keeps_their_order() -> None:
    row = ScorecardRow(
        "sla", HOSTILE, "data:image/svg+xml;x", "1", "2", "3", "4", "5", Status("Usual"), "note"
    )
    sent = _payload([ScorecardArea("Escalations", [row]), ScorecardArea("Capacity", [])], "alt", ("a", "b"))
    assert [area["title"] for area in sent["areas"]] == ["Escalations", "Capacity"]
    only = sent["areas"][0]["rows"][0]
    assert (
        only["cells"] == ["1", "2", "3", "4", "5"] and only["label"] == HOSTILE and only["tone"] == "neutral"
    )


def test_the_scorecard_script_sets_texts_as_text_and_loads_nothing() -> None:
    from components import scorecard

    script = (scorecard._FOLDER / "scorecard.js").read_text(encoding="utf-8")
    styles = (scorecard._FOLDER / "scorecard.css").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|fetch|import\(|https?:|eval", script)
    assert not re.search(r"@import|url\(|#[0-9A-Fa-f]{3,6}\b", styles)
