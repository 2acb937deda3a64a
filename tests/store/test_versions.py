"""A version is whole or it is not there: kills, full disks, locks, lost and newer files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from store import build, facts, versions
from store.errors import StoreDamaged, StoreLocked, StoreMissing, StoreTooNew
from store.location import Location

ROOT = Path(__file__).parents[2]


def add_case(location: Location, name: str) -> str:
    """A version with one more escalation."""
    with build.begin(location) as building:
        building.connection.execute(
            "insert into src.escalations by name "
            f"select '{name}' as escalation_id, 1 as cycle, timestamp '2026-03-02 10:00' as opened_at"
        )
        return build.finish(building, facts.read_store_settings(location), "test")


def cases(location: Location) -> list[str]:
    with facts.open_file(versions.facts_file(location.home, versions.current_version(location))) as opened:
        return [
            row[0] for row in opened.execute("select escalation_id from escalations order by 1").fetchall()
        ]


def files(location: Location) -> set[str]:
    return {path.name for path in location.home.iterdir()}


@pytest.fixture(scope="module")
def with_first(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """A store of one case, for tests to copy."""
    location = Location.parse(str(tmp_path_factory.mktemp("first") / "store"))
    add_case(location, "first")
    return location


@pytest.fixture
def location(with_first: Location, tmp_path: Path) -> Location:
    shutil.copytree(with_first.home, tmp_path / "store")
    return Location.parse(str(tmp_path / "store"))


def run_python(script: str, location: Location) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(location.home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,  # as long as a very busy machine may need
        check=False,
    )


POINTS = (
    "while filling",
    "while deriving",
    "while checking",
    "between the files",
    "before the pointer is written",
    "before the pointer moves",
)
KILLED = """
    import os, signal, sys
    from pathlib import Path
    from store import build, facts, versions
    from store.derive import completeness, escalations
    from store.location import Location

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    def build_until(point, location):
        if point == "while filling":
            build.derive = die
        elif point == "while deriving":
            escalations.waits.write_partner_waits = die
        elif point == "while checking":
            build.check_version = die
        elif point == "between the files":
            rename, seen = Path.rename, []
            def second(self, target):
                if seen:
                    die()
                seen.append(self)
                return rename(self, target)
            Path.rename = second
        elif point == "before the pointer is written":
            Path.write_text = die
        elif point == "before the pointer moves":
            Path.replace = die
        with build.begin(location) as building:
            building.connection.execute(
                "insert into src.escalations by name "
                "select 'killed' as escalation_id, 1 as cycle, timestamp '2026-03-02 10:00' as opened_at")
            build.finish(building, facts.read_store_settings(location), "test")

    for home in sorted(Path(sys.argv[1]).iterdir()):
        if os.fork() == 0:  # a process of its own for each point, which need not import everything again
            build_until(home.name, Location.parse(str(home)))
            os._exit(0)
        _, status = os.wait()
        print(home.name, -os.WTERMSIG(status), sep=":", flush=True)
