"""The brief and the pack in words: known counts give known sentences, small ones none; nobody is rated."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from components.documents import Document, document_html, document_pdf
from components.team import brief, brief_words, pack_words
from components.team.brief_words import Facts
from queries.catalog import find_metric
from queries.development import (
    Certification,
    CoachingMark,
    FollowUp,
    Goal,
    OneOnOne,
    PersonDevelopment,
    Stamp,
)
from queries.people.comparison import PeopleComparison, Standing
from queries.people.evidence import HalfYear, Training, Volume
from queries.people.measures import MEASURES
from queries.people.roster import Member
from queries.time import Grain, TimeRules

ON = dt.date(2026, 11, 16)
RULES = TimeRules()
LATER = RULES.period_of(dt.date(2026, 11, 15), Grain.block)
EARLIER = RULES.before(LATER)
ANN = Member("E1", "Ann Ångström", ("x",), None, None, None, 0.8, dt.date(2024, 1, 8), None)
MEASURE = MEASURES["judged_wrong"]
COMPARED = PeopleComparison(
    MEASURE, find_metric(MEASURE.metric), "", blocks=(EARLIER, LATER), people=("E1",), minimum=10
)


class TeamNames:
    """A view as the words need it: the week, and names of teams."""

    week = RULES.week_of(dt.date(2026, 11, 15))

    def name_of(self, dimension: str, value: str) -> str:
        return f"Team {value}"


VIEW: Any = TeamNames()


def stamp(day: dt.date = ON) -> Stamp:
    at = dt.datetime.combine(day, dt.time(9))
    return Stamp(1, "Mia", at, "Mia", at, 1, "written")


def place(events: int, cases: int, before: tuple[int, int] = (2, 60), cause: int = 0) -> Standing:
    low = cases < 10
    rate = float("nan") if low else events / cases
    told: dict[str, Any] = dict.fromkeys((field.name for field in fields(Standing)), rate)
    known = {"cases": cases, "events": events, "expected": 3.0, "worth": float(cases), "withheld": low}
    earlier = {"earlier_cases": before[1], "earlier_events": before[0]}
    return Standing(**{**told, **known, **earlier, "inner": 0, "outer": 0, "cause": cause})


def volumes(used: float | None = 0.9) -> tuple[Volume, ...]:
    shares = (("workload_hours", 90.0), ("available_hours", 100.0), ("utilisation", used))
    return tuple(
        Volume(key, key, "share" if key == "utilisation" else "hours", value, value) for key, value in shares
    )


def facts(*places: Standing, written: PersonDevelopment | None = None, used: float | None = 0.9) -> Facts:
    return Facts(
        ANN,
        [(COMPARED, found) for found in places],
        HalfYear(EARLIER, LATER, volumes(used), (Training("Invoices", dt.date(2026, 9, 1), True, 90.0),)),
        written or PersonDevelopment("E1", (), (), (), (), (), ()),
        (),
        ON,
    )


def written(**parts: Any) -> PersonDevelopment:
    empty = dict.fromkeys(("one_on_ones", "follow_ups", "goals", "certifications", "careers", "marks"), ())
    return PersonDevelopment("E1", **{**empty, **parts})


def plain(lines: list[str]) -> str:
    return "\n".join(lines).replace("\u00a0", " ")


def test_a_change_beyond_chance_is_told_with_both_counts_and_its_interval() -> None:
    """20 of 60 against 2 of 60: Newcombe's 99 % interval by hand, 0.300 with ends 0.112 and 0.474."""
    found = plain(brief_words.changed(facts(place(20, 60))))
    assert "20 judged wrong of 60 audited decisions (33.3 %)" in found
    assert "before 2 of 60 (3.3 %)" in found
    assert "Difference +30.0 pts, 99 % interval " in found
    low, high = (float(end) for end in re.findall(r"interval \+([\d.]+) pts to \+([\d.]+) pts", found)[0])
    p, q, z = 20 / 60, 2 / 60, 2.5758293

    def wilson(share: float) -> tuple[float, float]:
        centre, half = share + z**2 / 120, z * np.sqrt(share * (1 - share) / 60 + z**2 / 14_400)
        return (centre - half) / (1 + z**2 / 60), (centre + half) / (1 + z**2 / 60)

    (p_low, p_high), (q_low, q_high) = wilson(p), wilson(q)
    assert low == pytest.approx(100 * (p - q - np.hypot(p - p_low, q_high - q)), abs=0.051)
    assert high == pytest.approx(100 * (p - q + np.hypot(p_high - p, q - q_low)), abs=0.051)


