"""Hours spent on the earliest due first, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.backlog_queue import Queue
from analysis.staffing import Runs


def rows(*buckets: float) -> Runs:
    return np.array(buckets, np.float32)[:, None]


def cases(queue: Queue) -> Runs:
    counted = np.zeros(1, np.float32)
    queue.count(counted)
    return counted


def test_hours_go_to_the_earliest_due_of_all_types_alike() -> None:
    queue = Queue((4, 3), (0, 0), 10, 1)
    queue.enter(0, rows(1, 2, 0, 4), rows(2, 4, 0, 8))  # two hours a case
    queue.enter(1, rows(0, 2, 3), rows(0, 2, 3))  # one hour a case
    # 2 h past due, then 6 h due today of which 4 are there: a third is left of each type.
    assert queue.work_off(rows(6)[0]).tolist() == [13.0]
    assert queue.past_due(0).tolist() == [0.0]
    assert queue.due_today(0) == pytest.approx([2 / 3]) and queue.due_today(1) == pytest.approx([2 / 3])
    assert cases(queue) == pytest.approx([2 / 3 + 4 + 2 / 3 + 3])
    queue.next_day()
    assert queue.past_due(0) == pytest.approx([2 / 3])
    # Tomorrow the 2 h past due and the 3 h of the second type, then 4 of the 8 h due in one day more.
    assert queue.work_off(rows(9)[0]) == pytest.approx([4])
    assert queue.past_due(0).tolist() == queue.due_today(1).tolist() == [0.0]
    assert cases(queue) == pytest.approx([2])


def test_what_takes_longer_from_a_day_on_takes_it_for_its_own_type_alone() -> None:
    queue = Queue((2, 2), (0, 1), 10, 1)
    queue.enter(0, rows(0, 4), rows(0, 4))
    queue.enter(1, rows(0, 2), rows(0, 2))
    queue.stretch(1, np.array([2.0]))
    assert queue.work_off(rows(6)[0]) == pytest.approx([2])  # of 4 h and twice 2 h
    assert queue.due_today(0) == pytest.approx([1]) and queue.due_today(1) == pytest.approx([0.5])
    queue.next_day()  # 1 h of each is past due, and half of both is done
    assert queue.work_off(rows(1)[0]) == pytest.approx([1])
    assert queue.past_due(0) == pytest.approx([0.5]) and queue.past_due(1) == pytest.approx([0.25])
    queue.next_day()
    assert queue.work_off(rows(0.25)[0]) == pytest.approx([0.75]), "past due for a second night"


def test_what_was_past_due_stays_so_overnight() -> None:
    queue = Queue((3,), (0,), 10, 1)
    queue.enter(0, rows(5, 3, 2), rows(5, 3, 2))
    queue.work_off(rows(1)[0])
    queue.next_day()
    assert queue.past_due(0).tolist() == [7.0] and queue.due_today(0).tolist() == [2.0]
    assert queue.work_off(rows(8)[0]).tolist() == [1.0]


def test_a_queue_without_work_takes_no_hours() -> None:
    queue = Queue((), (), 3, 1)
    assert queue.work_off(np.ones(1, np.float32)).tolist() == [0]
    queue.next_day()
    assert cases(queue).tolist() == [0]
