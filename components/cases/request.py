"""What the link asks of the Cases page, read with care: a link from a mail must open, whatever is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from components.cases.columns import sortable
from queries.case_search import LONGEST_SEARCH
from queries.cases import default_sort
from queries.catalog import find_metric
from queries.conditions import unknown_to
from queries.filters import DIMENSIONS, LONGEST_VALUE
from queries.listing import KINDS
from queries.measure import Reader
from queries.model import Metric
from queries.rows_behind import fact_behind, flag_label
from queries.time import DAY, Grain, Period, TimeRules

_MOST_DIGITS = 9  # of a page number
_LONGEST_QUOTE = 40


@dataclass(frozen=True)
class CaseRequest:
    """The list that is asked for, or the one case, or the history of one seller.

    `kind` is the table listed where no metric says so; `of` the kind of `case` where it is not that of the
    list. `page` of the list and `history`, the page of the seller's events, count from 1; `missing` names
    source columns without which the metric cannot be computed.
    """

    metric: Metric | None = None
    missing: tuple[str, ...] = ()
    period: Period | None = None
    flagged_only: bool = False
    search: str = ""
    sort: str = ""
    descending: bool = True
    page: int = 1
    case: str = ""
    kind: str = KINDS[0]
    of: str = ""
    seller: str = ""
    history: int = 1

    @property
    def fact(self) -> str:
        """The table listed."""
        return self.kind if self.metric is None else fact_behind(self.metric)

    @property
    def case_kind(self) -> str:
        """The table of the one case that is asked for."""
        return self.of or _own_kind(self.fact)

    def opening(self, kind: str, case: str) -> CaseRequest:
        """The same request with one case open."""
        return replace(self, case=case, of="" if kind == _own_kind(self.fact) else kind)

    def of_seller(self, seller: str) -> CaseRequest:
        """The same request with the history of one seller open."""
        return replace(self.closed(), seller=seller, history=1)

    def closed(self) -> CaseRequest:
        """The same request without the one case: the seller's history it was opened from, or the list."""
        return replace(self, case="", of="")

    def to_params(self) -> dict[str, str]:
        """The page's own part of the link; what is as usual is not written."""
        usual = self.sort == default_sort(self.fact)
        return {
            "metric": self.metric.key if self.metric else "",
            "from": self.period.start.isoformat() if self.period else "",
            "to": self.period.last_day.isoformat() if self.period else "",
            "show": "flagged" if self.flagged_only else "",
            "q": self.search,
            "sort": "" if usual and self.descending else self.sort,
            "order": "" if self.descending else "asc",
            "page": "" if self.page == 1 else str(self.page),
            "case": self.case,
            "kind": "" if self.metric or self.kind == KINDS[0] else self.kind,
            "of": self.of if self.case else "",
            "seller": self.seller,
            "history": str(self.history) if self.seller and self.history > 1 else "",
        }


def read_request(
    params: Mapping[str, str], reader: Reader, named: bool = True
) -> tuple[CaseRequest, list[str]]:
    """The request, and one sentence for each part of the link that could not be used.

    Nothing is sorted by whose it is unless that may be `named`.
    """
    problems: list[str] = []
    metric, missing = _metric(params.get("metric", ""), reader, problems)
    kind = _kind(params.get("kind", ""), metric, problems)
    fact = kind if metric is None else fact_behind(metric)
    sort, descending = _order(params, fact, named, problems)
    request = CaseRequest(
        metric,
        missing,
        _period(params.get("from", ""), params.get("to", ""), reader.coverage.rules, problems),
        _flagged(params.get("show", ""), metric, problems),
        _search(params.get("q", ""), problems),
        sort,
        descending,
        _page(params.get("page", ""), problems),
        params.get("case", "").strip()[: LONGEST_VALUE + 1],
        kind,
        _of(params, fact, problems),
        params.get("seller", "").strip()[: LONGEST_VALUE + 1],
        _page(params.get("history", ""), problems) if params.get("seller", "").strip() else 1,
    )
    return request, problems


def _own_kind(fact: str) -> str:
    """The kind of case that the rows of a list open."""
    return fact if fact in KINDS else KINDS[0]


