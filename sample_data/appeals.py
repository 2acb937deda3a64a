"""Appeals: sellers appeal, are upheld, and appeal again until reinstated, withdrawn or out of patience."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sample_data.clocks import team_hours_later
from sample_data.columnar import joined, taken
from sample_data.enforcement_rows import Enforcements
from sample_data.labels import Labels, pick_by_row
from sample_data.operation import TEAM_NAMES, team_shares
from sample_data.sellers import Sellers
from sample_data.span import Moments, Span, hours
from sample_data.stories import stories
from store.outcomes import APPEAL_OUTCOMES
from store.settings import Settings

# Share appealed of listing and account enforcements, right and wrong ones.
APPEALED = np.array([[0.28, 0.70], [0.56, 0.88]])
APPEALED_BY_TIER = np.array([1.5, 1.15, 1.0])  # times that, at most MOST_APPEALED
MOST_APPEALED = 0.95
AGAIN = 0.89  # of upheld appeals
ROUNDS = 6
# Shares of outcomes of appeals against right and against wrong enforcements.
OUTCOME_SHARES = np.array([[0.014, 0.205, 0.027, 0.036, 0.678, 0.04], [0.48, 0.14, 0.02, 0.04, 0.28, 0.04]])
UPHELD, WITHDRAWN = 4, 5
# Reasons given for decisions, by kind of outcome.
REASONS = (
    "root_cause_missing",
    "documents_insufficient",
    "actions_not_shown",
    "evidence_accepted",
    "supply_chain_unproven",
    "enforced_in_error",
)
REASON_SHARES = {
    "our error": np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
    "reinstated": np.array([0.20, 0.20, 0.14, 0.32, 0.14, 0.0]),
    "denied": np.array([0.33, 0.28, 0.22, 0.0, 0.17, 0.0]),
}
DECISION_HOURS = 50.0  # promised, in business hours of the team
MEDIAN_SHARE = 0.37  # of the promise that a decision usually takes
SPREAD = 0.76
REINSTATING = np.array([name not in ("upheld", "withdrawn") for name in APPEAL_OUTCOMES])


@dataclass(frozen=True)
class Appeals:
    """One row per appeal; `enforcement` and `previous` are row numbers, −1 for none.

    `decided` is when the decision comes, even after the end of what is known.
    """

    enforcement: NDArray[np.int64]
    previous: NDArray[np.int64]
    round: NDArray[np.int64]
    submitted: Moments
    decided: Moments
    due: Moments
    outcome: NDArray[np.int64]
    team: NDArray[np.int64]
    reason: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of appeals."""
        return len(self.submitted)

    @property
    def reinstated(self) -> NDArray[np.bool_]:
        """Decided so that the seller is back."""
        return np.asarray(REINSTATING[self.outcome])

    def labels(self) -> dict[str, Labels]:
        """Columns a story may name."""
        return {"appeal_reason": Labels(self.reason, REASONS), "team": Labels(self.team, TEAM_NAMES)}

    def only(self, rows: NDArray[np.int64]) -> Appeals:
        """Those at `rows`, in their order; each previous appeal must be among them."""
        place = np.full(self.count + 1, -1)
        place[rows] = np.arange(len(rows))
        kept = taken(self, rows)
        return replace(kept, previous=place[kept.previous])

    def and_more(self, others: Appeals, first_enforcement: int) -> Appeals:
        """These and `others`, whose enforcement 0 has the number `first_enforcement` here."""
        moved = replace(
            others,
            enforcement=others.enforcement + first_enforcement,
            previous=np.where(others.previous >= 0, others.previous + self.count, -1),
        )
        return joined([self, moved])

    def renumbered(self, place: NDArray[np.int64]) -> Appeals:
        """In order of submission, with enforcement i now called `place[i]`."""
        order = np.argsort(self.submitted, kind="stable")
        back = np.empty(self.count, np.int64)
        back[order] = np.arange(self.count)
        ordered = taken(self, order)
        return replace(
            ordered,
            enforcement=place[ordered.enforcement],
            previous=np.where(ordered.previous >= 0, back[ordered.previous], -1),
        )


def no_appeals() -> Appeals:
    """None."""
    whole, moments = np.empty(0, np.int64), np.empty(0, "datetime64[us]")
    return Appeals(whole, whole, whole, moments, moments, moments, whole, whole, whole)


def appeal(
    random: np.random.Generator,
    span: Span,
    sellers: Sellers,
    enforced: Enforcements,
    settings: Settings,
) -> Appeals:
    """The appeals against `enforced`, up to the end."""
    shares = OUTCOME_SHARES[enforced.wrong.astype(int)]
    teams = team_shares()
    appeals = no_appeals()
    enforcement = np.flatnonzero(random.random(enforced.count) < _appealed(span, sellers, enforced))
    previous = np.full(len(enforcement), -1)
    after = enforced.at[enforcement]
    for number in range(1, ROUNDS + 1):
        submitted = after + hours(np.exp(random.normal(np.log(60), 0.9, len(enforcement))))
        known = submitted <= span.through
        enforcement, previous, submitted = enforcement[known], previous[known], submitted[known]
        team = pick_by_row(random, teams[sellers.marketplace.codes[enforced.seller[enforcement]]])
        due, decided = _decisions(random, settings, submitted, team)
        outcome = pick_by_row(random, _strict(span, decided, team, shares[enforcement]))
        first = appeals.count
        round_number = np.full(len(enforcement), number)
        reason = pick_by_row(random, _reason_shares()[outcome])
        more = Appeals(enforcement, previous, round_number, submitted, decided, due, outcome, team, reason)
        appeals = joined([appeals, more])
        again = np.flatnonzero((outcome == UPHELD) & (random.random(len(outcome)) < AGAIN))
        enforcement, previous, after = enforcement[again], first + again, decided[again]
    return appeals


def _appealed(span: Span, sellers: Sellers, enforced: Enforcements) -> NDArray[np.float64]:
    """Chance that each enforcement is appealed: higher where an account or much trade is at stake."""
    usual = APPEALED[enforced.account.astype(int), enforced.wrong.astype(int)]
    tier = sellers.tier(enforced.seller, span.day_of(enforced.at))
    return np.minimum(usual * APPEALED_BY_TIER[tier], MOST_APPEALED)


def _strict(
    span: Span, decided: Moments, team: NDArray[np.int64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Shares of outcomes with fewer reinstatements, and as many more denials, where a team denies most."""
    story = stories()["denies_most"]
    strict = story.hits(span, decided, {"team": Labels(team, TEAM_NAMES)})
    kept = shares.copy()
    kept[strict, :UPHELD] *= story.strength
    kept[strict, UPHELD] += (1 - story.strength) * shares[strict, :UPHELD].sum(axis=1)
    return kept


def _reason_shares() -> NDArray[np.float64]:
    """Matrix outcome × reason."""
    kinds = ["our error", *["reinstated"] * 3, *["denied"] * 2]
    return np.array([REASON_SHARES[kind] for kind in kinds])


def _decisions(
    random: np.random.Generator, settings: Settings, submitted: Moments, team: NDArray[np.int64]
) -> tuple[Moments, Moments]:
    taken = DECISION_HOURS * MEDIAN_SHARE * np.exp(random.normal(0, SPREAD, len(submitted)))
    return (
        team_hours_later(settings, submitted, np.full(len(submitted), DECISION_HOURS), team),
        team_hours_later(settings, submitted, taken, team),
    )
