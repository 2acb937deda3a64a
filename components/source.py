"""The store the app reads: opened once per version, swapped when an import publishes a new one."""

from __future__ import annotations

import logging
from threading import Lock

from queries.journal import Journal, read_journal
from queries.measure import Reader, open_reader
from queries.scope import open_scope
from queries.warming import warm
from store.errors import StoreError
from store.facts import current_version, open_facts
from store.location import Location

_LOG = logging.getLogger("quarterdeck.source")
_opened: dict[str, Reader] = {}
_opening = Lock()


def reader() -> Reader:
    """The current version as the single leader of an app without sign-in sees it.

    Raises StoreError (missing, locked, too new, damaged), each with its cure.
    """
    location = Location.parse()
    version = current_version(location)
    name = f"{location} {version}"
    found = _opened.get(name)
    if found is not None:
        return found
    with _opening:
        if name not in _opened:
            fresh = open_reader(open_facts(location, version), open_scope())
            old = list(_opened.values())
            _opened[name] = fresh
            for reader_ in old:
                _opened.pop(f"{reader_.facts.location} {reader_.facts.version}", None)
                reader_.facts.close()
        return _opened[name]


def journal() -> Journal:
    """What people wrote down: targets, dividers, actions."""
    return read_journal(Location.parse())


def served_version() -> str | None:
    """The version being served, without opening anything."""
    return next((reader_.facts.version for reader_ in _opened.values()), None)


def warm_up() -> None:
    """Open the store and read the views most people open first; a store that is not there yet is no fault."""
    try:
        warm(reader())
    except StoreError as fault:
        _LOG.info("nothing to warm up: %s", fault)