def test_a_change_luck_can_make_is_none() -> None:
    found = plain(brief_words.changed(facts(place(5, 60))))
    assert "No detectable change in 1 measure." in found and "Difference" not in found


def test_load_is_the_work_that_came_in_and_utilisation_the_hours_cases_took() -> None:
    found = plain(brief_words.changed(facts(used=0.97)))
    assert "90 h of work came in, at standard times, for 100 h available, 90 % in the 13 weeks to" in found
    assert "; 90 % in the 13 weeks before." in found
    assert "Cases took 97 % of the hours available, before 97 % of them." in found
    assert "Cases took" not in plain(brief_words.changed(facts(used=None)))


@pytest.mark.parametrize("found", [place(5, 9), place(30, 60, before=(0, 9))])
def test_few_cases_in_either_period_tell_no_change_and_no_count(found: Standing) -> None:
    told = plain(brief_words.changed(facts(found)))
    assert "Too few cases in one of the two periods on 1 measure." in told and "judged wrong" not in told


def test_a_special_cause_is_praised_or_checked_and_else_neither() -> None:
    good, bad, none = facts(place(1, 60, cause=-1)), facts(place(20, 60, cause=1)), facts(place(20, 60))
    assert "fewer than others find in like cases (3.0 expected)" in plain(brief_words.to_praise(good))
    assert brief_words.to_check(good) == ["Nothing is outside the limits two periods running."]
    assert "20 judged wrong of 60 audited decisions, more than others" in plain(brief_words.to_check(bad))
    assert "praise what you saw yourself" in plain(brief_words.to_praise(bad))
    assert brief_words.to_check(none) == ["Nothing is outside the limits two periods running."]


def test_what_was_reached_lately_is_praised_and_what_is_old_is_not() -> None:
    old = ON - dt.timedelta(days=200)
    told = plain(
        brief_words.to_praise(
            facts(
                written=written(
                    goals=(
                        Goal("E1", "New", status="reached", stamp=stamp()),
                        Goal("E1", "Old", status="reached", stamp=stamp(old)),
                    ),
                    certifications=(Certification("E1", "Fraud", ON), Certification("E1", "Ancient", old)),
                    follow_ups=(
                        FollowUp("E1", "in time", "Ann", ON, ON),
                        FollowUp("E1", "late", "Ann", old, ON),
                        FollowUp("E1", "long ago", "Ann", old, old),
                    ),
                )
            )
        )
    )
    assert "Goal reached: New." in told and "Old" not in told
    assert "16 Nov 2026: Fraud." in told and "Ancient" not in told
    assert "1 follow-up done in time" in told


def test_questions_are_about_what_is_late_missing_or_about_to_end() -> None:
    day = dt.timedelta(days=1)
    late = written(
        one_on_ones=(OneOnOne("E1", ON - 29 * day),),
        follow_ups=(FollowUp("E1", "Shadow", "Ben", ON - day), FollowUp("E1", "Today", "Ben", ON)),
        goals=(Goal("E1", "Read", due=ON - day),),
        certifications=(
            Certification("E1", "Gone", ON - 400 * day, ON - day),
            Certification("E1", "Soon", ON - 400 * day, ON + 60 * day),
            Certification("E1", "Fine", ON - 400 * day, ON + 61 * day),
        ),
    )
    told = plain(brief_words.to_ask(facts(written=late, used=1.04)))
    assert "The last 1:1 was on 18 Oct 2026" in told
    assert "Overdue since 15 Nov 2026: Shadow (Ben)." in told and "Today" not in told
    assert "Goal due 15 Nov 2026: Read." in told
    assert "Gone expired on" in told and "Soon expires on" in told and "Fine" not in told
    assert "Work took 104 % of the hours available." in told
    calm = written(one_on_ones=(OneOnOne("E1", ON - 28 * day),), goals=(Goal("E1", "Read"),))
    assert brief_words.to_ask(facts(written=calm)) == ["Nothing is late. What would help you most now?"]
    assert "No 1:1 is written down" in plain(brief_words.to_ask(facts()))
    assert "No goal is open" in plain(brief_words.to_ask(facts()))


