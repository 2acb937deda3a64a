"""What was true of seller and owner at a row's clock.

Dated history wins where it covers the moment, else the source's own value stands. The seller's home
marketplace and category carry no dates, so there the source's own value comes first.
"""

from __future__ import annotations

from store.derive.workbench import Workbench


def prepare(bench: Workbench) -> None:
    """Cut both histories into disjoint periods: `scratch.seller_periods`, `scratch.specialist_periods`."""
    _periods(bench, "seller_history", "seller_id", ("tier", "account_manager"), "seller_periods")
    _periods(bench, "specialist_history", "specialist_id", ("team", "site"), "specialist_periods")


def stamps_sql(table_name: str, clock: str, *, last_team: bool = False) -> str:
    """A query with `row` (the source row's rowid) and the stamped columns of a work table.

    `clock` is the SQL of the moment, with the source row as `f`. With `last_team`, `scratch.ownership`
    (row, last_team) supplies the last owning team where the source names none.
    """
    day = f"business_date({clock})"
    owners = "left join scratch.ownership o on o.row = f.rowid" if last_team else ""
    team = "coalesce(f.team, o.last_team, h.team)" if last_team else "coalesce(f.team, h.team)"
    return f"""
        select f.rowid as row, f.seller_id,
               coalesce(f.marketplace, s.marketplace) as marketplace,
               coalesce(f.category, s.category) as category,
               coalesce(p.tier, f.tier) as tier,
               coalesce(p.account_manager, f.account_manager) as account_manager,
               {team} as team, f.specialist_id,
               coalesce(h.site, f.site) as site
        from src.{table_name} f
        left join src.sellers s on s.seller_id = f.seller_id
        left join scratch.seller_periods p
          on p.seller_id = f.seller_id and {day} >= p.from_on and {day} < p.to_on
        left join scratch.specialist_periods h
          on h.specialist_id = f.specialist_id and {day} >= h.from_on and {day} < h.to_on
        {owners}"""


STAMPED = ("seller_id", "marketplace", "category", "tier", "account_manager", "team", "specialist_id", "site")


def survey_stamps_sql() -> str:
    """A query with `row`, marketplace and tier of each survey at the moment it was sent."""
    day = "business_date(f.sent_at)"
    return f"""
        select f.rowid as row, coalesce(f.marketplace, s.marketplace) as marketplace,
               coalesce(p.tier, f.tier) as tier
        from src.surveys f
        left join src.sellers s on s.seller_id = f.seller_id
        left join scratch.seller_periods p
          on p.seller_id = f.seller_id and {day} >= p.from_on and {day} < p.to_on"""


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
