"""The planted stories are in the raw tables, large enough to be found, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sample_data.stories import quarter_before, stories
from tests.sample_data.conftest import END, Raw, weeks_before_end


def matches(rows: pd.DataFrame, where: str) -> pd.Series:
    """Rows that hold all values of a story's filter."""
    kept = pd.Series(True, index=rows.index)
    for dimension, value in (pair.split("=") for pair in where.split("&") if pair):
        kept &= rows[{"member": "specialist_id"}.get(dimension, dimension)] == value
    return kept


def opened_per_week(raw: Raw, where: str) -> pd.Series:
    """Escalations opened per week before the end, 1 the last week; the undelivered week left out."""
    cases = raw["escalations"]
    weeks = weeks_before_end(cases["opened_at"])
    return weeks[matches(cases, where)].value_counts().reindex(range(1, 157), fill_value=0).drop(11)


def test_every_story_says_what_a_reader_finds_and_when() -> None:
    told = stories()
    assert {
        "policy_change",
        "model_release",
        "fix_works",
        "fix_does_not_work",
        "truly_worse",
        "unlucky",
        "mix_shift",
        "partner_stalls",
        "paused_clocks",
        "missing_day",
        "last_week_breach",
        "backlog_grows",
        "does_not_last",
        "denies_most",
        "reviewers_disagree",
        "overconfident",
        "training_works",
        "training_fails",
        "fast_and_careless",
        "strategic_blocks",
        "overloaded_team",
        "thin_skill",
        "slow_cohort",
    } == set(told)
    for story in told.values():
        assert len(story.reader_finds) > 60
        assert sum(when is not None for when in (story.weeks, story.month, story.quarters)) == 1


def test_a_policy_change_more_than_doubles_one_reason_in_one_site(raw: Raw) -> None:
    story = stories()["policy_change"]
    weekly = opened_per_week(raw, story.where)
    before, after = weekly[weekly.index > 6], weekly[weekly.index <= 6]
    assert after.mean() / before.mean() == pytest.approx(story.strength, abs=0.35)
    assert after.min() > before.mean() + 3 * before.std()
    elsewhere = opened_per_week(raw, "reason=document_rejected") - weekly
    assert elsewhere[elsewhere.index <= 6].mean() / elsewhere.mean() == pytest.approx(1.0, abs=0.25)


def test_false_positives_jump_after_the_model_release_in_one_cell_only(raw: Raw) -> None:
    story = stories()["model_release"]
    enforced = raw["enforcements"]
    weeks = weeks_before_end(enforced["enforced_at"])
    assert story.weeks is not None
    cell = matches(enforced, story.where)
    ours = enforced["reversal_kind"] == "reversed_our_error"
    after = (weeks <= story.weeks[0]) & (weeks > 12)
    before = weeks > story.weeks[0]
    assert ours[cell & after].mean() > 2.2 * ours[cell & before].mean()
    assert ours[~cell & after].mean() == pytest.approx(ours[~cell & before].mean(), abs=0.01)


@pytest.mark.parametrize(
    ("key", "low", "high"), [("fix_works", 0.48, 0.75), ("fix_does_not_work", 0.85, 1.15)]
)
def test_one_preventive_action_works_and_the_other_does_not(
    raw: Raw, key: str, low: float, high: float
) -> None:
    story = stories()[key]
    assert story.weeks is not None
    weekly = opened_per_week(raw, story.where)
    after, before = weekly[weekly.index <= story.weeks[0]], weekly[weekly.index > story.weeks[0]]
    assert low <= after.mean() / before.mean() <= high
    surprise = stats.poisson_means_test(int(after.sum()), len(after), int(before.sum()), len(before)).pvalue
    assert surprise < 1e-4 if key == "fix_works" else surprise > 0.05


def test_one_specialist_is_worse_beyond_chance_and_one_only_looks_so(raw: Raw) -> None:
    reviews = raw["reviews"]
    audits = reviews[
        (reviews["purpose"] == "random")
        & (reviews["subject_kind"] == "appeal")
        & reviews["judged_wrong"].notna()
    ].merge(
        raw["appeals"][["appeal_id", "specialist_id", "decided_at"]],
        left_on="subject_id",
        right_on="appeal_id",
        validate="one_to_one",
    )
    audits["wrong"] = audits["judged_wrong"].astype(bool)
    audits["week"] = weeks_before_end(audits["decided_at"])
    usual = audits["wrong"].mean()
    worse = audits[matches(audits, stories()["truly_worse"].where)]
    for block in (range(5, 18), range(18, 31)):  # the two newest mature blocks of 13 weeks
        judged = worse[worse["week"].isin(block)]["wrong"]
        assert len(judged) >= 10
        assert stats.binomtest(int(judged.sum()), len(judged), usual, "greater").pvalue < 0.025
    both = worse[worse["week"].between(5, 30)]["wrong"]
    assert stats.binomtest(int(both.sum()), len(both), usual, "greater").pvalue < 0.001
    unlucky = audits[matches(audits, stories()["unlucky"].where)]
    newest = unlucky[unlucky["week"].between(5, 17)]["wrong"]
    assert (len(newest), int(newest.sum())) == (14, 3)
    assert stats.binomtest(3, 14, usual, "greater").pvalue > 0.001
    earlier = unlucky[unlucky["week"] > 17]["wrong"]
    assert stats.binomtest(int(earlier.sum()), len(earlier), usual).pvalue > 0.05


