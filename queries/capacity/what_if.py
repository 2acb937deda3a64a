"""What if: the futures of the teams shown, and of them under a scenario; each simulated once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from analysis.backlog_plan import Work
from analysis.scenario_outcome import RUNS, Futures, Need, Outcome, futures_of
from analysis.scenarios import ScenarioError, Surroundings, check
from queries.capacity.passing import MEASURED
from queries.capacity.plan import Base, base_plan, plan_of
from queries.filters import Filters
from queries.journal import Journal
from queries.measure import Reader
from queries.remembering import remembered
from queries.scenarios import read_scenario
from queries.time import WEEK

PREVENTABLE_BACK = 26 * WEEK
MOST_NEEDED = 40
"""The most people the search for a headcount tries."""
STAKED = "escalation"
"""The type of work whose cases carry a value at stake."""
BLOCKED = "appeal"
"""The type of work whose sellers may not sell while they wait."""


@dataclass(frozen=True)
class Question:
    """Whose futures are asked for: teams, and the SLA targets by metric."""

    teams: tuple[str, ...]
    targets: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Stakes:
    """Mean value at stake of an escalation, and how many of the newest half year's it rests on."""

    mean: float
    cases: int
    of: int


def question_of(reader: Reader, filters: Filters, journal: Journal) -> tuple[Question, Base]:
    """What to ask for a view, and the plan it starts from."""
    base = base_plan(reader, filters, journal.targets)
    teams = tuple(team.name for team in base.plan.teams) if base.plan else ()
    return Question(teams, base.targets), base


@remembered(1)
def surroundings(reader: Reader, question: Question) -> Surroundings:
    """What a scenario of these teams can be about. Raises ValueError where there is nothing to simulate."""
    base = plan_of(reader, question.teams, question.targets)
    if base.plan is None or base.ahead is None:
        raise ValueError(base.reason)
    names = {team.team: team.name for team in reader.directory.teams}
    works = [work for team in base.plan.teams for work in team.work]
    return Surroundings(
        base.ahead.first,
        base.ahead.last,
        {
            team.name: sum(
                person.fte > 0 and person.starts <= 0 and (person.ends is None or person.ends >= 0)
                for person in team.staff.people
            )
            for team in base.plan.teams
        },
        tuple(sorted({work.name for work in works})),
        preventable(reader, question.teams, base.ahead.first),
        names,
        {work.name: _minutes([one for one in works if one.name == work.name]) for work in works},
    )


def _minutes(works: list[Work]) -> float:
    """Mean minutes of a case of one type of work; each team alike where none expects any."""
    cases = np.array([float(work.expected.sum()) for work in works])
    return 60 * float(np.average([work.hours for work in works], weights=cases if cases.any() else None))


@remembered(1)
def preventable(reader: Reader, teams: tuple[str, ...], first: dt.date) -> dict[str, float]:
    """Preventable share of the tagged escalations of the half year before `first`; empty: none is tagged."""
    table = reader.scope.table("escalations")
    row = reader.scope.read(
        reader.facts,
        select(
            func.count(table.c.preventable).label("tagged"),
            func.count(func.nullif(table.c.preventable, False)).label("preventable"),
        ).where(
            table.c.team.in_(teams), table.c.opened_on >= first - PREVENTABLE_BACK, table.c.opened_on < first
        ),
    ).to_pylist()[0]
    return {STAKED: row["preventable"] / row["tagged"]} if row["tagged"] else {}


@remembered(1)
def stakes(reader: Reader, teams: tuple[str, ...], first: dt.date) -> Stakes | None:
    """The mean value at stake of the teams' escalations of the half year before `first`; None: unknown."""
    table = reader.scope.table("escalations")
    row = reader.scope.read(
        reader.facts,
        select(
            func.avg(table.c.value_at_stake).label("mean"),
            func.count(table.c.value_at_stake).label("cases"),
            func.count().label("all"),
        ).where(table.c.team.in_(teams), table.c.opened_on >= first - MEASURED, table.c.opened_on < first),
    ).to_pylist()[0]
    return Stakes(float(row["mean"]), row["cases"], row["all"]) if row["cases"] else None


@remembered(1)
def sales_waiting(reader: Reader, teams: tuple[str, ...], first: dt.date) -> Stakes | None:
    """Daily sales an appeal of the teams holds back while its seller is blocked, mean of the last half year.

    Over all appeals: one against an enforcement that blocks no account holds back nothing. `cases` are those
    of blocked sellers. None where the store knows no blocks, no sales, or no such appeal.
    """
    if reader.coverage.loaded(("appeals",)) is None or not reader.scope.reaches("account_blocks"):
        return None
    appeals, blocks = reader.scope.table("appeals"), reader.scope.table("account_blocks")
    row = reader.scope.read(
        reader.facts,
        select(
            func.sum(blocks.c.daily_gmv).label("sales"),
            func.count(blocks.c.daily_gmv).label("cases"),
            func.count().label("all"),
        )
        .select_from(appeals.outerjoin(blocks, blocks.c.enforcement_id == appeals.c.enforcement_id))
        .where(
            appeals.c.team.in_(teams),
            appeals.c.submitted_on >= first - MEASURED,
            appeals.c.submitted_on < first,
        ),
    ).to_pylist()[0]
    return Stakes(float(row["sales"]) / row["all"], row["cases"], row["all"]) if row["cases"] else None


@remembered(128)
def futures(reader: Reader, question: Question) -> Futures:
    """The futures of some teams as they are. Raises ValueError where there is nothing to simulate."""
    around = surroundings(reader, question)
    base = plan_of(reader, question.teams, question.targets)
    assert base.plan is not None
    return futures_of(base.plan, around.first, around.preventable)


@remembered(24)
def outcome_of(
    reader: Reader, question: Question, text: str, target: float | None, first: int = RUNS
) -> Outcome:
    """What comes of a scenario in the first futures, "" for none; `target` asks another share in time.

    Raises ScenarioError where the scenario cannot be.
    """
    scenario = read_scenario(text)
    check(scenario, surroundings(reader, question))
    return futures(reader, question).of(scenario, target, first)


@remembered(1)
def kept_by_team(reader: Reader, question: Question, target: float | None) -> tuple[tuple[str, float], ...]:
    """Per team, as asked, the probability that its own work keeps the promise at the end."""
    found = futures(reader, question).kept_by_team(target)
    return tuple((team, found[team]) for team in question.teams if team in found)


@remembered(1)
def people_needed(
    reader: Reader,
    question: Question,
    text: str,
    team: str,
    on: dt.date,
    by: int,
    target: float | None,
    chance: float,
) -> Need:
    """The fewest people to hire into a team on a day, beside a scenario, so that its own work is in time.

    Judged in week `by` and the weeks to it, see `Futures.people_needed`.
    Of no more than `MOST_NEEDED`. Raises ScenarioError where the scenario or the hire cannot be.
    """
    scenario, around = read_scenario(text), surroundings(reader, question)
    check(scenario, around)
    if not on < around.last - WEEK:
        raise ScenarioError("Nobody hired so late can be judged within the days simulated.")
    return futures(reader, question).people_needed(scenario, team, on, by, target, chance, MOST_NEEDED)
