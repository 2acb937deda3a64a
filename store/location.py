"""Where a store lives: a directory of DuckDB files, or a PostgreSQL database by URL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from store.errors import LocationError

ENVIRONMENT_VARIABLE = "QUARTERDECK_STORE"
DEFAULT_DIRECTORY = ".quarterdeck"


@dataclass(frozen=True)
class Location:
    """A directory, or a PostgreSQL URL; exactly one of the two is set."""

    directory: Path | None = None
    url: URL | None = None

    @classmethod
    def parse(cls, text: str | None = None) -> Location:
        """The location `text` names, else the one QUARTERDECK_STORE names, else `.quarterdeck` here.

        Raises LocationError when a URL is not PostgreSQL or cannot be read.
        """
        text = text or os.environ.get(ENVIRONMENT_VARIABLE) or DEFAULT_DIRECTORY
        if "://" not in text:
            return cls(directory=Path(text).expanduser().resolve())
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise LocationError(
                "the store URL cannot be read; write it as postgresql://user:password@host:5432/database"
            ) from None
        if url.get_backend_name() != "postgresql":
            raise LocationError(
                f"a store cannot live in {url.get_backend_name()!r}; give a directory (DuckDB) or a "
                "postgresql:// URL"
            )
        return cls(url=url.set(drivername="postgresql+psycopg"))

    @property
    def home(self) -> Path:
        """The directory of a directory store; raises LocationError for a URL."""
        if self.directory is None:
            raise LocationError(f"{self} is no directory")
        return self.directory

    @property
    def database(self) -> URL:
        """The URL of a PostgreSQL store; raises LocationError for a directory."""
        if self.url is None:
            raise LocationError(f"{self} is no database")
        return self.url

    def __str__(self) -> str:
        """For people: never shows a password."""
        return str(self.directory) if self.url is None else self.url.render_as_string(hide_password=True)
