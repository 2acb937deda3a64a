"""What one run of a page shows: the reader, the filters of the link, the week they end with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from queries.coverage import Coverage
from queries.filters import DIMENSIONS, NONE_VALUE, Filters
from queries.journal import Action, Journal
from queries.measure import Reader
from queries.time import Period


@dataclass(frozen=True)
class View:
    """One run's view; `page` is the page's own address.

    `week` is the chosen week, the newest closed one, or the last week that ended within a chosen range.

    `keeps` names the page's own parameters of the link that stay when a filter changes, `fact` the table the
    page is about: filters offer its values, freshness speaks of it. `span` is the chosen range on pages whose
    numbers can be about one.
    """

    reader: Reader
    filters: Filters
    week: Period
    journal: Journal
    page: str
    keeps: tuple[str, ...] = ()
    fact: str = "escalations"
    span: Period | None = None

    @property
    def is_newest(self) -> bool:
        """Whether the view shows the newest closed week."""
        return self.span is None and self.week == self.reader.coverage.newest_week()

    @property
    def period(self) -> Period:
        """The days the view is about: the range, else the week."""
        return self.span or self.week

    def decisions(self) -> tuple[Action, ...]:
        """What waits for a decision; of an older week or a range only what had been asked by its end."""
        return self.journal.decisions(None if self.is_newest else self.period.last_day)

    def name_of(self, dimension: str, value: str | None) -> str:
        """A dimension's value as a person reads it."""
        if value is None or value == NONE_VALUE:
            return f"No {DIMENSIONS[dimension].label.lower()}"
        named = self.reader.directory.name_of(dimension, value)
        # Sources write words as keys ("address_mismatch"); people read words.
        return named.replace("_", " ").capitalize() if _KEY.fullmatch(named) else named

    def name_of_group(self, split: Sequence[str], group: Sequence[str | None]) -> str:
        """The values of a group as a person reads them, joined by a middle dot."""
        return " · ".join(
            self.name_of(dimension, value) for dimension, value in zip(split, group, strict=True)
        )

    def scope_name(self) -> str:
        """Whose numbers these are: "All teams", or the one team, organisation or person chosen."""
        for dimension in ("member", "team", "org"):
            values = self.filters.values(dimension)
            if len(values) == 1:
                return self.name_of(dimension, values[0])
            if values:
                return f"{len(values)} {DIMENSIONS[dimension].plural}"
        return "All teams"


def week_shown(filters: Filters, coverage: Coverage) -> Period | None:
    """The week of a view: the chosen one, the last that ended by the end of the range, or the newest.

    None in an empty store.
    """
    newest = coverage.newest_week()
    if filters.span is None or newest is None:
        return filters.week or newest
    week = coverage.rules.week_of(filters.span.last_day)
    return min(newest, week if week.last_day <= filters.span.last_day else coverage.rules.before(week))


_KEY = re.compile(r"[a-z]+(_[a-z0-9]+)*")
_CURRENT: ContextVar[View] = ContextVar("view")


def set_current(view: View) -> None:
    """Called by the shell before it runs a page."""
    _CURRENT.set(view)


def current() -> View:
    """The view of this run; a page calls it first. LookupError outside the shell."""
    return _CURRENT.get()
