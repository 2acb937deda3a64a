"""Words for what appeals and audits allow together."""

from __future__ import annotations

from analysis.audits import audited_share
from analysis.false_positives import false_positives
from components.reinstatements.upstream_bounds import sentence
from queries.wrong_enforcement import WrongEnforcement


def of(enforcements: int, decided: int, reversals: int, audits: tuple[int, int] | None) -> WrongEnforcement:
    share = None if audits is None else audited_share([enforcements], [audits[0]], [audits[1]])
    known = false_positives(enforcements, decided, reversals, share)
    return WrongEnforcement((), enforcements, 0 if audits is None else audits[0], known)


def test_the_bounds_are_told_with_what_they_rest_on() -> None:
    """400 of 1,000 audited at 10 % are worth 0.09 ÷ (0.6 × 0.09 ÷ 399) = 665; Wilson of it: 7.9 to 12.5 %."""
    both = sentence(of(1000, 300, 50, (400, 40)))
    assert both == (
        "Between 7.9 % and 12.5 % of 1,000 enforcements were wrong, from appeals and 400 random audits."
    ).replace(" %", "\u00a0%")
    alone = sentence(of(1000, 300, 50, None))
    assert alone.startswith(
        "Between 5.0\u00a0% and 75.0\u00a0% of 1,000 enforcements were wrong, from appeals alone"
    )


def test_a_contradiction_is_no_interval() -> None:
    assert sentence(of(1000, 300, 200, (500, 2))).startswith("Appeals and random audits of these weeks contr")


def test_few_enforcements_give_no_share() -> None:
    assert sentence(WrongEnforcement((), 3, 0, None)) == "Only 3 enforcements: too few for a share."
