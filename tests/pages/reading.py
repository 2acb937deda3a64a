"""What a page says: its words as a reader reads them, and the rows of its scorecard."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

_TAG = re.compile(r"<[^>]*>")
_COLOUR = re.compile(r":(?:gray|small|red|green|orange|blue)(?:-badge)?\[|:material/\w+:")


def elements(app: AppTest) -> Iterator[Any]:
    """All elements of the page, in order, drawers included."""
    waiting = [app._tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(getattr(node, "children", {}).values())))


def said(app: AppTest) -> str:
    """Every word on the page, one element a line, without what marks it up."""
    return "\n".join(plain(text) for node in elements(app) if (text := _text(node)))


def plain(text: str) -> str:
    """Words as they are read: no escapes, badges, word joiners or special spaces."""
    bare = _COLOUR.sub("", text).replace("\\", "").replace("\u00a0", " ").replace("\u2060", "")
    return bare.replace("**", "").replace("]", "")


def _text(node: Any) -> str:
    kind, proto = getattr(node, "type", ""), getattr(node, "proto", None)
    if kind == "html":
        return html.unescape(_TAG.sub(" ", proto.body))
    if kind == "vega_lite_chart":
        return str(proto.alt)
    if kind == "metric":
        return f"{proto.label} {proto.body} {proto.delta} {proto.delta_description}"
    value = getattr(node, "value", None)
    label = getattr(node, "label", None)
    if kind in ("button", "expander", "popover", "download_button", "dialog"):
        return str(label or getattr(proto, "label", ""))
    return value if isinstance(value, str) else ""


def scorecard(app: AppTest, key: str = "scorecard") -> dict[str, dict[str, Any]]:
    """Rows of the scorecard by metric."""
    for node in elements(app):
        if getattr(node, "type", "") == "bidi_component" and node.proto.id.endswith(f"-{key}"):
            areas = json.loads(node.proto.json)["areas"]
            return {row["key"]: row for area in areas for row in area["rows"]}
    return {}
