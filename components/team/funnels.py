"""How does a person compare, given the volume? One funnel a measure, the person marked, nobody else named."""

from __future__ import annotations

import numpy as np
import streamlit as st

from analysis.funnel import TAIL_95, TAIL_998, share_limits
from components import numbers, theme
from components.cases_link import open_cases
from components.charts import funnel
from components.figure import figure, rows_behind
from components.numbers import NBSP
from components.plain_text import literal
from components.tables import Cell, Column, small_table
from components.team import reading
from components.team.chosen import first_name
from components.team.unnamed import on_grid, step_of
from components.view import View
from queries.people.comparison import (
    FEWEST_OTHERS,
    PeopleComparison,
    Standing,
    compare_people,
    standing,
    total_tells,
)
from queries.people.measures import MEASURES
from queries.people.roster import Member

DO_NOT_RANK = "Points inside the funnel cannot be told apart; do not rank them."
STEPS = 40
"""Volumes at which the limits are drawn."""
Place = tuple[PeopleComparison, Standing | None]


def places(view: View, specialist_id: str) -> list[Place]:
    """The person on every measure, in the order measures are shown."""
    compared = [compare_people(view.reader, key, view.week, view.filters) for key in MEASURES]
    return [(one, standing(one, specialist_id)) for one in compared]


def funnels(view: View, person: Member) -> None:
    """The answer over all measures, the funnel of the one chosen, and every measure in a table."""
    name = first_name(person)
    found = places(view, person.specialist_id)
    usable = [place for place in found if not place[0].reason]
    question = f"How does {name} compare, given the volume?"
    if not usable:
        theme.section(question, "", reading.not_compared({one.measure.label: one.reason for one, _ in found}))
        return
    lead, rest = reading.answer(name, found)
    theme.section(question, lead, f"{rest} {DO_NOT_RANK}".strip())
    _one(view, person, found)
    _table(view, person, found)


def _one(view: View, person: Member, found: list[Place]) -> None:
    keys = [one.measure.key for one, _ in found if not one.reason]
    picked = st.segmented_control(
        "Measure",
        keys,
        default=keys[0],
        required=True,
        key=f"funnel-of-{person.specialist_id}",
        format_func=lambda key: MEASURES[key].label,
        label_visibility="collapsed",
    )
    compared, place = next(place for place in found if place[0].measure.key == (picked or keys[0]))
    _figure(view, person, compared, place)


def curve_of(compared: PeopleComparison, specialist_id: str) -> funnel.Curve:
    """The limits around everyone else's rate, from the fewest cases anyone drawn has to the most.

    No limits where the event happened in none or in all cases of the others, or there are no others.
    """
    assert compared.later is not None
    centre, worth = centre_of(compared, specialist_id), compared.later.compared.worth
    if not 0.0 < centre < 1.0:
        return funnel.Curve((), (), (), (), ())
    drawn = worth[(compared.later.found.cases >= compared.minimum) & (worth > 0)]
    step = step_of(float(drawn.max(initial=compared.minimum)))
    first = step * np.floor(min([float(compared.minimum), *drawn.tolist()]) / step)
    last = step * np.ceil(max([compared.minimum + 10.0, *(1.03 * drawn).tolist()]) / step)
    at = np.geomspace(max(first, step), last, STEPS)
    between = between_of(compared, specialist_id)
    inner, outer = (share_limits(at, centre, tail, between) for tail in (TAIL_95, TAIL_998))
    return funnel.Curve(
        *(tuple(part.tolist()) for part in (at, inner.lower, inner.upper, outer.lower, outer.upper))
    )


def centre_of(compared: PeopleComparison, specialist_id: str) -> float:
    """The rate of everyone but the person; of everyone where the person has no case. nan without others."""
    assert compared.later is not None
    if specialist_id not in compared.people:
        return compared.later.found.overall
    return float(compared.later.found.others[compared.people.index(specialist_id)])


def between_of(compared: PeopleComparison, specialist_id: str) -> float:
    """The variance between all others beyond luck; 0 where the person has no case."""
    assert compared.later is not None
    if specialist_id not in compared.people:
        return 0.0
    return float(compared.later.compared.between[compared.people.index(specialist_id)])


