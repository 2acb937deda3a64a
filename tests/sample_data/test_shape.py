"""The simulation yields what the schema names, the same for the same seed, consistent in itself."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest

from sample_data import simulate
from sample_data.source_tables import source_schema, source_table
from store.schema import fact, source_columns, source_tables
from store.settings import DEFAULT_SETTINGS, read_settings
from tests.sample_data.conftest import END, Raw, collected

SMALL = {"scale": 0.02, "weeks": 30, "end": END}
BESIDE = {"supplied_through", "incomplete_days"}


def test_same_seed_gives_same_rows_and_another_seed_others() -> None:
    first, again, other = collected(**SMALL), collected(**SMALL), collected(**SMALL, seed=8)
    assert first.keys() == again.keys()
    assert all(first[name].equals(again[name]) for name in first)
    assert not first["escalations"].equals(other["escalations"])
    assert not first["specialists"].equals(other["specialists"])


def test_every_source_table_is_filled_with_exactly_the_source_columns(raw: Raw) -> None:
    assert set(raw.tables) - BESIDE == {table.name for table in source_tables()}
    for table in source_tables():
        assert list(raw[table.name].columns) == [column.name for column in source_columns(table)]
        assert len(raw[table.name]) > 0


def test_keys_are_unique_and_required_columns_filled(raw: Raw) -> None:
    for table in source_tables():
        rows = raw[table.name]
        assert not rows.duplicated(list(table.info["key"])).any(), table.name
        for column in source_columns(table):
            if column.info["required"]:
                assert rows[column.name].notna().all(), f"{table.name}.{column.name}"


def test_only_allowed_words_and_no_negative_amounts(raw: Raw) -> None:
    for table in source_tables():
        for column in source_columns(table):
            values = raw[table.name][column.name].dropna()
            if column.info["values"]:
                assert set(values) <= set(column.info["values"]), f"{table.name}.{column.name}"
            if column.info["positive"]:
                assert (values >= 0).all(), f"{table.name}.{column.name}"


def test_every_reference_names_an_existing_row(raw: Raw) -> None:
    for table in source_tables():
        for column in source_columns(table):
            target = column.info["refers"]
            if target is not None:
                known = set(raw[target][fact(target).info["key"][0]])
                assert set(raw[table.name][column.name].dropna()) <= known, f"{table.name}.{column.name}"


def test_nothing_is_known_after_the_end_and_no_interval_runs_backwards(raw: Raw) -> None:
    through = raw["supplied_through"]["through_at"].max()
    for table in source_tables():
        for name, kind in zip(source_schema(table.name).names, source_schema(table.name).types, strict=True):
            clocks_ahead = {"due_at", "due_at_without_pauses", "first_response_due_at"}
            if pa.types.is_timestamp(kind) and name not in clocks_ahead:
                assert (raw[table.name][name].dropna() <= through).all(), f"{table.name}.{name}"
    for table_name, first, last in (
        ("escalations", "opened_at", "resolved_at"),
        ("escalations", "opened_at", "first_response_at"),
        ("escalation_events", "starts_at", "ends_at"),
        ("appeals", "submitted_at", "decided_at"),
        ("enforcements", "enforced_at", "reversed_at"),
        ("investigations", "opened_at", "closed_at"),
        ("reviews", "selected_at", "reviewed_at"),
        ("surveys", "sent_at", "answered_at"),
    ):
        rows = raw[table_name].dropna(subset=[last])
        assert (rows[last] >= rows[first]).all(), f"{table_name}: {last} before {first}"


def test_events_lie_within_their_cycle(raw: Raw) -> None:
    joined = raw["escalation_events"].merge(
        raw["escalations"][["escalation_id", "cycle", "opened_at", "resolved_at"]],
        on=["escalation_id", "cycle"],
        how="left",
        validate="many_to_one",
    )
    assert joined["opened_at"].notna().all()
    assert (joined["starts_at"] >= joined["opened_at"]).all()
    ended = joined.dropna(subset=["resolved_at"])
    assert (ended["ends_at"] <= ended["resolved_at"]).all()


def test_a_reopened_cycle_begins_after_the_one_before_ended(raw: Raw) -> None:
    cycles = raw["escalations"].set_index(["escalation_id", "cycle"])
    later = cycles[cycles.index.get_level_values("cycle") > 1]
    before = cycles.loc[[(case, cycle - 1) for case, cycle in later.index]]
    assert len(later) > 500
    assert (before["end_kind"] == "resolved").all()
    assert (later["opened_at"].to_numpy() > before["resolved_at"].to_numpy()).all()


def test_a_person_stands_in_one_team_at_a_time_from_hire_to_leaving(raw: Raw) -> None:
    history = raw["specialist_history"].sort_values(["specialist_id", "valid_from"])
    following = history.groupby("specialist_id")["valid_from"].shift(-1)
    has_next = following.notna()
    assert (history["valid_to"][has_next] == following[has_next]).all()
    first = history.groupby("specialist_id")["valid_from"].min()
    hired = raw["specialists"].set_index("specialist_id")["hired_on"]
    assert (first == hired[first.index]).all()
    assert history.groupby("specialist_id")["team"].nunique().gt(1).sum() >= 10  # people move


def test_about_120_people_in_12_teams_of_5_sites_under_3_organisations(raw: Raw) -> None:
    teams, history = raw["teams"], raw["specialist_history"]
    now = history[history["valid_to"].isna()]
    assert teams["parent"].notna().sum() == 12
    assert teams["parent"].nunique() == 3
    assert teams["site"].nunique() == 5
    assert 110 <= len(now) <= 130
    assert raw["specialists"]["name"].is_unique
    assert raw["specialists"]["left_on"].notna().sum() >= 20


def test_sellers_and_cases_grow_with_scale_and_people_do_not() -> None:
    small, large = collected(**SMALL), collected(**{**SMALL, "scale": 0.08})
    assert large["specialists"].equals(small["specialists"])
    assert large["sellers"].num_rows == 4 * small["sellers"].num_rows
    assert large["escalations"].num_rows == pytest.approx(4 * small["escalations"].num_rows, rel=0.25)


def test_blocks_of_a_larger_scale_share_no_keys() -> None:
    names: dict[str, list[str]] = {}
    settings = read_settings(DEFAULT_SETTINGS)
    for name, chunk in simulate(scale=1.02, weeks=3, end=END, settings=settings):
        if name in ("sellers", "escalations", "appeals", "reviews", "surveys", "work_items"):
            key = next(iter(fact(name).info["key"]))
            names.setdefault(name, []).extend(chunk[key].to_pylist())
    for name in ("sellers", "appeals", "reviews", "surveys", "work_items"):
        assert len(set(names[name])) == len(names[name]), name


def test_the_default_end_is_the_last_day_of_a_week_that_is_over() -> None:
    settings = read_settings(DEFAULT_SETTINGS)
    through = collected(scale=0.01, weeks=2)["supplied_through"]["through_at"][0].as_py()
    local = pd.Timestamp(through, tz="UTC").tz_convert(settings.organisation.time_zone)
    today = pd.Timestamp.now(settings.organisation.time_zone).date()
    assert local.weekday() == 6
    assert local.strftime("%H:%M") == "23:59"
    assert today - dt.timedelta(days=7) <= local.date() < today


def test_scale_and_weeks_must_be_positive() -> None:
    settings = read_settings(DEFAULT_SETTINGS)
    with pytest.raises(ValueError, match="scale 0"):
        next(simulate(scale=0, settings=settings))
    with pytest.raises(ValueError, match="weeks -1"):
        next(simulate(weeks=-1, settings=settings))


def test_a_column_the_schema_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="shoe_size"):
        source_table("sellers", seller_id=["A1"], shoe_size=[44])
    with pytest.raises(ValueError, match="differ in length"):
        source_table("sellers", seller_id=["A1"], name=["a", "b"])
