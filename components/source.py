"""The store the app reads: opened once per version, swapped when an import publishes a new one."""

from __future__ import annotations

import logging
from threading import Lock, Thread, Timer

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
GRACE_SECONDS = 60.0
"""How long an old version stays open for runs that began before a new one was published."""


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
            for old in list(_opened):
                _retire(old)
            _opened[name] = fresh
            Thread(target=_warm, args=(fresh,), daemon=True).start()
        return _opened[name]


def _retire(name: str) -> None:
    """Close an old version once the runs that began on it are over."""
    old = _opened.pop(name)
    closing = Timer(GRACE_SECONDS, old.facts.close)
    closing.daemon = True
    closing.start()


def _warm(fresh: Reader) -> None:
    """Read the usual views of a new version ahead of its visitors; a fault here must not reach them."""
    try:
        warm(fresh)
    except Exception:
        _LOG.exception("warming up version %s failed", fresh.facts.version)


def journal() -> Journal:
    """What people wrote down: targets, dividers, actions."""
    return read_journal(Location.parse())


def served_version() -> str | None:
    """The version being served, without opening anything."""
    return next((reader_.facts.version for reader_ in _opened.values()), None)


def warm_up() -> None:
    """Open the store and read the views most people open first; a store that is not there yet is no fault.

    Whatever else fails is left to the pages, which say it part by part: the server starts all the same.
    """
    try:
        opened = reader()
    except StoreError as fault:
        _LOG.info("nothing to warm up: %s", fault)
    except Exception:
        _LOG.exception("the store could not be opened")
    else:
        _warm(opened)
