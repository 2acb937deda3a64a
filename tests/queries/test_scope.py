"""Nobody sees rows outside their scope, and no scope can be made but from the directory."""

from __future__ import annotations

import ast
import copy
import dataclasses
import pickle
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

import queries
from queries import catalog
from queries.cases import Behind, case_page, exported_cases
from queries.filters import Filters
from queries.formulas import Ratio
from queries.measure import Reader, measure, open_reader
from queries.scope import OPEN_TABLES, Scope, open_scope, scope_of
from queries.time import Grain
from queries.timeline import case_life
from store.guard import ReadPermit, UnscopedRead
from store.schema import FACTS, fact
from tests.queries.comparing import differences
from tests.queries.conftest import World
from tests.queries.oracle_rows import Row
from tests.queries.test_measure import ALL_METRICS, FOR_ONE_PARTNER, periods_of

NAMES_ONLY = ("conditions.py", "snapshots.py")
"""They look at the names of columns in the schema, never at rows."""
TEAMS_OF = {
    "P1": {"emea-1"},
    "P3": {"emea-2", "apac-1"},  # apac-1 reports to emea-2
    "P4": {"amer-1"},
    "P2": set(),
}


def narrowed(world: World, person: str) -> Reader:
    """The store as this person sees it."""
    return open_reader(world.reader.facts, scope_of(world.reader.facts, person))


def visible(person: str, row: Row) -> bool:
    """Rows of the teams the person manages, and their own."""
    return row["team"] in TEAMS_OF[person] or row["member"] == person


@pytest.mark.parametrize("person", sorted(TEAMS_OF))
def test_every_metric_counts_only_rows_in_scope(rich_world: World, person: str) -> None:
    reader = narrowed(rich_world, person)
    periods = periods_of(rich_world, Grain.month)
    measures = measure(reader, ALL_METRICS, periods)
    for key in set(ALL_METRICS) - FOR_ONE_PARTNER:
        found = differences(rich_world, key, measures.total(key), lambda row: visible(person, row), 5)
        assert found == [], key
    assert np.nansum(measures.total("escalations_opened").value) > 0


@pytest.mark.parametrize("person", ["P1", "P3", "P4"])
def test_what_is_told_of_one_partner_counts_only_rows_in_scope(rich_world: World, person: str) -> None:
    measures = measure(
        narrowed(rich_world, person),
        sorted(FOR_ONE_PARTNER),
        periods_of(rich_world, Grain.month),
        ("partner",),
    )
    assert measures.groups
    for key in FOR_ONE_PARTNER:
        for series in measures.series(key):
            (partner,) = series.group
            keep = partial(_of_partner, person, partner)
            assert differences(rich_world, key, series, keep, 5) == [], (key, partner)


def _of_partner(person: str, partner: str | None, row: Row) -> bool:
    return visible(person, row) and row.get("partner") == partner


def test_two_viewers_never_share_an_answer(rich_world: World) -> None:
    periods = periods_of(rich_world, Grain.quarter)
    answers = [
        measure(reader, ("escalations_opened",), periods).total("escalations_opened").value
        for reader in (rich_world.reader, narrowed(rich_world, "P1"), narrowed(rich_world, "P4"))
    ]
    assert np.nansum(answers[0]) > np.nansum(answers[1]) > 0
    assert not np.array_equal(answers[1], answers[2])


@pytest.mark.parametrize("person", sorted(TEAMS_OF))
def test_case_lists_and_case_lives_stay_in_scope(rich_world: World, person: str) -> None:
    reader = narrowed(rich_world, person)
    mine = {(row["escalation_id"], row["cycle"]) for row in rich_world.rows.cycles if visible(person, row)}
    listed = [
        row for part in exported_cases(reader, Behind(None, None, Filters())) for row in part.to_pylist()
    ]
    assert {(row["escalation_id"], row["cycle"]) for row in listed} == mine
    others = [
        row["escalation_id"]
        for row in rich_world.rows.cycles
        if row["escalation_id"] not in {case for case, _ in mine}
    ]
    assert all(case_life(reader, case) is None for case in others[:5])
    for case in sorted({case for case, _ in mine})[:10]:
        life = case_life(reader, case)
        assert life is not None
        cycles = {cycle for found, cycle in mine if found == case}
        assert {cycle["cycle"] for cycle in life.cycles} == cycles
        assert set(life.moments) == cycles
        assert {linked["escalation_id"] for linked in life.linked} <= {found for found, _ in mine}


