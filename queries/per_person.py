"""Sums of each person in each team: what SQL adds up, and the same sums over several periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import FromClause, Select, select

from queries.branch_columns import breakdown_columns, common_columns, period_key, sum_of, within
from queries.tallies import PerPerson

if TYPE_CHECKING:
    from queries.statements import Branch, Question

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class PersonSums:
    """Per row its group, period, team and person as one text, and the sum; no row is there twice."""

    group: Integers
    period: Integers
    person: NDArray[np.object_]
    sum: Floats

    def pooled(self, periods: Sequence[int]) -> PersonSums:
        """The sums over several periods as those of one, numbered 0."""
        inside = np.isin(self.period, list(periods))
        nothing = np.zeros(int(inside.sum()), dtype=np.int64)
        return gathered(self.group[inside], nothing, self.person[inside], self.sum[inside])


def select_sums(branch: Branch, table: FromClause, question: Question, kept: Any, width: int) -> Select[Any]:
    """The sums per period, team and person; the last two are the label."""
    people = [component for component in branch.components if isinstance(component, PerPerson)]
    clock = people[0].tally.clock
    key = period_key(table, clock, question.periods)
    breakdown = breakdown_columns(table, question.by)
    team, person = table.c.team, table.c.specialist_id
    sums = [sum_of(component.tally, table) for component in people]
    return (
        select(*common_columns(branch.part, key, breakdown, sums, width, label=team + SEPARATOR + person))
        .where(within(table.c[f"{clock}_on"], question.periods), team.is_not(None), person.is_not(None), kept)
        .group_by(key, *breakdown, team, person)
    )


def gathered(group: Integers, period: Integers, person: NDArray[np.object_], sums: Floats) -> PersonSums:
    """The sums with equal rows added up: months of a quarter, weeks of a block."""
    people, code = np.unique(person.astype(str), return_inverse=True)
    last = int(period.max()) + 1 if period.size else 1
    cells, cell = np.unique((group * last + period) * max(people.size, 1) + code, return_inverse=True)
    rest, code = np.divmod(cells, max(people.size, 1))
    groups, periods = np.divmod(rest, last)
    added = np.bincount(cell, sums, minlength=cells.size).astype(np.float64)
    return PersonSums(groups, periods, people.astype(object)[code], added)
