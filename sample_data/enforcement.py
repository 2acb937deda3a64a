"""Enforcements against sellers, the appeals they bring, and the restumbles that follow reinstatements.

Base enforcements strike on their own; each reinstatement then draws a delay to a further account-level
enforcement, which may be appealed and reinstated again. Three such rounds hold all but a handful.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sample_data.appeals import Appeals, appeal, no_appeals
from sample_data.columnar import joined, taken
from sample_data.labels import Labels, chosen, pick
from sample_data.operation import DETECTION_SOURCES, ENFORCEMENT_TEAMS, MARKETPLACES, POLICIES
from sample_data.sellers import Sellers
from sample_data.span import Moments, Span
from sample_data.volume import arrival_moments
from store.schema.work import APPEAL_OUTCOMES
from store.settings import Settings

LISTING_PER_WEEK = 698.0  # at scale 1
ACCOUNT_PER_WEEK = 46.0
RESTUMBLE_DAYS = np.array([0.0, 30.0, 60.0, 90.0, 180.0, 400.0])
RESTUMBLE_SHARE = np.array([0.0, 0.051, 0.076, 0.090, 0.104, 0.11])  # beside what strikes anyway
RESTUMBLE_ROUNDS = 3


@dataclass(frozen=True)
class Enforcements:
    """One row per enforcement; `reversal` indexes APPEAL_OUTCOMES, −1 while it stands."""

    seller: NDArray[np.int64]
    at: Moments
    account: NDArray[np.bool_]
    team: Labels
    source: Labels
    policy: Labels
    risk: NDArray[np.float64]
    reversed_at: Moments
    reversal: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of enforcements."""
        return len(self.at)

    def labels(self) -> dict[str, Labels]:
        """Columns a story may name."""
        return {"enforcement_team": self.team, "detection_source": self.source, "policy": self.policy}


def enforce(
    random: np.random.Generator,
    span: Span,
    sellers: Sellers,
    weights: NDArray[np.float64],
    scale: float,
    settings: Settings,
) -> tuple[Enforcements, Appeals]:
    """All enforcements and appeals of a block of sellers, each in order of time.

    `weights` is marketplace × day from `volume.day_weights`.
    """
    proneness = np.exp(random.normal(0, 0.7, sellers.count))
    parts = [
        _strikes(random, span, sellers, weights, LISTING_PER_WEEK * scale, proneness, account=False),
        _strikes(
            random, span, sellers, weights, ACCOUNT_PER_WEEK * scale, np.ones(sellers.count), account=True
        ),
    ]
    new = joined(parts)
    enforcements, appeals = new, no_appeals()
    for _ in range(RESTUMBLE_ROUNDS):
        filed = appeal(random, span, sellers, new.seller, new.at, new.labels(), settings)
        first = enforcements.count - new.count
        appeals = appeals.and_more(filed, first)
        new = _restumbles(random, span, sellers, new, filed)
        enforcements = joined([enforcements, new])
    last = appeal(random, span, sellers, new.seller, new.at, new.labels(), settings)
    appeals = appeals.and_more(last, enforcements.count - new.count)
    order = np.argsort(enforcements.at, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    appeals = appeals.renumbered(place)
    return _reversed(span, taken(enforcements, order), appeals), appeals


def _strikes(
    random: np.random.Generator,
    span: Span,
    sellers: Sellers,
    weights: NDArray[np.float64],
    per_week: float,
    proneness: NDArray[np.float64],
    *,
    account: bool,
) -> Enforcements:
    shares = np.array(list(MARKETPLACES.values()))
    expected = weights * shares[:, None] * per_week / 7
    marketplace, day = np.nonzero(expected)
    times = random.poisson(expected)[marketplace, day]
    marketplace, day = np.repeat(marketplace, times), np.repeat(day, times)
    seller = pick_sellers(random, sellers, marketplace, day, proneness)
    at = arrival_moments(random, span, day, marketplace)
    found = np.flatnonzero((seller >= 0) & (at >= span.begins) & (at <= span.through))
    return _described(random, seller[found], at[found], np.full(len(found), account))


def pick_sellers(
    random: np.random.Generator,
    sellers: Sellers,
    marketplaces: NDArray[np.int64],
    days: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> NDArray[np.int64]:
    """A seller of each marketplace that is open on each day, drawn by weight; −1 where none was found."""
    seller = np.full(len(days), -1, np.int64)
    for marketplace in range(len(MARKETPLACES)):
        members = np.flatnonzero(sellers.marketplace.codes == marketplace)
        waiting = np.flatnonzero(marketplaces == marketplace)
        for _ in range(12):
            if not len(waiting) or not len(members):
                break
            drawn = members[pick(random, weights[members], len(waiting))]
            fits = (sellers.joined[drawn] <= days[waiting]) & (sellers.closed[drawn] > days[waiting])
            seller[waiting[fits]] = drawn[fits]
            waiting = waiting[~fits]
    return seller


def _described(
    random: np.random.Generator, seller: NDArray[np.int64], at: Moments, account: NDArray[np.bool_]
) -> Enforcements:
    count = len(seller)
    return Enforcements(
        seller,
        at,
        account,
        chosen(random, ENFORCEMENT_TEAMS, count),
        chosen(random, DETECTION_SOURCES, count),
        chosen(random, POLICIES, count),
        random.beta(5, 2, count),
        np.full(count, np.datetime64("NaT", "us")),
        np.full(count, -1),
    )


def _restumbles(
    random: np.random.Generator, span: Span, sellers: Sellers, enforced: Enforcements, appeals: Appeals
) -> Enforcements:
    """Account-level enforcements that follow reinstatements, one draw per seller and month."""
    rows = np.flatnonzero(appeals.reinstated)
    seller, decided = enforced.seller[appeals.enforcement[rows]], appeals.decided[rows]
    month = (decided - span.begins).astype("timedelta64[D]").astype(int) // 30
    _, latest = np.unique(seller * 1000 + month, return_index=True)
    seller, decided = seller[latest], decided[latest]
    draw = random.random(len(seller))
    delay = np.interp(draw, RESTUMBLE_SHARE, RESTUMBLE_DAYS) * 86_400_000_000
    at = decided + delay.astype("timedelta64[us]") + np.timedelta64(600, "s")
    strikes = (draw < RESTUMBLE_SHARE[-1]) & (at <= span.through)
    strikes &= sellers.closed[seller] > span.day_of(at)
    return _described(random, seller[strikes], at[strikes], np.ones(int(strikes.sum()), bool))


def _reversed(span: Span, enforcements: Enforcements, appeals: Appeals) -> Enforcements:
    """The enforcements with the moment and kind of the reinstating decision, where it is known."""
    rows = np.flatnonzero(appeals.reinstated & (appeals.decided <= span.through))
    reversed_at, reversal = enforcements.reversed_at.copy(), enforcements.reversal.copy()
    reversed_at[appeals.enforcement[rows]] = appeals.decided[rows]
    reversal[appeals.enforcement[rows]] = appeals.outcome[rows]
    return replace(enforcements, reversed_at=reversed_at, reversal=reversal)


def reversal_labels(enforcements: Enforcements) -> Labels:
    """Why each enforcement was lifted."""
    return Labels(enforcements.reversal, APPEAL_OUTCOMES)
