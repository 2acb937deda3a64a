"""Enforcements and appeals as source tables, as known at the end of the span."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeals import REASONS, Appeals
from sample_data.enforcement_rows import Enforcements
from sample_data.labels import Labels, keys, pick_by_row
from sample_data.operation import SITE_OF_TEAM, SITES, TEAM_NAMES, TIERS, team_shares
from sample_data.people import People
from sample_data.sellers import Sellers
from sample_data.source_tables import source_table
from sample_data.span import Span
from store.outcomes import APPEAL_OUTCOMES

LEVELS = ("account", "listing")
SECOND_LEVEL_FROM = 3  # third attempts go to the second level


def enforcement_table(
    random: np.random.Generator, span: Span, sellers: Sellers, enforcements: Enforcements, offset: int
) -> pa.Table:
    """Rows of `enforcements`; the team is the one of ours that would hear the appeal."""
    seller = enforcements.seller
    team = pick_by_row(random, team_shares()[sellers.marketplace.codes[seller]])
    return source_table(
        "enforcements",
        enforcement_id=keys("N", np.arange(enforcements.count) + offset),
        **sellers.stamps(seller, span.day_of(enforcements.at)),
        team=Labels(team, TEAM_NAMES),
        site=Labels(SITE_OF_TEAM[team], SITES),
        enforced_at=enforcements.at,
        level=Labels(np.where(enforcements.account, 0, 1), LEVELS),
        enforcement_team=enforcements.team,
        detection_source=enforcements.source,
        policy=enforcements.policy,
        risk_score=np.round(enforcements.risk, 4),
        reversed_at=enforcements.reversed_at,
        reversal_kind=enforcements.reversal_labels(),
        audit_stratum=enforcement_strata(enforcements),
    )


def enforcement_strata(enforcements: Enforcements) -> Labels:
    """Stratum of the audit frame of each enforcement: the team upstream, and account or listing."""
    words = tuple(f"{team} {level}" for level in LEVELS for team in enforcements.team.words)
    listing = np.where(enforcements.account, 0, len(enforcements.team.words))
    return Labels(enforcements.team.codes + listing, words)


def appeal_strata(span: Span, sellers: Sellers, enforcements: Enforcements, appeals: Appeals) -> Labels:
    """Stratum of the audit frame of each decided appeal: reinstated or not, by tier."""
    seller = enforcements.seller[appeals.enforcement]
    tier = sellers.tier(seller, span.day_of(appeals.decided))
    words = tuple(f"{kind} {name}" for kind in ("denied", "reinstated") for name in TIERS)
    code = np.where(appeals.decided <= span.through, appeals.reinstated * len(TIERS) + tier, -1)
    return Labels(code, words)


def appeal_table(
    span: Span,
    people: People,
    sellers: Sellers,
    enforcements: Enforcements,
    appeals: Appeals,
    deciders: NDArray[np.int64],
    offset: int,
) -> pa.Table:
    """Rows of `appeals`; what is decided after the end is still open."""
    decided = span.known(appeals.decided)
    closed = ~np.isnat(decided)
    clock = np.where(closed, decided, appeals.submitted)
    seller = enforcements.seller[appeals.enforcement]
    return source_table(
        "appeals",
        appeal_id=keys("P", np.arange(appeals.count) + offset),
        **sellers.stamps(seller, span.day_of(clock)),
        team=Labels(appeals.team, TEAM_NAMES),
        specialist_id=Labels(deciders, tuple(people.ids)),
        site=Labels(SITE_OF_TEAM[appeals.team], SITES),
        enforcement_id=keys("N", appeals.enforcement + offset),
        previous_appeal_id=keys("P", np.where(appeals.previous >= 0, appeals.previous + offset, -1)),
        level=np.where(appeals.round >= SECOND_LEVEL_FROM, 2, 1),
        submitted_at=appeals.submitted,
        due_at=appeals.due,
        decided_at=decided,
        outcome=Labels(np.where(closed, appeals.outcome, -1), APPEAL_OUTCOMES),
        reason=Labels(np.where(closed, appeals.reason, -1), REASONS),
        audit_stratum=appeal_strata(span, sellers, enforcements, appeals),
    )
