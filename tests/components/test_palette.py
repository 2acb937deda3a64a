"""The palette: one set of colours in both places, and the contrasts the interface guide promises."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from components.charts import palette
from components.charts.grammar import ROLES

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
MODES = ("light", "dark")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_the_published_one() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
def test_the_theme_has_the_role_palette_in_slot_order(mode: str) -> None:
    colours = CONFIG["theme"][mode]["chartCategoricalColors"]
    assert colours == [palette.ROLE_COLOURS[role][MODES.index(mode)] for role in ROLES]
    assert len(colours) == 17
    assert CONFIG["theme"][mode]["borderColor"] == palette.BORDER[MODES.index(mode)]
    assert CONFIG["theme"][mode]["orangeTextColor"] == palette.WARN_TEXT[MODES.index(mode)]


@pytest.mark.parametrize("mode", MODES)
def test_text_is_readable_and_marks_are_visible(mode: str) -> None:
    theme, at = CONFIG["theme"][mode], MODES.index(mode)
    page = theme["backgroundColor"]
    for role in ("ink", "muted", "c1", "good", "bad"):
        assert contrast(palette.ROLE_COLOURS[role][at], page) >= 4.5, role
    assert contrast(palette.WARN_TEXT[at], page) >= 4.5
    for role in (*(f"c{i}" for i in range(1, 9)), "grey", "warn"):
        assert contrast(palette.ROLE_COLOURS[role][at], page) >= 3, role
    for name in ("red", "green", "orange", "blue", "gray"):
        assert contrast(theme[f"{name}TextColor"], theme[f"{name}BackgroundColor"]) >= 4.5, name
    assert contrast(theme["primaryColor"], "#FFFFFF") >= 4.5
    assert contrast(theme["linkColor"], page) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_ten_sequential_steps_carry_their_text_and_run_one_way(mode: str) -> None:
    theme, at = CONFIG["theme"][mode], MODES.index(mode)
    steps = theme["chartSequentialColors"]
    assert len(steps) == 10
    ink, paper = palette.ROLE_COLOURS["ink"][at], palette.ROLE_COLOURS["paper"][at]
    assert min(contrast(step, ink) for step in steps[:6]) >= 4.5
    assert min(contrast(step, paper) for step in steps[6:]) >= 4.5
    brightness = [luminance(step) for step in steps]
    assert brightness == sorted(brightness, reverse=mode == "light")
