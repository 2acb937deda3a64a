"""What each metric computes, in words, from the same object that computes it. Pure."""

from __future__ import annotations

from queries.formulas import (
    Accrued,
    Agreed,
    Audited,
    Count,
    DaysOfWork,
    Expected,
    Formula,
    HeadcountGap,
    Level,
    OpenAge,
    OpenCount,
    Quantile,
    Ratio,
    Spread,
    Summed,
)
from queries.model import Metric
from queries.tallies import Component

COMPONENT_WORDS: dict[str, str] = {
    "qualified_needed": "qualified people needed, by skill and day",
    "qualified_there": "qualified people of those needed, by skill and day",
    "hours_done_by_new": "standard hours of cases ended by people in their first 26 weeks",
    "hours_usual_for_new": "standard hours experienced colleagues of the team end in as many available hours",
    "cases_ended_by_new": "cases ended by people in their first 26 weeks",
    "due": "cycles due",
    "due_met": "cycles due that were resolved in time",
    "closed_due": "cycles due that have ended",
    "first_due": "first responses due",
    "first_met": "first responses due that were given in time",
    "flagged": "cycles resolved that carry the source's SLA flag",
    "flag_met": "cycles resolved that the source flags as made in time",
    "opened": "cycles opened",
    "resolved": "cycles resolved",
    "cancelled": "cycles cancelled",
    "merged": "cycles merged into another case",
    "appeals_submitted": "appeals submitted",
    "appeals_decided": "appeals decided",
    "appeals_judged": "appeals decided, withdrawn ones aside",
    "appeals_open": "appeals submitted and not yet decided",
    "reinstated": "appeals decided that reinstated in full or in part",
    "appeals_audited": "appeals decided whose blind random audit is done",
    "appeals_judged_wrong": "appeals decided that a blind random audit judged wrong",
    "appeals_due": "appeals due",
    "appeals_due_met": "appeals due that were decided in time",
    "decision_time": "hours from submission to decision",
    "appeal_audits": "appeals decided",
    "appeal_audits_over": "appeals decided",
    "appeal_audits_under": "appeals decided",
    "decided_twice": "appeals decided by two people or more",
    "calibrated": "appeals decided and taken to a calibration session",
    "balance": "cycles opened and reopened so far, minus those resolved, cancelled and merged",
    "open": "cycles open",
    "open_past_due": "cycles open whose due time has passed",
    "open_blocked": "cycles open that need senior help",
    "time_to_resolve": "hours from open to resolution",
    "reopened_14": "cycles resolved that were reopened within 14 days",
    "ever_reopened": "cycles resolved that were reopened before or after their end",
    "reopenings": "reopenings of cycles resolved",
    "repeated_90": "cycles resolved whose seller escalated again within 90 days",
    "of_known_seller": "cycles resolved with a known seller",
    "transfers": "transfers of cycles resolved",
    "transfers_known": "cycles resolved whose transfers are known",
    "sent_back": "cycles resolved that came back to an earlier team",
    "path_known": "cycles resolved whose path between teams is known",
    "elapsed_hours": "hours from open to close of cycles resolved",
    "closed_hours": "hours from open to close of cycles resolved",
    "our_hours": "hours in our hands of cycles resolved",
    "seller_hours": "hours waiting on the seller of cycles resolved",
    "partner_hours": "hours waiting on partners of cycles resolved",
    "split_hours": "hours waiting on partners, each instant shared among those waited on",
    "paths_timed": "cycles resolved whose waits are known",
    "partners_held": "cycles resolved that waited on the partner",
    "paths_timed_of_all": "cycles resolved whose waits are known, whatever partner they waited on",
    "elapsed_hours_of_all": "hours from open to close of cycles resolved, whatever partner they waited on",
    "waits": "hours of a wait on a partner",
    "waits_due": "waits on partners that fell due",
    "waits_on_time": "waits on partners that fell due and ended in time",
    "met_two_ways": "cycles resolved in time",
    "met_by_pauses": "cycles resolved in time that would have missed without pauses",
    "preventable": "cycles opened that are tagged preventable",
    "preventable_tagged": "cycles opened that are tagged preventable or not",
    "escalation_audits": "cycles resolved",
    "episodes": "reinstatements decided, the latest of each episode",
    "policy_episodes": "reinstatements decided under a known policy, the latest of each episode",
    "restumbles_under_appeal": "episodes enforced again within 90 days by an enforcement under appeal",
    "second_level": "second-level appeals decided, withdrawn ones aside",
    "second_level_reinstated": "second-level appeals that reinstated the seller",
    "denials_rechecked": "denials",
    "denials_at_second_level": "denials with a second-level review",
    "denials_reversed": "denials that a second-level review reversed",
    "enforcements_audited": "enforcements",
    "enforced": "enforcements",
    "enforced_in_error": "enforcements reversed as our error",
    "settled": "enforcements with an appeal decided, or reversed as our error without one",
    "handed_back": "enforcements lifted as our error",
    "of_appeals_decided": "appeals decided",
    "overturned": "appeals decided that reversed the enforcement as our error",
    **{
        f"restumbled_{days}{variant}": f"episodes enforced again within {days} days{words}"
        for days in (30, 60, 90, 180)
        for variant, words in (
            ("", " by an enforcement that stands"),
            ("_gross", ", enforcements since reversed included"),
            ("_same_policy", " under the same policy by an enforcement that stands"),
        )
    },
    "seller_months": "active seller-months: active days ÷ 30.4375",
    "surveyed": "surveys sent",
    "responses": "surveys sent that were answered with a score",
    "satisfied": "surveys sent that were answered with a score of 4 or 5",
    "scored": "enforcements with a risk score",
    "confirmed": "enforcements with a risk score that were not reversed as our error",
    "score_miss": "squared distances of risk scores from 1 (confirmed) or 0 (reversed as our error)",
    "blocked_gmv": "daily GMV of blocked accounts",
    "blocked_gmv_wrongly": "daily GMV of accounts whose block was reversed as our error",
    "blocked_gmv_rightly": "daily GMV of accounts blocked rightly",
    "blocked_gmv_unjudged": "daily GMV of blocked accounts without a verdict yet",
    "open_blocks": "accounts blocked",
    "gmv_at_risk": "daily GMV of blocked accounts",
    "time_to_investigate": "hours from open to close of an investigation",
    "investigation_audits": "investigations closed",
    "available_hours": "paid hours less leave, training and meetings",
    "paid_hours": "paid hours",
    "lost_hours": "paid hours of leave, training and meetings",
    "leave_hours": "paid hours of leave",
    "training_hours": "paid hours of training",
    "meeting_hours": "paid hours of meetings",
    "case_hours": "hours on cases",
    "recorded_hours": "paid hours less leave, training and meetings, of days with hours on cases",
    "ramped_hours": "hours available, new people's at the share of the experienced they get done",
    "available_hours_of_4_weeks": "hours available per calendar day of the four weeks before",
    "available_hours_of_each": "hours available",
    "staff": "mean full-time equivalents",
    "days_worked": "days of one person with paid hours",
    "days_recorded": "days of one person with paid hours and hours on cases",
    "escalation_work": "standard hours of cycles opened",
    "appeal_work": "standard hours of appeals submitted",
    "investigation_work": "standard hours of investigations opened",
    **{
        f"{kind}_{part}": words
        for kind, things in (
            ("escalation", "cycles"),
            ("appeal", "appeals"),
            ("investigation", "investigations"),
        )
        for part, words in (
            ("work_open", f"standard hours of {things} open"),
            ("work_open_unknown", f"{things} open without standard time"),
            ("rows_open", f"{things} open"),
            ("work_of_each", f"standard hours of {things} that came to one person"),
            ("work_of_each_unknown", f"{things} that came to one person without standard time"),
        )
    },
    "escalation_work_unknown": "cycles opened without standard time",
    "appeal_work_unknown": "appeals submitted without standard time",
    "investigation_work_unknown": "investigations opened without standard time",
}
"""Words of every sum of the catalog; a test names those that are missing."""

