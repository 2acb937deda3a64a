"""Where a store is: directories, URLs, the environment, and text that is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import LocationError
from store.location import DEFAULT_DIRECTORY, ENVIRONMENT_VARIABLE, Location


def test_without_text_the_environment_counts_and_then_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Location.parse().directory == tmp_path / DEFAULT_DIRECTORY
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "other"))
    assert Location.parse().directory == tmp_path / "other"
    assert Location.parse(str(tmp_path / "named")).directory == tmp_path / "named"


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_a_postgresql_url_of_any_driver_uses_psycopg_3_and_hides_its_password(scheme: str) -> None:
    location = Location.parse(f"{scheme}://anna:secret@db.example:5433/facts?sslmode=require")
    assert location.directory is None
    assert location.database.drivername == "postgresql+psycopg"
    assert location.database.query == {"sslmode": "require"}
    assert "secret" not in str(location)
    assert "secret" not in repr(location)


@pytest.mark.parametrize(
    "text", ["mysql://x/y", "sqlite:///x.db", "duckdb:///x", "postgresql://x:notaport/y"]
)
def test_other_urls_are_refused_with_the_cure(text: str) -> None:
    with pytest.raises(LocationError, match="postgresql://"):
        Location.parse(text)


def test_equal_places_are_equal_keys() -> None:
    assert len({Location.parse("/a/../b"), Location.parse("/b")}) == 1
    assert Location.parse("postgresql://h/d") == Location.parse("postgresql+psycopg://h/d")
