"""Reviews of decisions: random audits by stratum, complaints, double and calibration decisions, rechecks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeals import Appeals
from sample_data.assignment import assign
from sample_data.labels import Labels, keys
from sample_data.operation import TEAMS
from sample_data.people import People
from sample_data.source_tables import source_table
from sample_data.span import Moments, Span, hours
from sample_data.stories import every, stories
from sample_data.streams import stream
from store.schema.work import APPEAL_OUTCOMES

USUAL_DEFECTS, DEFECT_SPREAD = 0.041, 0.2
APPEAL_FRACTIONS = np.array([0.36, 0.28, 0.19, 0.38, 0.30, 0.21])  # by audit stratum
AUDITED = {"escalation": 0.12, "enforcement": 0.03, "investigation": 0.15}  # at random
DOUBLE, CALIBRATION, COMPLAINT, DENIAL_RECHECK, SECOND_LEVEL = 0.016, 0.012, 0.012, 0.035, 0.06
DISAGREE = 0.11
ERRORS = ("over_reinstated", "under_reinstated", "wrong_reason", "step_missed")
UNLUCKY_AUDITS = 14


def defect_rates(people: People, person: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance that each decision is wrong, by who took it."""
    random = stream(people.seed, "quality")
    own = USUAL_DEFECTS * np.exp(random.normal(0, DEFECT_SPREAD, len(people.ids)))
    for key in ("truly_worse", "unlucky"):
        own[people.person_of(stories()[key].conditions["member"])] = USUAL_DEFECTS
    return np.asarray(np.where(person >= 0, own[person], USUAL_DEFECTS))


def appeal_reviews(
    random: np.random.Generator,
    people: People,
    appeals: Appeals,
    strata: Labels,
    deciders: NDArray[np.int64],
    chance: NDArray[np.float64],
    offset: int,
) -> Iterator[pa.Table]:
    """Reviews of decided appeals for every purpose."""
    span = people.span
    decided = strata.codes >= 0
    subjects = keys("P", np.arange(appeals.count) + offset)
    wrong = random.random(appeals.count) < chance
    drawn = decided & (random.random(appeals.count) < APPEAL_FRACTIONS[strata.codes])
    worse = stories()["truly_worse"]
    named = drawn & worse.acts(span, appeals.decided)
    named &= deciders == people.person_of(worse.conditions["member"])
    wrong = np.where(named, every(named, worse.strength), wrong)
    if offset == 0:
        drawn, wrong = _unlucky(people, appeals, deciders, drawn, wrong)
    denied = decided & (appeals.outcome == APPEAL_OUTCOMES.index("upheld"))
    second = decided & (appeals.round > 2)
    for purpose, rows, judged in (
        ("random", drawn, wrong),
        ("double", _share(random, decided, DOUBLE), None),
        ("calibration", _share(random, decided, CALIBRATION), None),
        ("complaint", _share(random, decided, COMPLAINT), random.random(appeals.count) < 0.24),
        ("denial_recheck", _share(random, denied, DENIAL_RECHECK), random.random(appeals.count) < 0.06),
        ("second_level", _share(random, second, SECOND_LEVEL), random.random(appeals.count) < 0.13),
    ):
        chosen = np.flatnonzero(rows)
        yield _reviews(
            random,
            people,
            "appeal",
            purpose,
            subjects.take(pa.array(chosen)),
            chosen + offset,
            appeals.decided[chosen],
            appeals.team[chosen],
            Labels(appeals.outcome[chosen], APPEAL_OUTCOMES),
            None if judged is None else judged[chosen],
            span,
        )


def audits_of(
    random: np.random.Generator,
    people: People,
    kind: str,
    subjects: pa.Array,
    ended: Moments,
    team: NDArray[np.int64],
    chance: NDArray[np.float64],
    offset: int,
) -> pa.Table:
    """Random audits of the ended cases of one kind, wrong with the given chances."""
    rows = np.flatnonzero((ended <= people.span.through) & (random.random(len(ended)) < AUDITED[kind]))
    judged = random.random(len(rows)) < chance[rows]
    return _reviews(
        random,
        people,
        kind,
        "random",
        subjects.take(pa.array(rows)),
        rows + offset,
        ended[rows],
        team[rows],
        None,
        judged,
        people.span,
    )


def _reviews(
    random: np.random.Generator,
    people: People,
    kind: str,
    purpose: str,
    subjects: pa.Array,
    numbers: NDArray[np.int64],
    ended: Moments,
    team: NDArray[np.int64],
    outcome: Labels | None,
    judged: NDArray[np.bool_] | None,
    span: Span,
) -> pa.Table:
    """Reviews drawn a few days after the decision and done within two weeks or so."""
    count = len(numbers)
    selected = ended + hours(random.uniform(10, 110, count))
    reviewed = span.known(selected + hours(random.gamma(2.0, 50.0, count)))
    done = ~np.isnat(reviewed)
    reviewer = assign(
        random, people, (team + random.integers(1, 4, count)) % len(TEAMS), span.day_of(selected)
    )
    own: Labels | None = None
    if judged is None and outcome is not None:
        other = (outcome.codes + random.integers(1, len(outcome.words), count)) % len(outcome.words)
        differs = random.random(count) < DISAGREE
        own = Labels(np.where(done, np.where(differs, other, outcome.codes), -1), outcome.words)
        judged = np.zeros(count, bool)
    wrong = judged if judged is not None else np.zeros(count, bool)
    reinstated = outcome.codes < 4 if outcome is not None else random.random(count) < 0.5
    error = np.where(random.random(count) < 0.7, np.where(reinstated, 0, 1), random.integers(2, 4, count))
    table = source_table(
        "reviews",
        review_id=keys(f"R{kind[0:2].upper()}{purpose[0:2].upper()}", numbers),
        subject_kind=[kind] * count,
        subject_id=subjects,
        purpose=[purpose] * count,
        selected_at=selected,
        reviewed_at=reviewed,
        reviewer_id=Labels(reviewer, tuple(people.ids)),
        blind=np.full(count, purpose in ("random", "double", "calibration")),
        own_decision=own if own is not None else pa.nulls(count, pa.string()),
        judged_wrong=pa.array(wrong, mask=~done) if own is None else pa.nulls(count, pa.bool_()),
        error_type=Labels(np.where(done & wrong, error, -1), ERRORS),
    )
    return table.filter(pa.array(selected <= span.through))


def _share(random: np.random.Generator, rows: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    return np.asarray(rows & (random.random(len(rows)) < share))


def _unlucky(
    people: People,
    appeals: Appeals,
    deciders: NDArray[np.int64],
    drawn: NDArray[np.bool_],
    wrong: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Exactly 14 audits of the unlucky specialist in the story's weeks, as many wrong as it tells."""
    story = stories()["unlucky"]
    person = people.person_of(story.conditions["member"])
    rows = np.flatnonzero((deciders == person) & story.acts(people.span, appeals.decided))
    drawn, wrong = drawn.copy(), wrong.copy()
    drawn[rows], wrong[rows] = False, False
    step = max(len(rows) // UNLUCKY_AUDITS, 1)
    audited = rows[::step][:UNLUCKY_AUDITS]
    drawn[audited] = True
    wrong[audited[:: max(len(audited) // int(story.strength), 1)][: int(story.strength)]] = True
    return drawn, wrong