def test_a_brief_stays_on_one_page_however_much_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every heading full, every text as long as can be written: the PDF has one page, the rest is told."""
    line, late = "word " * 60, ON - dt.timedelta(days=40)
    many = written(
        follow_ups=tuple(FollowUp("E1", f"{place} {line}", line, late) for place in range(30)),
        goals=tuple(Goal("E1", line, due=late) for _ in range(5))
        + tuple(Goal("E1", line, status="reached", stamp=stamp()) for _ in range(30)),
        certifications=tuple(Certification("E1", line, ON, ON) for _ in range(30)),
        marks=tuple(CoachingMark("E1", "appeals", f"P{place}", "x " * 5_000) for place in range(30)),
    )
    changed = place(30, 40, (2, 60), cause=1)
    found = facts(*[changed] * 5, written=many, used=1.3)
    actions, cases = brief_words.actions(found), brief_words.cases(many.open_marks)
    assert (len(actions), actions[-1]) == (7, "29 more on the page.")
    assert (len(cases), cases[-1]) == (7, "24 more on the page.")
    assert len(brief_words.to_praise(found)) == len(brief_words.to_ask(found)) == 7
    monkeypatch.setattr(brief_words, "context", lambda view, facts: line)
    document = brief_words.brief(SimpleNamespace(week=SimpleNamespace(last_day=ON)), found)  # type: ignore[arg-type]
    assert max(len(text) for text in document.texts()) < 500
    made = document_pdf(document, dt.datetime(2026, 11, 16), one_page=True)
    assert len(re.findall(rb"/Type /Page\b", made)) == 1


def test_part_time_and_leave_stand_beside_the_name() -> None:
    assert "Team x · here since 8 Jan 2024 · 80" in brief_words.context(VIEW, facts()).replace("\u00a0", " ")


def test_the_pack_gives_each_block_its_counts_and_withholds_a_small_one_with_its_counts() -> None:
    later, small = (
        pack_words.measure_rows(COMPARED, place(4, 62)),
        pack_words.measure_rows(COMPARED, place(3, 8, before=(7, 9))),
    )
    told = [cell.replace("\u00a0", " ") for row in later for cell in row]
    assert "2 of 60" in told and "4 of 62" in told
    assert "6.5 % (2.5 % to 15.4 %)" in told  # Wilson, 4 of 62
    withheld = " ".join(cell for row in small for cell in row)
    assert withheld.count("withheld, under 10 cases") == 2
    assert not re.search(r"\b[378] of|of\D*[89]\b", withheld)


def test_neither_paper_rates_ranks_or_adds_up() -> None:
    everything = facts(
        place(20, 60, cause=1),
        place(1, 60, cause=-1),
        written=written(goals=(Goal("E1", "Read"),), one_on_ones=(OneOnOne("E1", ON),)),
    )
    for paper in (brief_words.brief(VIEW, everything), pack_words.pack(VIEW, everything)):
        text = " ".join(paper.texts()).lower().replace(paper.footer.lower(), "")
        assert not re.search(
            r"\b(rating|rank|score|best|worst|top|bottom|grade|percentile|average performer)\b", text
        )
        assert "no rating" in paper.footer


def test_the_notes_of_talks_stay_in_the_journal() -> None:
    held = written(one_on_ones=(OneOnOne("E1", ON - dt.timedelta(days=7), "private words"),))
    for paper in (brief_words.brief(VIEW, facts(written=held)), pack_words.pack(VIEW, facts(written=held))):
        assert "private words" not in " ".join(paper.texts())


def test_hostile_text_from_the_journal_is_text_on_paper() -> None:
    hostile = "<script>alert(1)</script>"
    held = written(
        goals=(Goal("E1", hostile, hostile, evidence="/x"),),
        follow_ups=(FollowUp("E1", hostile, hostile),),
        marks=(CoachingMark("E1", "appeals", hostile, hostile),),
    )
    named = replace(facts(written=held), person=replace(ANN, name=hostile))
    for paper in (brief_words.brief(VIEW, named), pack_words.pack(VIEW, named)):
        assert b"<script" not in document_html(paper)


def test_letters_the_pdf_cannot_show_are_named_below_the_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(brief.theme, "note", said.append)
    brief.note_unprinted(Document("李雷 नीरज", "", (), ""))
    assert said == []
    brief.note_unprinted(Document("Ann 🚀", "", (), ""))
    assert said == [
        "Not in the fonts of the PDF, which shows □ instead: rocket (U+1F680). The HTML file has them."
    ]