def test_a_manager_sees_what_happened_in_the_cases_of_the_team(rich_world: World) -> None:
    reader = narrowed(rich_world, "P4")
    waiting = [
        row
        for row in rich_world.rows.cycles
        if visible("P4", row) and rich_world.rows._waiting(row, on_seller=False)
    ]
    for row in waiting[:5]:
        life = case_life(reader, row["escalation_id"])
        assert life is not None
        seen = [moment for moment in life.moments[row["cycle"]] if moment.kind == "wait"]
        recorded = rich_world.rows.events[row["escalation_id"], row["cycle"]]
        assert len(seen) == sum(event["kind"] == "wait" for event in recorded)


def test_names_of_people_out_of_scope_are_not_in_the_directory(rich_world: World) -> None:
    everyone = set(rich_world.reader.directory.names)
    assert set(narrowed(rich_world, "P1").directory.names) < everyone
    assert "P1" in narrowed(rich_world, "P1").directory.names


def test_somebody_the_directory_does_not_know_sees_nothing(rich_world: World) -> None:
    for stranger in ("nobody", "", "' or 1=1 --", "P1 "):
        with pytest.raises(PermissionError, match="does not know"):
            scope_of(rich_world.reader.facts, stranger)


def test_a_read_without_permit_is_refused(rich_world: World) -> None:
    statement = select(func.count()).select_from(fact("escalations"))
    with rich_world.reader.facts.engine.connect() as connection:
        with pytest.raises(UnscopedRead):
            connection.execute(statement)
        for forged in (True, "permit", object(), ReadPermit):
            with pytest.raises(UnscopedRead):
                connection.execution_options(permit=forged).execute(statement)


def test_tables_without_owner_are_closed_to_a_narrowed_scope(rich_world: World) -> None:
    scope = scope_of(rich_world.reader.facts, "P1")
    for name, table in FACTS.tables.items():
        if name in OPEN_TABLES or "team" in table.c or "specialist_id" in table.c:
            scope.table(name)
        else:
            with pytest.raises(PermissionError, match="cannot be narrowed"):
                scope.table(name)


def test_a_scope_cannot_be_forged(rich_world: World) -> None:
    scope = scope_of(rich_world.reader.facts, "P1")
    with pytest.raises(TypeError, match="made by open_scope or scope_of"):
        Scope(object(), everything=True, teams=frozenset(), own=None)
    with pytest.raises(TypeError):
        Scope()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        dataclasses.replace(scope, _everything=True)  # type: ignore[type-var]
    for forge in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            forge(scope)
    with pytest.raises(AttributeError):
        scope._everything = True
    with pytest.raises(AttributeError):
        scope._teams = frozenset({"amer-1"})
    with pytest.raises(TypeError):
        type("Wider", (Scope,), {"sees_everything": True})
    assert not scope.sees_everything
    assert open_scope().sees_everything


def test_only_the_scope_hands_out_tables_and_permits() -> None:
    allowed = {
        "scope.py": {"fact", "ReadPermit"},
        # Which columns make a kind or a count by week; their rows only through the scope.
        "kinds.py": {"HORIZONS", "KINDS", "Kinds", "WEIGHTS", "Weekly", "weight_columns"},
        "numbered.py": {"NUMBERED", "SHAPED"},
        "statements.py": {"Weekly"},
        "weekly.py": {"EVERYONE", "WEEKLY", "Weekly", "weight_columns"},
        **{name: {"fact"} for name in NAMES_ONLY},
    }
    folder = Path(queries.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("store.schema", "store.guard")
            ):
                names |= {alias.name for alias in node.names}
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names if alias.name.startswith("store.")}
        assert names <= allowed.get(path.name, set()), path.name


def test_who_looks_at_the_schema_builds_no_select() -> None:
    for name in NAMES_ONLY:
        source = (Path(queries.__file__).parent / name).read_text(encoding="utf-8")
        called = {
            node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
        }
        assert not called & {"select", "select_from", "join", "alias", "subquery", "read"}, name


def test_rates_of_a_narrowed_scope_are_rates_of_its_rows(rich_world: World) -> None:
    reader = narrowed(rich_world, "P3")
    period = periods_of(rich_world, Grain.block)[-1]
    shares = [
        key
        for key in ALL_METRICS
        if key not in FOR_ONE_PARTNER
        and isinstance(formula := catalog.METRICS[key].formula, Ratio)
        and formula.spread == "wilson"
    ]
    measures = measure(reader, shares, [period])
    assert not measures.reasons
    for key in shares:
        page = case_page(reader, Behind(measures.metrics[key], period, Filters()))
        assert page.total == measures.total(key).n[0], key
