"""Who is overloaded? Open work per hour available inside each team, leave and skills, and what could move."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from components import numbers, states
from components.capacity.teams import no_team, note_unheeded, team_keys
from components.cases_link import open_cases
from components.charts import load_strip
from components.choosing import chosen_now, go
from components.downloads import downloads
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP
from components.plain_text import literal
from components.security import single_leader_mode
from components.tables import Column, Plain, small_table
from components.theme import note, section, subtitle
from components.view import View
from components.wording import things
from queries.capacity.moves import Moves, Suggestion, moves
from queries.capacity.open_work import Holder
from queries.capacity.spread import TeamSpread, spreads
from queries.catalog import not_supplied

QUESTION = "Who is overloaded?"
WORK: Final = {"escalation": "escalation", "appeal": "appeal", "investigation": "investigation"}
OPEN: Final = {"escalation": "backlog_open", "appeal": "appeals_open"}
STEP: Final = 0.05
"""Of a load as it is drawn for a person who is not named."""
HEADS: Final = ("Open cases", "Open work", "Hours, 2 weeks", "Load")


class Found(NamedTuple):
    """The teams of the view; `reason` says why nothing is told."""

    teams: tuple[TeamSpread, ...]
    reason: str = ""


def spread(view: View) -> None:
    """The answer, the people of each team as unnamed dots, and one team's people with what could move."""
    found = contents(view)
    if found.reason:
        section(QUESTION)
        if found.reason.startswith("not supplied: "):
            states.not_supplied(found.reason.removeprefix("not supplied: "))
        else:
            states.empty(found.reason)
        return
    section(QUESTION, *answer(view, found))
    left, right = st.columns([2, 3], gap="large")
    with left:
        _strip(view, found)
    with right:
        _team(view, found)
    note_unheeded(view, "People and their open work")


@kept(4)
def contents(view: View) -> Found:
    """The spread of every team chosen."""
    availability = view.reader.available("workload_spread")
    if availability.missing:
        return Found((), not_supplied(availability.missing))
    teams = team_keys(view)
    if not teams:
        return Found((), no_team(view))
    found = spreads(view.reader, teams, view.week)
    return Found(found, "" if found else "Nobody in these teams works on cases")


def answer(view: View, found: Found) -> tuple[str, str]:
    """The team with the most open work per hour, and the one loaded least evenly."""
    known = [team for team in found.teams if np.isfinite(team.load)]
    if not known:
        return "Nobody in these teams has hours in the next two weeks.", ""
    over = [team for team in known if team.load > 1]
    heavy = max(known, key=lambda team: team.load)
    what = f"{numbers.percent(heavy.load, 0)} of its hours of the next two weeks"
    if len(known) == 1:
        lead = f"{_name(view, heavy)} holds open work for {what}."
    elif over:
        lead = f"{_teams_text(len(over))} more open work than hours in the next two weeks: "
        lead += ", ".join(f"{_name(view, team)} ({numbers.percent(team.load, 0)})" for team in over[:3])
        lead += "." if len(over) <= 3 else f" and {len(over) - 3} more."
    else:
        lead = f"No team holds more open work than hours; {_name(view, heavy)} the most, for {what}."
    compared = [team for team in known if np.isfinite(team.spread)]
    if not compared:
        alone = "Its one person has" if len(known) == 1 else "In teams of one there is"
        return lead, f"{alone} nobody to be compared with."
    uneven = max(compared, key=lambda team: team.spread)
    if len(known) == 1:
        return lead, f"Load differs between its people: {spread_text(uneven)}."
    return lead, f"Inside teams, load differs most in {_name(view, uneven)}: {spread_text(uneven)}."


def _teams_text(count: int) -> str:
    return "1 team holds" if count == 1 else f"{count} teams hold"


def spread_text(team: TeamSpread) -> str:
    """The coefficient with its interval: "spread 0.21 (95 % interval 0.12 to 0.30, n = 9)"."""
    n = f"n{NBSP}={NBSP}{len(team.loads)}"
    if not np.isfinite(team.spread):
        return f"no spread, {n}"
    words = f"spread {numbers.number(team.spread, 2)}"
    if not np.isfinite(team.low):
        return f"{words} ({n}, too few for an interval)"
    low, high = numbers.number(team.low, 2), numbers.number(team.high, 2)
    return f"{words} (95{NBSP}% interval {low} to {high}, {n})"


