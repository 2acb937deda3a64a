"""Do new people get up to speed? Each cohort's ramp against the usual one, quality beside it."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import numbers, states
from components.capacity.teams import note_unheeded, team_keys
from components.charts import dot_interval, ramp_curve
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP
from components.tables import Column, Plain
from components.theme import note, section
from components.view import View
from components.wording import things
from queries.capacity.onboarding import STARTS, WEEKS, Cohort, Onboarding, Step
from queries.capacity.onboarding import onboarding as read_onboarding
from queries.catalog import not_supplied

QUESTION = "Do new people get up to speed?"
BACK = dt.timedelta(days=3 * 365)
FULL_PACE = 0.9
"""Share of the experienced colleagues' pace from which on new people count as up to speed."""
CHOICE = "ramp-cohort"


def onboarding(view: View) -> None:
    """Whether a cohort is slow, pace and quality of all cohorts, and the ramp of one."""
    found = contents(view)
    if not found.cohorts:
        section(QUESTION)
        _nothing(view)
        return
    section(QUESTION, *answer(found))
    left, right = st.columns(2, gap="large")
    with left:
        _pace(found)
    with right:
        _quality(found)
    _curve(found)
    note_unheeded(view, "New people")


@kept(4)
def contents(view: View) -> Onboarding:
    """Those hired in the three years before the view's last day."""
    day = view.period.last_day
    if not team_keys(view):
        return Onboarding((), ())
    return read_onboarding(view.reader, view.filters, day - BACK, day)


def _nothing(view: View) -> None:
    missing = view.reader.available("ramp").missing
    if missing:
        states.not_supplied(not_supplied(missing).removeprefix("not supplied: "))
        return
    note(f"Nobody hired in the three years before has recorded hours in the first {WEEKS} weeks.")


def answer(found: Onboarding) -> tuple[str, str]:
    """Which cohort is slower than the usual ramp, when people are up to speed, and what audits say."""
    slow = [cohort for cohort in found.cohorts if cohort.verdict == "slower"]
    fast = [cohort for cohort in found.cohorts if cohort.verdict == "faster"]
    if slow:
        lead = " ".join(f"{_told(cohort)}." for cohort in slow)
    elif fast:
        lead = " ".join(f"{_told(cohort)}." for cohort in fast)
    elif sum(cohort.pace.value is not None for cohort in found.cohorts) > 1:
        lead = "Yes: no cohort's ramp can be told from the usual one."
    else:
        lead = "There is no other cohort to compare with, or too few cases."
    worse = [cohort for cohort in found.cohorts if cohort.quality.worse]
    quality = "Audits judge no cohort's decisions wrong more often than the others'."
    if worse:
        named = " and ".join(f"{name_of(cohort)} ({_quality_text(cohort)})" for cohort in worse)
        quality = f"Judged wrong more often than the others: {named}."
    elif all(cohort.quality.share is None for cohort in found.cohorts):
        quality = "Too few of their decisions are audited to speak of quality."
    return lead, f"{_usual_text(found)} {quality}"


def _told(cohort: Cohort) -> str:
    pace = cohort.pace
    return (
        f"Those hired in {name_of(cohort)} get {numbers.percent(pace.value, 0)} of the usual done for their "
        f"weeks (95{NBSP}% interval {numbers.percent(pace.low, 0)} to {numbers.percent(pace.high, 0)}; "
        f"{_people(cohort)}, {things(pace.cases, 'case')})"
    )


def _usual_text(found: Onboarding) -> str:
    """From which week on new people usually reach the pace of the experienced."""
    for start, end, step in zip(STARTS, (*STARTS[1:], WEEKS), found.usual, strict=True):
        if step.value is not None and step.value >= FULL_PACE:
            return (
                f"New people usually reach {numbers.percent(FULL_PACE, 0)} of the experienced pace in weeks "
                f"{start + 1} to {end}."
            )
    full = numbers.percent(FULL_PACE, 0)
    return f"New people do not usually reach {full} of the experienced pace by week {WEEKS}."


