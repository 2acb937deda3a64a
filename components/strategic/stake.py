"""What is at stake today? What blocks hold back and put at risk, the largest of them and their managers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st

from components import numbers, states, wording
from components.cases_link import cases_text, open_cases
from components.charts import stacked_weeks
from components.downloads import downloads
from components.figure import figure, rows_behind
from components.kept import kept
from components.numbers import NBSP
from components.plain_text import literal
from components.strategic.scope import of_tier, sellers
from components.tables import Column, Plain, small_table
from components.theme import note, section, subtitle
from components.trends import newest_period
from components.view import View
from queries.blocks import MOST_LISTED, BlockSum, OpenBlock, block_sums, open_blocks, refused
from queries.measure import measure
from queries.now import now_of

QUESTION = "What is at stake today?"
PARTS = (
    ("gmv_days_blocked_rightly", "rightly", "grey"),
    ("gmv_days_blocked_unknown", "not yet known", "c1"),
    ("gmv_days_blocked_wrongly", "wrongly", "bad"),
)
WEEKS = 26
MOST_SHOWN = 10


class Stake(NamedTuple):
    """What blocks held back per week by verdict, and what the blocks open at the end put at risk.

    `reason` says why there is nothing to show. `period` is what the sentence is about.
    """

    bars: tuple[stacked_weeks.Bar, ...]
    amounts: dict[str, float]
    whole: float
    at_risk: float
    sums: tuple[BlockSum, ...]
    reason: str


def stake(view: View) -> None:
    """The answer, weeks by verdict, the open blocks by verdict and one by one, and a list per manager."""
    own = of_tier(view)
    found = contents(own)
    if found.reason:
        section(QUESTION)
        if found.reason.startswith("not supplied: "):
            states.not_supplied(found.reason.removeprefix("not supplied: "))
        else:
            note(f"GMV blocked {found.reason}.")
        return
    section(QUESTION, *answer(own, found))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _weeks(own, found)
    with right:
        _verdicts(own, found)
    _largest(own)


@kept(8)
def contents(view: View) -> Stake:
    """Everything the section says but the list of blocks."""
    keys = ("gmv_days_blocked", *(key for key, _, _ in PARTS))
    week = view.week
    weeks = view.reader.coverage.rules.last(week, WEEKS)
    measures = measure(view.reader, keys, weeks, (), view.filters)
    reason = next(iter(measures.reasons.values()), "") or refused(view.filters)
    if reason:
        return Stake((), {}, 0.0, 0.0, (), reason)
    series = {key: measures.total(key) for key in keys}
    whole = series["gmv_days_blocked"]
    bars = tuple(
        stacked_weeks.Bar(
            period.label,
            period.start,
            tuple(float(np.nan_to_num(series[key].value[place])) for key, _, _ in PARTS),
            hollow=not bool(whole.complete[place]),
        )
        for place, period in enumerate(weeks)
        if whole.days[place]
    )
    period = newest_period(view)
    about = measure(view.reader, keys, (period,), (), view.filters)
    amounts = {key: float(np.nan_to_num(about.total(key).value[0])) for key in keys}
    sums = block_sums(view.reader, view.period.end, view.filters, "verdict")
    return Stake(bars, amounts, amounts["gmv_days_blocked"], sum(item.at_risk for item in sums), sums, "")


def answer(view: View, found: Stake) -> tuple[str, str]:
    """How much blocks held back, rightly or wrongly, and what the open ones still put at risk."""
    period = newest_period(view)
    named = wording.period_text(period)
    if not found.whole and not found.sums:
        return f"No account of {sellers(view)} was blocked in {named}.", ""
    lead = f"Blocks held back {numbers.money(found.whole)} of {sellers(view)} in {named}"
    written = numbers.money_parts([found.amounts[key] for key, _, _ in PARTS])
    parts = ", ".join(f"{text} {word}" for text, (_, word, _) in zip(written[::-1], PARTS[::-1], strict=True))
    unjudged = sum(item.at_risk for item in found.sums if item.name == "not yet known")
    rest = (
        f"{numbers.money(found.at_risk)} more is at risk within 90{NBSP}days, "
        f"{numbers.money(unjudged)} of it behind blocks without a verdict yet."
        if found.sums
        else ""
    )
    return f"{lead}: {parts}.", rest


def _weeks(view: View, found: Stake) -> None:
    parts = [stacked_weeks.Part(word, role) for _, word, role in PARTS]
    period = newest_period(view)
    metric = view.reader.available("gmv_days_blocked").metric
    rules = view.reader.coverage.rules
    figure(
        stacked_weeks.table(found.bars, parts, "money"),
        stacked_weeks.SPECS["money"],
        alt=f"GMV blocked per week of {sellers(view)} by verdict; in the last week "
        + ", ".join(f"{word} {numbers.money(found.amounts[key])}" for key, word, _ in PARTS),
        key="blocked-weeks",
        title=f"GMV blocked per week, {sellers(view)}",
        remark="Blocked days × median daily GMV of the 90 unblocked days before. Wrongly: reversed as our "
        "error so far. Not yet known: may still be appealed, or the appeal is open; the newest weeks hold "
        f"the most, because a verdict can take 210{NBSP}days. A click lists the blocks of a week.",
        on_pick=lambda week: open_cases(view, metric, rules.parse_week(week)),
    )
    columns = [Column("Week"), *(Column(part.name.capitalize(), "right") for part in parts)]
    shown = [[bar.id, *(numbers.money(amount) for amount in bar.amounts)] for bar in found.bars]
    plain: list[list[Plain]] = [[bar.id, *bar.amounts] for bar in found.bars]
    rows_behind(columns, shown, plain, "blocked-weeks", "gmv-blocked", "GMV blocked per week by verdict")
    st.button(
        f"The blocks behind {numbers.money(found.whole)}",
        icon=":material/list:",
        key="blocks-behind",
        type="tertiary",
        on_click=lambda: open_cases(view, metric, period),
    )


def _verdicts(view: View, found: Stake) -> None:
    """The open blocks by verdict: how many, of how many sales are known, GMV a day and at risk."""
    subtitle(f"Open blocks on {numbers.weekday(view.period.last_day)}")
    if not found.sums:
        note("No account is blocked.")
        return
    rows = [
        [
            f"{(item.name or '').capitalize()}",
            numbers.count(item.blocks),
            numbers.count(item.known),
            numbers.money(item.daily_gmv),
            numbers.money(item.at_risk),
        ]
        for item in found.sums
    ]
    total = [
        "All",
        numbers.count(sum(item.blocks for item in found.sums)),
        numbers.count(sum(item.known for item in found.sums)),
        numbers.money(sum(item.daily_gmv for item in found.sums)),
        numbers.money(found.at_risk),
    ]
    columns = [
        Column("Blocked"),
        Column("Accounts", "right"),
        Column("GMV known", "right"),
        Column("GMV a day", "right"),
        Column("At risk, 90 d", "right"),
    ]
    small_table(columns, [*rows, total], f"{total[1]} accounts blocked, {total[4]} at risk in 90 days")
    note(
        f"At risk: GMV a day × the days a block of that age is still expected to last, at most 90{NBSP}d, by "
        "Kaplan and Meier's method over all blocks. Beyond the oldest block lifted so far, none is taken to "
        "be lifted."
    )
    now = now_of(view.reader)
    if view.is_newest and now is not None and not now.is_current:
        note(f"The facts are {numbers.age(now.age_hours)} old: ask before you quote what is open.")
    metric = view.reader.available("blocks_open").metric
    series = measure(view.reader, ("blocks_open",), (view.period,), (), view.filters).total("blocks_open")
    label = cases_text(series, 0)
    if label:
        st.button(
            label,
            icon=":material/list:",
            key="open-blocks-cases",
            type="tertiary",
            on_click=lambda: open_cases(view, metric, view.period),
        )


COLUMNS = (
    Column("Enforcement"),
    Column("Seller"),
    Column("Account manager"),
    Column("Marketplace"),
    Column("Policy"),
    Column("Found by"),
    Column("Blocked", "right"),
    Column("GMV a day", "right"),
    Column("At risk, 90 d", "right"),
)


def _largest(view: View) -> None:
    """The open blocks with the most at risk; those without a verdict first, because they can still change."""
    blocks = open_blocks(view.reader, view.period.end, view.filters, MOST_SHOWN, "not yet known")
    if blocks:
        subtitle("Largest open blocks without a verdict yet")
        small_table(
            COLUMNS,
            [_texts(view, block) for block in blocks],
            f"{len(blocks)} open blocks with the most GMV at risk",
        )
    _per_manager(view)


def _per_manager(view: View) -> None:
    """One exportable list of open blocks per account manager. Read only when the popover is open."""
    box = st.popover(
        "Open blocks of an account manager", icon=":material/download:", key="manager-list", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        sums = block_sums(view.reader, view.period.end, view.filters, "account_manager")
        if not sums:
            note("No account is blocked.")
            return
        names = [item.name for item in sums]
        manager = st.selectbox(
            "Account manager",
            names,
            key="manager-chosen",
            format_func=lambda name: literal(name) if name else "No account manager",
        )
        narrowed = view.filters.with_values("account_manager", (manager or "(none)",))
        blocks = open_blocks(view.reader, view.period.end, narrowed, MOST_LISTED)
        item = next(item for item in sums if item.name == manager)
        st.markdown(
            f"{wording.things(item.blocks, 'open block')}, {literal(numbers.money(item.at_risk))} at risk "
            f"within 90{NBSP}days."
            + (f" The first {numbers.count(len(blocks))} are listed." if len(blocks) < item.blocks else "")
        )
        heads = [column.title for column in COLUMNS[:6]]
        heads += ["Tier", "Blocked on", "Days", "GMV a day", "At risk in 90 days", "Verdict"]
        stem = f"open-blocks-{view.period.last_day:%Y-%m-%d}"
        downloads(heads, [_plain(view, block) for block in blocks], stem, "manager")


def _texts(view: View, block: OpenBlock) -> list[str]:
    return [
        block.enforcement_id,
        block.seller_name or block.seller_id or numbers.MISSING,
        block.account_manager or numbers.MISSING,
        block.marketplace or numbers.MISSING,
        view.name_of("policy", block.policy) if block.policy else numbers.MISSING,
        view.name_of("detection_source", block.detection_source)
        if block.detection_source
        else numbers.MISSING,
        numbers.days(block.days, 0),
        numbers.money(block.daily_gmv),
        numbers.money(block.at_risk),
    ]


def _plain(view: View, block: OpenBlock) -> list[Plain]:
    return [
        block.enforcement_id,
        block.seller_name or block.seller_id,
        block.account_manager,
        block.marketplace,
        block.policy,
        block.detection_source,
        block.tier,
        block.blocked_on.isoformat(),
        block.days,
        None if block.daily_gmv is None else round(block.daily_gmv, 2),
        None if block.at_risk is None else round(block.at_risk, 2),
        block.verdict,
    ]
