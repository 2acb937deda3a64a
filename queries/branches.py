"""Which components of a question share one SELECT, and where in it each finds its sums."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from queries import audit_frames
from queries.kinds import told_by_kind
from queries.tallies import Accrual, AuditFrame, Component, Holding, PerPerson, Snapshot, Tally, Trailing

_FEW_SUMS = 3
"""Up to as many counts are read faster from the cases than by way of their kinds."""


@dataclass(frozen=True)
class Branch:
    """One SELECT of the union and which components its sums v0, v1, … are.

    `by_kind` says that cases are counted by kind first: then tallies and audit frames of one fact and clock
    share it, tallies first.
    """

    part: str
    components: tuple[Component, ...]
    by_kind: bool = False

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """Its tallies."""
        return tuple(part for part in self.components if isinstance(part, Tally))

    @property
    def frames(self) -> tuple[tuple[AuditFrame, ...], ...]:
        """Its audit frames, those about the same rows and sample together."""
        return _frames_of(self.components)

    @property
    def places(self) -> dict[Component, tuple[int, ...]]:
        """Per component, which of v0, v1, … are its sums, in the order it expects them."""
        first = self.components[0]
        if isinstance(first, Snapshot):
            return {first: (0, 1)}
        if isinstance(first, Accrual):
            return {part: (2 * place, 2 * place + 1) for place, part in enumerate(self.components)}
        others = [part for part in self.components if not isinstance(part, AuditFrame)]
        places: dict[Component, tuple[int, ...]] = {part: (place,) for place, part in enumerate(others)}
        start = len(places)
        for same in self.frames:
            for place, frame in enumerate(same):
                places[frame] = tuple(start + own for own in audit_frames.places_of(place))
            start += audit_frames.width_of(len(same))
        return places

    @property
    def width(self) -> int:
        """How many sums it has."""
        return 1 + max(place for places in self.places.values() for place in places)


def branches_of(components: Sequence[Component], counted: Container[tuple[str, str]] = ()) -> list[Branch]:
    """Components in the fewest SELECTs: tallies share one per fact and clock, with frames where kinds do.

    `counted` are the facts and clocks whose kinds are counted already.
    """
    asked = list(dict.fromkeys(components))
    by_kind = _by_kind(asked, counted)
    grouped: dict[tuple[object, ...], list[Component]] = {}
    for component in asked:
        if component in by_kind and isinstance(component, Tally | AuditFrame):
            group: tuple[object, ...] = ("kinds", component.fact, component.clock)
        elif isinstance(component, Tally):
            group = (Tally, component.fact, component.clock, component.of_all)
        elif isinstance(component, AuditFrame):
            group = (AuditFrame, component.fact, component.clock, component.where, component.sample)
        elif isinstance(component, Holding):
            group = (Holding, component.rows)
        elif isinstance(component, Accrual):
            group = (Accrual, component.fact)
        elif isinstance(component, PerPerson):
            group = (PerPerson, component.fact, component.tally.clock)
        elif isinstance(component, Trailing):
            group = (Trailing, component.fact, component.tally.clock, component.days)
        else:
            group = (type(component), component.key)
        grouped.setdefault(group, []).append(component)
    return [
        Branch(
            f"p{place}",
            tuple(members),
            group[0] == "kinds",
        )
        for place, (group, members) in enumerate(grouped.items())
    ]


def _by_kind(components: Iterable[Component], counted: Container[tuple[str, str]]) -> set[Component]:
    """Those that are read by way of kinds: where enough of one fact and clock can be, or it is counted so."""
    told: dict[tuple[str, str], list[Component]] = {}
    for component in components:
        if isinstance(component, Tally | AuditFrame) and told_by_kind(component):
            told.setdefault((component.fact, component.clock), []).append(component)
    return {
        component
        for of, members in told.items()
        if of in counted or any(isinstance(part, AuditFrame) for part in members) or len(members) > _FEW_SUMS
        for component in members
    }


def _frames_of(components: Iterable[Component]) -> tuple[tuple[AuditFrame, ...], ...]:
    found: dict[tuple[object, ...], list[AuditFrame]] = {}
    for part in components:
        if isinstance(part, AuditFrame):
            found.setdefault((part.where, part.sample), []).append(part)
    return tuple(tuple(same) for same in found.values())
