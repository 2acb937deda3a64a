"""Skills: what each team needs, and who is qualified for it since when and until when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sample_data.operation import SKILLS, TEAM_NAMES, TEAMS
from sample_data.people import People
from sample_data.stories import stories

VALID_DAYS = 1460
RENEWED = 0.8  # of qualifications that would have run out
WITH_AN_END = ("identity", "counterfeit", "payments", "related")
SHARE_QUALIFIED, SHARE_OF_A_LANGUAGE = 0.42, 0.16
REQUIRED = {"identity": 2, "counterfeit": 3, "payments": 2, "related": 3}
LANGUAGE_OF_SITE = {
    "Luxembourg": "french",
    "Berlin": "german",
    "Austin": "spanish",
    "Toronto": "french",
    "Hyderabad": "japanese",
}
Qualified = dict[tuple[int, str], tuple[int, int | None]]
"""First day, and the day after the last (None: no end), by person and skill."""
Rows = list[dict[str, object]]


def skill_requirements() -> Rows:
    """Rows of `skill_requirements`: four skills in every team, and the language of its site."""
    return [
        {"team": team, "skill": skill, "people": people}
        for team in TEAM_NAMES
        for skill, people in _required(team).items()
    ]


def specialist_skills(random: np.random.Generator, people: People) -> Rows:
    """Rows of `specialist_skills`.

    At the end of the span every team has one more than it needs of each skill, so that one absence is
    no harm; the team of the story has just as many as it needs.
    """
    qualified = _drawn(random, people)
    thin = stories()["thin_skill"]
    last = people.span.days - 1
    for team, name in enumerate(TEAM_NAMES):
        members = np.flatnonzero((people.team[:, last] == team) & ~people.managers)
        for skill, required in _required(name).items():
            planted = thin.conditions == {"team": name, "skill": skill}
            _even_out(people, qualified, members, skill, required, spare=not planted)
    return [
        {
            "specialist_id": people.ids[person],
            "skill": skill,
            "qualified_on": people.span.date(since),
            "expires_on": None if until is None else people.span.date(until),
        }
        for (person, skill), (since, until) in sorted(qualified.items())
    ]


def _required(team: str) -> dict[str, int]:
    site = TEAMS[TEAM_NAMES.index(team)].site
    return {**REQUIRED, LANGUAGE_OF_SITE[site]: 2}


def _drawn(random: np.random.Generator, people: People) -> Qualified:
    """Who qualified during the first years, and most renewed what would have run out."""
    found: Qualified = {}
    for person in np.flatnonzero(~people.managers).tolist():
        for skill in SKILLS:
            ends = skill in WITH_AN_END
            if random.random() > (SHARE_QUALIFIED if ends else SHARE_OF_A_LANGUAGE):
                continue
            since = int(people.hired[person]) + int(random.integers(30, 400))
            if since < min(people.span.days, int(people.left[person])):
                found[person, skill] = since, _until(random, people, since) if ends else None
    return found


def _until(random: np.random.Generator, people: People, since: int) -> int:
    until = since + VALID_DAYS
    while until < people.span.days and random.random() < RENEWED:
        until += VALID_DAYS
    return until


def _even_out(
    people: People,
    qualified: Qualified,
    members: NDArray[np.int64],
    skill: str,
    required: int,
    *,
    spare: bool,
) -> None:
    """Let those longest in the team qualify until there are enough; without `spare`, no more than that."""
    last = people.span.days - 1
    by_tenure = sorted(members.tolist(), key=lambda person: int(people.hired[person]))

    def able(person: int) -> bool:
        since, until = qualified.get((person, skill), (last + 1, None))
        return since <= last and (until is None or until > last)

    have = [person for person in by_tenure if able(person)]
    for person in have[required:] if not spare else []:
        del qualified[person, skill]
    missing = required + spare - len(have)
    for person in [person for person in by_tenure if not able(person)][: max(missing, 0)]:
        since = min(int(people.hired[person]) + 300, last - 60)
        ahead = VALID_DAYS * ((last + 200 - since) // VALID_DAYS + 1)
        qualified[person, skill] = since, since + ahead if skill in WITH_AN_END else None
