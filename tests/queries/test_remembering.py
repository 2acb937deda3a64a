"""Answers are worked out once, a few at a time, and known ones at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from types import SimpleNamespace
from typing import Any

import pytest

from queries.remembering import AT_ONCE, is_known, remembered

READER: Any = SimpleNamespace(
    facts=SimpleNamespace(location="here", version="v1"), scope=SimpleNamespace(predicate="everything")
)
LONGEST = 20
READERS = 4 * AT_ONCE


@pytest.fixture
def readers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(READERS) as pool:
        yield pool


def test_equal_questions_asked_together_are_answered_once(readers: ThreadPoolExecutor) -> None:
    asked: list[str] = []
    may_answer = Event()

    @remembered(1)
    def answer(_: Any, question: str) -> str:
        asked.append(question)
        may_answer.wait(LONGEST)
        return question.upper()

    waiting = [readers.submit(answer, READER, "same") for _ in range(READERS)]
    may_answer.set()
    assert {found.result(LONGEST) for found in waiting} == {"SAME"}
    assert asked == ["same"]


@pytest.mark.parametrize(
    "other",
    [
        {"facts": SimpleNamespace(location="there", version="v1")},
        {"facts": SimpleNamespace(location="here", version="v2")},
        {"scope": SimpleNamespace(predicate="own team")},
    ],
)
def test_another_store_version_or_viewer_is_answered_anew(other: dict[str, Any]) -> None:
    @remembered(1)
    def answer(reader: Any, _: str) -> tuple[str, ...]:
        return reader.facts.location, reader.facts.version, reader.scope.predicate

    assert answer(READER, "same") == ("here", "v1", "everything")
    changed: Any = SimpleNamespace(**{**vars(READER), **other})
    facts, scope = changed.facts, changed.scope
    assert answer(changed, "same") == (facts.location, facts.version, scope.predicate)
    assert answer(READER, "same") == ("here", "v1", "everything")


def test_an_answer_is_known_once_it_was_given_to_that_version_alone() -> None:
    @remembered(1)
    def answer(_: Any, question: str) -> str:
        return question.upper()

    assert not is_known(answer, READER, "same")
    answer(READER, "same")
    newer: Any = SimpleNamespace(**{**vars(READER), "facts": SimpleNamespace(location="here", version="v2")})
    assert is_known(answer, READER, "same")
    assert not is_known(answer, READER, "other")
    assert not is_known(answer, newer, "same")


def test_no_more_than_a_few_answers_are_worked_out_at_once(readers: ThreadPoolExecutor) -> None:
    lock, under_way, most = Lock(), 0, 0
    all_turns_taken, may_answer = Event(), Event()

    @remembered(1)
    def answer(_: Any, question: int) -> int:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == AT_ONCE:
                all_turns_taken.set()
        may_answer.wait(LONGEST)
        with lock:
            under_way -= 1
        return question

    waiting = [readers.submit(answer, READER, number) for number in range(READERS)]
    assert all_turns_taken.wait(LONGEST)
    may_answer.set()
    assert [found.result(LONGEST) for found in waiting] == list(range(READERS))
    assert most == AT_ONCE


def test_a_known_answer_does_not_wait_for_a_turn(readers: ThreadPoolExecutor) -> None:
    slow, may_answer = [Event() for _ in range(AT_ONCE)], Event()

    @remembered(1)
    def answer(_: Any, question: int) -> int:
        if question < AT_ONCE:
            slow[question].set()
            may_answer.wait(LONGEST)
        return question

    assert answer(READER, 99) == 99
    waiting = [readers.submit(answer, READER, number) for number in range(AT_ONCE)]
    assert all(begun.wait(LONGEST) for begun in slow)
    known = readers.submit(answer, READER, 99)
    try:
        assert known.result(LONGEST) == 99
    finally:
        may_answer.set()
    assert [found.result(LONGEST) for found in waiting] == list(range(AT_ONCE))


def test_answers_made_of_other_answers_never_wait_for_each_other(readers: ThreadPoolExecutor) -> None:
    @remembered(1)
    def part(_: Any, number: int) -> int:
        return number

    @remembered(1)
    def whole(reader: Any, number: int) -> int:
        return part(reader, number % 2) + part(reader, number % 3)

    asked = [readers.submit(whole if number % 2 else part, READER, number % 12) for number in range(200)]
    for number, found in enumerate(asked):
        place = number % 12
        assert found.result(LONGEST) == (place % 2 + place % 3 if number % 2 else place)


def test_a_failed_answer_gives_its_turn_back() -> None:
    @remembered(1)
    def answer(_: Any, question: int) -> int:
        raise ValueError(question)

    for number in range(2 * AT_ONCE):
        with pytest.raises(ValueError, match=str(number)):
            answer(READER, number)

    @remembered(1)
    def next_answer(_: Any, question: int) -> int:
        return question

    with ThreadPoolExecutor(1) as other:
        assert other.submit(next_answer, READER, 1).result(LONGEST) == 1


def test_what_is_asked_by_name_is_refused_not_left_out_of_the_question() -> None:
    @remembered(1)
    def answer(_: Any, question: str, times: int = 1) -> str:
        return question * times

    assert answer(READER, "a", 2) == "aa"
    with pytest.raises(TypeError, match="times by position"):
        answer(READER, "a", times=2)
