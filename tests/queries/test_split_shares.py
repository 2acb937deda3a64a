"""A share read once for several breakdowns is, in each of them, what it is when asked alone."""

from __future__ import annotations

import numpy as np
import pytest

from queries import split_shares
from queries.filters import Filters
from queries.measure import measure
from queries.split_shares import measure_split_shares
from queries.time import Grain
from tests.queries.conftest import World
from tests.queries.test_measure import periods_of

SPLITS = (("enforcement_team",), ("detection_source",), ("enforcement_team", "detection_source"))


@pytest.mark.parametrize(("most", "marketplace"), [(split_shares.MOST_ONE_BY_ONE, "EU"), (0, "NA")])
@pytest.mark.parametrize("key", ["overturned_on_appeal", "false_positive_floor"])
def test_every_breakdown_is_what_it_is_when_asked_alone(
    rich_world: World, key: str, most: int, marketplace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.clusters.MOST_ONE_BY_ONE", most)
    monkeypatch.setattr(split_shares, "MOST_ONE_BY_ONE", most)
    reader, filters = rich_world.reader, Filters().with_values("marketplace", [marketplace])
    period = periods_of(rich_world, Grain.block)[-1]
    compared = 0
    for split, own in measure_split_shares(reader, key, period, SPLITS, filters).items():
        alone = measure(reader, (key,), (period,), split, filters, clustered=True)
        assert own.groups == alone.groups
        pairs = [(own.total(key), alone.total(key))]
        pairs += [(own.group(key, group), alone.group(key, group)) for group in alone.groups]
        for one, other in pairs:
            for name in ("numerator", "denominator", "n", "value", "low", "high", "effective_n", "withheld"):
                np.testing.assert_allclose(getattr(one, name), getattr(other, name), err_msg=f"{key} {name}")
            compared += int(np.isfinite(one.value).sum())
    assert compared > 8, "the example must hold values"


def test_what_a_breakdown_cannot_tell_it_says_for_each(rich_world: World) -> None:
    (period,) = periods_of(rich_world, Grain.block)[-1:]
    found = measure_split_shares(
        rich_world.reader, "false_positive_floor", period, (("enforcement_team",), ("outcome",)), Filters()
    )
    assert found[("enforcement_team",)].reasons == {}
    assert found[("outcome",)].reasons["false_positive_floor"].startswith("cannot be split")
