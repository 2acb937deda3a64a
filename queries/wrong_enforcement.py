"""How many enforcements were wrong: what appeals and random audits of the same weeks allow together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.audits import AuditedShare
from analysis.false_positives import FalsePositives, false_positives
from queries.audit_frames import audited_shares
from queries.filters import Filters
from queries.formulas import Audited
from queries.measure import Measures, Reader, measure
from queries.parts import Group
from queries.time import Period

FLOOR, SETTLED, AUDITED = "false_positive_floor", "enforcements_settled", "audited_precision"


@dataclass(frozen=True)
class WrongEnforcement:
    """What is known of one group's enforcements; `group` is () for all of them.

    `known` is None for fewer enforcements than a rate of a group may rest on.
    """

    group: Group
    enforcements: int
    audits: int
    known: FalsePositives | None


def wrong_enforcement(
    reader: Reader, span: Period, by: tuple[str, ...], filters: Filters
) -> list[WrongEnforcement]:
    """Per group of `by`, in the order of the store, then all taken as one; [] where the store cannot tell.

    `span` is one period for which the floor is mature, so that appeals and audits speak of the same rows.
    Without random audits the bounds are those of appeals alone.
    """
    measures = measure(reader, (FLOOR, SETTLED, AUDITED), (span,), by, filters)
    if FLOOR in measures.reasons or SETTLED in measures.reasons:
        return []
    parts = [((place,), group) for place, group in enumerate(measures.groups)] if by else []
    every = (tuple(range(len(measures.groups))), ())
    return [_known(measures, places, group) for places, group in (*parts, every)]


def _known(measures: Measures, places: tuple[int, ...], group: Group) -> WrongEnforcement:
    floor = measures.merged(FLOOR, places, group)
    settled = measures.merged(SETTLED, places, group)
    rows, audit = int(np.nan_to_num(floor.denominator[0])), _audit(measures, places)
    if rows < measures.minimum(group):
        return WrongEnforcement(group, rows, 0, None)
    known = false_positives(rows, float(settled.value[0]), float(floor.numerator[0]), audit)
    return WrongEnforcement(group, rows, 0 if audit is None else int(audit.n), known)


def _audit(measures: Measures, places: tuple[int, ...]) -> AuditedShare | None:
    """The share audits judge wrong: the other side of the one they judge right."""
    formula = measures.metrics[AUDITED].formula
    if AUDITED in measures.reasons or not isinstance(formula, Audited):
        return None
    frame = measures.parts.frames[formula.frame]
    right = audited_shares(frame, np.array(places, dtype=np.int64), 1).at(0)
    return right._replace(share=1 - right.share)