def others_of(compared: PeopleComparison, specialist_id: str) -> list[funnel.Point]:
    """Everyone else with cases enough for a rate: about where they are, not who; none where they are few."""
    assert compared.later is not None
    found, limits = compared.later.found, compared.later.compared
    exact = [
        funnel.Point(float(limits.worth[at]), float(limits.value[at]))
        for at, other in enumerate(compared.people)
        if other != specialist_id and found.cases[at] >= compared.minimum and np.isfinite(limits.value[at])
    ]
    return on_grid(exact, centre_of(compared, specialist_id))


def _figure(view: View, person: Member, compared: PeopleComparison, place: Standing | None) -> None:
    assert compared.later is not None and compared.blocks is not None
    measure, curve, others = (
        compared.measure,
        curve_of(compared, person.specialist_id),
        others_of(compared, person.specialist_id),
    )
    period = numbers.date_span(compared.blocks[1].start, compared.blocks[1].last_day)
    told = place is not None and not place.withheld
    text, count = _member_words(person, place)
    if not curve.volume:
        theme.note(f"{measure.label}: none or all of the cases, so there is no spread to compare with.")
        return
    if not others and not told:
        few = f"Under {FEWEST_OTHERS} people have {compared.minimum} {measure.cases} in these weeks"
        theme.note(f"{measure.label}: {_finding(person, compared, place)} {few}, so nobody is drawn.")
        return
    centre = centre_of(compared, person.specialist_id)
    figure(
        funnel.table(
            curve,
            centre,
            f"Others {numbers.percent(centre)}",
            others,
            funnel.Point(place.worth, place.value) if place is not None and told else None,
            text,
            count,
        ),
        funnel.SPEC,
        alt=f"{measure.label}: {_finding(person, compared, place)}",
        key=f"funnel-{measure.key}",
        title=f"{measure.label} by {measure.cases}, {period}, {_people(len(others) + told)}",
        remark=_remark(compared, person),
    )
    st.markdown(literal(_finding(person, compared, place)))
    _behind(person, compared, place, curve)


def _people(drawn: int) -> str:
    return "1 person" if drawn == 1 else f"{numbers.count(drawn)} people"


def _member_words(person: Member, place: Standing | None) -> tuple[str, str]:
    if place is None or place.withheld:
        return "", ""
    of = f"{numbers.count(place.events)} of{NBSP}{numbers.count(place.cases)}"
    return f"{person.name}, {of}", of


def _finding(person: Member, compared: PeopleComparison, place: Standing | None) -> str:
    if place is None:
        return f"{first_name(person)} has no {compared.measure.cases} in these weeks."
    words = reading.status(compared, place).word
    return f"{reading.sentence(compared, place)} {words}."


def _remark(compared: PeopleComparison, person: Member) -> str:
    """The method and what the axes are."""
    measure = compared.measure
    slow = (
        f" Slowest quarter: longer than {numbers.hours(compared.beyond_hours)}."
        if np.isfinite(compared.beyond_hours)
        else ""
    )
    spread = (
        " Limits hold the spread between people beyond luck."
        if between_of(compared, person.specialist_id) > 0
        else " Luck explains the spread between people."
    )
    p95, p998 = f"95{NBSP}%", f"99.8{NBSP}%"
    return (
        f"Shares are like for like: cases are compared within {measure.alike_words}; across, cases of the "
        f"usual kind they are worth. Solid: {p998} limits. Dashed: {p95} limits.{spread}{slow} Others are "
        f"not named: they stand at round steps, at least {FEWEST_OTHERS} at each number of cases, never "
        f"farther out than they are; people with under {compared.minimum} cases are not drawn, nor are fewer "
        f"than {FEWEST_OTHERS} others. A special cause "
        f"is claimed only outside {p95} on one side in two periods of 13 weeks running and outside {p998} "
        "over both."
    )


def _behind(person: Member, compared: PeopleComparison, place: Standing | None, curve: funnel.Curve) -> None:
    """The person's own row and the limits: nobody else's."""
    heads = (
        "Cases of usual kind",
        "Share, like for like",
        "95 % from",
        "95 % to",
        "99.8 % from",
        "99.8 % to",
    )
    columns = [Column("Line"), *(Column(title, "right") for title in heads)]
    plain: list[tuple[str | float | None, ...]] = []
    if place is not None and not place.withheld:
        plain.append((person.name, place.worth, place.value, None, None, None, None))
    assert compared.later is not None
    for at in range(0, len(curve.volume), 4):
        plain.append(
            (
                "Limits",
                curve.volume[at],
                centre_of(compared, person.specialist_id),
                curve.lower_95[at],
                curve.upper_95[at],
                curve.lower_998[at],
                curve.upper_998[at],
            )
        )
    shown = [
        (
            str(row[0]),
            numbers.number(float(row[1] or 0.0)),
            *(numbers.MISSING if part is None else numbers.percent(float(part)) for part in row[2:]),
        )
        for row in plain
    ]
    rows_behind(
        columns,
        shown,
        plain if has_file(compared, place) else None,
        f"funnel-{compared.measure.key}",
        f"funnel-{compared.measure.key}",
        f"{compared.measure.label}: {person.name} and the limits",
    )