UNIT_WORDS = {
    "count": "a count",
    "share": "per cent",
    "per_1000": "per 1,000",
    "hours": "hours, from 48 on shown as days",
    "work_hours": "hours of work",
    "days": "days",
    "mean": "a mean",
    "fte": "full-time equivalents",
    "money": "money",
}
AGREED_WORDS = {
    "observed": "share of pairs of people who decided alike, averaged over cases",
    "ac1": "Gwet's AC1: (agreement − chance) ÷ (1 − chance), chance from how common each decision is",
    "alpha": "Krippendorff's alpha: 1 − disagreement ÷ the disagreement chance alone gives",
}
GOOD_WORDS = {"up": "Higher is better", "down": "Lower is better", "neutral": "Neither is better"}
_QUANTILES = {0.5: "Median", 0.9: "Nine in ten are below"}


def formula_words(formula: Formula) -> str:
    """One line: "cycles due that were resolved in time ÷ cycles due"."""
    if isinstance(formula, Count):
        return _words(formula.tally)
    if isinstance(formula, Ratio):
        scale = "" if formula.per == 1 else f" × {formula.per:,.0f}"
        return f"{_words(formula.numerator)} ÷ {_words(formula.denominator)}{scale}"
    if isinstance(formula, Summed):
        return " + ".join(map(_words, formula.tallies))
    if isinstance(formula, DaysOfWork):
        return f"({' + '.join(map(_words, formula.held))}) ÷ mean {_words(formula.hours)}"
    if isinstance(formula, Spread):
        load = " + ".join(_words(each.tally) for each in formula.load)
        return (
            f"Σ |difference| between two people of a team ÷ (n − 1) ÷ Σ, of ({load}) "
            f"÷ {_words(formula.capacity.tally)} of each person"
        )
    if isinstance(formula, HeadcountGap):
        return (
            f"({formula_words(formula.arrived)} + ({' + '.join(map(_words, formula.backlog))}) × days of the "
            f"period ÷ days it should take) ÷ (({_words(formula.ramped)}) ÷ {_words(formula.staff)} × "
            f"utilisation aimed at) − {_words(formula.staff)}"
        )
    if isinstance(formula, Quantile):
        return (
            f"{_share_words(formula.p)}: {_words(formula.durations)}, "
            "those still running counted by Kaplan and Meier's method"
        )
    if isinstance(formula, Level):
        return _words(formula.balance)
    if isinstance(formula, OpenCount):
        return _words(formula.snapshot)
    if isinstance(formula, Accrued):
        return f"{_words(formula.accrual)}, summed over the days of the period"
    if isinstance(formula, Expected):
        return f"{_words(formula.holding)} × days each block is still expected to last, at most 90"
    if isinstance(formula, OpenAge):
        return f"{_share_words(formula.p)}: days since open, {_words(formula.snapshot)}"
    if isinstance(formula, Agreed):
        return f"{AGREED_WORDS[formula.coefficient]}, over {_words(formula.decisions)}"
    assert isinstance(formula, Audited)
    return f"{formula.flagged} ÷ audited at random, weighted by stratum, over {_words(formula.frame)}"


def interval_words(metric: Metric) -> str:
    """Where the 95 % interval comes from; "" where the number has none."""
    formula = metric.formula
    if isinstance(formula, Audited):
        return "95 % interval from the design weights of the audit"
    if isinstance(formula, Agreed):
        return "95 % interval from resampling whole cases"
    if isinstance(formula, Quantile):
        return "95 % interval from the survival curve"
    if not isinstance(formula, Ratio):
        return ""
    return {
        "wilson": "95 % interval by Wilson's method",
        "poisson": "95 % interval by the Poisson distribution",
        "mean": "95 % interval of the mean",
        "hours": "95 % interval of a sum of a random number of cases",
        "none": "no interval: hours are not drawn at random",
    }[formula.spread]


def _share_words(p: float) -> str:
    return _QUANTILES.get(p, f"{p:.0%} are below")


def _words(component: Component) -> str:
    return COMPONENT_WORDS.get(component.key, component.key.replace("_", " "))
