"""An enforcement, its appeals, escalations, reviews and surveys: all of them, whichever is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pandas as pd
import pytest

from queries.case_chain import Chain, case_chain
from queries.measure import Reader, open_reader
from queries.scope import open_scope, scope_of
from store.facts import open_facts
from store.location import Location
from tests.queries.random_sellers import seller_operation

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Told:
    """A store, and the source rows it was built from."""

    reader: Reader
    tables: Tables
    _chains: dict[tuple[str, str], Chain | None] = field(default_factory=dict)

    def chain(self, kind: str, number: str) -> Chain | None:
        """The chain of a case, read once for all tests."""
        if (kind, number) not in self._chains:
            self._chains[kind, number] = case_chain(self.reader, kind, number)
        return self._chains[kind, number]


@pytest.fixture(scope="module")
def told(build_store: Callable[..., Location]) -> Iterator[Told]:
    """Thirty sellers to whom everything happens; some escalations follow from enforcements."""
    operation = seller_operation(5)
    tables = dict(operation.tables)
    enforced = list(tables["enforcements"]["enforcement_id"])
    cases = tables["escalations"].copy()
    cases["enforcement_id"] = [enforced[k % 37] if k % 3 == 0 else None for k in range(len(cases))]
    appeals, last = tables["appeals"], cases["opened_at"].max()
    # Where a source tells the day alone, it is the first moment of the day.
    selected = [last, last.normalize()]
    more = [
        {
            "review_id": f"RA{k}",
            "subject_kind": kind,
            "subject_id": number,
            "purpose": ["random", "double", "calibration", "denial_recheck"][k % 4],
            "selected_at": selected[k % 2],
            "reviewed_at": None if k % 5 == 0 else last + pd.Timedelta(hours=k + 3),
            "judged_wrong": [True, False, None][k % 3],
        }
        for k, (kind, number) in enumerate(
            [("appeal", number) for number in appeals["appeal_id"][:40]]
            + [("enforcement", number) for number in enforced[:40]]
        )
    ]
    tables["escalations"] = cases
    tables["reviews"] = pd.concat([tables["reviews"], pd.DataFrame(more)], ignore_index=True)
    changed = replace(operation, tables=tables)
    reader = open_reader(open_facts(build_store(changed.arrow(), changed.settings_toml)), open_scope())
    yield Told(reader, tables)
    reader.facts.close()


def keys(rows: tuple[dict[str, object], ...], name: str) -> list[str]:
    return sorted(str(row[name]) for row in rows)


def test_the_chain_of_an_enforcement_holds_everything_said_about_it(told: Told) -> None:
    appeals, cases, reviews = (told.tables[name] for name in ("appeals", "escalations", "reviews"))
    seen = 0
    for number in told.tables["enforcements"]["enforcement_id"][:40]:
        chain = told.chain("enforcements", number)
        assert chain is not None and chain.number == number and chain.enforcement == chain.case
        against = appeals[appeals["enforcement_id"] == number]
        followed = cases[cases["enforcement_id"] == number]
        assert keys(chain.appeals, "appeal_id") == sorted(against["appeal_id"])
        assert [row["submitted_at"] for row in chain.appeals] == sorted(against["submitted_at"])
        assert keys(chain.escalations, "escalation_id") == sorted(followed["escalation_id"])
        wanted = (
            ((reviews["subject_kind"] == "enforcement") & (reviews["subject_id"] == number))
            | ((reviews["subject_kind"] == "appeal") & reviews["subject_id"].isin(against["appeal_id"]))
            | (
                (reviews["subject_kind"] == "escalation")
                & reviews["subject_id"].isin(followed["escalation_id"])
            )
        )
        assert keys(chain.reviews, "subject_id") == sorted(reviews[wanted]["subject_id"])
        seen += len(chain.reviews) > 0 and len(chain.appeals) > 0
    assert seen > 5


def test_an_appeal_opens_the_same_chain_as_its_enforcement(told: Told) -> None:
    appeals = told.tables["appeals"]
    for _, appeal in appeals[appeals["enforcement_id"].notna()][:30].iterrows():
        chain = told.chain("appeals", appeal["appeal_id"])
        assert chain is not None and chain.kind == "appeals"
        whole = told.chain("enforcements", appeal["enforcement_id"])
        if whole is None:  # an enforcement that never arrived
            assert chain.enforcement is None
            continue
        assert (chain.enforcement, chain.appeals, chain.escalations) == (
            whole.case,
            whole.appeals,
            whole.escalations,
        )
        assert (chain.reviews, chain.surveys, chain.again) == (whole.reviews, whole.surveys, whole.again)


def test_the_enforcement_that_followed_a_reinstatement_is_the_first_that_counts(told: Told) -> None:
    strikes, found = told.tables["enforcements"], 0
    appeals = told.tables["appeals"]
    reinstated = appeals["outcome"].isin(["reversed_our_error", "reinstated_after_fix"])
    for _, appeal in pd.concat([appeals[:30], appeals[:120][reinstated[:120]][10:]]).iterrows():
        chain = told.chain("appeals", appeal["appeal_id"])
        assert chain is not None
        if chain.again is None:
            continue
        restumbled = [row for row in chain.appeals if row["restumbled_after_days"] is not None]
        latest = max(restumbled, key=lambda row: row["decided_at"])
        later = strikes[
            (strikes["seller_id"] == latest["seller_id"])
            & (strikes["level"] == "account")
            & (strikes["reversal_kind"] != "reversed_our_error")
            & (strikes["enforced_at"] > latest["decided_at"])
        ]
        assert chain.again["enforced_at"] == later["enforced_at"].min()
        found += 1
    assert found > 5


def test_an_investigation_has_its_reviews_and_no_enforcement(told: Told) -> None:
    reviews, seen = told.tables["reviews"], 0
    for number in told.tables["investigations"]["investigation_id"][:30]:
        chain = case_chain(told.reader, "investigations", number)
        assert chain is not None and chain.enforcement is None and chain.appeals == ()
        wanted = reviews[(reviews["subject_kind"] == "investigation") & (reviews["subject_id"] == number)]
        assert len(chain.reviews) == len(wanted)
        seen += len(wanted)
    assert seen > 0


@pytest.mark.parametrize("number", ["", "A-none", "'; drop table appeals; --", "%", "\\", "A0' or '1'='1"])
def test_a_number_nobody_has_is_no_case(told: Told, number: str) -> None:
    for kind in ("appeals", "enforcements", "investigations"):
        assert case_chain(told.reader, kind, number) is None


def test_cases_of_other_teams_are_left_out_of_a_chain(told: Told) -> None:
    """P4 manages amer-1: whoever opens a case of that team sees no case of another."""
    reader = open_reader(told.reader.facts, scope_of(told.reader.facts, "P4"))
    opened = hidden = 0
    for number in told.tables["enforcements"]["enforcement_id"][:40]:
        whole = told.chain("enforcements", number)
        assert whole is not None
        mine = case_chain(reader, "enforcements", number)
        if not _visible(whole.case):
            assert mine is None
            hidden += 1
            continue
        assert mine is not None
        opened += 1
        for name in ("appeals", "escalations"):
            seen = [row for row in getattr(whole, name) if _visible(row)]
            assert list(getattr(mine, name)) == seen
        numbers = {row["appeal_id"] for row in mine.appeals} | {number}
        numbers |= {row["escalation_id"] for row in mine.escalations}
        assert {review["subject_id"] for review in mine.reviews} <= numbers
        assert mine.again is None or _visible(mine.again)
    assert opened > 5 and hidden > 5


def _visible(row: dict[str, object]) -> bool:
    return row["team"] == "amer-1" or row["specialist_id"] == "P4"


def test_a_chain_knows_its_own_number(told: Told) -> None:
    number = str(told.tables["appeals"]["appeal_id"].iloc[0])
    chain = case_chain(told.reader, "appeals", number)
    assert isinstance(chain, Chain) and chain.number == number
