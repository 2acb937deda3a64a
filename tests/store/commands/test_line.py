"""The commands as a person or a script runs them: words, JSON, exit codes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store import build, facts, importing, versions
from store.commands import sample
from store.commands.line import main
from store.errors import StoreError
from store.importing.report import BatchCounts, ImportReport
from store.journal import actions, open_journal
from store.location import Location
from store.schema import fact, source_columns


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one version of imported facts, for tests to copy."""
    home = tmp_path_factory.mktemp("imported") / "store"
    add_version(home)
    return home


@pytest.fixture
def filled(imported: Path, home: Path) -> str:
    """The name of the one version that `home` holds."""
    shutil.copytree(imported, home)
    return versions.current_version(Location.parse(str(home)))


def add_version(home: Path, origin: str = "import") -> str:
    location = Location.parse(str(home))
    with build.begin(location) as building:
        building.connection.execute(
            "insert into src.escalations by name "
            "select gen_random_uuid()::varchar as escalation_id, 1 as cycle, "
            "timestamp '2026-03-02' as opened_at"
        )
        return build.finish(building, facts.read_store_settings(location), origin)


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    """The exit code and the JSON document."""
    code = main([str(word) for word in words] + ["--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_sample_fills_facts_and_journal_and_keeps_what_people_wrote(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, made = run(capsys, "sample", "--scale", 0.01, "--weeks", 12, "--store", home)
    assert code == 0
    assert made["rows"]["escalations"] > 0
    journal = open_journal(Location.parse(str(home)))
    assert {action.origin for action in actions(journal)} == {"sample"}
    code, again = run(capsys, "sample", "--scale", 0.01, "--weeks", 12, "--store", home)
    assert code == 0
    assert again["rows"] == made["rows"]
    assert again["version"] != made["version"]
    code, checked = run(capsys, "verify", "--store", home)
    assert (code, checked["passed"]) == (0, True)
    code, state = run(capsys, "status", "--store", home)
    assert code == 0
    rows = {table["name"]: table["rows"] for table in state["tables"]}
    assert rows["escalations"] == made["rows"]["escalations"]
    assert any(metric["on"] for metric in state["metrics"])


def test_sample_does_not_replace_imported_facts_unless_told(
    home: Path, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = run(capsys, "sample", "--store", home)
    assert code == 2
    assert "--replace" in told["error"]
    assert versions.current_version(Location.parse(str(home))) == filled


def test_status_lists_a_metric_as_off_with_the_missing_column(
    home: Path, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, state = run(capsys, "status", "--store", home)
    metrics = {metric["metric"]: metric for metric in state["metrics"]}
    assert code == 0
    assert metrics["escalations_opened"]["on"]
    assert not metrics["preventable_share"]["on"]
    assert metrics["preventable_share"]["missing"] == ["escalations.preventable"]


def test_verify_says_when_settings_changed_since_the_build(
    home: Path, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = home / "settings.toml"
    settings.write_text(settings.read_text().replace("monday", "sunday"))
    code, checked = run(capsys, "verify", "--store", home)
    assert code == 1
    assert [check["name"] for check in checked["checks"] if not check["passed"]] == ["settings"]


def test_versions_and_prune(home: Path, filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = [filled, add_version(home), add_version(home)]
    code, listed = run(capsys, "versions", "--store", home)
    assert code == 0
    assert [(v["name"], v["current"]) for v in listed["versions"]] == [
        (names[2], True),
        (names[1], False),
        (names[0], False),
    ]
    assert run(capsys, "prune", "--keep", 1, "--store", home)[1]["removed"] == [names[0]]
    assert main(["verify", "--version", "none", "--store", str(home)]) == 2


@pytest.mark.parametrize(
    "words",
    [["nonsense"], [], ["template", "nothing"], ["prune", "--keep", "-1"], ["sample", "--scale", "0"]],
)
def test_bad_usage_is_2(words: list[str], home: Path) -> None:
    assert main([*words, "--store", str(home)] if words else []) == 2


@pytest.mark.parametrize("command", ["status", "verify"])
def test_a_missing_store_is_2_with_the_cure(
    command: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = run(capsys, command, "--store", home)
    assert code == 2
    assert "python -m store sample" in told["error"]
    assert not home.exists()


def test_the_store_may_stand_before_the_command(
    home: Path, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--store", str(home), "--json", "versions"]) == 0
    assert json.loads(capsys.readouterr().out)["versions"][0]["name"] == filled


def test_broken_settings_are_2_and_name_the_key(
    home: Path, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "settings.toml").write_text('[organisation]\nname = "x"\ntime_zone = "Mars"\n')
    code, told = run(capsys, "verify", "--store", home)
    assert code == 2
    assert "organisation.time_zone" in told["error"]


def test_an_unforeseen_fault_is_1(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sample, "make_sample", lambda *_, **__: 1 / 0)
    assert main(["sample", "--store", str(home)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_template_is_a_csv_whose_header_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "escalations"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (header,) = csv.reader(line for line in lines if not line.startswith("#"))
    assert header == [column.name for column in source_columns(fact("escalations"))]
    assert "# opened_at: when the cycle began; UTC moment, 2026-03-29 13:05:00; required" in lines


def test_import_hands_over_its_options_and_shows_the_report(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = SimpleNamespace()
    counts = BatchCounts("b", "f.csv", "teams", 3, 2, 2, 0, 0, 0, 1, 0)

    def fake_run(
        location: Location, mapping: Path, files: list[Path], *, max_bad: str, progress: Any
    ) -> ImportReport:
        asked.location, asked.mapping, asked.files, asked.max_bad = location, mapping, files, max_bad
        progress("reading", 0.5)
        return ImportReport("s", "v1", False, (counts,), {}, ("mind this",))

    monkeypatch.setattr(importing, "run", fake_run, raising=False)
    words = ["import", "m.toml", "f.csv", "g.csv", "--max-bad", "1%", "--store", str(home)]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "mind this" in shown
    assert "v1" in shown
    assert asked.files == [Path("f.csv"), Path("g.csv")]
    assert (asked.mapping, asked.max_bad) == (Path("m.toml"), "1%")
    code, report = run(capsys, *words)
    assert (code, report["version"]) == (0, "v1")


def test_the_faults_of_an_import_keep_their_exit_code(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class TooManyError(StoreError):
        exit_code = 3

    def refuse(*_: Any, **__: Any) -> None:
        raise TooManyError("7 rows refused")

    monkeypatch.setattr(importing, "run", refuse, raising=False)
    assert run(capsys, "import", "m.toml", "f.csv", "--store", home) == (
        3,
        {"error": "7 rows refused", "exit_code": 3},
    )
