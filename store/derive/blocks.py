"""When sellers were blocked, whether that was right, and the daily sales each block holds back.

Account-level enforcements block a seller from their business date until the day they are lifted or the seller
closes. Where two overlap, the first one holds until it ends and the other from then on, so that no day counts
twice. Whether a block was right is known when it was lifted, when an appeal upheld it, or once the time to
appeal and decide is over (METRICS: follow-ups).
"""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest

from analysis.outlook import expected_remaining
from store.derive.clocks import business_columns, last_covered_day
from store.derive.stamps import COLUMNS, joins_sql
from store.derive.workbench import Workbench
from store.outcomes import OUR_ERROR

VERDICT_DAYS = 210  # a window of 180 days to appeal, plus the decision
USUAL_DAYS, LOOK_BACK = 90, 120
HORIZON = 90
_SLICE = 10_000
_NEVER = "timestamp 'infinity'"
_UPSTREAM = "f.enforcement_team, f.detection_source, f.policy"


def write(bench: Workbench) -> None:
    """The final tables `account_blocks`, `block_flow` and `block_outlook`."""
    through = bench.through.get("enforcements")
    last = (
        dt.date.min if through is None else last_covered_day(through, bench.settings.organisation.time_zone)
    )
    _cut(bench)
    _usual_sales(bench)
    _appealed(bench)
    bench.write("account_blocks", _blocks_sql(last), _month_slices(bench))
    bench.write("block_flow", _flow_sql())
    _write_outlook(bench, last)


def _cut(bench: Workbench) -> None:
    """`scratch.blocks`: a row per enforcement that blocked a seller who was not blocked until later."""
    through = bench.through_sql("enforcements")
    bench.run(f"""
        create table scratch.blocks as
        with strikes as (
            select f.rowid as row, f.enforcement_id, f.seller_id, f.enforced_at, f.reversed_at,
                   greatest(f.enforced_at, least(
                       coalesce(f.reversed_at, {_NEVER}),
                       case when s.closed_at <= {through} then s.closed_at else {_NEVER} end)) as ends_at
            from src.enforcements f left join src.sellers s on s.seller_id = f.seller_id
            where f.level = 'account'
        ), reached as (
            select *, max(ends_at) over (
                partition by coalesce(seller_id, enforcement_id) order by enforced_at, enforcement_id
                rows between unbounded preceding and 1 preceding) as held_until
            from strikes
        )
        select row, enforcement_id, seller_id,
               greatest(enforced_at, coalesce(held_until, enforced_at)) as blocked_at,
               nullif(ends_at, {_NEVER}) as lifted_at, coalesce(reversed_at = ends_at, false) as lifted
        from reached where held_until is null or ends_at > held_until""")


def _usual_sales(bench: Workbench) -> None:
    """`scratch.usual_sales` (row, daily_gmv): a day without a sale has no row in some sources, and is 0.

    A slice of blocks at a time: every block looks at a hundred days.
    """
    bench.run("""
        create table scratch.block_spans as
        select b.row, b.seller_id, business_date(b.blocked_at) as blocked_on,
               coalesce(business_date(b.lifted_at), date '9999-12-31') as lifted_on, k.first_on,
               row_number() over (order by b.seller_id, b.row) - 1 as number
        from scratch.blocks b
        join (select seller_id, min(on_day) as first_on from src.gmv_daily group by seller_id) k
          on k.seller_id = b.seller_id""")
    bench.run("create table scratch.usual_sales (row bigint, daily_gmv double)")
    blocks = bench.value("select count(*) from scratch.block_spans")
    assert isinstance(blocks, int)
    for first in range(0, blocks, _SLICE):
        bench.run(f"insert into scratch.usual_sales {_usual_sql(first)}")