def _table(view: View, person: Member, found: list[Place]) -> None:
    """Every measure: what was seen, what was expected, the likely rate, how it reads, and the cases."""
    theme.subtitle(f"{person.name}, every measure over its newest 13 mature weeks")
    columns = [
        Column("Measure"),
        Column("13 weeks to"),
        Column("Found", "right"),
        Column("Expected", "right"),
        Column("Likely rate (95 % interval)", "right"),
        Column("All others", "right"),
        Column("Reads as"),
    ]
    rows: list[tuple[Cell, ...]] = []
    plain = []
    for compared, place in found:
        if compared.reason or compared.blocks is None or compared.later is None:
            rows.append((compared.measure.label, "", "", "", compared.reason, "", numbers.MISSING))
            continue
        end = numbers.full_date(compared.blocks[1].last_day)
        shown = place is not None and not place.withheld
        rows.append(
            (
                compared.measure.label,
                end,
                "0"
                if place is None or not place.cases
                else f"{numbers.count(place.events)} of{NBSP}{numbers.count(place.cases)}",
                numbers.number(place.expected) if place is not None and shown else numbers.MISSING,
                reading.likely(place),
                numbers.percent(numbers.finite(centre_of(compared, person.specialist_id))),
                reading.status(compared, place),
            )
        )
        if place is not None and shown:
            plain.append(exported(compared, place))
    small_table(columns, rows, f"{person.name} on {len(rows)} measures")
    theme.note(
        "Expected: what others find in the same kinds of cases. Likely rate: the person's share drawn "
        "towards everyone's, the further the fewer the cases (beta-binomial). A download leaves out "
        "measures under "
        "the fewest cases, and what others find where that would tell the rate of a few."
    )
    _cases(view, person, found)
    heads = ("Measure", "13 weeks to", "Events", "Cases", "Expected", "Found ÷ expected", "from", "to",
             "Likely rate", "from", "to", "All others", "Reads as")  # fmt: skip
    rows_behind(
        [Column(head) for head in heads],
        [tuple(_plain(cell) for cell in row) for row in plain],
        plain,
        "every-measure",
        f"person-{person.specialist_id}",
        "Every measure with cases enough",
    )


def exported(compared: PeopleComparison, place: Standing) -> tuple[str | float | None, ...]:
    """A measure as a file holds it: without what others find where that would tell the rate of a few."""
    assert compared.blocks is not None
    against = (place.expected, place.ratio, place.ratio_low, place.ratio_high, place.shrunk,
               place.shrunk_low, place.shrunk_high, place.others)  # fmt: skip
    told = (None,) * len(against) if total_tells(compared) else against
    end = numbers.full_date(compared.blocks[1].last_day)
    return (compared.measure.label, end, place.events, place.cases, *told,
            reading.status(compared, place).word)  # fmt: skip


def has_file(compared: PeopleComparison, place: Standing | None) -> bool:
    """Whether the limits of a person may leave the app.

    They stand around the rate of all but the person: beside any other's they would tell the rate of one who
    is withheld.
    """
    return not (place is not None and place.withheld) and not total_tells(compared)


def _plain(cell: str | float | int | None) -> str:
    if cell is None:
        return numbers.MISSING
    return cell if isinstance(cell, str) else numbers.count(cell) if isinstance(cell, int) else f"{cell:.3f}"


def _cases(view: View, person: Member, found: list[Place]) -> None:
    """From every measure to its cases."""
    own = view.filters.with_values("member", (person.specialist_id,))
    with st.container(horizontal=True, gap="small"):
        for compared, place in found:
            if place is None or compared.blocks is None or not place.cases:
                continue
            words = reading.counted(compared.measure, place.cases, place.events)
            if compared.measure.kind == "calibration":
                words = "Appeals taken to calibration"
            st.button(
                literal(words),
                icon=":material/list:",
                key=f"person-cases-{compared.measure.key}",
                type="tertiary",
                on_click=open_cases,
                args=(view, compared.metric, compared.blocks[1], own),
            )
