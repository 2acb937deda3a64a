"""Source tables about people: teams, specialists, history, trainings, standard times and aliases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from sample_data.hiring import headcount_plan, requisitions
from sample_data.names import email_of
from sample_data.operation import ORG_OF_TEAM, ORGS, SITES, SKILLS, STANDARD_MINUTES, TEAM_NAMES, TEAMS
from sample_data.people import LEVELS, STILL, People
from sample_data.skills import skill_requirements, specialist_skills
from sample_data.source_tables import source_table
from sample_data.span import Span
from sample_data.stories import stories
from sample_data.streams import stream
from sample_data.work_time import standard_minutes
from store.settings import Settings

Rows = list[dict[str, object]]


def people_tables(
    seed: int, people: People, settings: Settings, scale: float
) -> Iterator[tuple[str, pa.Table]]:
    """Every table about people except hours and leave."""
    trainings, outcomes = _trainings(stream(seed, "trainings"), people)
    rows: dict[str, Rows] = {
        "teams": _teams(people),
        "specialists": _specialists(people),
        "specialist_history": _history(people),
        "aliases": _aliases(people),
        "skills": [{"skill": skill, "name": name} for skill, name in SKILLS.items()],
        "specialist_skills": specialist_skills(stream(seed, "people tables"), people),
        "skill_requirements": skill_requirements(),
        "trainings": trainings,
        "training_outcomes": outcomes,
        "headcount_plan": headcount_plan(people),
        "requisitions": requisitions(stream(seed, "requisitions"), people),
        "standard_times": _standard_times(people.span, scale),
        "calendars": _calendars(settings),
    }
    for name, filled in rows.items():
        if filled:
            yield name, source_table(name, **{key: [row[key] for row in filled] for key in filled[0]})


def _teams(people: People) -> Rows:
    last = people.span.days - 1
    heads: Rows = [
        {
            "team": org,
            "name": title,
            "parent": None,
            "site": SITES[(0, 2, 4)[index]],
            "manager_id": people.ids[people.director(index)],
            "calendar": org,
            "position": 100 * (index + 1),
        }
        for index, (org, title) in enumerate(ORGS.items())
    ]
    leaves: Rows = [
        {
            "team": team.name,
            "name": team.title,
            "parent": team.org,
            "site": team.site,
            "manager_id": people.ids[people.team_managers[index, last]],
            "calendar": team.calendar,
            "position": 100 * (ORG_OF_TEAM[index] + 1) + index + 1,
        }
        for index, team in enumerate(TEAMS)
    ]
    return heads + leaves


def _specialists(people: People) -> Rows:
    return [
        {
            "specialist_id": employee,
            "name": name,
            "email": email_of(name),
            "hired_on": people.span.date(int(hired)),
            "left_on": people.span.date(int(left) - 1) if left < STILL else None,
        }
        for employee, name, hired, left in zip(
            people.ids, people.names, people.hired, people.left, strict=True
        )
    ]


def _history(people: People) -> Rows:
    """A row whenever team, manager or level changes; the first begins with the hire."""
    span, rows = people.span, []
    directors = np.array([people.director(org) for org in range(len(ORGS))])
    for person, employee in enumerate(people.ids):
        first, stop = max(int(people.hired[person]), 0), min(int(people.left[person]), span.days)
        if first >= stop:
            continue
        team = people.team[person].astype(int)
        boss = np.where(team >= 0, people.team_managers[team, np.arange(span.days)], -1)
        boss = np.where(boss == person, directors[ORG_OF_TEAM[team]], boss)
        standing = np.stack([team, boss, people.levels[person]])[:, first:stop]
        cuts = first + 1 + np.flatnonzero((standing[:, 1:] != standing[:, :-1]).any(axis=0))
        starts = [first, *cuts.tolist()]
        ends = [*cuts.tolist(), int(people.left[person])]
        for start, end in zip(starts, ends, strict=True):
            of_team = int(team[start])
            rows.append(
                {
                    "specialist_id": employee,
                    "team": TEAM_NAMES[of_team] if of_team >= 0 else list(ORGS)[int(employee[3:5])],
                    "manager_id": people.ids[boss[start]] if of_team >= 0 else None,
                    "level": LEVELS[people.levels[person, start]],
                    "site": TEAMS[of_team].site if of_team >= 0 else SITES[(0, 2, 4)[int(employee[3:5])]],
                    "fte": float(people.fte[person]),
                    "valid_from": span.date(int(people.hired[person]) if start == first else start),
                    "valid_to": span.date(end) if end < STILL else None,
                }
            )
    return rows


def _aliases(people: People) -> Rows:
    seen = people.span.begins.astype("datetime64[us]").item()
    return [
        {"alias": alias, "specialist_id": employee, "seen_at": seen}
        for employee, name in zip(people.ids, people.names, strict=True)
        for alias in (employee, email_of(name), email_of(name).partition("@")[0])
    ]


def _trainings(random: np.random.Generator, people: People) -> tuple[Rows, Rows]:
    """A training a month with some people of all teams, and two that stories are about."""
    topics = (
        "address_mismatch",
        "documents_insufficient",
        "funds_held",
        "evidence_accepted",
        "counterfeit_claim",
        "document_rejected",
        "related_account",
    )
    trainings: Rows = []
    outcomes: Rows = []
    for number, day in enumerate(range(20, people.span.days, 30), start=1):
        topic = topics[number % len(topics)]
        trainings.append(
            {
                "training_id": f"T{number:04d}",
                "name": f"Deciding well: {topic.replace('_', ' ')}",
                "held_on": people.span.date(day),
                "reasons": topic,
                "tiers": "strategic;growth" if number % 3 == 0 else None,
            }
        )
        present = np.flatnonzero(people.productivity[:, day] > 0)
        for person in random.choice(present, min(18, len(present)), replace=False):
            outcomes.append(_training_outcome(random, f"T{number:04d}", people.ids[person]))
    for key, title in (
        ("training_works", "Finding the root cause in a plan of action"),
        ("training_fails", "Checking that actions were carried out"),
    ):
        story, number = stories()[key], len(trainings) + 1
        assert story.weeks is not None
        day = people.span.days - int(7 * story.weeks[0])
        if day < 0:
            continue
        trainings.append(
            {
                "training_id": f"T{number:04d}",
                "name": title,
                "held_on": people.span.date(day),
                "reasons": story.conditions["appeal_reason"],
                "tiers": None,
            }
        )
        team = TEAM_NAMES.index(story.conditions["team"])
        members = (people.team[:, day] == team) & (people.productivity_without_leave[:, day] > 0)
        outcomes += [
            _training_outcome(random, f"T{number:04d}", people.ids[person])
            for person in np.flatnonzero(members)
        ]
    return trainings, outcomes


def _training_outcome(random: np.random.Generator, training: str, employee: str) -> dict[str, object]:
    score = round(float(np.clip(random.normal(82, 9), 40, 100)), 1)
    return {"training_id": training, "specialist_id": employee, "passed": score >= 70, "score": score}


def _standard_times(span: Span, scale: float) -> Rows:
    newer = span.start + dt.timedelta(days=int(span.days * 0.55))
    rows: Rows = [
        {
            "work_type": kind,
            "valid_from": span.start,
            "minutes": standard_minutes(kind, scale) * (1.08 if kind == "appeal" else 1),
        }
        for kind in STANDARD_MINUTES
    ]
    minutes = standard_minutes("appeal", scale)
    rows.append({"work_type": "appeal", "valid_from": newer, "minutes": minutes})
    return rows


def _calendars(settings: Settings) -> Rows:
    return [
        {"calendar": name, "on_day": day, "name": title}
        for name, calendar in settings.calendars.items()
        for day, title in calendar.holidays.items()
    ]
