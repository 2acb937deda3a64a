"""Text from data or people, made safe for places that read Markdown.

Streamlit's labels, table cells and sentences are Markdown. Escaping with backslashes stops the parser, but
three things are found afterwards in the parsed text: emoji and icon codes (`:smile:`, `:material/x:`),
web addresses and mail addresses. An invisible word joiner inside them stops those.
"""

from __future__ import annotations

import re
from functools import lru_cache

WORD_JOINER = "\u2060"

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_WWW = re.compile(r"(www)(\\\.)", re.IGNORECASE)


@lru_cache(maxsize=2048)  # most texts of a run are those of the run before
def literal(text: str) -> str:
    """`text` as Markdown that shows exactly `text` on one line, with no markup, link, icon or formula."""
    one_line = _SPACE.sub(lambda run: "\u00a0" if run.group() == "\u00a0" else " ", text).strip()
    escaped = _PUNCTUATION.sub(r"\\\1", one_line)
    escaped = escaped.replace("\\:", f"\\:{WORD_JOINER}").replace("\\@", f"\\@{WORD_JOINER}")
    return _WWW.sub(rf"\1{WORD_JOINER}\2", escaped)
