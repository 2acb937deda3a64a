"""How escalations are worked: queue, first answer, work, waits, pauses and the end of each cycle.

A cycle is a chain of stretches: queue and first work, a wait, more work, perhaps a second wait, the rest.
Work runs in business hours of the team, waits in calendar hours of whoever is waited on. The chain is laid
out to its end even where that lies in the future; what is not yet known is cut off in `escalation_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sample_data.clocks import team_hours_between, team_hours_later
from sample_data.escalation_arrivals import Arrivals
from sample_data.labels import Labels, pick_by_row
from sample_data.operation import PARTNER_MEDIAN_HOURS, PARTNER_SHARES, REASONS, SEVERITIES
from sample_data.queueing import queue_hours
from sample_data.span import NEVER, Moments, Span, hours
from sample_data.stories import every, stories
from store.settings import Settings

USUAL_TARGETS = {"Sev-1": (1.0, 16.0), "Sev-2": (4.0, 40.0), "Sev-3": (8.0, 80.0)}
PARTNERS = (*PARTNER_SHARES, "seller")
SELLER = len(PARTNER_SHARES)
SELLER_MEDIAN_HOURS = 20.0
REASON_PARTNER = {
    "counterfeit_claim": "Legal",
    "funds_held": "Payments",
    "listing_removed": "Catalog",
    "policy_unclear": "Policy",
    "appeal_delayed": "Policy",
    "identity_check": "Customer Trust",
    "related_account": "Customer Trust",
}
WAITS = (0.36, 0.23), (0.10, 0.06)  # first and second wait: on a partner, on the seller
OVERLAPPING = 0.12  # of partner waits: a second partner is asked meanwhile
WAIT_SPREAD = 0.75
WAIT_BY_SEVERITY = np.array([0.3, 0.8, 1.2])
PAUSED_WITH_SELLER = 0.6  # of seller waits the clock stands still
HANDLING_BY_TIER = np.array([0.165, 0.215, 0.365])  # median of the promised hours
HANDLING_SPREAD = 0.72
FASTER_BY_TIER = np.array([25, 16, 1])  # few cases need a larger gain to show it
QUEUE_BY_SEVERITY = np.array([0.03, 0.4, 1.1])
RESPONSE_SHARE, RESPONSE_SPREAD = 0.3, 0.72
BLOCKED = 0.016
ENDS = np.array([0.95, 0.03, 0.02])  # resolved, cancelled, merged


@dataclass(frozen=True)
class Wait:
    """A wait of some cycles: `party` indexes PARTNERS, −1 where there is none."""

    party: NDArray[np.int64]
    starts: Moments
    ends: Moments
    paused: NDArray[np.bool_]  # the clock stands still meanwhile


@dataclass(frozen=True)
class Service:
    """What happened to each cycle, in columns as long as its arrivals."""

    begun: Moments
    worked: Moments  # end of the first stretch of work
    response: Moments
    waits: tuple[Wait, ...]
    pauses: Wait  # beside those that go with a wait
    solution: Moments
    reopened: Moments  # solution refused before the end; NaT: not
    ended: Moments
    end_kind: NDArray[np.int64]
    blocked: Moments
    due_hours: NDArray[np.float64]


def serve(
    random: np.random.Generator, span: Span, settings: Settings, cases: Arrivals, *, effort: float = 1.0
) -> Service:
    """The life of each cycle; `effort` scales the handling time (a later cycle takes less)."""
    targets = np.array([_target(settings, name) for name in SEVERITIES])[cases.severity]
    queue = queue_hours(random, span, settings, cases.team, span.day_of(cases.opened))
    queue = queue * QUEUE_BY_SEVERITY[cases.severity]
    handling = effort * _handling(random, span, cases, targets[:, 1])
    held, blocked = _held(random, span, settings, cases, targets[:, 1])

    def work(starts: Moments, business_hours: NDArray[np.float64]) -> Moments:
        return team_hours_later(settings, starts, business_hours, cases.team)

    begun = work(cases.opened, queue)
    worked = work(begun, 0.3 * handling)
    first = _wait(random, span, cases, worked, *WAITS[0])
    middle = work(_end_of(first, worked), 0.4 * handling + held)
    second = _wait(random, span, cases, middle, *WAITS[1])
    solution = work(_end_of(second, middle), 0.22 * handling)
    ended = work(solution, 0.08 * handling)
    answer = targets[:, 0] * RESPONSE_SHARE * np.exp(random.normal(0, RESPONSE_SPREAD, cases.count))
    end_kind = pick_by_row(random, np.repeat(ENDS[None, :], cases.count, axis=0))
    early = cases.opened + (
        random.uniform(0.05, 0.9, cases.count) * (ended - cases.opened).astype(float)
    ).astype("timedelta64[us]")
    ended = np.where(end_kind > 0, early, ended)
    refused = (random.random(cases.count) < 0.03) & (end_kind == 0)
    return Service(
        begun,
        worked,
        np.minimum(work(cases.opened, answer), ended),
        (first, second, _overlapping(random, first)),
        _gamed(random, span, settings, cases, targets[:, 1], ended),
        np.where((random.random(cases.count) < 0.85) & (end_kind == 0), solution, NEVER),
        np.where(refused, solution + (ended - solution) // 3, NEVER),
        ended,
        end_kind,
        np.where(blocked, worked, NEVER),
        targets[:, 1],
    )


def _target(settings: Settings, severity: str) -> tuple[float, float]:
    promised = settings.severities.get(severity)
    return (promised.first_response_hours, promised.resolution_hours) if promised else USUAL_TARGETS[severity]


def _handling(
    random: np.random.Generator, span: Span, cases: Arrivals, promised: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Business hours of work: log-normal around a share of the promise that depends on the tier.

    Quantiles are stratified within tier, severity and quarter, so that chance does not hide a planted change
    of a whole quarter.
    """
    quarter = span.dates[span.day_of(cases.opened)].astype("datetime64[M]").astype(int) // 3
    group = (quarter * 10 + cases.tier) * 10 + cases.severity
    order = np.lexsort((random.random(cases.count), group))
    ordered = group[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    sizes = np.searchsorted(ordered, ordered, side="right") - starts
    quantile = np.empty(cases.count)
    quantile[order] = (np.arange(cases.count) - starts + random.random(cases.count)) / sizes
    share = HANDLING_BY_TIER[cases.tier] * np.exp(HANDLING_SPREAD * ndtri(np.clip(quantile, 1e-6, 1 - 1e-6)))
    return np.asarray(promised * share * _pace(span, cases))


def _pace(span: Span, cases: Arrivals) -> NDArray[np.float64]:
    """Time everything takes relative to the usual: less for every tier in the quarter of the mix shift."""
    shift = stories()["mix_shift"]
    return np.where(shift.acts(span, cases.opened), shift.strength ** FASTER_BY_TIER[cases.tier], 1.0)


def _held(
    random: np.random.Generator,
    span: Span,
    settings: Settings,
    cases: Arrivals,
    promised: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Business hours a case lies still for lack of a decision or of people, and which wait for a decision."""
    blocked = random.random(cases.count) < BLOCKED * _pace(span, cases)
    held = np.where(blocked, random.gamma(2.0, 55.0, cases.count) + 25, 0.0)
    breach = stories()["last_week_breach"]
    due = team_hours_later(settings, cases.opened, promised, cases.team)
    late = every(breach.hits(span, due, cases.labels()), breach.strength)
    held = np.where(late, promised * random.uniform(1.0, 1.7, cases.count), held)
    grows = stories()["backlog_grows"]
    stuck = every(grows.hits(span, cases.opened, cases.labels()), grows.strength)
    held = np.where(stuck, promised * random.uniform(5, 14, cases.count), held)
    return held, blocked | (stuck & (random.random(cases.count) < 0.15))


def _wait(
    random: np.random.Generator,
    span: Span,
    cases: Arrivals,
    starts: Moments,
    on_partner: float,
    on_seller: float,
) -> Wait:
    draw = random.random(cases.count)
    partner = pick_by_row(random, _partner_shares()[cases.reason])
    party = np.where(draw < on_partner, partner, np.where(draw < on_partner + on_seller, SELLER, -1))
    medians = np.array([*(PARTNER_MEDIAN_HOURS[name] for name in PARTNER_SHARES), SELLER_MEDIAN_HOURS])
    length = medians[party] * np.exp(random.normal(0, WAIT_SPREAD, cases.count))
    length = length * WAIT_BY_SEVERITY[cases.severity] * _pace(span, cases)
    stalls = stories()["partner_stalls"]
    length = length * np.where(
        stalls.hits(span, starts, {"partner": Labels(party, PARTNERS)}), stalls.strength, 1.0
    )
    paused = (party == SELLER) & (random.random(cases.count) < PAUSED_WITH_SELLER)
    ends = np.where(party >= 0, starts + hours(length), NEVER)
    return Wait(party, np.where(party >= 0, starts, NEVER), ends, paused)


def _overlapping(random: np.random.Generator, wait: Wait) -> Wait:
    """A second partner asked while the first one is waited on, answering before it."""
    asked = (wait.party >= 0) & (wait.party < SELLER) & (random.random(len(wait.party)) < OVERLAPPING)
    party = np.where(asked, (wait.party + random.integers(1, SELLER, len(asked))) % SELLER, -1)
    length = (wait.ends - wait.starts).astype(float)
    begins, share = random.uniform(0.05, 0.4, len(asked)), random.uniform(0.2, 0.55, len(asked))
    length = np.where(asked, length, 0.0)
    starts = np.where(asked, wait.starts + (begins * length).astype("timedelta64[us]"), NEVER)
    ends = starts + (share * length).astype("timedelta64[us]")
    return Wait(party, starts, ends, np.zeros(len(asked), bool))


def _gamed(
    random: np.random.Generator,
    span: Span,
    settings: Settings,
    cases: Arrivals,
    promised: NDArray[np.float64],
    ended: Moments,
) -> Wait:
    """Pauses set by the team of the story so that a coming miss becomes a met one."""
    games = stories()["paused_clocks"]
    overshoot = team_hours_between(settings, cases.opened, ended, cases.team) - promised
    hit = games.hits(span, cases.opened, cases.labels()) & (overshoot > 0) & (overshoot < 1.5 * promised)
    hit &= random.random(cases.count) < games.strength
    first = random.uniform(0.1, 0.5, cases.count) * promised
    length = np.where(hit, overshoot * random.uniform(1.02, 1.15, cases.count), 0.0)
    starts = team_hours_later(settings, cases.opened, first, cases.team)
    ends = team_hours_later(settings, starts, length, cases.team)
    party = np.where(hit, SELLER, -1)
    return Wait(party, np.where(hit, starts, NEVER), np.where(hit, ends, NEVER), hit)


def _end_of(wait: Wait, otherwise: Moments) -> Moments:
    return np.where(wait.party >= 0, wait.ends, otherwise)


def _partner_shares() -> NDArray[np.float64]:
    """Matrix reason × partner."""
    shares = np.repeat(np.array(list(PARTNER_SHARES.values()))[None, :], len(REASONS), axis=0)
    for row, reason in enumerate(REASONS):
        if reason in REASON_PARTNER:
            shares[row, list(PARTNER_SHARES).index(REASON_PARTNER[reason])] *= 3
    return shares
