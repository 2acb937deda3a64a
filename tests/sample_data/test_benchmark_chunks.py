"""A benchmark stream has exactly the asked number of cases, unique keys and intact references."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sample_data.benchmark_chunks import benchmark_chunks, benchmark_origin
from store.settings import DEFAULT_SETTINGS, read_settings
from tests.sample_data.conftest import END

SETTINGS = read_settings(DEFAULT_SETTINGS)


def test_repeated_rows_reach_the_asked_numbers_with_unique_keys() -> None:
    chunks: dict[str, list[pa.Table]] = {}
    for name, chunk in benchmark_chunks(9_000, 3_500, weeks=6, end=END, settings=SETTINGS):
        chunks.setdefault(name, []).append(chunk)
    tables = {name: pa.concat_tables(parts) for name, parts in chunks.items()}
    assert tables["appeals"].num_rows == 9_000
    assert tables["escalations"].num_rows == 3_500
    for name, key in (("appeals", "appeal_id"), ("sellers", "seller_id"), ("enforcements", "enforcement_id")):
        assert pc.count_distinct(tables[name][key]).as_py() == tables[name].num_rows, name
    cycles = tables["escalations"].select(["escalation_id", "cycle"]).to_pandas()
    assert not cycles.duplicated().any()
    for name in ("appeals", "escalations"):
        known = pc.is_in(tables[name]["seller_id"], value_set=tables["sellers"]["seller_id"])
        assert pc.all(known).as_py(), name
    of_events = set(
        tables["escalation_events"]
        .select(["escalation_id", "cycle"])
        .to_pandas()
        .itertuples(index=False, name=None)
    )
    assert of_events <= set(cycles.itertuples(index=False, name=None))
    assert len(tables["specialists"]) < 300


def test_the_origin_says_that_rows_were_repeated() -> None:
    assert "repeated" in benchmark_origin(10_000_000, 1_000_000)
    assert "10,000,000 appeals" in benchmark_origin(10_000_000, 1_000_000)


def test_fewer_than_one_case_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        next(benchmark_chunks(0, 5, settings=SETTINGS))
