"""Appeals and random audits of the same weeks taken together: between what and what was wrong."""

from __future__ import annotations

from components import numbers, theme
from components.figure import rows_behind
from components.numbers import NBSP
from components.tables import Column, Plain
from components.view import View
from queries.time import Period
from queries.wrong_enforcement import WrongEnforcement, wrong_enforcement

COLUMNS = (
    Column("Enforced by"),
    Column("Enforcements", "right"),
    Column("Wrong, at least", "right"),
    Column("Wrong, at most by appeals", "right"),
    Column("Wrong by random audits", "right"),
    Column("Taken together", "right"),
)


def together(view: View, span: Period, splits: tuple[str, ...]) -> None:
    """One line for everyone, one per value of each of `splits`, and the sentence that says how to read it."""
    split = {by: wrong_enforcement(view.reader, span, (by,), view.filters) for by in splits}
    if not all(split.values()):
        return
    total = split[splits[0]][-1]
    rows = [
        (view.name_of(by, one.group[0]), one) for by in splits for one in split[by][:-1] if one.enforcements
    ]
    rows.append(("All", total))
    theme.subtitle(f"Taken together, enforced {numbers.date_span(span.start, span.last_day)}")
    theme.note(f"{sentence(total)} {_HOW}")
    rows_behind(
        COLUMNS,
        [_texts(name, one) for name, one in rows],
        [_plain(name, one) for name, one in rows],
        "wrong-enforcement",
        "wrong-enforcement",
        sentence(total),
    )


_HOW = (
    "Reversals are certain, so they are the least. Of enforcements nobody appealed, appeals say nothing: all "
    "of them could be wrong, which is the most. Random audits look at appealed and other enforcements alike "
    f"and narrow it, with their 95{NBSP}% interval."
)


def sentence(total: WrongEnforcement) -> str:
    """Between what and what the share wrong lies, of how many, and what that rests on."""
    if total.known is None:
        return f"Only {numbers.count(total.enforcements)} enforcements: too few for a share."
    known = total.known
    if known.conflict:
        return (
            "Appeals and random audits of these weeks contradict each other: more was reversed than the "
            "audits allow, or less could be. One of the two is recorded wrongly; look before quoting either."
        )
    basis = (
        f"from appeals and {numbers.count(total.audits)} random audits"
        if total.audits
        else "from appeals alone; no enforcement of these weeks was audited at random"
    )
    return (
        f"Between {_percent(known.known[0])} and {_percent(known.known[1])} of "
        f"{numbers.count(total.enforcements)} enforcements were wrong, {basis}."
    )


def _percent(share: float) -> str:
    return numbers.percent(numbers.finite(share))


def _texts(name: str, one: WrongEnforcement) -> list[str]:
    if one.known is None:
        return [name, numbers.count(one.enforcements), *["too few"] * 4]
    known = one.known
    audited = numbers.MISSING
    if one.audits:
        audited = (
            f"{_range(known.audited.low, known.audited.high)}, n{NBSP}={NBSP}{numbers.count(one.audits)}"
        )
    return [
        name,
        numbers.count(one.enforcements),
        _percent(known.floor),
        _percent(known.possible[1]),
        audited,
        "contradict each other" if known.conflict else _range(*known.known),
    ]


def _range(low: float, high: float) -> str:
    return f"{_percent(low)} to{NBSP}{_percent(high)}"


def _plain(name: str, one: WrongEnforcement) -> list[Plain]:
    if one.known is None:
        return [name, one.enforcements, None, None, None, None]
    known, finite = one.known, numbers.finite
    audited = f"{known.audited.low:.6f} to {known.audited.high:.6f}" if one.audits else None
    return [
        name,
        one.enforcements,
        finite(known.floor),
        finite(known.possible[1]),
        audited,
        None if known.conflict else f"{known.known[0]:.6f} to {known.known[1]:.6f}",
    ]