def test_every_tier_improves_and_the_total_worsens(promised: pd.DataFrame) -> None:
    story = stories()["mix_shift"]
    assert story.quarters is not None
    due = promised["due_at"]
    met = []
    for back in story.quarters:
        first, last = (pd.Timestamp(day) for day in quarter_before(END, back))
        cohort = promised[(due >= first) & (due < last)]
        met.append({**cohort.groupby("tier")["met"].mean(), "all": cohort["met"].mean()})
    before, after = met
    assert all(after[tier] > before[tier] for tier in ("strategic", "growth", "standard"))
    assert after["all"] < before["all"] - 0.015


def test_legal_stalls_in_august_and_the_other_partners_do_not(raw: Raw) -> None:
    waits = raw["escalation_events"]
    waits = waits[(waits["kind"] == "wait") & (waits["party"] != "seller") & waits["ends_at"].notna()]
    hours = (waits["ends_at"] - waits["starts_at"]) / pd.Timedelta(hours=1)
    agreed = waits["party"].map({name: p.agreed_hours for name, p in raw.settings.partners.items()})
    in_august = waits["starts_at"].between("2026-08-01", "2026-08-31")
    legal = waits["party"] == "Legal"
    late = hours > agreed
    assert late[legal & in_august].mean() > 0.4
    assert late[legal & ~in_august].mean() < 0.12
    assert late[~legal & in_august].mean() < 0.12
    assert hours[legal & in_august].median() > 2.5 * hours[legal & ~in_august].median()


def test_one_team_gains_its_sla_by_pausing_clocks(promised: pd.DataFrame) -> None:
    recent = promised[weeks_before_end(promised["opened_at"]).between(4, 26)]
    met = recent.groupby("team")["met"].mean()
    saved = recent[recent["met"] == 1].groupby("team")["met_only_by_pauses"].mean()
    assert met["emea-2"] > met.drop("emea-2").max()
    assert saved["emea-2"] > 0.07
    assert saved.drop("emea-2").max() < 0.035
    without = recent["resolved_at"] <= recent["due_without"]
    assert without[recent["team"] == "emea-2"].mean() < 0.92  # nothing gained but by pauses


def test_one_day_was_never_delivered_and_is_marked(raw: Raw) -> None:
    marked = raw["incomplete_days"]
    assert list(marked["table_name"]) == ["escalations"]
    day = pd.Timestamp(marked["on_day"].iloc[0])
    assert day.day_of_week == 3
    assert (pd.Timestamp(END) - day).days // 7 + 1 == 11
    local = raw["escalations"]["opened_at"].dt.tz_localize("UTC").dt.tz_convert("Europe/Luxembourg")
    first_cycles = raw["escalations"]["cycle"] == 1
    assert (local[first_cycles].dt.date == day.date()).sum() == 0
    assert local[first_cycles].dt.date.nunique() == 7 * 156 - 1


def test_last_week_sev_2_in_na_misses_and_nothing_else_does(promised: pd.DataFrame) -> None:
    weeks = weeks_before_end(promised["due_at"])
    cell = matches(promised, stories()["last_week_breach"].where)
    weekly = promised.groupby(weeks)["met"].mean()
    usual = weekly[(weekly.index > 8) & (weekly.index <= 34)]
    assert weekly[1] < usual.mean() - 3 * usual.std()
    assert promised["met"][cell & (weeks == 1)].mean() < 0.35
    rest = promised["met"][~cell].groupby(weeks[~cell]).mean()
    assert rest[1] > rest[(rest.index > 8) & (rest.index <= 34)].mean() - 0.07


def test_one_teams_backlog_grows_week_after_week(raw: Raw) -> None:
    cases = raw["escalations"]
    ends = pd.date_range(end=pd.Timestamp(END) + pd.Timedelta(days=1), periods=37, freq="7D")

    def levels(rows: pd.DataFrame) -> np.ndarray:
        return np.array([((rows["opened_at"] < at) & ~(rows["resolved_at"] < at)).sum() for at in ends])

    growing = levels(cases[cases["team"] == "amer-4"])
    assert growing[-1] - growing[-11] > 45
    assert (np.diff(growing[-9:]) > 0).sum() >= 6
    for team in set(cases["team"]) - {"amer-4"}:
        steady = levels(cases[cases["team"] == team])
        assert steady[-1] - steady[-11] < 30, team


def test_people_of_the_stories_stay_in_their_team(raw: Raw) -> None:
    history = raw["specialist_history"]
    for story in stories().values():
        for member in story.members:
            rows = history[history["specialist_id"] == member]
            assert rows["team"].nunique() == 1
            assert rows["valid_to"].isna().any()
