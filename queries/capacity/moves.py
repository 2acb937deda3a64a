"""Open cases that could pass to somebody else of the team, so that its people are loaded more evenly."""

from __future__ import annotations

from typing import Final, NamedTuple

from analysis.even_out import Evened, Lot, even_out
from queries.capacity.open_work import Held, Holder, holders, skills_needed
from queries.measure import Reader
from queries.remembering import remembered
from queries.time import Period

MOST_CASES: Final = 12
"""Cases suggested at most: more is a new allocation, not a correction."""


class Suggestion(NamedTuple):
    """So many alike cases from one person to another."""

    giver: Holder
    taker: Holder
    lot: Held
    cases: int

    @property
    def hours(self) -> float:
        """Hours of work that pass."""
        return self.lot.hours * self.cases


class Moves(NamedTuple):
    """A team's people, the suggestions in the order they help, and loads and spread before and after."""

    people: tuple[Holder, ...]
    suggestions: tuple[Suggestion, ...]
    evened: Evened


@remembered(4)
def moves(reader: Reader, team: str, last: Period) -> Moves:
    """Suggestions for one team at the end of a week."""
    people = holders(reader, (team,), last)
    lots, held = lots_of(people, skills_needed(reader, team))
    evened = even_out(lots, [person.available for person in people], MOST_CASES)
    suggestions = tuple(
        Suggestion(people[lots[move.lot].holder], people[move.taker], held[move.lot], move.cases)
        for move in evened.moves
    )
    return Moves(people, suggestions, evened)


def lots_of(people: tuple[Holder, ...], needed: frozenset[str]) -> tuple[list[Lot], list[Held]]:
    """The open cases of a team as lots with who may take each, and what each lot is.

    A case that names a skill passes only to people who hold it. One that names none passes only to people
    with every skill its holder has and the team needs: no source tells which of them it takes. Nobody with
    leave agreed in the next two weeks takes any.
    """
    lots: list[Lot] = []
    held: list[Held] = []
    for place, person in enumerate(people):
        for lot in person.held:
            wanted = frozenset({lot.skill}) if lot.skill else person.skills & needed
            takers = frozenset(
                other
                for other, one in enumerate(people)
                if other != place and not one.away and wanted <= one.skills
            )
            lots.append(Lot(place, lot.hours, lot.cases, takers))
            held.append(lot)
    return lots, held