def _usual_sql(first: int) -> str:
    """The median of the blocks of a slice from their sorted sales, the days without a row put before them.

    Only blocks with another one in the days looked back on need those days one by one.
    """
    return f"""
        with chosen as (
            select * from scratch.block_spans where number >= {first} and number < {first + _SLICE}
        ), earlier as (
            select c.row, o.blocked_on, o.lifted_on
            from chosen c join scratch.block_spans o
              on o.seller_id = c.seller_id and o.blocked_on < c.blocked_on
             and o.lifted_on > o.blocked_on and o.lifted_on > c.blocked_on - {LOOK_BACK}
        ), days as (
            select row, seller_id, unnest(generate_series(
                       greatest(first_on, blocked_on - {LOOK_BACK}), blocked_on - 1, interval 1 day))::date
                       as on_day
            from chosen where row in (select row from earlier)
        ), unblocked as (
            select d.row, d.seller_id, d.on_day from days d
            where not exists (select 1 from earlier e where e.row = d.row
                                and d.on_day >= e.blocked_on and d.on_day < e.lifted_on)
            qualify row_number() over (partition by d.row order by d.on_day desc) <= {USUAL_DAYS}
        ), stretches as (
            select row, seller_id, greatest(first_on, blocked_on - {USUAL_DAYS}) as since, blocked_on
            from chosen where row not in (select row from earlier)
        ), counted as (
            select row, blocked_on - since as days from stretches
            union all select row, count(*) from unblocked group by row
        ), sold as (
            select s.row, g.gmv from stretches s join src.gmv_daily g
              on g.seller_id = s.seller_id and g.on_day >= s.since and g.on_day < s.blocked_on
            union all
            select u.row, g.gmv from unblocked u join src.gmv_daily g
              on g.seller_id = u.seller_id and g.on_day = u.on_day
        ), sorted as (
            select row, list_sort(list(gmv)) as sales from sold where gmv is not null group by row
        ), placed as (
            select row, sales, days - len(sales) as unsold, (days - 1) // 2 as low, days // 2 as high
            from sorted join counted using (row)
        )
        select row, (case when low < unsold then 0 else sales[low - unsold + 1] end
                   + case when high < unsold then 0 else sales[high - unsold + 1] end) / 2
        from placed"""


def _blocks_sql(last: dt.date) -> str:
    """What became of the enforcement decides; an open appeal leaves it unknown."""
    return f"""
        select f.enforcement_id, {COLUMNS}, {_UPSTREAM}, b.blocked_at, b.lifted_at,
               {business_columns("blocked", "b.blocked_at")}, {business_columns("lifted", "b.lifted_at")},
               b.lifted, u.daily_gmv,
               case when {OUR_ERROR!r} in (f.reversal_kind, a.latest) then 'wrongly'
                    when a.is_open then 'not yet known'
                    when f.reversed_at is not null or a.latest = 'upheld' then 'rightly'
                    when business_date(f.enforced_at) + {VERDICT_DAYS} <= date '{last}' then 'rightly'
                    else 'not yet known' end as verdict
        from scratch.blocks b join src.enforcements f on f.rowid = b.row {joins_sql("f.enforced_at")}
        left join scratch.block_appeals a on a.row = b.row
        left join scratch.usual_sales u on u.row = b.row"""


def _appealed(bench: Workbench) -> None:
    """`scratch.block_appeals` (row, is_open, latest): whether an appeal waits, and the newest decision."""
    bench.run("""
        create table scratch.block_appeals as
        select b.row, bool_or(a.decided_at is null) as is_open, arg_max(a.outcome, a.decided_at) as latest
        from scratch.blocks b join src.appeals a on a.enforcement_id = b.enforcement_id
        group by b.row""")


def _month_slices(bench: Workbench) -> list[str]:
    """Conditions on `blocked_on` that cut the blocks into slices small enough to join and sort in memory."""
    months = bench.connection.execute(
        "select month_of(business_date(blocked_at)) as month from scratch.blocks group by all order by all"
    ).fetchall()
    starts = [f"date '{month}'" for (month,) in months]
    return [
        f"blocked_on >= {start}" + (f" and blocked_on < {stop}" if stop else "")
        for start, stop in zip_longest(starts, starts[1:])
    ]


def _flow_sql() -> str:
    kept = """
        enforcement_id, seller_id, marketplace, category, tier, account_manager, team, specialist_id, site,
        enforcement_team, detection_source, policy, verdict"""
    return f"""
        select 'blocked' as flow, daily_gmv as delta, blocked_on as on_day, blocked_week as on_week, {kept}
        from final.account_blocks where daily_gmv is not null
        union all
        select 'lifted', -daily_gmv, lifted_on, lifted_week, {kept}
        from final.account_blocks where daily_gmv is not null and lifted_on is not null"""


def _write_outlook(bench: Workbench, last: dt.date) -> None:
    """Blocks of closed sellers and those still open are last seen lasting."""
    rows = bench.connection.execute(f"""
        select least(coalesce(lifted_on, date '{last}' + 1), date '{last}' + 1) - blocked_on as days,
               count(case when lifted then 1 end), count(case when not lifted then 1 end)
        from final.account_blocks where blocked_on <= date '{last}' group by days order by days""").fetchall()
    days, ended, lasting = zip(*rows, strict=True) if rows else ((), (), ())
    oldest = max(days, default=0)
    expected = expected_remaining(days, ended, lasting, HORIZON, oldest)
    bench.run("create table scratch.outlook (age_days integer, expected_days double)")
    bench.run(
        "insert into scratch.outlook select unnest(?), unnest(?)",
        [list(range(oldest + 1)), [float(value) for value in expected]],
    )
    bench.write("block_outlook", "select * from scratch.outlook")
