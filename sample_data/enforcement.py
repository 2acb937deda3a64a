"""Enforcements against sellers, the appeals they bring, and the restumbles that follow reinstatements.

Base enforcements strike on their own; each reinstatement then draws a delay to a further account-level
enforcement, which may be appealed and reinstated again. Three such rounds hold all but a handful.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sample_data.appeals import Appeals, appeal, no_appeals
from sample_data.blocks import give_up, mended
from sample_data.columnar import joined, taken
from sample_data.detection import scored, upstream, upstream_again
from sample_data.enforcement_rows import Enforcements
from sample_data.labels import Labels
from sample_data.operation import MARKETPLACES
from sample_data.sellers import Sellers, pick_sellers
from sample_data.span import NEVER, Moments, Span
from sample_data.stories import stories
from sample_data.volume import arrival_moments
from sample_data.world import Streams
from store.outcomes import APPEAL_OUTCOMES
from store.settings import Settings

LISTING_PER_WEEK = 698.0  # at scale 1
ACCOUNT_PER_WEEK = 46.0
RESTUMBLE_DAYS = np.array([0.0, 30.0, 60.0, 90.0, 180.0, 400.0])
RESTUMBLE_SHARE = np.array([0.0, 0.051, 0.076, 0.090, 0.099, 0.105])  # beside what strikes anyway
RESTUMBLE_ROUNDS = 3
OTHER_REASONS = 0.90  # of that share for reasons that are not in a story
CLEAR_CASES_ONLY = 0.45  # of that share in the team that denies all others
BEST_SELLING = 120  # strategic sellers among whom the large blocks are drawn
MENDED = APPEAL_OUTCOMES.index("reinstated_after_fix")


def enforce(
    random: Streams,
    span: Span,
    sellers: Sellers,
    weights: NDArray[np.float64],
    scale: float,
    settings: Settings,
) -> tuple[Sellers, Enforcements, Appeals]:
    """All enforcements and appeals of a block of sellers, each in order of time, and who closed since.

    `weights` is marketplace × day from `volume.day_weights`.
    """
    enforcements, appeals = _rounds(random, span, sellers, weights, scale, settings)
    ends = random("ends of blocks")
    lifted = mended(ends, span, sellers, enforcements, appeals)
    sellers, enforcements, appeals = give_up(ends, span, sellers, enforcements, appeals, lifted)
    order = np.argsort(enforcements.at, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    appeals = appeals.renumbered(place)
    enforcements, lifted = taken(enforcements, order), lifted[order]
    lifted = np.where(span.day_of(lifted) < sellers.closed[enforcements.seller], span.known(lifted), NEVER)
    return sellers, _reversed(span, enforcements, appeals, lifted), appeals


def _rounds(
    random: Streams,
    span: Span,
    sellers: Sellers,
    weights: NDArray[np.float64],
    scale: float,
    settings: Settings,
) -> tuple[Enforcements, Appeals]:
    """What strikes on its own and what follows reinstatements, as if nobody ever closed."""
    strikes, filing, following = random("enforcement"), random("appeals"), random("restumbles")
    proneness, even = np.exp(strikes.normal(0, 0.7, sellers.count)), np.ones(sellers.count)
    new = joined(
        [
            _strikes(strikes, span, sellers, weights, LISTING_PER_WEEK * scale, proneness, account=False),
            _strikes(strikes, span, sellers, weights, ACCOUNT_PER_WEEK * scale, even, account=True),
            _large_blocks(random("large blocks"), span, sellers, scale),
        ]
    )
    enforcements, appeals = new, no_appeals()
    for last in (False,) * RESTUMBLE_ROUNDS + (True,):
        filed = appeal(filing, span, sellers, new, settings)
        appeals = appeals.and_more(filed, enforcements.count - new.count)
        if not last:
            new = _restumbles(following, span, sellers, new, filed)
            enforcements = joined([enforcements, new])
    return enforcements, appeals


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
    labels = upstream(random, len(found))
    return _described(random, span, seller[found], at[found], np.full(len(found), account), labels)


def _large_blocks(random: np.random.Generator, span: Span, sellers: Sellers, scale: float) -> Enforcements:
    """The account blocks of large strategic sellers that a story adds."""
    story = stories()["strategic_blocks"]
    begins, ends = story.interval(span)
    assert story.weeks is not None
    open_now = (sellers.closed >= span.days) & (sellers.joined < span.days - 7 * story.weeks[0])
    strategic = np.flatnonzero(open_now & (sellers.tier(np.arange(sellers.count), span.days) == 0))
    best = strategic[np.argsort(-sellers.daily_gmv[strategic], kind="stable")][: round(BEST_SELLING * scale)]
    seller = random.permutation(best)[: round(story.strength * scale)]
    at = begins + (random.random(len(seller)) * (ends - begins).astype(float)).astype("timedelta64[us]")
    at = np.minimum(at, span.through)
    labels = upstream(random, len(seller))
    return _described(random, span, seller, at, np.ones(len(seller), bool), labels)


def _described(
    random: np.random.Generator,
    span: Span,
    seller: NDArray[np.int64],
    at: Moments,
    account: NDArray[np.bool_],
    labels: dict[str, Labels],
) -> Enforcements:
    risk, wrong = scored(random, span, at, labels)
    return Enforcements(
        seller,
        at,
        account,
        labels["enforcement_team"],
        labels["detection_source"],
        labels["policy"],
        risk,
        wrong,
        np.full(len(seller), NEVER),
        np.full(len(seller), -1),
    )


def _restumbles(
    random: np.random.Generator, span: Span, sellers: Sellers, enforced: Enforcements, appeals: Appeals
) -> Enforcements:
    """Account-level enforcements that follow reinstatements, one draw per seller and month for the latest."""
    rows = np.flatnonzero(appeals.reinstated)
    rows = rows[np.argsort(-appeals.decided[rows].astype(np.int64), kind="stable")]
    seller, decided = enforced.seller[appeals.enforcement[rows]], appeals.decided[rows]
    month = (decided - span.begins).astype("timedelta64[D]").astype(int) // 30
    _, latest = np.unique(seller * 1000 + month, return_index=True)
    rows, seller, decided = rows[latest], seller[latest], decided[latest]
    draw = random.random(len(seller)) / _proneness_to_restumble(span, taken(appeals, rows))
    delay = np.interp(draw, RESTUMBLE_SHARE, RESTUMBLE_DAYS) * 86_400_000_000
    at = decided + delay.astype("timedelta64[us]") + np.timedelta64(600, "s")
    strikes = (draw < RESTUMBLE_SHARE[-1]) & (at <= span.through)
    strikes = np.flatnonzero(strikes & (sellers.closed[seller] > span.day_of(at)))
    policy = enforced.policy.take(appeals.enforcement[rows[strikes]])
    labels = upstream_again(random, policy)
    return _described(random, span, seller[strikes], at[strikes], np.ones(len(strikes), bool), labels)


def _proneness_to_restumble(span: Span, appeals: Appeals) -> NDArray[np.float64]:
    """Chance of a further enforcement relative to the usual."""
    lasts, denies = stories()["does_not_last"], stories()["denies_most"]
    labels = appeals.labels()
    of_reason = np.where(lasts.hits(span, appeals.decided, labels), lasts.strength, 1.0) * OTHER_REASONS
    return of_reason * np.where(denies.hits(span, appeals.decided, labels), CLEAR_CASES_ONLY, 1.0)


def _reversed(span: Span, enforcements: Enforcements, appeals: Appeals, lifted: Moments) -> Enforcements:
    """The enforcements with the moment and kind of what lifted them, where it is known."""
    rows = np.flatnonzero(appeals.reinstated & (appeals.decided <= span.through))
    reversed_at, reversal = lifted.copy(), np.where(np.isnat(lifted), -1, MENDED)
    reversed_at[appeals.enforcement[rows]] = appeals.decided[rows]
    reversal[appeals.enforcement[rows]] = appeals.outcome[rows]
    return replace(enforcements, reversed_at=reversed_at, reversal=reversal)
