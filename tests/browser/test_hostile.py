"""Links nobody meant well: each opens, says what it left out, and runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import pytest

from tests.browser.conftest import OpenTab

pytestmark = pytest.mark.browser

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
MARKDOWN = "**bold** [link](https://example.org) :material/home: ![](https://example.org/x.png)"

VISITS: dict[str, list[tuple[str, str, str]]] = {
    # By page: what stands in one link together, each with its name, its part of the link and its sentence.
    "": [
        ("a value of 10 kB", f"site={'x' * 10_000}", "Part of the link's site filter could not be read."),
        ("an unknown key", f"{quote(SCRIPT)}=1&drop=table", "What needs you"),
        ("an unknown drawer", f"explain={quote(SCRIPT)}", "What needs you"),
        ("a path as metric", "metric=../../x", "Which team or site?"),
        ("a week before the data", "week=0001-W01", "What needs you"),
    ],
    "?": [
        ("script in a value", f"team={quote(SCRIPT)}", "<script>"),
        ("a week that does not exist", "week=2026-W99", "'2026-W99' is no week; write it as 2026-W46"),
    ],
    "escalations": [
        ("markdown in a value", f"reason={quote(MARKDOWN)}", "**bold** [link]"),
        ("an unknown grain", "grain=century", "grain was ignored; it can be week, month or quarter"),
        ("a week in the future", "week=2031-W01", "Week 2031-W01 is not loaded yet"),
    ],
    "escalations?": [
        ("control characters", "site=a%00b%0Ac", "Part of the link's site filter could not be read."),
        ("SQL in a value", f"team={quote(chr(39) + ') or 1=1; drop table escalations; --')}", "or 1=1"),
    ],
    "cases": [
        ("a path as metric of cases", "metric=../../x", "../../x"),
        ("a search with markup", f"q={quote(SCRIPT)}", "<script>"),
    ],
    "cases?": [
        ("a kind of case that is none", f"kind={quote(SCRIPT)}", "it can be escalations, appeals"),
        ("a page far out", "page=999999999", "There is no page 999999999"),
    ],
    "cases?case": [("a case that is none", f"case={quote(SCRIPT)}", "<script>")],
    "cases?appeal": [("an appeal that is none", f"kind=appeals&case={quote(SCRIPT)}", "<script>")],
    "cases?seller": [("a seller that is none", f"seller={quote(SCRIPT)}", "<script>")],
}
LINKS = {name: (visit, said) for visit, parts in VISITS.items() for name, _, said in parts}
ALIVE = "script, img[onerror], img[src*='example.org'], a[href*='example.org']"


@dataclass(frozen=True)
class Seen:
    """What a visit showed: the words and title of its page, and how many elements of the link came alive."""

    text: str
    title: str
    alive: int


_seen: dict[str, Seen] = {}


def visited(visit: str, new_tab: OpenTab) -> Seen:
    """The page as the link of the visit shows it; opened for the first of its tests."""
    if visit not in _seen:
        tab = new_tab().open(visit.split("?")[0], "&".join(part for _, part, _ in VISITS[visit]))
        main = tab.page.get_by_test_id("stMain")
        _seen[visit] = Seen(tab.text, tab.page.title(), main.locator(ALIVE).count())
    return _seen[visit]


@pytest.mark.parametrize("name", LINKS)
def test_a_hostile_link_shows_a_sentence_and_runs_nothing(name: str, new_tab: OpenTab) -> None:
    visit, sentence = LINKS[name]
    seen = visited(visit, new_tab)
    assert sentence in seen.text
    assert "could not load" not in seen.text
    assert "Traceback" not in seen.text
    assert "owned" not in seen.title
    assert seen.alive == 0
    assert "No sign-in is configured" in seen.text
