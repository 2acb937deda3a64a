"""The shipped mapping of the incident event log gives the answers known for it, quirks and all."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from store import importing
from store.importing import ImportReport
from store.location import Location
from store.settings import DEFAULT_SETTINGS
from store.versions import current_version, facts_file, source_file
from tests.sample_store import INCIDENT_LOG, INCIDENT_MAPPING


@pytest.fixture(scope="module")
def imported(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ImportReport, duckdb.DuckDBPyConnection]]:
    """The report of the import into an empty store, and the published facts."""
    assert INCIDENT_LOG.exists()
    home = tmp_path_factory.mktemp("incidents")
    # In UTC stored moments are the log's own, so that they can be asked for as written.
    in_utc = DEFAULT_SETTINGS.read_text(encoding="utf-8").replace("Europe/Luxembourg", "UTC")
    (home / "settings.toml").write_text(in_utc, encoding="utf-8")
    report = importing.run(Location(directory=home), INCIDENT_MAPPING, [INCIDENT_LOG])
    with duckdb.connect(str(facts_file(home, report.version)), read_only=True) as connection:
        yield report, connection


def one(imported: tuple[ImportReport, duckdb.DuckDBPyConnection], sql: str) -> tuple[object, ...]:
    row = imported[1].execute(sql).fetchone()
    assert row is not None
    return row


def test_every_event_is_read_and_no_row_is_refused(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection],
) -> None:
    totals = imported[0].totals()
    assert totals["escalations"]["read"] == 141_712
    assert totals["escalations"]["loaded"] == totals["escalations"]["new"] == 24_918
    assert totals["escalations"]["folded"] == 141_712 - 24_918
    assert {counts["quarantined"] for counts in totals.values()} == {0}
    assert imported[0].notices == ()


def test_incidents_attainment_reopenings_and_transfers(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection],
) -> None:
    found = one(
        imported,
        "select count(*), count(case when sla_met then 1 end), count(case when not sla_met then 1 end), "
        "count(case when reopenings > 0 then 1 end), sum(reopenings), round(avg(transfers), 4), "
        "count(case when solution_at is null then 1 end), count(case when resolved_at is null then 1 end) "
        "from escalations",
    )
    assert found == (24_918, 15_803, 9_115, 275, 331, 0.9396, 1_556, 0)


def test_incidents_whose_last_row_has_no_group_are_supplied_without_a_team(incident_store: Location) -> None:
    home = incident_store.home
    with duckdb.connect(str(source_file(home, current_version(incident_store))), read_only=True) as source:
        assert source.execute("select count(*) from escalations where team is null").fetchone() == (2_157,)


def test_attainment_by_final_priority(imported: tuple[ImportReport, duckdb.DuckDBPyConnection]) -> None:
    rows = imported[1].execute(
        "select severity, count(*), round(100.0 * count(case when sla_met then 1 end) / count(*), 2) "
        "from escalations group by 1 order by 1"
    )
    assert rows.fetchall() == [
        ("1 - Critical", 270, 1.85),
        ("2 - High", 408, 0.49),
        ("3 - Moderate", 23_466, 64.54),
        ("4 - Low", 774, 84.11),
    ]


@pytest.mark.parametrize(
    ("at", "by_end"), [("2016-04-01", 3_353), ("2016-05-02", 2_673), ("2016-06-01", 2_044)]
)
def test_incidents_open_at_three_moments(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection], at: str, by_end: int
) -> None:
    moment = f"timestamp '{at}'"
    assert one(
        imported, f"select count(*) from escalations where opened_at <= {moment} and resolved_at > {moment}"
    ) == (by_end,)


def test_open_by_solution_is_another_figure(imported: tuple[ImportReport, duckdb.DuckDBPyConnection]) -> None:
    june = "timestamp '2016-06-01'"
    open_by_solution = f"opened_at <= {june} and coalesce(solution_at, resolved_at) > {june}"
    assert one(imported, f"select count(*) from escalations where {open_by_solution}")[0] != 2_044


def test_the_week_in_march_in_which_almost_nothing_was_closed(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection],
) -> None:
    rows = imported[1].execute(
        "select date_trunc('week', resolved_at)::date, count(*) from escalations "
        "where resolved_at >= date '2016-03-14' and resolved_at < date '2016-03-28' group by 1 order by 1"
    )
    assert rows.fetchall() == [(dt.date(2016, 3, 14), 35), (dt.date(2016, 3, 21), 4_007)]


def test_the_source_is_known_up_to_its_last_update(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection],
) -> None:
    assert one(imported, "select through_at from data_through where table_name = 'escalations'") == (
        dt.datetime(2017, 2, 18, 15, 0),
    )


def test_waits_come_from_the_states_of_the_log_alone(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection],
) -> None:
    """An independent pass over the file counts how often a case enters each waiting state."""
    entered: dict[str, int] = {}
    state: dict[str, str] = {}
    with gzip.open(INCIDENT_LOG, "rt", encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            number, now, _ = line.split(",", 2)
            if now == "-100":
                continue
            if now != state.get(number):
                entered[now] = entered.get(now, 0) + 1
            state[number] = now
    rows = imported[1].execute("select note, count(*) from escalation_events where kind = 'wait' group by 1")
    assert dict(rows.fetchall()) == {
        name: count for name, count in entered.items() if name.startswith("Awaiting")
    }


def test_events_of_a_case_are_in_order_and_its_intervals_never_run_backwards(
    imported: tuple[ImportReport, duckdb.DuckDBPyConnection],
) -> None:
    assert one(imported, "select count(*) from escalation_events where ends_at < starts_at") == (0,)
    rows = imported[1].execute(
        "select kind, party, starts_at, ends_at, from_team, to_team, note from escalation_events "
        "where escalation_id = 'INC0000047' order by position"
    )
    at = dt.datetime
    assert rows.fetchall() == [
        ("opened", "us", at(2016, 2, 29, 4, 40), at(2016, 2, 29, 4, 40), None, None, "Phone"),
        ("work", "us", at(2016, 2, 29, 4, 57), at(2016, 2, 29, 5, 30), None, None, "New"),
        ("transfer", "us", at(2016, 2, 29, 5, 30), at(2016, 2, 29, 5, 30), "Group 70", "Group 24", None),
        ("work", "us", at(2016, 2, 29, 5, 30), at(2016, 3, 1, 9, 14), None, None, "Active"),
        ("wait", "seller", at(2016, 3, 1, 9, 14), at(2016, 3, 1, 9, 52), None, None, "Awaiting User Info"),
        ("response", "us", at(2016, 3, 1, 9, 52), at(2016, 3, 6, 10, 0), None, None, "Resolved"),
        ("ended", "us", at(2016, 3, 6, 10, 0), at(2016, 3, 6, 10, 0), None, None, "code 5"),
    ]


def test_read_month_first_the_log_would_be_refused_not_moved_silently(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(INCIDENT_MAPPING.read_text().replace("%d/%m/%Y", "%m/%d/%Y"))
    beginning = tmp_path / "beginning.csv"
    with gzip.open(INCIDENT_LOG, "rb") as log:
        beginning.write_bytes(b"".join(itertools.islice(log, 10_000)))
    with pytest.raises(importing.TooManyBadRows, match=r"is no moment like %m/%d/%Y %H:%M"):
        importing.run(Location(directory=tmp_path / "store"), wrong, [beginning])
