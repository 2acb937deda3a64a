"""What one person's place in a comparison says, in words: never more than the limits allow."""

from __future__ import annotations

from collections.abc import Mapping

from components import numbers
from components.numbers import NBSP
from components.status import Status
from queries.people.comparison import PeopleComparison, Standing
from queries.people.measures import PersonMeasure

INSIDE = "Inside the funnel"
SAME = 0.005
"""An interval as short as this says that people do not differ, not how sure their rate is."""


def counted(measure: PersonMeasure, cases: int, events: int) -> str:
    """ "3 judged wrong of 14 audited decisions"."""
    return f"{numbers.count(events)} {measure.event} of{NBSP}{numbers.count(cases)} {measure.cases}"


def inside(label: str) -> str:
    """A label within a sentence: its first letter small, "SLA" as it is."""
    return f"{label[:1].lower()}{label[1:]}"


def not_compared(reasons: Mapping[str, str]) -> str:
    """Why nobody is compared, by label of the measure: each reason once. "" for none."""
    by_reason: dict[str, list[str]] = {}
    for label, reason in reasons.items():
        by_reason.setdefault(reason, []).append(f"“{label}”")
    return " ".join(f"Not compared on {', '.join(labels)}: {reason}." for reason, labels in by_reason.items())


def status(compared: PeopleComparison, found: Standing | None) -> Status:
    """How a measure reads: a special cause only where it held two periods, else the usual spread."""
    if found is None or not found.cases:
        return Status("No cases")
    if found.withheld:
        return Status(f"Under {compared.minimum} cases: no rate")
    if not 0 < found.others < 1:
        return Status("Nobody to compare with")
    if found.cause:
        return Status(
            f"Special cause: {'more' if found.cause > 0 else 'fewer'} in two periods running",
            "bad" if found.cause > 0 else "good",
            "up" if found.cause > 0 else "down",
        )
    if found.inner:
        return Status("Outside 95 % now, no special cause")
    return Status(INSIDE)


def sentence(compared: PeopleComparison, found: Standing) -> str:
    """What was found, what others find in the same kinds of cases, and the person's likely rate."""
    measure = compared.measure
    seen = f"{counted(measure, found.cases, found.events)}"
    if found.withheld:
        return f"{seen}: too few for a rate."
    if not found.expected > 0:
        return f"{seen}; others have none to compare with."
    expected = (
        f"{numbers.number(found.expected)} expected from others' cases of the same {measure.alike_words}"
    )
    ratio = (
        f"{numbers.number(found.ratio)} times that, 95{NBSP}% interval {numbers.number(found.ratio_low)} "
        f"to{NBSP}{numbers.number(found.ratio_high)}"
    )
    return f"{seen}; {expected} ({ratio})."


def likely(found: Standing | None) -> str:
    """The rate drawn to that of everyone with its interval: "9.3 % (3.1 % to 18.4 %)"."""
    if found is None or found.withheld or numbers.is_missing(found.shrunk):
        return numbers.MISSING
    if found.shrunk_high - found.shrunk_low < SAME:
        return f"{numbers.percent(found.shrunk)}, as everyone: luck explains the spread"
    return (
        f"{numbers.percent(found.shrunk)} ({numbers.percent(found.shrunk_low)} "
        f"to{NBSP}{numbers.percent(found.shrunk_high)})"
    )


def answer(name: str, places: list[tuple[PeopleComparison, Standing | None]]) -> tuple[str, str]:
    """The bold answer over all measures, and the rest of it. Plain texts."""
    told = [(compared, found) for compared, found in places if found is not None and not found.withheld]
    caused = [(compared, found) for compared, found in told if found.cause]
    once = [compared for compared, found in told if found.inner and not found.cause]
    if not told:
        return f"Too few cases for a rate about {name} on any measure.", ""
    within = f"Within the expected spread on {_measures(len(told) - len(caused) - len(once), len(told))}."
    if not caused and not once:
        return within, ""
    lead = within
    if caused:
        words = "; ".join(
            f"{inside(compared.measure.label)}: {'more' if found.cause > 0 else 'fewer'} than others find, "
            "two periods running"
            for compared, found in caused
        )
        lead = f"Special cause in {words}."
        within = f"{within} " if len(told) > len(caused) + len(once) else ""
    else:
        within = ""
    rest = within
    if once:
        named = ", ".join(inside(compared.measure.label) for compared in once)
        rest += f"Outside the 95{NBSP}% limits this time only: {named}. One time alone is no special cause."
    return lead, rest.strip()


def _measures(count: int, of: int) -> str:
    if count == of:
        return "the one measure there is" if of == 1 else f"all {of} measures"
    return f"{count} of {of} measures"
