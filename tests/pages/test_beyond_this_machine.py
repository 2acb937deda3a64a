"""Where the app answers beyond this machine nothing is narrowed to a person, and no list names one.

Attacked as a colleague on the network would: with links, all opened that opens, and every download.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import security
from components.cases import export
from components.cases.request import read_request
from components.view import View
from queries.cases import Behind, case_page, counts_behind, exported_cases
from queries.filters import Filters
from queries.journal import read_journal
from queries.listing import KINDS, LISTINGS, OWNER
from queries.measure import Reader
from store.commands.line import main
from store.location import Location
from tests.pages.conftest import RunPage
from tests.pages.reading import elements, said

WEEK = {"from": "2026-11-09", "to": "2026-11-15"}
NOT_HEEDED = "The link's team member filter is not heeded"
OPENED = (
    *("filters", "range", "copy-link", "hand-back", "manager-list", "need", "partner-brief", "more-signals"),
    *("clearing-assumes", "draw-list", "draw-reviewers", "refused-rows", "review-pack", "what-save-box"),
)
PAGES = ("", "escalations", "reinstatements", "strategic", "capacity", "definitions")
LISTED = ("available_hours", "ramp", "workload_spread", "backlog_open", "escalation_defect_rate")
_OPENABLE = re.compile(rb"-((?:rows|more)-[\w-]+)")


@pytest.fixture
def beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app answers beyond this machine."""
    monkeypatch.setattr(security, "_is_loopback", lambda host: False)


