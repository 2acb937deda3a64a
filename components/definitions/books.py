"""Do the books balance? Rows read against rows loaded, and the backlog against what came in and went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components import numbers
from components.cases.times import moment_text
from components.definitions.tables import table_words
from components.numbers import NBSP
from components.tables import Cell, Column, small_table
from components.theme import Status, note, section, subtitle
from components.view import View
from queries import health
from queries.measure import measure
from queries.time import Period

WEEKS_CHECKED = 52
_FLOWS = {
    "escalations_opened": 1,
    "escalations_resolved": -1,
    "escalations_cancelled": -1,
    "escalations_merged": -1,
}
_LEVEL = "backlog_open"


@dataclass(frozen=True)
class WeekBalance:
    """One week of the backlog: its level before, what came in, what ended, and its level after."""

    week: Period
    before: float
    opened: float
    ended: float
    after: float

    @property
    def gap(self) -> float:
        """What the flows do not explain; 0 when the week balances."""
        return self.after - (self.before + self.opened - self.ended)


def reconciliation(view: View) -> None:
    """The section: the import identity per batch, then the balance of the backlog per week."""
    batches = health.import_history(view.reader).to_pylist()
    off = [batch for batch in batches if batch_gap(batch)]
    weeks = backlog_balance(view)
    unbalanced = [balance for balance in weeks if balance.gap]
    section("Do the books balance?", *_answer(batches, off, weeks, unbalanced))
    if off:
        subtitle("Imports whose rows do not add up")
        _batches(view, off)
    if unbalanced:
        subtitle("Weeks that do not balance")
        _weeks(unbalanced)
    note(
        "Rows: read = loaded + folded into another row of the case + refused, for every file and table. "
        "Backlog: level before + opened or reopened − resolved, cancelled and merged = level after; the "
        "level is kept from the flow of the backlog, what came and went is counted from the cases."
    )


def _answer(
    batches: Sequence[Any], off: Sequence[Any], weeks: Sequence[Any], unbalanced: Sequence[Any]
) -> tuple[str, str]:
    """The bold answer and the rest of the sentence."""
    parts = []
    if batches:
        parts.append(
            f"all {len(batches)} imports add up."
            if not off
            else f"{len(off)} of {len(batches)} imports do not add up."
        )
    else:
        parts.append("nothing was imported from files.")
    if not weeks:
        return "The backlog cannot be checked:", "the source does not say when cases end. " + parts[
            0
        ].capitalize()
    if unbalanced:
        lead = f"The backlog does not balance in {len(unbalanced)} of {len(weeks)} weeks;"
    else:
        lead = f"The backlog balances in all {len(weeks)} weeks;"
    return lead, " ".join(parts)


def batch_gap(batch: dict[str, Any]) -> int:
    """Rows of an import that are unaccounted for; 0 when read = loaded + folded + refused."""
    told = sum(batch[name] or 0 for name in ("rows_loaded", "rows_folded", "rows_quarantined"))
    return int((batch["rows_read"] or 0) - told)


def backlog_balance(view: View) -> list[WeekBalance]:
    """The balance of the last 52 weeks that are loaded, oldest first; none when a part is not supplied."""
    reader = view.reader
    rules, loaded = reader.coverage.rules, reader.coverage.loaded(("escalations",))
    newest = reader.coverage.newest_week()
    if loaded is None or newest is None:
        return []
    weeks = [week for week in rules.last(newest, WEEKS_CHECKED + 1) if week.last_day >= loaded.first_day]
    answer = measure(reader, (_LEVEL, *_FLOWS), weeks)
    if _LEVEL in answer.reasons or "escalations_resolved" in answer.reasons:
        return []
    level = answer.total(_LEVEL).value
    flows = {key: np.nan_to_num(answer.total(key).value) for key in _FLOWS if key not in answer.reasons}
    found = []
    for place in range(1, len(weeks)):
        came = float(sum(flows[key][place] for key, sign in _FLOWS.items() if sign > 0 and key in flows))
        went = float(sum(flows[key][place] for key, sign in _FLOWS.items() if sign < 0 and key in flows))
        if np.isfinite(level[place - 1]) and np.isfinite(level[place]):
            found.append(WeekBalance(weeks[place], float(level[place - 1]), came, went, float(level[place])))
    return found


def _weeks(balances: Sequence[WeekBalance]) -> None:
    rows: list[list[Cell]] = [
        [
            numbers.week_title(balance.week.start),
            *(
                numbers.count(amount)
                for amount in (balance.before, balance.opened, balance.ended, balance.after)
            ),
            Status(f"{numbers.signed(numbers.count(balance.gap))} unexplained", "bad", "up"),
        ]
        for balance in reversed(balances)
    ]
    heads = [Column("Week")]
    heads += [Column(name, "right") for name in ("Before", "Opened or reopened", "Ended", "After")]
    small_table([*heads, Column("Gap")], rows, f"{len(rows)} weeks that do not balance")


def _batches(view: View, batches: Sequence[dict[str, Any]]) -> None:
    rows: list[list[Cell]] = [
        [
            batch["file"] or "",
            table_words(batch["table_name"]),
            *(
                numbers.count(batch[name])
                for name in ("rows_read", "rows_loaded", "rows_folded", "rows_quarantined")
            ),
            Status(f"{batch_gap(batch):,} missing", "bad", "up"),
        ]
        for batch in batches
    ]
    heads = [Column("File"), Column("Table")]
    heads += [Column(name, "right") for name in ("Read", "Loaded", "Folded", "Refused")]
    small_table([*heads, Column("Gap")], rows, f"{len(rows)} imports that do not add up")


def import_history(view: View) -> None:
    """The section: every import, newest first, with what it brought."""
    batches = health.import_history(view.reader).to_pylist()
    facts = health.store_facts(view.reader)
    built = moment_text(facts.get("built_at"), view.reader.coverage.zone)
    origin = facts.get("origin", "")
    if not batches:
        section("What was loaded when?", f"Made {built}:", f"{origin}, no file was imported.")
        return
    files = len({batch["file"] for batch in batches})
    section(
        "What was loaded when?",
        f"{files} {'file' if files == 1 else 'files'},",
        f"the newest version was built {built}.",
    )
    rows: list[list[Cell]] = [
        [
            moment_text(batch["loaded_at"], view.reader.coverage.zone),
            batch["source"] or "",
            batch["file"] or "",
            table_words(batch["table_name"]),
            *(
                numbers.count(batch[name])
                for name in (
                    "rows_read",
                    "rows_folded",
                    "rows_quarantined",
                    "rows_loaded",
                    "rows_new",
                    "rows_changed",
                    "rows_unchanged",
                )
            ),
            Status(f"{batch_gap(batch):,}{NBSP}missing", "bad", "up")
            if batch_gap(batch)
            else Status("Adds up"),
        ]
        for batch in batches
    ]
    heads = [
        Column(f"Loaded ({view.reader.coverage.zone.key})"),
        Column("Source"),
        Column("File"),
        Column("Table"),
    ]
    heads += [
        Column(name, "right")
        for name in ("Read", "Folded", "Refused", "Loaded", "New", "Changed", "Unchanged")
    ]
    small_table([*heads, Column("Rows")], rows, f"{len(rows)} imports, newest first")