def at_steps(loads: tuple[float, ...]) -> tuple[float, ...]:
    """The loads as they are drawn, sorted and at steps of 5 %: what a browser gets is nobody's exact load."""
    return tuple(sorted(round(STEP * round(load / STEP), 2) for load in loads))


def _strip(view: View, found: Found) -> None:
    drawn = [
        load_strip.Team(
            team.team,
            _name(view, team),
            at_steps(team.loads),
            at_steps((float(np.median(team.loads)),))[0] if team.loads else 0.0,
            numbers.number(team.spread, 2) if np.isfinite(team.spread) else numbers.MISSING,
        )
        for team in found.teams
    ]
    figure(
        load_strip.table(drawn),
        load_strip.spec(len(drawn)),
        alt="Load of the people of each team, unnamed: " + " ".join(answer(view, found)),
        key="load-strip",
        title="Open work ÷ hours of the next two weeks, one dot a person",
        remark=f"Nobody is named; dots stand at steps of 5{NBSP}%. Open cases at their standard time, "
        "divided by the hours a person usually has in two weeks, less agreed leave. The tick is the middle "
        "of the team; the number is its spread: Gini's "
        "coefficient, 0 when all are loaded alike, 1 when one has everything. Few people make it uncertain. "
        "A click on a tick narrows the page to the team.",
        on_pick=lambda team: go(view, chosen_now(view).with_values("team", (team,))),
    )
    columns = [
        Column("Team"),
        *(Column(head, "right") for head in ("People", "Load", "Spread", "95 % interval")),
    ]
    shown = [
        [
            _name(view, team),
            numbers.count(len(team.loads)),
            numbers.percent(team.load, 0),
            numbers.number(team.spread, 2),
            _interval(team),
        ]
        for team in found.teams
    ]
    plain: list[list[Plain]] = [
        [
            _name(view, team),
            len(team.loads),
            *(None if not np.isfinite(value) else round(value, 4) for value in (team.load, team.spread)),
            None if not np.isfinite(team.low) else f"{team.low:.4f} to {team.high:.4f}",
        ]
        for team in found.teams
    ]
    rows_behind(columns, shown, plain, "load-strip", "load-inside-teams", "Load and spread by team")


def _interval(team: TeamSpread) -> str:
    if not np.isfinite(team.low):
        return numbers.MISSING
    return f"{numbers.number(team.low, 2)} to {numbers.number(team.high, 2)}"


def _team(view: View, found: Found) -> None:
    """One team's people in alphabetical order, and what could pass between them, for a known viewer only."""
    if not single_leader_mode():
        note(
            "What each person carries is shown only where the app answers to this machine alone: without "
            "sign-in nobody could say who is looking."
        )
        return
    keys = [team.team for team in found.teams]
    team = keys[0]
    if len(keys) > 1:
        heavy = max(found.teams, key=lambda one: one.load if np.isfinite(one.load) else -1.0)
        chosen = st.selectbox(
            "Team",
            keys,
            index=keys.index(heavy.team),
            format_func=lambda key: view.name_of("team", key),
            key="spread-team",
        )
        team = chosen or team
    what = moves(view.reader, team, view.week)
    subtitle(f"People of {view.name_of('team', team)}, alphabetical")
    columns = [
        Column("Name"),
        *(Column(head, "right") for head in HEADS),
        Column("Leave"),
        Column("Skills"),
    ]
    people = sorted(what.people, key=lambda one: view.name_of("member", one.specialist_id))
    rows = [person_texts(view, one) for one in people]
    small_table(columns, rows, f"Open work, hours, leave and skills of {len(rows)} people")
    untimed = sum(one.untimed for one in people)
    note(
        "Not a ranking: cases differ, and who holds the hard ones may hold few."
        + (f" {things(untimed, 'open case')} without standard time weigh nothing here." if untimed else "")
    )
    downloads(
        ["Name", "Open cases", "Open work, h", "Hours, 2 weeks", "Load", "Days of leave", "Skills"],
        [_person_plain(view, one) for one in people],
        f"open-work-{team}",
        f"open-work-{team}",
    )
    suggested(view, what)


def person_texts(view: View, one: Holder) -> list[str]:
    """One person as a row."""
    leave = ""
    if one.away and one.back is not None:
        leave = f"{things(one.away, 'day')}, back {numbers.day_month(one.back)}"
    return [
        view.name_of("member", one.specialist_id),
        numbers.count(one.cases),
        numbers.work_hours(one.work),
        numbers.work_hours(one.available),
        numbers.percent(one.load, 0) if one.available > 0 else "away",
        leave,
        ", ".join(skill_name(skill) for skill in sorted(one.skills)) or numbers.MISSING,
    ]


