"""Cases handed back to an upstream team whatever the order of their dates."""

from __future__ import annotations

import pyarrow as pa

from queries.filters import Filters
from queries.hand_back import cases_to_hand_back
from queries.measure import open_reader
from queries.scope import open_scope
from queries.time import Grain, Period
from store.facts import open_facts
from tests.conftest import BuildStore
from tests.queries.small_store import UTC_SETTINGS, at, rows_of


def test_a_decision_told_by_its_day_alone_is_named_though_it_stands_before_the_enforcement(
    build_store: BuildStore,
) -> None:
    enforced = {"enforcement_id": "N1", "enforced_at": at(3, 10), "reversed_at": at(9)}
    appeal = {"appeal_id": "A1", "enforcement_id": "N1", "submitted_at": at(3), "decided_at": at(3)}
    appeal |= {"outcome": "reversed_our_error", "reason": "identity"}
    tables = {
        "enforcements": rows_of("enforcements", [{**enforced, "reversal_kind": "reversed_our_error"}]),
        "appeals": rows_of("appeals", [appeal]),
        "supplied_through": pa.table(
            {
                "table_name": ["enforcements", "appeals"],
                "first_at": pa.array([at(1)] * 2, pa.timestamp("us")),
                "through_at": pa.array([at(20)] * 2, pa.timestamp("us")),
            }
        ),
    }
    reader = open_reader(open_facts(build_store(tables, UTC_SETTINGS)), open_scope())
    month = Period(at(1).date(), at(31).date(), Grain.month)
    (found,) = cases_to_hand_back(reader, month, Filters())
    assert (found.enforcement_id, found.appeal_id, found.decision_reason) == ("N1", "A1", "identity")
    reader.facts.close()
