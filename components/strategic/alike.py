"""Do we treat tiers alike? Strategic against standard sellers, like compared with like."""

from __future__ import annotations

import numpy as np

from components import numbers, states
from components.charts import dot_interval
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP, finite
from components.strategic.scope import standard, strategic, window, window_words
from components.tables import Column, Plain
from components.theme import note, section
from components.view import View
from queries.catalog import not_supplied
from queries.fairness import Fairness, fairness
from queries.time import Period

QUESTION = "Do we treat tiers alike?"
WEEKS = 52
LABELS = {
    "enforced": "Enforced, per active month",
    "whole_account": "Whole account, when enforced",
    "reinstated": "Reinstated, when appealed",
}
SENTENCES = {
    "enforced": "enforced {times} as often per active month, within marketplace and category",
    "whole_account": "{times} the odds that an enforcement takes the whole account rather than a listing, "
    "within risk score and policy",
    "reinstated": "{times} the odds of being reinstated on appeal, within risk score and policy",
}
KEYS = ("enforcement_rate", "reinstatement_rate")


def alike(view: View) -> None:
    """The answer in words, the ratios with intervals around 1, and what they can and cannot say."""
    period, found = contents(view)
    if period is None:
        missing = [name for key in KEYS for name in view.reader.available(key).missing]
        if missing:
            section(QUESTION)
            states.not_supplied(not_supplied(missing).removeprefix("not supplied: "))
            return
        section(
            QUESTION, "", "The facts of enforcements and appeals are not loaded far enough to compare tiers."
        )
        return
    minimum = view.reader.facts.settings.small_numbers.group
    told = [item for item in found if _told(item, minimum)]
    section(QUESTION, *answer(view, found, minimum))
    if told:
        groups = [_dot(item) for item in told]
        figure(
            dot_interval.table(groups, "number", 1.0, "treated alike", decimals=2),
            dot_interval.spec("number", len(groups)),
            alt="; ".join(_sentence(view, item) for item in told),
            key="fairness",
            title=f"{view.name_of('tier', strategic(view))} against "
            f"{view.name_of('tier', standard(view)).lower()} sellers, {window_words(period)}",
            remark="Dot: Mantel–Haenszel ratio. Line: 95 % interval. 1 is alike. Who was not enforced has "
            "no score and no policy, so being enforced at all is compared per active month, within "
            "marketplace and category only; the other two are odds within risk score and policy.",
        )
    for item in found:
        if item not in told:
            reason = (
                item.reason
                or f"fewer than {minimum} cases of {view.name_of('tier', item.tier).lower()} sellers"
            )
            note(f"{LABELS[item.question]}: {reason}.")
    if view.filters.values("tier"):
        note("The chosen tiers are left aside here: tiers are what is compared.")
    columns = [
        Column("Comparison"),
        Column("Ratio", "right"),
        Column("95 % interval", "right"),
        Column(view.name_of("tier", strategic(view)), "right"),
        Column(view.name_of("tier", standard(view)), "right"),
        Column("Cases", "right"),
        Column("Strata", "right"),
        Column("Left out", "right"),
    ]
    if told:
        rows_behind(
            columns,
            [_texts(item) for item in told],
            [_plain(item) for item in told],
            "fairness",
            "fairness-between-tiers",
            "Ratios between tiers",
        )


@kept(4)
def contents(view: View) -> tuple[Period | None, tuple[Fairness, ...]]:
    """The window and the comparisons in it."""
    period = window(view, KEYS, WEEKS)
    if period is None:
        return None, ()
    return period, fairness(view.reader, period, view.filters, strategic(view), standard(view))


def answer(view: View, found: tuple[Fairness, ...], minimum: int) -> tuple[str, str]:
    """What differs once like is compared with like, and what cannot be told apart from alike."""
    told = [item for item in found if _told(item, minimum)]
    if not told:
        return "", "There are too few cases of either tier to compare like with like."
    apart = [item for item in told if item.low > 1 or item.high < 1]
    near = [LABELS[item.question].lower() for item in told if item not in apart]
    ours = view.name_of("tier", strategic(view))
    theirs = view.name_of("tier", standard(view)).lower()
    rest = f"Cannot be told from being treated alike: {'; '.join(near)}." if near else ""
    if not apart:
        return f"No detectable difference between {ours.lower()} and {theirs} sellers.", rest
    return f"{ours} against {theirs} sellers: {'; '.join(_sentence(view, item) for item in apart)}.", rest


def _told(item: Fairness, minimum: int) -> bool:
    return bool(np.isfinite(item.low)) and item.own >= minimum


def _sentence(view: View, item: Fairness) -> str:
    times = f"{numbers.number(item.ratio, 2)} times"
    interval = f"(95{NBSP}% interval {numbers.number(item.low, 2)} to{NBSP}{numbers.number(item.high, 2)})"
    return f"{SENTENCES[item.question].format(times=times)} {interval}"


def _dot(item: Fairness) -> dot_interval.Group:
    return dot_interval.Group(
        item.question, LABELS[item.question], item.ratio, item.low, item.high, int(item.rows)
    )


def _share(item: Fairness, share: float) -> str:
    if item.question == "enforced":
        return f"{numbers.number(finite(share), 1)} per{NBSP}1,000"
    return numbers.percent(finite(share))


def _texts(item: Fairness) -> list[str]:
    return [
        LABELS[item.question],
        numbers.number(item.ratio, 2),
        f"{numbers.number(item.low, 2)} to{NBSP}{numbers.number(item.high, 2)}",
        _share(item, item.shares[0]),
        _share(item, item.shares[1]),
        numbers.count(item.rows),
        numbers.count(item.strata),
        numbers.count(item.left_out),
    ]


def _plain(item: Fairness) -> list[Plain]:
    return [
        LABELS[item.question],
        item.ratio,
        f"{item.low:.4f} to {item.high:.4f}",
        finite(item.shares[0]),
        finite(item.shares[1]),
        item.rows,
        item.strata,
        item.left_out,
    ]
