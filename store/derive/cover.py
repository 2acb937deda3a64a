"""`cover_days`: of the qualified people each team needs on a day, skill by skill, how many it has."""

from __future__ import annotations

from store.derive.workbench import Workbench, moment_sql


def write(bench: Workbench) -> None:
    """Fill `final.cover_days`; needs `scratch.specialist_periods`.

    Counted is who stands in the team that day with a qualification that holds, on leave or not. What a team
    has of a skill beyond its need makes up for no other skill. Without recorded hours no day is known.
    """
    through = bench.through.get("work_days")
    days = (
        f"select unnest(generate_series(min(worked_on), business_date({moment_sql(through)}), "
        "interval 1 day))::date as on_day from src.work_days"
        if through is not None
        else "select null::date as on_day where false"
    )
    bench.write(
        "cover_days",
        f"""
        with cells as (
            select r.team, r.skill, r.people, t.site
            from src.skill_requirements r left join src.teams t on t.team = r.team
            where r.people > 0
        ), held as (
            select h.team, q.skill, greatest(h.from_on, coalesce(q.qualified_on, h.from_on)) as from_on,
                   least(h.to_on, coalesce(s.left_on + 1, h.to_on), coalesce(q.expires_on, h.to_on)) as to_on
            from src.specialist_skills q
            join scratch.specialist_periods h on h.specialist_id = q.specialist_id
            left join src.specialists s on s.specialist_id = q.specialist_id
        ), edges as (
            select team, skill, from_on as on_day, 1 as change from held where from_on < to_on
            union all
            select team, skill, to_on, -1 from held where from_on < to_on
        ), counted as (
            select team, skill, on_day, sum(sum(change)) over (
                       partition by team, skill order by on_day) as qualified
            from edges group by team, skill, on_day
        ), daily as (
            select c.team, c.skill, c.people, c.site, d.on_day from cells c cross join ({days}) d
        )
        select d.team, d.site, d.on_day as covered_on, week_of(d.on_day) as covered_week,
               sum(d.people)::double as required,
               sum(least(coalesce(n.qualified, 0), d.people))::double as covered,
               count(case when coalesce(n.qualified, 0) <= d.people then 1 end) as thin_skills
        from daily d asof left join counted n
          on n.team = d.team and n.skill = d.skill and d.on_day >= n.on_day
        group by all""",
    )
