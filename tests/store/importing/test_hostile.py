"""Names and values that look like SQL, HTML or paths are text like any other."""

from __future__ import annotations

import json

import pytest

from store.importing.faults import MappingError
from store.schema import source_tables
from tests.store.importing.conftest import Desk

HOSTILE = [
    "'; drop table src.escalations; --",
    '"; drop table src.escalations; --',
    "c0",
    "a b",
    "Größe €",
    "名前",
    "select",
    "x'y\"z",
    "$1",
    "?",
    "{0}",
    "%s",
    "\\",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "🙂",
    "a;b",
    "t_reason",
    "seq",
]


def csv_cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_word_works_as_column_value_map_null_word_and_condition(desk: Desk, name: str) -> None:
    mapping = f"""
[source]
name = {toml(name)}
[tables.escalations]
case = {toml(name)}
pick = "last"
where_not = {{ {toml(name)} = {toml(name + " not")} }}
[tables.escalations.columns]
escalation_id = {toml(name)}
cycle = {{ constant = 1 }}
opened_at = "opened at"
reason = {{ from = "why", map = {{ {toml(name)} = {toml(name + " mapped")} }} }}
summary = {{ from = [{toml(name)}, "why"], join = {toml(name)} }}
severity = {{ from = "why", null = {toml(name)}, default = {toml(name + " default")} }}
"""
    rows = [f"{csv_cell(name + part)},2026-01-01 10:00,{csv_cell(name)}" for part in ("", " not")]
    text = "\n".join([f"{csv_cell(name)},opened at,why", *rows, f"{csv_cell(name + ' bad')},never,x"])
    desk.load(mapping, text + "\n")
    assert desk.rows("select escalation_id, reason, summary, severity from src.escalations") == [
        (name, f"{name} mapped", f"{name}{name}{name}", f"{name} default")
    ]
    assert desk.rows("select source, value from src.quarantine") == [(name, "never")]
    assert desk.rows("select source from src.batches") == [(name,)]
    assert len(desk.rows("select 1 from duckdb_tables() where database_name = 'src'")) >= len(source_tables())


@pytest.mark.parametrize("name", [word for word in HOSTILE if word.strip()])
def test_a_hostile_table_or_target_is_refused_by_name(desk: Desk, name: str) -> None:
    with pytest.raises(MappingError, match="is no fact table"):
        desk.load(f'[source]\nname = "x"\n[tables.{toml(name)}.columns]\na = "b"\n', "a\n")
    with pytest.raises(MappingError, match="is no column of teams"):
        desk.load(f'[source]\nname = "x"\n[tables.teams.columns]\nteam = "b"\n{toml(name)} = "b"\n', "a\n")


@pytest.mark.parametrize("mark", ["'", "''", "]", ")", "\\d", "$", "^", ".*"])
def test_hostile_marks_of_numbers_are_taken_literally(desk: Desk, mark: str) -> None:
    mapping = f"""
[source]
name = "x"
[tables.teams.columns]
team = "t"
position = {{ from = "n", thousands = {toml(mark)} }}
"""
    desk.load(mapping, f"t,n\na,{csv_cell(f'1{mark}234')}\nb,1X234\nc,12\n")
    assert desk.rows("select team, position from src.teams order by 1") == [("a", 1234), ("c", 12)]


@pytest.mark.parametrize(
    "pattern", ["%d'%m'%Y", "%d]%m)%Y", "%d%%%m%%%Y", "%d %m %Y'; drop table src.teams; --"]
)
def test_hostile_date_formats_are_taken_literally(desk: Desk, pattern: str) -> None:
    mapping = f"""
[source]
name = "x"
[tables.specialists.columns]
specialist_id = "p"
hired_on = {{ from = "d", format = {toml(pattern)} }}
"""
    written = pattern.replace("%d", "5").replace("%m", "4").replace("%Y", "2026").replace("%%", "%")
    desk.load(mapping, f"p,d\na,{csv_cell(written)}\n")
    assert [str(row[0]) for row in desk.rows("select hired_on from src.specialists")] == ["2026-04-05"]
