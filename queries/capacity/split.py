"""Work and hours of 13 weeks, split by organisation, team, person or the skill people hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from queries.capacity.cover import qualifications
from queries.filters import Filters
from queries.measure import Measures, Reader, measure
from queries.remembering import remembered
from queries.time import BLOCK_WEEKS, WEEK, Grain, Period

By = Literal["org", "team", "member", "skill"]
KEYS: Final = ("workload_hours", "available_hours", "utilisation")


class Share(NamedTuple):
    """One row: hours of work that came in, hours available, and hours on cases ÷ available.

    `key` is None for those without one. Each number is nan where it is not known; all are where `withheld`:
    fewer than 10 days of a person, or 5 of a group, are recorded. `days` are those days. `left_out` says
    that a file leaves the shares out: they are withheld, or would tell those of a colleague who is.
    """

    key: str | None
    work: float
    available: float
    utilisation: float
    days: float
    withheld: bool
    left_out: bool = False


class Split(NamedTuple):
    """The rows in the organisation's order, people by number; `reason` says why there are none."""

    rows: tuple[Share, ...]
    reason: str = ""


def block_to(last: Period) -> Period:
    """The 13 weeks that end with a week."""
    return Period(last.end - BLOCK_WEEKS * WEEK, last.end, Grain.block)


@remembered(4)
def split(reader: Reader, last: Period, filters: Filters, by: By) -> Split:
    """Work and hours of the 13 weeks to `last` by one dimension.

    By skill each row is everyone who holds it on the last day, so who holds two stands in two rows.
    """
    dimension = {"org": "team", "skill": "member"}.get(by, by)
    found = measure(reader, KEYS, (block_to(last),), (dimension,), filters)
    reason = found.reasons.get("workload_hours", "") or found.reasons.get("available_hours", "")
    if reason:
        return Split((), reason)
    if by == "org":
        return Split(tuple(_rows(found, _of_org(reader))))
    if by == "skill":
        holders = _holders(reader, last)
        return Split(
            tuple(
                _share(found, skill, [at for at, group in enumerate(found.groups) if group[0] in people])
                for skill, people in sorted(holders.items())
            )
        )
    rows = tuple(_share(found, group[0], [at]) for at, group in enumerate(found.groups))
    if by == "team":
        return Split(rows)
    days = {row.key: row.days for row in rows if np.isfinite(row.days)}
    hidden = left_out(days, _taken_together(reader, last, filters), found.minimum(("a person",)))
    return Split(tuple(row._replace(left_out=row.withheld or row.key in hidden) for row in rows))


def left_out(
    days: Mapping[str | None, float], together: Sequence[Collection[str | None]], minimum: int
) -> set[str | None]:
    """People whose shares leave a file, given their days and the groups whose shares are told elsewhere.

    Who has under `minimum` days, and of each group with such people the next fewest beside them, until those
    left out hold `minimum` days together: the group less the rest is then no small number.
    """
    hidden = {person for person, n in days.items() if n < minimum}
    waiting = True
    while waiting:
        waiting = False
        for group in together:
            known = [person for person in group if days.get(person, 0) > 0]
            held = sum(days[person] for person in known if person in hidden)
            shown = [person for person in known if person not in hidden]
            if 0 < held < minimum and shown:
                hidden.add(min(shown, key=lambda person: (days[person], str(person))))
                waiting = True
    return hidden


def _taken_together(reader: Reader, last: Period, filters: Filters) -> list[set[str | None]]:
    """The people of each team, of each organisation, of each skill, and everyone."""
    by_team: dict[str | None, set[str | None]] = {}
    for team, person in measure(reader, KEYS, (block_to(last),), ("team", "member"), filters).groups:
        by_team.setdefault(team, set()).add(person)
    top = _of_org(reader)
    by_org: dict[str | None, set[str | None]] = {}
    for team, people in by_team.items():
        by_org.setdefault(top(team), set()).update(people)
    holders = [set[str | None](people) for people in _holders(reader, last).values()]
    return [*by_team.values(), *by_org.values(), *holders, set().union(*by_team.values())]


def _rows(found: Measures, name_of: Callable[[str | None], str | None]) -> Iterable[Share]:
    """One row per name, of all the groups that bear it."""
    names = dict.fromkeys(name_of(group[0]) for group in found.groups)
    for name in names:
        yield _share(found, name, [at for at, group in enumerate(found.groups) if name_of(group[0]) == name])


def _share(found: Measures, key: str | None, places: list[int]) -> Share:
    work, hours, used = (found.merged(metric, places, (key,)) for metric in KEYS)
    return Share(
        key,
        float(work.value[0]),
        float(hours.value[0]),
        float(used.value[0]),
        float(used.n[0]),
        bool(used.withheld[0]),
    )


def _of_org(reader: Reader) -> Callable[[str | None], str | None]:
    parents = {team.team: team.parent for team in reader.directory.teams}

    def top(team: str | None) -> str | None:
        seen = set()
        while team is not None and parents.get(team) is not None and team not in seen:
            seen.add(team)
            team = parents[team]
        return team

    return top


def _holders(reader: Reader, last: Period) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in qualifications(reader):
        if one.holds(last.last_day):
            found.setdefault(one.skill, set()).add(one.specialist_id)
    return found
