"""Components of what became of reinstated and denied sellers: what SQL adds up, one object per sum."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from queries.catalog.reinstatement_parts import judged, reinstated
from queries.tallies import AuditFrame, Columns, Predicate, Tally

HORIZONS = (30, 60, 90, 180)
"""Days within which a reinstated seller is looked for again."""

NET = "restumbled_after_days"
GROSS = "restumbled_gross_after_days"
SAME_POLICY = "restumbled_same_policy_after_days"
UNDER_APPEAL_WITHIN = 90


def episode(c: Columns) -> ColumnElement[bool]:
    """Reinstatements that can be followed, the latest of those without an enforcement between."""
    return c.latest_of_episode.is_(True)


def of_known_policy(c: Columns) -> ColumnElement[bool]:
    """Episodes whose enforcement names its policy."""
    return and_(episode(c), c.policy.is_not(None))


def within(column: str, days: int, of: Predicate) -> Predicate:
    """Rows of `of` whose seller was enforced again at most `days` days later, by the column's count."""
    return lambda c: and_(of(c), c[column] <= days)


def _tally(key: str, where: Predicate) -> Tally:
    return Tally(key, "appeals", "decided", where)


EPISODES = _tally("episodes", episode)
POLICY_EPISODES = _tally("policy_episodes", of_known_policy)
RESTUMBLED = {days: _tally(f"restumbled_{days}", within(NET, days, episode)) for days in HORIZONS}
RESTUMBLED_GROSS = {
    days: _tally(f"restumbled_{days}_gross", within(GROSS, days, episode)) for days in HORIZONS
}
RESTUMBLED_SAME_POLICY = {
    days: _tally(f"restumbled_{days}_same_policy", within(SAME_POLICY, days, of_known_policy))
    for days in HORIZONS
}
RESTUMBLES_UNDER_APPEAL = _tally(
    "restumbles_under_appeal",
    lambda c: and_(within(NET, UNDER_APPEAL_WITHIN, episode)(c), c.restumble_under_appeal.is_(True)),
)


def denied(c: Columns) -> ColumnElement[bool]:
    """Appeals decided against the seller."""
    return and_(c.decided_at.is_not(None), c.outcome == "upheld")


def second_level(c: Columns) -> ColumnElement[bool]:
    """Appeals against a denial that were decided, withdrawn ones aside."""
    return and_(judged(c), c.level == 2)


DENIALS_RECHECKED = AuditFrame("denials_rechecked", "appeals", "decided", denied, sample="recheck")
DENIALS_AT_SECOND_LEVEL = _tally(
    "denials_at_second_level", lambda c: and_(denied(c), c.second_level_wrong.is_not(None))
)
DENIALS_REVERSED = _tally("denials_reversed", lambda c: and_(denied(c), c.second_level_wrong.is_(True)))
SECOND_LEVEL = _tally("second_level", second_level)
SECOND_LEVEL_REINSTATED = _tally("second_level_reinstated", lambda c: and_(reinstated(c), c.level == 2))