def skill_name(skill: str) -> str:
    """A skill as people read it."""
    return skill.replace("_", " ")


def _person_plain(view: View, one: Holder) -> list[Plain]:
    return [
        view.name_of("member", one.specialist_id),
        one.cases,
        round(one.work, 2),
        round(one.available, 2),
        round(one.load, 4) if one.available > 0 else None,
        one.away,
        ", ".join(sorted(one.skills)),
    ]


def suggested(view: View, what: Moves) -> None:
    """Cases that could pass on and the effect, or why nothing is suggested."""
    subtitle("What could move")
    note(effect(what))
    if what.suggestions:
        columns = [Column("Cases"), Column("From"), Column("To"), Column("Work", "right"), Column("Needs")]
        rows = suggestion_rows(view, what)
        small_table(columns, rows, effect(what))
        note(
            "Suggestions, nothing is moved. A case that names a skill goes only to someone who holds it; one "
            "that names none only to someone with every skill of its holder that the team needs. Nobody with "
            "agreed leave in the next two weeks is given any. Choose the cases together: whoever knows a "
            "seller should keep it."
        )
        _ways_on(view, what)
    away = [one for one in what.people if one.available <= 0 and one.away and one.cases]
    for one in sorted(away, key=lambda one: view.name_of("member", one.specialist_id)):
        back = "" if one.back is None else f", back {numbers.day_month(one.back)}"
        note(
            f"{view.name_of('member', one.specialist_id)} is on leave{back} and holds "
            f"{things(one.cases, 'open case')}: somebody must look after them."
        )


def effect(what: Moves) -> str:
    """What the suggestions together would do to the spread and to who has the most."""
    evened = what.evened
    there = [one for one in what.people if one.available > 0]
    if len(there) < 2:
        return "One person alone has hours in the next two weeks: there is nobody to pass work to."
    if not np.isfinite(evened.spread_before):
        return "Nobody holds open work."
    if not what.suggestions:
        return (
            f"No case could pass to somebody with the skill and without leave and make the load more even; "
            f"spread {numbers.number(evened.spread_before, 2)}."
        )
    cases = sum(one.cases for one in what.suggestions)
    hours = sum(one.hours for one in what.suggestions)
    before, after = (numbers.percent(float(np.nanmax(loads)), 0) for loads in (evened.before, evened.after))
    return (
        f"If {things(cases, 'case')} ({numbers.work_hours(hours)}) passed on, the spread would fall from "
        f"{numbers.number(evened.spread_before, 2)} to {numbers.number(evened.spread_after, 2)} and the "
        f"highest load from {before} to {after}. The work itself stays the same."
    )


def suggestion_rows(view: View, what: Moves) -> list[list[str]]:
    """The suggestions by the names of who gives and who takes."""
    return sorted((suggestion_texts(view, one) for one in what.suggestions), key=lambda row: row[1:3])


def givers_by_name(view: View, what: Moves) -> list[tuple[str, str]]:
    """Everyone who could pass cases on, and the kind of work, by name."""
    givers = {(one.giver.specialist_id, one.lot.work) for one in what.suggestions if one.lot.work in OPEN}
    return sorted(givers, key=lambda one: (view.name_of("member", one[0]), one))


def suggestion_texts(view: View, one: Suggestion) -> list[str]:
    """One suggestion as a row."""
    return [
        things(one.cases, WORK[one.lot.work]),
        view.name_of("member", one.giver.specialist_id),
        view.name_of("member", one.taker.specialist_id),
        f"{numbers.number(one.hours)}{NBSP}h",
        skill_name(one.lot.skill) if one.lot.skill else "no skill named",
    ]


def _ways_on(view: View, what: Moves) -> None:
    """Buttons to the open cases of everyone who could pass some on."""
    with st.container(horizontal=True):
        for person, work in givers_by_name(view, what):
            metric = view.reader.available(OPEN[work]).metric
            st.button(
                literal(f"Open {WORK[work]}s of {view.name_of('member', person)}"),
                icon=":material/list:",
                key=f"open-{work}-{person}",
                type="tertiary",
                on_click=open_cases,
                args=(view, metric, view.week, view.filters.with_values("member", (person,))),
            )


def _name(view: View, team: TeamSpread) -> str:
    return view.name_of("team", team.team)
