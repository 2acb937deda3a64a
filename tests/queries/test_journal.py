"""The journal as pages read it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from queries import journal as read
from queries.journal import Journal, kept_open, read_journal
from store.journal import replace_entries
from store.location import Location


def test_the_journal_stays_one_object_until_something_is_written(tmp_path: Path) -> None:
    location = Location.parse(str(tmp_path))
    journal = kept_open(location)
    target = {"metric": "resolution_sla", "valid_from": dt.date(2026, 1, 5), "value": 0.9, "owner": "A."}
    replace_entries(journal, "seed", targets=[target])
    read_journal.cache_clear()
    first = read_journal(location)
    read_journal.cache_clear()
    assert read_journal(location) is first
    replace_entries(journal, "seed", targets=[{**target, "value": 0.8}])
    read_journal.cache_clear()
    assert [one.value for one in read_journal(location).targets] == [0.8]
    assert hash(read_journal(location)) != hash(first)


def test_what_another_thread_read_earlier_is_not_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = Location.parse(str(tmp_path))
    target = {"metric": "resolution_sla", "valid_from": dt.date(2026, 1, 5), "value": 0.9, "owner": "A."}
    replace_entries(kept_open(location), "seed", targets=[target])
    earlier = Journal()

    class Late(dict[str, Journal]):
        def __setitem__(self, name: str, _: Journal) -> None:
            super().__setitem__(name, earlier)

    monkeypatch.setattr(read, "_read", Late())
    read_journal.cache_clear()
    assert [one.value for one in read_journal(location).targets] == [0.9]
    read_journal.cache_clear()
