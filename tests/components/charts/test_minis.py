"""Mini charts: escaped, deterministic, well-formed, faithful to gaps and partial weeks."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from components.charts import minis

NAME = "{http://www.w3.org/2000/svg}"
values = st.lists(st.none() | st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=0, max_size=30)


def svg_of(html: str) -> ElementTree.Element:
    """The image inside a mini's HTML, parsed strictly."""
    source = re.search(r'src="data:image/svg\+xml;charset=utf-8,([^"]*)"', html)
    assert source
    return ElementTree.fromstring(unquote(source.group(1)))


@given(values, st.text(max_size=20))
def test_any_series_and_any_text_give_well_formed_pictures(series: list[float | None], alt: str) -> None:
    text = "".join(c for c in alt if c.isprintable())
    mini = minis.MiniSeries(series, 1.0, 0.0, 2.0, 1.5, {len(series) - 1: "bad"}, max(len(series) - 2, 0))
    labels = minis.MiniLabels(text, text, text, text)
    for html in (minis.tile_html(mini, text), minis.card_html(mini, labels, text)):
        svg_of(html)
        assert "nan" not in html and "inf" not in html.replace("infinite", "")
    spark = ElementTree.fromstring(minis.spark_svg(mini, text))
    title = spark.find(f"{NAME}title")
    assert title is not None and (title.text or "") == text


def test_foreign_text_stays_text() -> None:
    hostile = '"><script>alert(1)</script>\' onerror="x'
    mini = minis.MiniSeries([1.0, 2.0, 3.0])
    html = minis.card_html(mini, minis.MiniLabels(hostile, "", "", ""), hostile)
    assert "<script" not in html and unescape(html).count("<script") == 2
    assert 'onerror="' not in html
    uri = minis.data_uri(minis.spark_svg(mini, hostile))
    assert not re.search(r'[<>"#]', uri)


def test_the_same_series_gives_the_same_bytes() -> None:
    mini = minis.MiniSeries([1.0, None, 3.0, 2.5], 2.0, 1.0, 3.0, 2.2, {3: "good"})
    assert minis.spark_svg(mini, "a") == minis.spark_svg(mini, "a")
    assert minis.tile_html(mini, "a") == minis.tile_html(mini, "a")


def test_a_gap_is_never_bridged() -> None:
    paths = svg_of(minis.tile_html(minis.MiniSeries([1.0, 2.0, None, 2.0, 1.0]), "x")).findall(f"{NAME}path")
    assert paths[0].attrib["d"].count("M") == 2


def test_partial_weeks_are_dashed_and_hollow_and_never_a_signal() -> None:
    mini = minis.MiniSeries([1.0, 2.0, 1.0, 9.0], signals={3: "bad"}, hollow_from=3)
    root = svg_of(minis.tile_html(mini, "x"))
    assert [p for p in root.iter(f"{NAME}path") if p.attrib.get("stroke-dasharray")]
    assert not [p for p in root.iter(f"{NAME}path") if p.attrib["class"] == "bad"]
    assert [p for p in root.iter(f"{NAME}path") if p.attrib["class"] == "paper"]


def test_the_value_of_a_card_stands_beside_the_point_it_tells_not_beside_a_younger_one() -> None:
    mini = minis.MiniSeries([1.0, 2.0, 9.0, 0.0], 1.5, 0.0, [3, 3, 5, 9], signals={2: "bad"}, hollow_from=3)

    def tops(place: int | None) -> dict[str, tuple[float, str]]:
        html = minis.card_html(mini, minis.MiniLabels("9 %", "5 %", "", "", place), "x")
        found = re.findall(r"top:([-0-9.]+)px[^>]*?color:([^;]+);[^>]*>([^<]+)<", html)
        return {text: (float(top), colour) for top, colour, text in found}

    told, newest = tops(2), tops(None)
    assert told["9 %"][0] < 12 and newest["9 %"][0] > 60
    assert told["9 %"][1] != newest["9 %"][1], "the colour of the signal"
    assert told["5 %"][0] > newest["5 %"][0], "the limit of that week, not of the newest"


def test_the_spark_marks_exactly_the_signals() -> None:
    mini = minis.MiniSeries([float(i % 3) for i in range(26)], signals=dict.fromkeys(range(18, 26), "good"))
    circles = list(ElementTree.fromstring(minis.spark_svg(mini, "x")).iter(f"{NAME}circle"))
    assert len(circles) == 8 and {c.attrib["fill"] for c in circles} == {"#2E9B84"}
