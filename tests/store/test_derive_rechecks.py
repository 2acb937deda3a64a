"""Which reviews of a denial count, and which of several holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from store.settings import Settings
from tests.store.derivation import derived_in_memory

SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
DECIDED = dt.datetime(2026, 1, 5)
MOMENT = pa.timestamp("us")
NOTHING = (None, None, None, None)


Review = tuple[str, str, int | None, bool | None, str | None]
"""Purpose, reviewer, day done, verdict and own decision."""


def derived(*appeals: tuple[str, list[Review]]) -> list[tuple[Any, ...]]:
    """Drawn, wrong, weight of the recheck and wrong of the second level, per outcome and its reviews."""
    rows = [(place, n, row) for place, (_, given) in enumerate(appeals) for n, row in enumerate(given)]
    days = [None if row[2] is None else DECIDED + dt.timedelta(days=row[2]) for *_, row in rows]
    count = len(appeals)
    source = {
        "appeals": pa.table(
            {
                "appeal_id": [f"A{place:02d}" for place in range(count)],
                "specialist_id": ["decider"] * count,
                "submitted_at": pa.array([DECIDED - dt.timedelta(days=2)] * count, MOMENT),
                "decided_at": pa.array([DECIDED] * count, MOMENT),
                "outcome": [outcome for outcome, _ in appeals],
            }
        ),
        "reviews": pa.table(
            {
                "review_id": [f"R{place:02d}-{n}" for place, n, _ in rows],
                "subject_kind": ["appeal"] * len(rows),
                "subject_id": [f"A{place:02d}" for place, *_ in rows],
                "purpose": [row[0] for *_, row in rows],
                "reviewer_id": [row[1] for *_, row in rows],
                "selected_at": pa.array([DECIDED] * len(rows), MOMENT),
                "reviewed_at": pa.array(days, MOMENT),
                "judged_wrong": pa.array([row[3] for *_, row in rows], pa.bool_()),
                "own_decision": pa.array([row[4] for *_, row in rows], pa.string()),
                "weight": [float(n) for _, n, _ in rows],
                "blind": [False] * len(rows),
            }
        ),
    }
    with derived_in_memory(source, SETTINGS) as connection:
        return connection.execute(
            "select recheck_drawn, recheck_wrong, recheck_weight, second_level_wrong "
            "from final.appeals order by appeal_id"
        ).fetchall()


def test_the_latest_finished_recheck_of_a_denial_holds_and_second_level_stands_beside_it() -> None:
    reviews: list[Review] = [
        ("denial_recheck", "other", 3, True, None),
        ("denial_recheck", "another", 4, False, None),
        ("denial_recheck", "third", None, None, None),
        ("second_level", "other", 9, True, None),
        ("random", "other", 9, True, None),
    ]
    assert derived(("upheld", reviews)) == [(True, False, 1.0, True)]


def test_a_weight_of_zero_is_none_an_own_decision_a_verdict_and_one_still_to_be_done_has_none() -> None:
    assert derived(
        ("upheld", [("denial_recheck", "other", 3, None, "reversed_our_error")]),
        ("upheld", [("denial_recheck", "other", 3, None, "upheld")]),
        ("upheld", [("denial_recheck", "other", None, None, None)]),
    ) == [(True, True, None, None), (True, False, None, None), (True, None, None, None)]


def test_reviews_that_recheck_no_denial_do_not_count() -> None:
    found = derived(
        ("reinstated_after_fix", [("denial_recheck", "other", 3, True, None)]),
        ("upheld", [("denial_recheck", "decider", 3, True, None)]),
        ("upheld", [("denial_recheck", "other", -1, True, None)]),
        ("upheld", [("complaint", "other", 3, True, None)]),
    )
    assert found == [NOTHING] * 4
