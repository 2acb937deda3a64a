"""Reads about people against plain Python on both engines, and known answers for odd careers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from queries.filters import Filters
from queries.measure import measure
from queries.people.comparison import compare_people, mature_blocks, standing
from queries.people.load import AGES, hours_by_week, next_leave, open_work
from queries.people.measures import MEASURES
from queries.people.needs import person_needs
from queries.people.roster import leavers, member, roster
from queries.time import Period
from store.location import Location
from tests.queries.people_operation import (
    PEOPLE,
    THROUGH,
    WORSE,
    PeopleWorld,
    people_world,
    random_people,
)


@pytest.fixture(scope="module")
def world(build_store: Callable[..., Location]) -> Iterator[PeopleWorld]:
    """Twelve people, forty weeks, on the engine under test."""
    made = people_world(build_store, random_people())
    yield made
    made.reader.facts.close()


def newest(world: PeopleWorld) -> Period:
    week = world.reader.coverage.newest_week()
    assert week is not None
    return week


def inside(moment: dt.datetime | None, block: Period) -> bool:
    return moment is not None and block.start <= moment.date() < block.end


@pytest.mark.parametrize("key", ["judged_wrong", "sla_missed"])
def test_cases_and_events_of_a_person_are_those_of_the_catalog(world: PeopleWorld, key: str) -> None:
    compared = compare_people(world.reader, key, newest(world), Filters())
    assert compared.reason == "" and compared.blocks is not None and compared.later is not None
    for block, told in zip(compared.blocks, (compared.earlier, compared.later), strict=True):
        assert told is not None
        measures = measure(world.reader, (compared.metric.key,), (block,), ("member",))
        for at, person in enumerate(compared.people):
            series = measures.group(compared.metric.key, (person,))
            hits = series.numerator[0]
            events = series.denominator[0] - hits if compared.metric.good == "up" else hits
            assert told.found.cases[at] == np.nan_to_num(series.denominator[0])
            assert told.found.observed[at] == np.nan_to_num(events)


def test_audits_are_counted_as_plain_python_counts_them(world: PeopleWorld) -> None:
    compared = compare_people(world.reader, "judged_wrong", newest(world), Filters())
    assert compared.blocks is not None and compared.later is not None
    decided = {row["appeal_id"]: row for row in world.rows["appeals"]}
    cases, wrong = Counter[str](), Counter[str]()
    for review in world.rows["reviews"]:
        appeal = decided[review["subject_id"]]
        if review["purpose"] == "random" and inside(appeal["decided_at"], compared.blocks[1]):
            cases[appeal["specialist_id"]] += 1
            wrong[appeal["specialist_id"]] += review["judged_wrong"]
    told = dict(zip(compared.people, compared.later.found.cases, strict=True))
    assert told == pytest.approx({person: cases[person] for person in compared.people})
    found = dict(zip(compared.people, compared.later.found.observed, strict=True))
    assert found == pytest.approx({person: wrong[person] for person in compared.people})


def test_calibration_counts_who_decided_otherwise_than_most_of_the_others(world: PeopleWorld) -> None:
    compared = compare_people(world.reader, "other_than_calibration", newest(world), Filters())
    assert compared.blocks is not None and compared.later is not None
    decisions: dict[str, list[tuple[str, str]]] = {}
    for review in world.rows["reviews"]:
        if review["purpose"] == "calibration":
            decisions.setdefault(review["subject_id"], []).append(
                (review["reviewer_id"], review["own_decision"])
            )
    cases, events = Counter[str](), Counter[str]()
    for appeal in world.rows["appeals"]:
        made = decisions.get(appeal["appeal_id"])
        if made is None or not inside(appeal["decided_at"], compared.blocks[1]):
            continue
        made = [*made, (appeal["specialist_id"], appeal["outcome"])]
        for place, (person, word) in enumerate(made):
            ranking = Counter(other for at, (_, other) in enumerate(made) if at != place).most_common()
            if ranking and (len(ranking) == 1 or ranking[0][1] > ranking[1][1]):
                cases[person] += 1
                events[person] += word != ranking[0][0]
    found = compared.later.found
    assert {p: n for p, n in zip(compared.people, found.cases, strict=True) if n} == pytest.approx(
        dict(cases)
    )
    assert sum(found.observed) == sum(events.values())


def test_about_a_quarter_of_all_decisions_is_in_the_slowest_quarter(world: PeopleWorld) -> None:
    compared = compare_people(world.reader, "slow", newest(world), Filters())
    assert compared.blocks is not None and compared.pooled is not None
    whole = [
        row
        for row in world.rows["appeals"]
        if compared.blocks[0].start <= row["submitted_at"].date() < compared.blocks[1].end
    ]
    slow = [
        row
        for row in whole
        if ((row["decided_at"] or THROUGH) - row["submitted_at"]).total_seconds() / 3600
        > compared.beyond_hours
    ]
    assert compared.pooled.found.cases.sum() == len(whole)
    assert abs(compared.pooled.found.observed.sum() - len(slow)) <= 0.02 * len(whole)  # a bucket is 2 % wide
    assert 0.2 < len(slow) / len(whole) <= 0.26


def test_only_the_truly_worse_person_has_a_special_cause(world: PeopleWorld) -> None:
    compared = compare_people(world.reader, "judged_wrong", newest(world), Filters())
    assert compared.causes is not None
    assert {person for person, cause in zip(compared.people, compared.causes, strict=True) if cause} == {
        WORSE
    }
    worse = standing(compared, WORSE)
    assert worse is not None and worse.cause == 1 and worse.ratio_low > 1
    assert worse.shrunk < worse.events / worse.cases
    assert standing(compared, "nobody") is None


def test_blocks_end_where_the_reviews_are_done(world: PeopleWorld) -> None:
    blocks = mature_blocks(world.reader, world.reader.available("audit_defect_rate").metric, newest(world))
    assert blocks is not None
    assert blocks[0].end == blocks[1].start and blocks[1].days == 91
    assert blocks[1].last_day <= THROUGH.date() - dt.timedelta(days=28)
    assert blocks[1].last_day > THROUGH.date() - dt.timedelta(days=28 + 7)


@pytest.mark.parametrize(
    ("dimension", "value", "word"),
    [("marketplace", "EU", "marketplace"), ("appeal_reason", "plan", "appeal reason")],
)
def test_a_filter_that_leaves_more_luck_than_judgement_is_refused(
    world: PeopleWorld, dimension: str, value: str, word: str
) -> None:
    narrowed = Filters().with_values(dimension, (value,))
    compared = compare_people(world.reader, "judged_wrong", newest(world), narrowed)
    assert compared.reason == f"a rate about one person is not narrowed by {word}"
    assert compared.people == ()


def test_below_the_minimum_nothing_but_the_cases_is_told(world: PeopleWorld) -> None:
    compared = compare_people(world.reader, "other_than_calibration", newest(world), Filters())
    assert compared.later is not None
    few = [
        p for p, n in zip(compared.people, compared.later.found.cases, strict=True) if n < compared.minimum
    ]
    assert few
    for person in few:
        found = standing(compared, person)
        assert found is not None and found.withheld
        assert np.isnan([found.value, found.ratio, found.expected, found.shrunk, found.worth]).all()


def test_what_stands_out_for_the_worse_person_and_not_for_others(world: PeopleWorld) -> None:
    worse = person_needs(world.reader, WORSE, newest(world), Filters())
    assert any(need.stands_out for need in worse.needs)
    assert [need.any_reason for need in worse.needs] == sorted(
        (n.any_reason for n in worse.needs), reverse=True
    )
    named = [(str(need.reason), str(need.error)) for need in worse.needs if not need.any_reason]
    assert named == sorted(named)
    others = [
        person_needs(world.reader, person, newest(world), Filters()) for person in PEOPLE if person != WORSE
    ]
    assert sum(any(need.stands_out for need in found.needs) for found in others) <= 1


def test_open_cases_by_age_are_those_plain_python_finds(world: PeopleWorld) -> None:
    now = open_work(world.reader)
    assert now is not None and now.at == THROUGH
    cases, overdue = Counter[tuple[str, int]](), Counter[str]()
    for table, came, ended in (
        ("appeals", "submitted_at", "decided_at"),
        ("escalations", "opened_at", "resolved_at"),
    ):
        for row in world.rows[table]:
            if row[ended] is None:
                age = (THROUGH - row[came]).total_seconds() / 86400
                band = next(place for place, (_, end) in enumerate(AGES) if end is None or age < end)
                cases[(row["specialist_id"], band)] += 1
                if table == "escalations":
                    overdue[row["specialist_id"]] += row[came] + dt.timedelta(hours=24) < THROUGH
    for person in PEOPLE:
        assert [part.cases for part in now.of(person)] == [cases[(person, band)] for band in range(len(AGES))]
        assert now.total(person).overdue == overdue[person]
    assert now.total("nobody").cases == 0


def test_hours_taken_and_available_add_up_by_week(world: PeopleWorld) -> None:
    weeks = hours_by_week(world.reader, newest(world), 5)
    for person in PEOPLE:
        for at, week in enumerate(weeks[person]):
            appeals = [
                row for row in world.rows["appeals"]
                if row["specialist_id"] == person and inside(row["submitted_at"], week.week)
            ]  # fmt: skip
            escalations = [
                row for row in world.rows["escalations"]
                if row["specialist_id"] == person and inside(row["opened_at"], week.week)
            ]  # fmt: skip
            assert week.total == pytest.approx(len(appeals) * 1.0 + len(escalations) * 2.0)
            days = [
                line for line in world.rows["work_days"]
                if line["specialist_id"] == person and week.week.start <= line["worked_on"] < week.week.end
            ]  # fmt: skip
            there = sum(line["paid_hours"] - line["leave_hours"] - line["meeting_hours"] for line in days)
            assert week.available == (pytest.approx(there) if days else None), (person, at)


def odd_careers() -> dict[str, list[dict[str, object]]]:
    """Someone without a team, in two teams, who left, who starts later, and who leaves today."""
    rows = random_people()
    last = THROUGH.date()
    people = [
        ("N1", "Ann Nowhere", dt.date(2025, 1, 1), None),
        ("N2", "bea Both", dt.date(2025, 1, 1), None),
        ("N3", "Cem Gone", dt.date(2025, 1, 1), last - dt.timedelta(days=30)),
        ("N4", "Dan Later", last + dt.timedelta(days=9), None),
        ("N5", "Eve Today", dt.date(2025, 1, 1), last),
    ]
    rows["specialists"] = [
        {"specialist_id": number, "name": name, "hired_on": hired, "left_on": left}
        for number, name, hired, left in people
    ]
    begun = dt.date(2025, 1, 1)
    rows["specialist_history"] = [
        {"specialist_id": "N2", "team": "one", "fte": 0.5, "valid_from": begun},
        {"specialist_id": "N2", "team": "two", "fte": 0.5, "valid_from": begun + dt.timedelta(days=1)},
        {
            "specialist_id": "N3",
            "team": "one",
            "fte": 1.0,
            "valid_from": begun,
            "valid_to": last - dt.timedelta(days=29),
        },
        {"specialist_id": "N4", "team": "one", "fte": 1.0, "valid_from": last + dt.timedelta(days=9)},
        {"specialist_id": "N5", "team": "one", "fte": 1.0, "valid_from": begun},
    ]
    rows["planned_leave"] = [
        {
            "specialist_id": "N2",
            "starts_on": last + dt.timedelta(days=40),
            "ends_on": last + dt.timedelta(days=44),
        },
        {
            "specialist_id": "N2",
            "starts_on": last - dt.timedelta(days=2),
            "ends_on": last + dt.timedelta(days=2),
        },
        {
            "specialist_id": "N2",
            "starts_on": last - dt.timedelta(days=90),
            "ends_on": last - dt.timedelta(days=80),
        },
    ]
    return rows


def test_a_roster_holds_who_is_there_on_the_day_by_name(build_store: Callable[..., Location]) -> None:
    world = people_world(build_store, odd_careers())
    reader, on = world.reader, THROUGH.date()
    named = [person.name for person in roster(reader, Filters(), on)]
    known = [name for name in named if not name.startswith("Unknown")]
    assert known == ["Ann Nowhere", "bea Both", "Eve Today"]
    two = Filters().with_values("team", ("two",))
    assert [person.specialist_id for person in roster(reader, two, on)] == ["N2"]
    nowhere = Filters().with_values("team", ("(none)",))
    placeless = [person.specialist_id for person in roster(reader, nowhere, on)]
    assert "N1" in placeless and "N2" not in placeless
    both = member(reader, "N2", on)
    assert both is not None and both.teams == ("one", "two") and both.fte == 1.0
    gone, later = member(reader, "N3", on), member(reader, "N4", on)
    assert gone is not None and gone.has_left(on) and gone.teams == ()
    assert later is not None and later.hired_on is not None and later.hired_on > on
    assert member(reader, "N9", on) is None
    everyone = {"N1", "N2", "N3", "N4", "N5"}
    left = [found.specialist_id for found in leavers(reader, Filters(), on, everyone)]
    assert "N3" in left and left == [p.specialist_id for p in leavers(reader, Filters(), on, set(left))]
    of_one = Filters().with_values("team", ("one",))
    assert [found.specialist_id for found in leavers(reader, of_one, on, everyone)] == ["N3"]
    assert leavers(reader, two, on, everyone) == () and leavers(reader, of_one, on, {"N2"}) == ()
    assert next_leave(reader, on)["N2"][:2] == (on - dt.timedelta(days=2), on + dt.timedelta(days=2))
    reader.facts.close()


def test_every_measure_of_people_names_a_metric_of_the_catalog(world: PeopleWorld) -> None:
    for measure_ in MEASURES.values():
        assert world.reader.available(measure_.metric).metric.key == measure_.metric
