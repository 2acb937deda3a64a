"""How appeals were decided, against the second computation, under filters only appeals have."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from queries import catalog
from queries.audit_frames import DONE_ENOUGH
from queries.filters import NONE_VALUE, Filters
from queries.measure import measure
from queries.time import Grain
from tests.queries.comparing import differences, differences_of_some, keeper
from tests.queries.conftest import World
from tests.queries.oracle_appeals import ASKED
from tests.queries.test_measure import periods_of

KEYS = (*ASKED, "appeals_open")
SPLITS = (
    "appeal_reason",
    "outcome",
    "policy",
    "enforcement_team",
    "detection_source",
    "team",
    "tier",
    "site",
)
GRAINS = (Grain.week, Grain.month, Grain.block)


@pytest.mark.parametrize("seed", range(6))
def test_every_metric_equals_the_oracle_under_random_filters_and_splits(rich_world: World, seed: int) -> None:
    rng = np.random.default_rng(seed + 70)
    names = [str(name) for name in rng.permutation(SPLITS)]
    by, narrowed = tuple(names[: 1 + seed % 2]), names[2 : 2 + int(rng.integers(3))]
    filters = Filters()
    for dimension in narrowed:
        present = sorted({row[dimension] or NONE_VALUE for row in rich_world.oracle.appeals})
        chosen = rng.choice(present, size=int(rng.integers(1, len(present) + 1)), replace=False)
        filters = filters.with_values(dimension, [str(value) for value in chosen])
    measures = measure(rich_world.reader, KEYS, periods_of(rich_world, GRAINS[seed % 3]), by, filters)
    assert measures.reasons == {}
    found, compared = [], 0
    for key in KEYS:
        for group in measures.groups:
            keep = keeper(rich_world, filters, by, group)
            series = measures.group(key, group)
            found += differences(rich_world, key, series, keep, 5)
            compared += int(np.isfinite(series.value).sum())
        some = rng.permutation(len(measures.groups))[: 1 + len(measures.groups) // 2].tolist()
        found += differences_of_some(rich_world, measures, key, filters, by, some)
        found += differences(rich_world, key, measures.total(key), keeper(rich_world, filters), 5)
    assert found == []
    assert compared > 50, "the example must hold values"


def test_kinds_of_error_are_counted_and_split_no_rate(rich_world: World) -> None:
    months = periods_of(rich_world, Grain.month)
    keys = ("decisions_judged_wrong", "audit_defect_rate")
    measures = measure(rich_world.reader, keys, months, ("error_type",))
    assert measures.reasons == {"audit_defect_rate": "cannot be split by kind of error"}
    for group in measures.groups:
        series = measures.group("decisions_judged_wrong", group)
        for place, period in enumerate(months):
            if series.days[place]:
                wanted = [
                    row
                    for row in rich_world.oracle.appeals
                    if row["audit"]
                    and row["error"] == group[0]
                    and period.start <= row["decided_on"] < period.end
                ]
                assert series.value[place] == len(wanted)


def test_the_reason_of_an_escalation_is_not_that_of_an_appeal(rich_world: World) -> None:
    weeks = periods_of(rich_world, Grain.week)
    keys = ("appeals_decided", "escalations_opened")
    measures = measure(rich_world.reader, keys, weeks, (), Filters().with_values("reason", ["funds | held"]))
    assert measures.reasons == {"appeals_decided": "cannot be split by reason"}
    other = Filters().with_values("appeal_reason", ["funds | held"])
    assert measure(rich_world.reader, keys, weeks, (), other).reasons == {
        "escalations_opened": "cannot be split by appeal reason"
    }


@pytest.mark.parametrize("key", ["audit_defect_rate", "audit_over_reinstated", "escalation_defect_rate"])
def test_audits_are_mature_after_28_days_or_when_95_of_100_drawn_are_done(
    rich_world: World, key: str
) -> None:
    series = measure(rich_world.reader, (key,), periods_of(rich_world, Grain.day)).total(key)
    metric = catalog.METRICS[key]
    rows = rich_world.oracle.appeals if key.startswith("audit") else rich_world.rows.cycles
    clock = "decided_on" if key.startswith("audit") else "resolved_on"
    tables = rich_world.reader.coverage.tables
    through = min(tables[name].last_day for name in (*metric.facts, "reviews"))
    early = 0
    for place, period in enumerate(series.periods):
        of_day = [row for row in rows if row[clock] == period.start]
        if key.startswith("escalation"):
            of_day = [row for row in of_day if row["kind"] == "resolved"]
        drawn = sum(bool(row["drawn"]) for row in of_day)
        done = sum(row["audit"] is not None for row in of_day)
        enough = drawn > 0 and done >= DONE_ENOUGH * drawn
        over = period.last_day + dt.timedelta(days=28) <= through
        settled = enough and bool(series.complete[place]) and period.last_day <= through
        assert series.mature[place] == (over or settled), period.label
        early += settled and not over
    assert early > 0, "the example must hold a day whose audits are done early"
