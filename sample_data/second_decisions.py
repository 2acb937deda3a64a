"""Decisions taken again by people who do not know the first one: double decisions and weekly calibration.

Most cases are plain and decided alike; some are hard. Two reviewers differ on one reason
(`reviewers_disagree` in stories.toml).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeals import UPHELD, WITHDRAWN, Appeals
from sample_data.labels import Labels, keys, pick
from sample_data.people import People
from sample_data.reviews import REINSTATED_AFTER_FIX, Subjects, reviewers
from sample_data.source_tables import source_table
from sample_data.span import Moments, hours
from sample_data.stories import stories
from sample_data.world import Streams
from store.outcomes import APPEAL_OUTCOMES

DOUBLE, CALIBRATED = 0.016, 0.02  # of decided appeals
HARD = 0.2
DECIDED_ALIKE = np.array([0.965, 0.70])  # plain cases and hard ones
OTHERWISE = np.array([0.06, 0.62, 0.10, 0.22])  # reinstating outcomes where somebody does not deny
FEWEST_RATERS, MOST_RATERS = 4, 6
DRAWN_ON, HELD_ON = 8.0, 61.0  # hours from Monday midnight of the week after the decision


def second_decisions(
    random: Streams, people: People, appeals: Appeals, subjects: Subjects
) -> Iterator[pa.Table]:
    """Double decisions, and those of the calibration sessions."""
    decided = np.flatnonzero((subjects.stratum >= 0) & (appeals.outcome != WITHDRAWN))
    yield _doubles(random("double decisions"), people, appeals, subjects, decided)
    yield _calibration(random("calibration"), people, appeals, subjects, decided)


def _doubles(
    random: np.random.Generator,
    people: People,
    appeals: Appeals,
    subjects: Subjects,
    decided: NDArray[np.int64],
) -> pa.Table:
    """A second decision of a few appeals by somebody of another team."""
    rows = decided[random.random(len(decided)) < DOUBLE]
    selected = subjects.ended[rows] + hours(random.uniform(10, 110, len(rows)))
    reviewer = reviewers(random, people, subjects.take(rows), people.span.day_of(selected))
    own = _own_decisions(random, people, appeals, rows, reviewer, random.random(len(rows)) < HARD)
    done = selected + hours(random.gamma(2.0, 50.0, len(rows)))
    number = subjects.number[rows]
    kept = reviewer >= 0
    return _table(people, "double", subjects, rows, number, selected, done, reviewer, own, kept)


def _calibration(
    random: np.random.Generator,
    people: People,
    appeals: Appeals,
    subjects: Subjects,
    decided: NDArray[np.int64],
) -> pa.Table:
    """A session a week: four to six people decide some appeals of the week before, each alone."""
    span = people.span
    week = span.day_of(subjects.ended[decided]) // 7
    order = np.lexsort((random.random(len(decided)), week))
    place = np.arange(len(decided)) - np.searchsorted(week[order], week[order])
    drawn = order[place < np.ceil(CALIBRATED * np.bincount(week, minlength=span.weeks))[week[order]]]
    cases, week = decided[drawn], week[drawn]
    raters = _raters(random, people)[week]
    hard = random.random(len(cases)) < HARD
    case, seat = np.nonzero((raters >= 0) & (raters != subjects.person[cases][:, None]))
    rows, rater = cases[case], raters[case, seat]
    own = _own_decisions(random, people, appeals, rows, rater, hard[case])
    monday = span.midnights[np.minimum(7 * (week[case] + 1), span.days)]
    selected = monday + hours(DRAWN_ON)
    done = monday + hours(HELD_ON + random.uniform(0, 1.5, len(rows)))
    number = subjects.number[rows] * 10 + seat
    kept = week[case] + 1 < span.weeks
    return _table(people, "calibration", subjects, rows, number, selected, done, rater, own, kept)


def _raters(random: np.random.Generator, people: People) -> NDArray[np.int64]:
    """Matrix week × seat: who decides in the session about a week's appeals, −1 where a seat stays empty.

    The two reviewers of the story lead the sessions: they are there unless on leave.
    """
    span, story = people.span, stories()["reviewers_disagree"]
    held = np.minimum(np.arange(span.weeks) * 7 + 9, span.days - 1)
    present = people.productivity[:, held].T > 0
    wish = random.random(present.shape)
    wish[:, [people.person_of(member) for member in story.members]] -= 1
    wish = np.where(present, wish, np.inf)
    chosen = np.argsort(wish, axis=1)[:, :MOST_RATERS]
    there = np.take_along_axis(present, chosen, axis=1)
    there &= np.arange(MOST_RATERS) < random.integers(FEWEST_RATERS, MOST_RATERS + 1, span.weeks)[:, None]
    return np.where(there, chosen, -1)


def _own_decisions(
    random: np.random.Generator,
    people: People,
    appeals: Appeals,
    rows: NDArray[np.int64],
    reviewer: NDArray[np.int64],
    hard: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """What each reviewer decides on the appeal of each row."""
    outcome = appeals.outcome[rows]
    alike = random.random(len(rows)) < DECIDED_ALIKE[hard.astype(int)]
    reinstates = pick(random, OTHERWISE, len(rows))
    own = np.where(alike, outcome, np.where(outcome == UPHELD, reinstates, UPHELD))
    story = stories()["reviewers_disagree"]
    reason = Labels(appeals.reason[rows], appeals.labels()["appeal_reason"].words)
    theirs = reason.where(story.conditions["appeal_reason"]) & story.acts(people.span, appeals.decided[rows])
    theirs &= random.random(len(rows)) < story.strength
    denies, gives = (people.person_of(member) for member in story.members)
    own = np.where(theirs & (reviewer == denies), UPHELD, own)
    return np.where(theirs & (reviewer == gives), REINSTATED_AFTER_FIX, own)


def _table(
    people: People,
    purpose: str,
    subjects: Subjects,
    rows: NDArray[np.int64],
    number: NDArray[np.int64],
    selected: Moments,
    done: Moments,
    reviewer: NDArray[np.int64],
    own: NDArray[np.int64],
    kept: NDArray[np.bool_],
) -> pa.Table:
    """Rows of `reviews` drawn by the end of the span; what is done later is still open."""
    reviewed = people.span.known(done)
    table = source_table(
        "reviews",
        review_id=keys(f"RAP{purpose[0:2].upper()}", number),
        subject_kind=["appeal"] * len(rows),
        subject_id=subjects.ids.take(pa.array(rows)),
        purpose=[purpose] * len(rows),
        selected_at=selected,
        reviewed_at=reviewed,
        reviewer_id=Labels(reviewer, tuple(people.ids)),
        blind=np.full(len(rows), True),
        own_decision=Labels(np.where(np.isnat(reviewed), -1, own), APPEAL_OUTCOMES),
    )
    return table.filter(pa.array(kept & (selected <= people.span.through)))