"""


@pytest.fixture(scope="module")
def killed(with_first: Location, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Location]:
    """By the point at which a second build of it was killed: a store of one case."""
    folder = tmp_path_factory.mktemp("killed")
    for point in POINTS:
        shutil.copytree(with_first.home, folder / point)
    ended = run_python(KILLED, Location.parse(str(folder)))
    assert ended.returncode == 0, ended.stderr
    assert set(ended.stdout.split("\n")[:-1]) == {f"{point}:{-signal.SIGKILL}" for point in POINTS}, (
        ended.stderr
    )
    return {point: Location.parse(str(folder / point)) for point in POINTS}


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_old_version_serves_and_the_next_build_cleans_up(
    with_first: Location, killed: dict[str, Location], point: str
) -> None:
    location, before = killed[point], versions.current_version(with_first)
    left = files(location) - files(with_first)
    assert any(name.startswith(versions.WORKSHOP_PREFIX) for name in left)
    assert versions.current_version(location) == before
    assert cases(location) == ["first"]
    after = add_case(location, "next")
    assert cases(location) == ["first", "next"]
    versions.prune(location, 0)
    assert files(location) == {
        "CURRENT",
        "build.lock",
        "settings.toml",
        f"facts-{after}.duckdb",
        f"source-{after}.duckdb",
    }


def test_a_full_disk_is_told_and_changes_nothing(location: Location) -> None:
    before = files(location)
    limited = run_python(
        """
        import resource, signal, sys
        from store import build, facts
        from store.location import Location
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        location = Location.parse(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000_000, 12_000_000))
        try:
            with build.begin(location) as building:
                building.connection.execute(
                    "insert into src.escalations by name select 'E' || i as escalation_id, 1 as cycle, "
                    "timestamp '2026-03-02 10:00' as opened_at, "
                    "md5(i::varchar) || md5((-i)::varchar) as summary "
                    "from range(400000) r(i)")
                build.finish(building, facts.read_store_settings(location), "test")
        except build.BuildFailed as fault:
            print(fault)
        except Exception as fault:
            print("other", type(fault), fault)
        """,
        location,
    )
    assert "is full; free some space" in limited.stdout, limited.stdout + limited.stderr
    assert files(location) == before
    assert cases(location) == ["first"]


def test_two_builds_exclude_each_other_and_the_second_is_told_who_holds_the_store(location: Location) -> None:
    with build.begin(location):
        with pytest.raises(StoreLocked, match=f"process {os.getpid()}.*wait"):
            build.begin(location)
        other = run_python(
            """
            import sys
            from store import build
            from store.errors import StoreLocked
            from store.location import Location
            try:
                build.begin(Location.parse(sys.argv[1]))
            except StoreLocked as fault:
                print(fault)
            """,
            location,
        )
        assert f"process {os.getpid()}" in other.stdout, other.stderr
        with pytest.raises(StoreLocked):
            versions.prune(location, 0)
    add_case(location, "after")
    assert cases(location) == ["after", "first"]


def test_leaving_without_finishing_leaves_nothing(location: Location) -> None:
    before = files(location)
    with build.begin(location) as building:
        building.connection.execute("delete from src.escalations")
    assert files(location) == before
    assert cases(location) == ["first"]


def test_a_version_in_use_survives_a_newer_one_and_the_new_one_is_seen(location: Location) -> None:
    old = facts.open_facts(location)
    newer = add_case(location, "second")
    assert facts.current_version(location) == newer != old.version
    assert cases(location) == ["first", "second"]
    with facts.open_file(versions.facts_file(location.home, old.version)) as opened:
        assert opened.execute("select count(*) from escalations").fetchone() == (1,)
    old.close()


def test_prune_keeps_the_newest_others(location: Location) -> None:
    names = [versions.current_version(location), *(add_case(location, name) for name in "abc")]
    removed = versions.prune(location, 1)
    assert sorted(removed) == sorted(names[:2])
    assert [version.name for version in versions.list_versions(location)] == [names[3], names[2]]


def test_a_failed_check_is_not_published(location: Location) -> None:
    before = versions.current_version(location)
    with build.begin(location) as building:
        building.connection.execute("insert into src.escalations select * from src.escalations")
        with pytest.raises(StoreDamaged, match="key of escalations: 1 keys occur more than once"):
            build.finish(building, facts.read_store_settings(location), "test")
    assert versions.current_version(location) == before


def test_an_empty_place_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="python -m store sample"):
        facts.open_facts(Location.parse(str(tmp_path / "nothing")))
    assert versions.list_versions(Location.parse(str(tmp_path / "nothing"))) == []
    assert not (tmp_path / "nothing").exists()


def test_a_pointer_to_a_lost_file_is_named(location: Location) -> None:
    versions.facts_file(location.home, versions.current_version(location)).unlink()
    with pytest.raises(StoreDamaged, match=r"CURRENT names version .* its file is gone"):
        facts.open_facts(location)


def test_a_file_that_is_no_database_is_named(location: Location) -> None:
    path = versions.facts_file(location.home, versions.current_version(location))
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreDamaged, match=r"facts-.*\.duckdb cannot be read"):
        facts.open_facts(location)


def test_a_store_of_a_newer_release_is_neither_read_nor_built_upon(location: Location) -> None:
    path = versions.facts_file(location.home, versions.current_version(location))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update store_info set schema_version = 99")
    with pytest.raises(StoreTooNew, match=r"schema 99.*upgrade"):
        facts.open_facts(location)
    with pytest.raises(StoreTooNew):
        build.begin(location)


def test_a_facts_file_open_for_writing_elsewhere_is_told(location: Location) -> None:
    path = versions.facts_file(location.home, versions.current_version(location))
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(path)!r}); print('open', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == b"open"
    try:
        with pytest.raises(StoreLocked, match="close it there"):
            facts.open_facts(location)
    finally:
        writer.communicate(b"\n")
