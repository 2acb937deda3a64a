"""The draw on the Reinstatements page: none, drawn, partly done; by name; never the decision."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import source
from components.reinstatements import audit_work
from queries.audit_work import DrawProgress, ReviewerWork
from queries.filters import Filters
from store import importing
from store.commands.line import main
from store.journal import draws, open_journal
from store.location import Location
from tests.pages.conftest import SHELL
from tests.pages.reading import said

MAPPING = Path(__file__).parents[2] / "sample_data" / "mappings" / "audit_results.toml"
Draw = Callable[..., int]


def page(**params: str) -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app.switch_page("../pages/reinstatements.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def draw(*words: object) -> None:
    least = ("--min-per-person", "0", "--min-per-reason", "1", "--seed", "7")
    assert main(["draw", *map(str, words), *least]) == 0


def test_without_a_draw_the_page_says_how_to_make_one(own_store: Location) -> None:
    words = said(page())
    assert "Decisions drawn for review" in words
    assert "None was drawn in the 8 weeks to week 46. Whoever runs this app draws them" in words
    assert "the command “python -m store draw” picks decisions at random" in words


def test_a_draw_shows_its_design_and_its_reviewers_by_name(own_store: Location) -> None:
    draw("--size", 20)
    draw("--size", 6, "--kind", "calibration")
    app = page(site="Berlin")
    words = said(app)
    assert re.search(
        r"20 of the \d+ decisions of week 46 were drawn for a blind audit; 0 of 20 reviews", words
    )
    assert re.search(r"6 of the \d+ decisions of week 46 were drawn for calibration by 3 people each", words)
    assert "Drawn at random (seed 7) with at least 0 of each person and 1 of each reason" in words
    assert "Always of the whole operation, whatever the filters." in words
    assert [str(fault.value) for fault in app.exception] == []
    # The week before has none of its own, and later draws are not shown in it.
    assert "None was drawn in the 8 weeks to week 45" in said(page(week="2026-W45"))


def test_done_reviews_are_counted_after_the_import(fresh_store: Location, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    draw("--size", 20, "--out", out)
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    for row in rows[:3]:
        row |= {"reviewed_at": row["selected_at"], "judged_wrong": "false", "own_decision": "upheld"}
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    importing.run(fresh_store, MAPPING, [out])
    assert "3 of 20 reviews are done" in said(page())


def test_reviewers_stand_in_alphabetical_order_and_the_list_hides_the_decision(
    own_store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw("--size", 20)
    shown: dict[str, list[list[object]]] = {}

    def keep(_heads: object, rows: list[list[object]], stem: str, key: str) -> None:
        shown[key] = rows

    monkeypatch.setattr(audit_work, "downloads", keep)
    monkeypatch.setattr(audit_work.st, "expander", _always_open)
    monkeypatch.setattr(audit_work.st, "popover", _always_open)
    page()
    names = [row[0] for row in shown["draw-reviewers"]]
    assert names == sorted(names) and len(names) == len(set(names)) > 5
    (drawn,) = draws(open_journal(own_store))
    told = {str(cell) for row in shown["draw-list"] for cell in row}
    assert {item.subject_id for item in drawn.items} <= told
    assert not told & {item.stratum for item in drawn.items}


class _always_open:  # noqa: N801 - stands in for a function
    """An expander or popover as if the reader had opened it."""

    open = True

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_late_reviews_are_said_first_in_words(own_store: Location) -> None:
    draw("--size", 20)
    (drawn,) = draws(open_journal(own_store))
    works = (ReviewerWork("a", "Ann", 12, 10, 0, 2), ReviewerWork("b", "Ben", 8, 8, 0, 0))
    progress = DrawProgress(drawn, dt.date(2026, 12, 20), works)
    reader = source.reader()
    week = reader.coverage.rules.parse_week("2026-W46")
    view = _view(reader, week)
    words = audit_work.answer(view, [progress]).replace("\u00a0", " ")
    assert words.endswith("18 of 20 reviews are done. 2 reviews of the last 8 weeks are late.")
    done = replace(progress, reviewers=(works[1],))
    calm = audit_work.answer(view, [replace(done, draw=replace(drawn, items=drawn.items[:8]))])
    assert calm.endswith("all reviews are done.")


def _view(reader: object, week: object) -> object:
    from components.view import View
    from queries.journal import Journal

    return View(reader, Filters(), week, Journal(), "reinstatements")  # type: ignore[arg-type]