@pytest.fixture
def downloaded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the downloads of the pages opened would hold, CSV only: the workbook holds the same rows."""
    held: list[bytes] = []
    offered = st.download_button

    def keeps(label: str, data: Any, **named: Any) -> bool:
        if str(named.get("file_name", "")).endswith(".csv"):
            held.append(data() if callable(data) else data)
        return offered(label, data, **named)

    monkeypatch.setattr(st, "download_button", keeps)
    return held


@pytest.fixture
def named_in(sample_reader: Reader) -> Callable[[bytes], set[str]]:
    """The people whose number or name stands in some bytes, but those who wrote or owe an action."""
    names = sample_reader.directory.names
    actions = read_journal(sample_reader.facts.location).actions
    public = " ".join(str(action) for action in actions)
    private = {number: name for number, name in names.items() if name not in public}
    assert len(private) > 50
    words = {word.encode(): number for number, name in private.items() for word in (number, name)}

    def found(raw: bytes) -> set[str]:
        return {
            number
            for word, number in words.items()
            if word in raw and re.search(rb"(?<!\w)" + re.escape(word) + rb"(?!\w)", raw)
        }

    return found


@pytest.fixture
def drawn(own_store: Location) -> None:
    """Decisions drawn for reviewers, who have them to do."""
    least = ("--min-per-person", "0", "--min-per-reason", "1", "--seed", "7")
    assert main(["draw", "--size", "20", *least]) == 0


def opened(run_page: RunPage, page: str, **link: str | list[str]) -> AppTest:
    """A page with everything open that opens."""
    app = run_page(page, **link)
    keys = {key.decode() for raw in sent(app) for key in _OPENABLE.findall(raw)}
    for key in (*OPENED, *keys):
        app.session_state[key] = True
    return app.run()


def sent(app: AppTest) -> Iterator[bytes]:
    """What the browser gets of every element: words, alternative texts, marks of charts, options, rows."""
    for node in elements(app):
        if (proto := getattr(node, "proto", None)) is not None:
            yield proto.SerializeToString()


@pytest.mark.usefixtures("beyond", "drawn")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_sends_a_person_whatever_is_opened_or_downloaded(
    page: str,
    run_page: RunPage,
    sample_reader: Reader,
    named_in: Callable[[bytes], set[str]],
    downloaded: list[bytes],
) -> None:
    person = sorted(sample_reader.directory.names)[7]
    app = opened(run_page, page, member=person)
    assert not app.exception and not app.error
    assert named_in(b"\n".join((*sent(app), *downloaded))) == set()
    assert page == "definitions" or NOT_HEEDED in said(app)


@pytest.mark.usefixtures("beyond")
@pytest.mark.parametrize(
    "link", [*({"kind": kind, **WEEK} for kind in KINDS), *({"metric": metric, **WEEK} for metric in LISTED)]
)
def test_no_list_of_cases_and_no_download_of_it_names_an_owner(
    link: dict[str, str], run_page: RunPage, named_in: Callable[[bytes], set[str]], downloaded: list[bytes]
) -> None:
    app = opened(run_page, "cases", **link)
    assert not app.exception and not app.error
    assert named_in(b"\n".join((*sent(app), *downloaded))) == set()


@pytest.mark.usefixtures("drawn")
def test_the_same_search_finds_people_everywhere_for_the_leader_at_this_machine(
    run_page: RunPage, named_in: Callable[[bytes], set[str]], downloaded: list[bytes]
) -> None:
    """Else the searches above could find nothing for want of looking."""
    for page, link in (
        ("reinstatements", {}),
        ("capacity", {}),
        ("cases", {"kind": "escalations", **WEEK}),
        ("cases", {"metric": "available_hours", **WEEK}),
    ):
        downloaded.clear()
        app = opened(run_page, page, **link)
        assert len(named_in(b"\n".join(sent(app)))) > 3, page
        assert len(named_in(b"\n".join(downloaded))) > 3, page


@pytest.mark.usefixtures("beyond")
def test_a_link_with_a_person_shows_everybodys_numbers_and_says_so(
    run_page: RunPage, sample_reader: Reader
) -> None:
    person = sorted(sample_reader.directory.names)[7]
    for page in ("escalations", "cases"):
        app = run_page(page, member=[person, "x"], team="emea-1")
        notices = [part.value for part in app.info if "not heeded" in part.value]
        assert len(notices) == 1 and "only where the app answers to this machine alone" in notices[0]
        assert person not in said(app) and app.title[0].value.endswith("EMEA 1 Luxembourg")
    alone = run_page("cases", team="emea-1")
    assert [part.value for part in app.markdown] == [part.value for part in alone.markdown]


@pytest.mark.usefixtures("beyond")
@pytest.mark.parametrize("kind", KINDS)
def test_nobodys_cases_are_found_by_name_or_number_or_sorted_together(
    kind: str, run_page: RunPage, sample_reader: Reader
) -> None:
    owners = {
        row[OWNER]
        for part in exported_cases(sample_reader, Behind(None, None, Filters(), kind=kind))
        for row in part.to_pylist()
        if row.get(OWNER)
    }
    person = sorted(owners)[0] if owners else sorted(sample_reader.directory.names)[0]
    for words in (person, sample_reader.directory.names[person]):
        if owners:
            assert counts_found(sample_reader, kind, words, named=True) > 0
        assert counts_found(sample_reader, kind, words, named=False) == 0
    assert f"No {kind if kind != 'escalations' else 'cases'} contain" in said(
        run_page("cases", kind=kind, q=sample_reader.directory.names[person])
    )
    app = run_page("cases", kind=kind, sort=OWNER)
    assert "The list cannot be sorted by “specialist_id”" in said(app)
    (choice,) = (box for box in app.selectbox if box.key == "cases-sort")
    assert not any("Owner" in option for option in choice.options)
    assert "person" not in app.text_input(key="cases-search").proto.placeholder


def counts_found(reader: Reader, kind: str, words: str, *, named: bool) -> int:
    return case_page(reader, Behind(None, None, Filters(), search=words, kind=kind, named=named)).total


def test_the_read_itself_refuses_what_the_page_does_not_offer(sample_reader: Reader) -> None:
    """Were a page to forget it, the rows would not come."""
    unnamed = Behind(None, None, Filters(), named=False)
    assert OWNER not in case_page(sample_reader, unnamed).rows.column_names
    with pytest.raises(ValueError, match="cannot be sorted by"):
        case_page(sample_reader, unnamed, OWNER)
    for read in (case_page, counts_behind):
        by_person = Behind(None, None, Filters().with_values("member", ["x"]), named=False)
        with pytest.raises(ValueError, match="cannot be filtered by member"):
            read(sample_reader, by_person)
        of_people = Behind(sample_reader.available("available_hours").metric, None, Filters(), named=False)
        with pytest.raises(ValueError, match="rows about people"):
            read(sample_reader, of_people)
    assert {fact for fact, listing in LISTINGS.items() if listing.of_people} == {"work_days", "work_pace"}


def test_a_download_without_owners_keeps_head_and_rows_in_step(sample_reader: Reader) -> None:
    week = sample_reader.coverage.newest_week()
    assert week is not None
    view = View(sample_reader, Filters(), week, read_journal(sample_reader.facts.location), "cases")
    request, _ = read_request({"metric": "resolution_sla", **WEEK}, sample_reader)
    files = {}
    for named in (True, False):
        behind = Behind(request.metric, request.period, Filters(), named=named)
        text = export.csv_file(view, request, behind).decode("utf-8-sig")
        files[named] = list(csv.DictReader(io.StringIO(text)))
    assert files[True] and len(files[True]) == len(files[False])
    for full, bare in zip(files[True], files[False], strict=True):
        assert bare == {head: cell for head, cell in full.items() if head != "Owner"}


@pytest.mark.usefixtures("beyond")
def test_the_page_of_one_case_says_who_did_what_and_the_history_of_a_seller_which_team(
    run_page: RunPage, sample_reader: Reader, named_in: Callable[[bytes], set[str]]
) -> None:
    """A case read from end to end has its people; a list of cases of one seller has not."""
    rows = case_page(sample_reader, Behind(None, None, Filters())).rows.to_pylist()
    one = next(row for row in rows if row[OWNER])
    words = said(run_page("cases", case=one["escalation_id"]))
    assert sample_reader.directory.names[one[OWNER]] in words
    assert "Coach" not in words and "coach" not in words
    history = run_page("cases", seller=one["seller_id"])
    assert "everything within what" not in said(history) and not history.exception
    assert named_in(b"\n".join(sent(history))) == set()
    assert any(b"EMEA" in raw or b"APAC" in raw or b"team" in raw.lower() for raw in sent(history))


@pytest.mark.usefixtures("beyond", "drawn")
def test_it_is_said_what_is_closed_and_why(run_page: RunPage) -> None:
    why = "shown only where the app answers to this machine alone: without sign-in nobody could say who is"
    assert f"Whose case each is, is {why} looking." in said(run_page("cases"))
    assert f"The days of work behind this number are those of people, {why} looking." in said(
        run_page("cases", metric="available_hours", **WEEK)
    )
    assert "Whose case each is" not in said(run_page("cases", kind="enforcements"))
    assert f"how far each reviewer is, is {why} looking." in said(run_page("reinstatements"))


def test_the_leader_at_this_machine_filters_searches_and_sorts_by_person(
    run_page: RunPage, sample_reader: Reader
) -> None:
    rows = case_page(sample_reader, Behind(None, None, Filters())).rows.to_pylist()
    person = next(row[OWNER] for row in rows if row[OWNER])
    app = run_page("cases", member=person, sort=OWNER)
    assert "not heeded" not in said(app) and "cannot be sorted" not in said(app)
    assert "Whose case each is" not in said(app)
    app.session_state["filters"] = True
    assert "filter-member" in {box.key for box in app.run().multiselect}
