"""Reviews of decisions: random audits by stratum, complaints, rechecks of denials, second levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeals import UPHELD, Appeals
from sample_data.assignment import assign
from sample_data.labels import Labels, keys
from sample_data.operation import TEAMS
from sample_data.people import People
from sample_data.quality import ERRORS, OVER, UNDER, Verdicts, appeal_verdicts, denial_chances
from sample_data.source_tables import source_table
from sample_data.span import Moments, hours
from sample_data.stories import every, stories
from sample_data.world import Streams
from store.outcomes import APPEAL_OUTCOMES

# Share audited at random, by stratum of the frame.
APPEAL_FRACTIONS = np.array([0.36, 0.28, 0.19, 0.38, 0.30, 0.21])
RECHECKED = np.array([0.14, 0.09, 0.05])  # of denials, by tier
AUDITED = {
    "escalation": np.array([0.12, 0.12, 0.12]),
    "enforcement": np.array([0.12, 0.12, 0.12, 0.045, 0.045, 0.045]),
    "investigation": np.array([0.22, 0.28, 0.34, 0.40]),
}
COMPLAINT, SECOND_LEVEL = 0.012, 0.06
WRONG_AFTER_COMPLAINT, WRONG_AT_SECOND_LEVEL = 0.24, 0.13
REINSTATED_AFTER_FIX = APPEAL_OUTCOMES.index("reinstated_after_fix")
UNLUCKY_AUDITS = 14


@dataclass(frozen=True)
class Subjects:
    """Cases that can be reviewed; `number` is unique in its kind, stratum −1 is outside the frame.

    `person` worked on the case and reviews it never; −1 is nobody of ours.
    """

    kind: str
    ids: pa.Array
    number: NDArray[np.int64]
    ended: Moments
    team: NDArray[np.int64]
    person: NDArray[np.int64]
    stratum: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> Subjects:
        """Some of them."""
        return Subjects(
            self.kind,
            self.ids.take(pa.array(rows)),
            self.number[rows],
            self.ended[rows],
            self.team[rows],
            self.person[rows],
            self.stratum[rows],
        )


def random_audits(
    random: np.random.Generator, people: People, subjects: Subjects, verdicts: Verdicts
) -> pa.Table:
    """Random audits of the ended cases of one kind, each stratum with its own share."""
    fraction = AUDITED[subjects.kind][subjects.stratum]
    drawn = (subjects.stratum >= 0) & (subjects.ended <= people.span.through)
    rows = np.flatnonzero(drawn & (random.random(len(fraction)) < fraction))
    return _reviews(random, people, "random", subjects.take(rows), _at(verdicts, rows), None)


def appeal_reviews(
    random: Streams,
    people: People,
    appeals: Appeals,
    subjects: Subjects,
    *,
    first_block: bool,
) -> Iterator[pa.Table]:
    """Reviews of decided appeals for every purpose but the second decisions."""
    span = people.span
    decided = subjects.stratum >= 0
    found = appeal_verdicts(random("appeal verdicts"), people, appeals, subjects.person)
    audits = random("appeal audits")
    drawn = decided & (audits.random(appeals.count) < APPEAL_FRACTIONS[subjects.stratum])
    worse = stories()["truly_worse"]
    named = drawn & worse.acts(span, appeals.decided)
    named &= subjects.person == people.person_of(worse.conditions["member"])
    wrong = np.where(named, every(named, worse.strength), found.wrong)
    if first_block:
        drawn, wrong = _unlucky(people, appeals, subjects.person, drawn, wrong)
    denied = decided & (appeals.outcome == UPHELD)
    second = decided & (appeals.round > 2)
    rechecks, complaints, appealed = random("rechecks"), random("complaints"), random("second levels")
    tier = subjects.stratum % len(RECHECKED)
    under = np.full(appeals.count, UNDER)
    for purpose, source, rows, judged in (
        ("random", audits, drawn, Verdicts(wrong, found.error)),
        (
            "denial_recheck",
            rechecks,
            denied & (rechecks.random(appeals.count) < RECHECKED[tier]),
            Verdicts(rechecks.random(appeals.count) < denial_chances(span, appeals), under),
        ),
        (
            "complaint",
            complaints,
            decided & (complaints.random(appeals.count) < COMPLAINT),
            Verdicts(complaints.random(appeals.count) < WRONG_AFTER_COMPLAINT, found.error),
        ),
        (
            "second_level",
            appealed,
            second & (appealed.random(appeals.count) < SECOND_LEVEL),
            Verdicts(appealed.random(appeals.count) < WRONG_AT_SECOND_LEVEL, under),
        ),
    ):
        chosen = np.flatnonzero(rows)
        outcome = appeals.outcome[chosen]
        yield _reviews(source, people, purpose, subjects.take(chosen), _at(judged, chosen), outcome)


def _reviews(
    random: np.random.Generator,
    people: People,
    purpose: str,
    subjects: Subjects,
    verdicts: Verdicts,
    outcome: NDArray[np.int64] | None,
) -> pa.Table:
    """Reviews drawn a few days after the decision and done within two weeks or so, by another team."""
    count, span, kind = len(subjects.number), people.span, subjects.kind
    selected = subjects.ended + hours(random.uniform(10, 110, count))
    reviewed = span.known(selected + hours(random.gamma(2.0, 50.0, count)))
    done = ~np.isnat(reviewed)
    reviewer = reviewers(random, people, subjects, span.day_of(selected))
    own = np.full(count, -1) if outcome is None else _own_decision(outcome, verdicts)
    table = source_table(
        "reviews",
        review_id=keys(f"R{kind[0:2].upper()}{purpose[0:2].upper()}", subjects.number),
        subject_kind=[kind] * count,
        subject_id=subjects.ids,
        purpose=[purpose] * count,
        selected_at=selected,
        reviewed_at=reviewed,
        reviewer_id=Labels(reviewer, tuple(people.ids)),
        blind=np.full(count, purpose in ("random", "denial_recheck")),
        own_decision=Labels(np.where(done, own, -1), APPEAL_OUTCOMES),
        judged_wrong=pa.array(verdicts.wrong, mask=~done),
        error_type=Labels(np.where(done & verdicts.wrong, verdicts.error, -1), ERRORS[kind]),
    )
    return table.filter(pa.array(selected <= span.through))


def reviewers(
    random: np.random.Generator, people: People, subjects: Subjects, days: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Somebody of another team for each case; of a third one where who decided has moved to the other."""
    team = (subjects.team + random.integers(1, 4, len(days))) % len(TEAMS)
    reviewer = assign(random, people, team, days)
    own = np.flatnonzero(reviewer == subjects.person)
    reviewer[own] = assign(random, people, (team[own] + 4) % len(TEAMS), days[own])
    return reviewer


def _own_decision(outcome: NDArray[np.int64], verdicts: Verdicts) -> NDArray[np.int64]:
    """What the reviewer decides: as before, unless the outcome itself was wrong."""
    own = np.where(verdicts.wrong & (verdicts.error == OVER), UPHELD, outcome)
    return np.where(verdicts.wrong & (verdicts.error == UNDER), REINSTATED_AFTER_FIX, own)


def _at(verdicts: Verdicts, rows: NDArray[np.int64]) -> Verdicts:
    return Verdicts(verdicts.wrong[rows], verdicts.error[rows])


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
