"""The diary of the people: on which days they work on their cases, within the hours they have.

A case is worked on in the days from its arrival to its end, the last first; what these days have no room
for is done in the days after, then in overtime, then by colleagues of the same team. So nobody does more
hours than there are, and holidays put work off instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.people import People

FULL = 0.93  # share of the available hours that cases may fill
MOST_OVERTIME = 2.0
# After the end of a case, in the order in which they are tried; before it arrived nothing is.
DAYS = (*range(0, -15, -1), *range(1, 29))
SHORTEST = 0.1  # hours; less is neither begun nor left for another day
Whole = NDArray[np.int64]
Hours = NDArray[np.float64]


@dataclass(frozen=True)
class Stretches:
    """Stretches of work in order of case and day; `case` indexes the cases they were booked for."""

    case: Whole
    person: Whole
    day: Whole
    hours: Hours


@dataclass(frozen=True)
class Diary:
    """Person × day: hours left for cases besides meetings, training and leave; and those booked so far."""

    people: People
    usual: Hours
    booked: Hours

    def book(self, person: Whole, arrived: Whole, ended: Whole, hours: Hours) -> Stretches:
        """Book the hours of cases of `person` that arrived and ended on these days.

        What nobody has room for in the weeks after is not booked.
        """
        left = hours.copy()
        first = np.minimum(arrived, ended)
        found: list[tuple[Whole, Whole, Whole, Hours]] = []
        for rows, who, limit in self._turns(person, ended, left):
            for shift in DAYS:
                day = ended[rows] + shift
                fits = (left[rows] > 0) & (day >= first[rows]) & (day >= 0) & (day < self.booked.shape[1])
                row, of, on = rows[fits], who[fits], day[fits]
                given = _share_out(of, on, left[row], (limit - self.booked)[of, on])
                done = given > 0
                row, of, on, given = row[done], of[done], on[done], given[done]
                np.add.at(self.booked, (of, on), given)
                left[row] -= given
                found.append((row, of, on, given))
        case, of, on, spent = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((of, on, case))
        return Stretches(case[order], of[order], on[order], spent[order])

    def _turns(self, person: Whole, ended: Whole, left: Hours) -> Iterator[tuple[Whole, Whole, Hours]]:
        """Rows not done yet, who tries them, and within which hours of a day; one turn after the other."""
        usual = FULL * self.usual
        for limit in (usual, FULL * (self.usual + np.where(self.usual > 0, MOST_OVERTIME, 0.0))):
            rows = np.flatnonzero(left > 0)
            yield rows, person[rows], limit
        everyone = len(self.people.ids)
        for step in range(1, everyone):
            rows = np.flatnonzero(left > 0)
            colleague = (person[rows] + step) % everyone
            day, team = ended[rows], self.people.team
            same = (team[person[rows], day] >= 0) & (team[colleague, day] == team[person[rows], day])
            if same.any():
                yield rows[same], colleague[same], usual


def _share_out(person: Whole, day: Whole, wanted: Hours, room: Hours) -> Hours:
    """Hours each row gets of the room of its person and day, first come first served."""
    order = np.lexsort((day, person))
    person, day, asked = person[order], day[order], wanted[order]
    new = np.ones(len(order), bool)
    new[1:] = (person[1:] != person[:-1]) | (day[1:] != day[:-1])
    before = np.cumsum(asked) - asked
    before -= before[new][np.cumsum(new) - 1]
    given = np.empty_like(wanted)
    given[order] = np.clip(room[order] - before, 0.0, asked)
    given = np.where(given < np.minimum(SHORTEST, wanted), 0.0, given)
    return np.where((given > 0) & (wanted - given < SHORTEST), wanted, given)
