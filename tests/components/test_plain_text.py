"""Foreign text never becomes markup."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from components.plain_text import WORD_JOINER, literal


def shown(markdown: str) -> str:
    """What a CommonMark reader shows: escapes removed, the invisible joiner dropped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(WORD_JOINER, "")


@given(st.text(st.characters(codec="utf-8", exclude_characters=WORD_JOINER), max_size=60))
def test_every_ascii_mark_is_escaped_and_the_text_reads_the_same(text: str) -> None:
    markdown = literal(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", markdown))
    without_space = re.compile(r"[\s\x00-\x1f\x7f]+")
    assert without_space.sub("", shown(markdown)) == without_space.sub("", text)


def test_codes_and_addresses_found_after_parsing_are_broken_up() -> None:
    text = shown_parts = literal(":material/home: :smile: http://evil.test www.evil.test a@evil.test")
    for pattern in (r":material", r":smile:", r"https?:/", r"www\.", r"@evil"):
        assert not re.search(pattern, text.replace("\\", "")), (pattern, shown_parts)