def name_of(cohort: Cohort) -> str:
    """The quarter of a cohort: "Oct – Dec 2025"."""
    first, last = cohort.hired.start, cohort.hired.last_day
    months = f"{first:%b}{NBSP}–{NBSP}{last:%b}"
    return f"{months}{NBSP}{last.year}"


def _people(cohort: Cohort) -> str:
    return f"{numbers.count(cohort.people)}{NBSP}{'person' if cohort.people == 1 else 'people'}"


def _quality_text(cohort: Cohort) -> str:
    """The share judged wrong; of few audits both counts, of one person alone neither."""
    quality = cohort.quality
    if cohort.people == 1:
        return _why_withheld(cohort)
    if quality.share is None:
        return f"{numbers.count(quality.wrong)} of{NBSP}{numbers.count(quality.audited)}"
    return f"{numbers.percent(quality.share)} of {numbers.count(quality.audited)}"


def _pace(found: Onboarding) -> None:
    groups = [_pace_dot(cohort) for cohort in found.cohorts]
    figure(
        dot_interval.table(groups, "percent", 1.0, "usual ramp", decimals=0),
        dot_interval.spec("percent", len(groups)),
        alt="Pace of each cohort against the usual ramp: "
        + "; ".join(f"{dot.label} {dot.remark or numbers.percent(dot.value, 0)}" for dot in groups),
        key="ramp-pace",
        title="Work done against the usual ramp, by quarter hired",
        remark=(
            f"Standard hours of cases ended in the first {WEEKS} weeks ÷ hours expected at the ramp of all "
            "other cohorts. n is cases. Hollow: not all have had their weeks. A click shows the ramp below."
        ),
        on_pick=_choose,
    )
    columns = [
        Column("Hired"),
        Column("People", "right"),
        Column("Cases", "right"),
        Column("Against usual", "right"),
        Column("95 % interval", "right"),
        Column("Finding"),
        Column("Audited", "right"),
        Column("Judged wrong", "right"),
    ]
    rows_behind(
        columns,
        [_texts(cohort) for cohort in found.cohorts],
        [_plain(cohort) for cohort in found.cohorts],
        "ramp",
        "ramp-of-cohorts",
        "Pace and quality of each cohort",
    )


def _choose(cohort: str) -> None:
    st.session_state[CHOICE] = cohort


def _pace_dot(cohort: Cohort) -> dot_interval.Group:
    pace = cohort.pace
    return dot_interval.Group(
        id=cohort.hired.start.isoformat(),
        label=f"{name_of(cohort)} · {_people(cohort)}",
        value=pace.value,
        low=pace.low,
        high=pace.high,
        n=pace.cases,
        role="bad" if cohort.verdict == "slower" else "good" if cohort.verdict == "faster" else "c1",
        hollow=cohort.young,
        remark="" if pace.value is not None else _why_withheld(cohort) if cohort.withheld else "no other",
    )


def _quality(found: Onboarding) -> None:
    groups = [_quality_dot(cohort) for cohort in found.cohorts]
    figure(
        dot_interval.table(groups, "percent"),
        dot_interval.spec("percent", len(groups)),
        alt="Judged wrong in random audits, by quarter hired: "
        + "; ".join(f"{dot.label} {dot.remark or numbers.percent(dot.value)}" for dot in groups),
        key="ramp-quality",
        title="Judged wrong in random audits, by quarter hired",
        remark=f"Appeals decided in the first {WEEKS} weeks, as found, not weighted. n is audits.",
    )


def _quality_dot(cohort: Cohort) -> dot_interval.Group:
    quality = cohort.quality
    return dot_interval.Group(
        id=cohort.hired.start.isoformat(),
        label=name_of(cohort),
        value=quality.share,
        low=quality.low,
        high=quality.high,
        n=quality.audited if cohort.people > 1 else None,
        role="bad" if quality.worse else "c1",
        hollow=cohort.young,
        remark="" if quality.share is not None else _quality_text(cohort),
    )


