"""What was true of seller and owner at a row's clock.

Dated history wins where it covers the moment, else the source's own value stands. The seller's home
marketplace and category carry no dates, so there the source's own value comes first.
"""

from __future__ import annotations

from store.derive.workbench import Workbench
from store.schema.work import SELLER_GROUPS


def prepare(bench: Workbench) -> None:
    """Cut both histories into disjoint periods: `scratch.seller_periods`, `scratch.specialist_periods`."""
    _periods(bench, "seller_history", "seller_id", ("tier", "account_manager"), "seller_periods")
    _periods(bench, "specialist_history", "specialist_id", ("team", "site", "fte"), "specialist_periods")


STAMPED = ("seller_id", "marketplace", "category", "tier", "account_manager", "team", "specialist_id", "site")

COLUMNS = """
    f.seller_id, coalesce(f.marketplace, s.marketplace) as marketplace,
    coalesce(f.category, s.category) as category, coalesce(p.tier, f.tier) as tier,
    coalesce(p.account_manager, f.account_manager) as account_manager,
    coalesce(f.team, h.team) as team, f.specialist_id, coalesce(h.site, f.site) as site"""
"""Select items of the stamped columns, over `from src.<table> f` with `joins_sql`."""


def seller_group_sql(seller: str, number: str) -> str:
    """The random group of a seller, the same for all its rows; a row without seller has one of its own."""
    told_apart = f"md5_number_lower(coalesce({seller}, {number}))"
    return f"cast({told_apart} % {SELLER_GROUPS} as integer) as seller_group"


def joins_sql(clock: str) -> str:
    """The joins that bring history to the source row `f`; `clock` is the SQL of its moment."""
    return f"""
        {_seller_joins(clock)}
        {person_joins_sql(f"business_date({clock})")}"""


def person_joins_sql(day: str) -> str:
    """The join that brings the history of its person to the source row `f`; `day` is the SQL of its day."""
    return f"""
        left join scratch.specialist_periods h
          on h.specialist_id = f.specialist_id and {day} >= h.from_on and {day} < h.to_on"""


def case_stamps_sql() -> str:
    """A query with `row` and the stamped columns of every escalation.

    Where the source names no team, the last owner of `scratch.ownership` comes before the specialist's team.
    """
    columns = COLUMNS.replace("coalesce(f.team, h.team)", "coalesce(f.team, o.last_team, h.team)")
    return f"""
        select f.rowid as row, {columns}
        from src.escalations f {joins_sql("f.opened_at")}
        left join scratch.ownership o on o.row = f.rowid"""


def survey_sql() -> tuple[str, str]:
    """Select items (what was true of the seller) and joins of a survey `f` at the moment it was sent."""
    columns = (
        "coalesce(f.marketplace, s.marketplace) as marketplace, coalesce(p.tier, f.tier) as tier, "
        "s.category, p.account_manager"
    )
    return columns, _seller_joins("f.sent_at")


def _seller_joins(clock: str) -> str:
    return f"""
        left join src.sellers s on s.seller_id = f.seller_id
        left join scratch.seller_periods p
          on p.seller_id = f.seller_id
         and business_date({clock}) >= p.from_on and business_date({clock}) < p.to_on"""


def _periods(bench: Workbench, history: str, key: str, values: tuple[str, ...], name: str) -> None:
    """Disjoint periods [from_on, to_on) per key. Where entries overlap, the one that began last holds."""
    columns = ", ".join(f"h.{value}" for value in values)
    bench.run(f"""
        create table scratch.{name} as
        with edges as (
            select {key}, valid_from as edge from src.{history}
            union
            select {key}, valid_to from src.{history} where valid_to is not null
        ), pieces as (
            select {key}, edge as from_on,
                   coalesce(lead(edge) over (partition by {key} order by edge), date '9999-12-31') as to_on
            from edges
        )
        select pieces.{key}, pieces.from_on, pieces.to_on, {columns}
        from pieces join src.{history} h
          on h.{key} = pieces.{key} and h.valid_from <= pieces.from_on
         and (h.valid_to is null or h.valid_to > pieces.from_on)
        qualify row_number() over (
            partition by pieces.{key}, pieces.from_on order by h.valid_from desc) = 1""")
