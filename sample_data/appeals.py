"""Appeals: sellers appeal, are upheld, and appeal again until reinstated, withdrawn or out of patience."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sample_data.clocks import team_hours_later
from sample_data.columnar import joined, taken
from sample_data.labels import Labels, pick_by_row
from sample_data.operation import team_shares
from sample_data.sellers import Sellers
from sample_data.span import Moments, Span, hours
from sample_data.stories import stories
from store.schema.work import APPEAL_OUTCOMES
from store.settings import Settings

APPEALED = 0.375  # of enforcements of active sellers
AGAIN = 0.87  # of upheld appeals
ROUNDS = 6
OUTCOME_SHARES = np.array([0.066, 0.195, 0.025, 0.034, 0.64, 0.04])
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

    @property
    def count(self) -> int:
        """Number of appeals."""
        return len(self.submitted)

    @property
    def reinstated(self) -> NDArray[np.bool_]:
        """Decided so that the seller is back."""
        return np.asarray(REINSTATING[self.outcome])

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
    return Appeals(whole, whole, whole, moments, moments, moments, whole, whole)


def appeal(
    random: np.random.Generator,
    span: Span,
    sellers: Sellers,
    seller: NDArray[np.int64],
    enforced_at: Moments,
    labels: dict[str, Labels],
    settings: Settings,
) -> Appeals:
    """The appeals against enforcements of `seller` at `enforced_at`, up to the end."""
    doubtful = np.where(
        stories()["model_release"].hits(span, enforced_at, labels), stories()["model_release"].strength, 1.0
    )
    shares = np.repeat(OUTCOME_SHARES[None, :], len(seller), axis=0)
    shares[:, 0] *= doubtful
    teams = team_shares()
    appeals = no_appeals()
    enforcement = np.flatnonzero(random.random(len(seller)) < APPEALED)
    previous = np.full(len(enforcement), -1)
    after = enforced_at[enforcement]
    for number in range(1, ROUNDS + 1):
        submitted = after + hours(np.exp(random.normal(np.log(60), 0.9, len(enforcement))))
        known = submitted <= span.through
        enforcement, previous, submitted = enforcement[known], previous[known], submitted[known]
        team = pick_by_row(random, teams[sellers.marketplace.codes[seller[enforcement]]])
        due, decided = _decisions(random, settings, submitted, team)
        outcome = pick_by_row(random, shares[enforcement])
        first = appeals.count
        round_number = np.full(len(enforcement), number)
        more = Appeals(enforcement, previous, round_number, submitted, decided, due, outcome, team)
        appeals = joined([appeals, more])
        again = np.flatnonzero((outcome == 4) & (random.random(len(outcome)) < AGAIN))
        enforcement, previous, after = enforcement[again], first + again, decided[again]
    return appeals


def _decisions(
    random: np.random.Generator, settings: Settings, submitted: Moments, team: NDArray[np.int64]
) -> tuple[Moments, Moments]:
    taken = DECISION_HOURS * MEDIAN_SHARE * np.exp(random.normal(0, SPREAD, len(submitted)))
    return (
        team_hours_later(settings, submitted, np.full(len(submitted), DECISION_HOURS), team),
        team_hours_later(settings, submitted, taken, team),
    )