def _kind(kind: str, metric: Metric | None, problems: list[str]) -> str:
    if kind and metric is not None:
        problems.append("The link's kind of case was ignored: its metric says which rows are listed.")
        return KINDS[0]
    return _known_kind(kind, problems)


def _of(params: Mapping[str, str], fact: str, problems: list[str]) -> str:
    """The kind of the one case, where it is not that of the list."""
    if not params.get("case", "").strip():
        return ""
    of = params.get("of", "")
    known = _known_kind(of, problems) if of else ""
    return "" if known == _own_kind(fact) else known


def _known_kind(kind: str, problems: list[str]) -> str:
    if kind and kind not in KINDS:
        problems.append(
            f"The link's kind of case was ignored; it can be {', '.join(KINDS[:-1])} or {KINDS[-1]}."
        )
    return kind if kind in KINDS else KINDS[0]


def listed_by(params: Mapping[str, Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    """The table that a link lists, and the filters its rows can obey; what cannot be read is passed over.

    Asked before the page runs, because the header offers the filters.
    """
    try:
        fact = fact_behind(find_metric(params["metric"][-1]))
    except (KeyError, IndexError):
        kind = (params.get("kind") or [""])[-1]
        fact = kind if kind in KINDS else KINDS[0]
    return fact, tuple(dimension for dimension in DIMENSIONS if not unknown_to(fact, (dimension,)))


def is_usable(number: str) -> bool:
    """Whether the number of a link can be looked for at all."""
    return len(number) <= LONGEST_VALUE and number.isprintable()


def quoted(text: str) -> str:
    """Something of the link as a sentence repeats it: printable, at most 40 characters."""
    shown = "".join(letter for letter in text if letter.isprintable())
    return f"“{shown[:_LONGEST_QUOTE]}{'…' if len(shown) > _LONGEST_QUOTE else ''}”"


def _metric(key: str, reader: Reader, problems: list[str]) -> tuple[Metric | None, tuple[str, ...]]:
    if not key:
        return None, ()
    try:
        find_metric(key)
    except KeyError:
        problems.append(f"The link's metric was ignored: there is none called {quoted(key)}.")
        return None, ()
    return reader.available(key)


def _period(first: str, last: str, rules: TimeRules, problems: list[str]) -> Period | None:
    if not first and not last:
        return None
    try:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last) + DAY
        if start >= end:
            raise ValueError
        return _named(start, end, rules)
    except (ValueError, OverflowError):
        problems.append(
            "The link's dates were ignored; they need a first and a last day, like "
            "from=2026-11-09 and to=2026-11-15."
        )
        return None


def _named(start: dt.date, end: dt.date, rules: TimeRules) -> Period:
    """The week, month or quarter that these days are, else a plain range."""
    for grain in (Grain.week, Grain.month, Grain.quarter):
        period = rules.period_of(start, grain)
        if (period.start, period.end) == (start, end):
            return period
    return Period(start, end, Grain.day)


def _flagged(show: str, metric: Metric | None, problems: list[str]) -> bool:
    if show in ("", "all"):
        return False
    if show == "flagged" and flag_label(metric):
        return True
    if show == "flagged":
        problems.append("The link asks for flagged rows only, but this number flags none; showing all.")
    else:
        problems.append("The link's choice of rows was ignored; it can be all or flagged.")
    return False


def _search(text: str, problems: list[str]) -> str:
    words = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    if len(words) > LONGEST_SEARCH:
        problems.append(f"The search was cut to its first {LONGEST_SEARCH} characters.")
    return words[:LONGEST_SEARCH].strip()


def _order(params: Mapping[str, str], fact: str, named: bool, problems: list[str]) -> tuple[str, bool]:
    sort, order = params.get("sort", ""), params.get("order", "")
    if sort and sort not in sortable(fact, named):
        problems.append(f"The list cannot be sorted by {quoted(sort)}; showing the newest first.")
        return default_sort(fact), True
    if order not in ("", "asc", "desc"):
        problems.append("The link's order was ignored; it can be asc or desc.")
    return sort or default_sort(fact), order != "asc"


def _page(text: str, problems: list[str]) -> int:
    if not text:
        return 1
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) > 0:
        return int(text)
    problems.append("The link's page was ignored; pages are counted from 1.")
    return 1
