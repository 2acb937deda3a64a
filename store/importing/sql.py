"""Small pieces of SQL. Names come from the fact tables alone; a source's own words only as literals."""

from __future__ import annotations

from collections.abc import Iterable


def text_literal(text: str) -> str:
    """A text as an SQL literal; the mapping has refused NUL characters."""
    return "'" + text.replace("'", "''") + "'"


def text_list(texts: Iterable[str]) -> str:
    """Texts as an SQL list of literals."""
    return "[" + ", ".join(text_literal(text) for text in texts) + "]"


def quoted(name: str) -> str:
    """A column or table name of ours as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def among(expression: str, texts: Iterable[str]) -> str:
    """SQL that is true where the expression is one of the texts; false for none at all."""
    listed = ", ".join(text_literal(text) for text in texts)
    return f"({expression} in ({listed}))" if listed else "false"