def _curve(found: Onboarding) -> None:
    """The ramp of one cohort, chosen by click or from the list; the slow one first, else the newest."""
    by_id = {cohort.hired.start.isoformat(): cohort for cohort in found.cohorts if cohort.people > 1}
    ids = list(by_id)
    if not ids:
        note("The ramp by weeks is not told of one person alone.")
        return
    if st.session_state.get(CHOICE) not in by_id:
        slow = [key for key, cohort in by_id.items() if cohort.verdict == "slower"]
        st.session_state[CHOICE] = (slow or ids)[-1]
    chosen = st.selectbox("Cohort", ids, format_func=lambda key: name_of(by_id[key]), key=CHOICE, width=320)
    cohort = by_id[str(chosen)]
    own = ramp_curve.Ramp(name_of(cohort), _stretches(cohort.steps))
    usual = ramp_curve.Ramp("usual", _stretches(found.usual))
    figure(
        ramp_curve.table(own, usual),
        ramp_curve.SPEC,
        alt=f"Ramp of those hired in {name_of(cohort)}: "
        + "; ".join(
            f"weeks {one.first + 1} to {one.end} {numbers.percent(one.value, 0)}" for one in own.stretches
        ),
        key="ramp-curve",
        title=f"Share of the experienced colleagues' pace, hired in {name_of(cohort)}",
        remark=(
            "Standard hours of cases ended, against what experienced people of the same team ended per "
            "available hour in the weeks around. Dashed: all new people of these years together."
        ),
    )
    columns = [
        Column("Weeks"),
        Column("Pace", "right"),
        Column("95 % interval", "right"),
        Column("Cases", "right"),
    ]
    rows_behind(
        [*columns, Column("Usual pace", "right")],
        [
            [*_stretch_texts(one), numbers.percent(other.value, 0)]
            for one, other in zip(own.stretches, usual.stretches, strict=True)
        ],
        [
            [f"{one.first + 1} to {one.end}", one.value, _ends(one.low, one.high), one.cases, other.value]
            for one, other in zip(own.stretches, usual.stretches, strict=True)
        ],
        "ramp-curve",
        "ramp-by-week",
        "Pace by weeks since the first day",
    )


def _stretches(steps: tuple[Step, ...]) -> list[ramp_curve.Stretch]:
    ends = (*STARTS[1:], WEEKS)
    return [
        ramp_curve.Stretch(start, end, step.value, step.low, step.high, step.cases)
        for start, end, step in zip(STARTS, ends, steps, strict=True)
    ]


def _stretch_texts(one: ramp_curve.Stretch) -> list[str]:
    return [
        f"{one.first + 1} to {one.end}",
        numbers.percent(one.value, 0),
        _interval_text(one.low, one.high),
        numbers.count(one.cases),
    ]


def _interval_text(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return numbers.MISSING
    return f"{numbers.percent(low, 0)} to{NBSP}{numbers.percent(high, 0)}"


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.4f} to {high:.4f}"


def _texts(cohort: Cohort) -> list[str]:
    pace, quality = cohort.pace, cohort.quality
    return [
        name_of(cohort),
        numbers.count(cohort.people),
        numbers.count(pace.cases),
        _why_withheld(cohort) if cohort.withheld else numbers.percent(pace.value, 0),
        _interval_text(pace.low, pace.high),
        cohort.verdict or "no detectable difference",
        numbers.MISSING if cohort.people == 1 else numbers.count(quality.audited),
        _quality_text(cohort) if quality.share is None else numbers.percent(quality.share),
    ]


def _why_withheld(cohort: Cohort) -> str:
    return "one person" if cohort.people == 1 else "too few"


def _plain(cohort: Cohort) -> list[Plain]:
    """A cohort in a file: what is withheld goes with its counts."""
    pace, quality = cohort.pace, cohort.quality
    return [
        name_of(cohort),
        cohort.people,
        None if cohort.withheld else pace.cases,
        pace.value,
        _ends(pace.low, pace.high),
        cohort.verdict,
        None if quality.share is None else quality.audited,
        quality.share,
    ]
