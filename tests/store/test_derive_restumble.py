"""What followed each reinstatement, against a walk through every seller's history with pandas.

Moments are drawn from few hours on purpose: decisions, enforcements, closings and the end of the data tie.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from store.settings import Settings
from tests.queries.arrow_tables import arrow_table
from tests.store.derivation import derived_in_memory

START = pd.Timestamp("2026-01-05")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
SETTINGS = Settings.model_validate({"organisation": {"name": "T", "time_zone": "UTC"}})
REINSTATING = ("reversed_our_error", "reinstated_after_fix", "reinstated_goodwill", "partially_reinstated")
DERIVED = (
    "restumbled_after_days",
    "restumbled_gross_after_days",
    "restumbled_same_policy_after_days",
    "closed_after_days",
    "followed_days",
    "restumble_under_appeal",
    "latest_of_episode",
    "enforcement_team",
    "detection_source",
    "policy",
)
Tables = dict[str, pd.DataFrame]


ENDS = {20: 13, 60: 60, 400: 700, 3000: 5300}
"""Hours in which the moments of a history lie, and after how many its data end: before, with, after them."""
HISTORIES = 5
"""Histories of one span, each of sellers and cases of its own, in one source."""


def random_history(span: int) -> Tables:
    """Enforcements, appeals, sellers and the end of the data, with every accident a source may bring."""
    rng = np.random.default_rng(span)
    through = START + ENDS[span] * HOUR
    rows: dict[str, list[dict[str, Any]]] = {"enforcements": [], "appeals": [], "sellers": []}
    for number in range(HISTORIES):
        for name, those in _one_history(rng, span, f"{number}.").items():
            rows[name] += those
    rows["supplied_through"] = [{"table_name": "enforcements", "first_at": None, "through_at": through}]
    return {name: pd.DataFrame(part) for name, part in rows.items()}


def _one_history(rng: np.random.Generator, span: int, own: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of three sellers and their cases, whose names begin with `own`."""

    def one(choices: list[Any]) -> Any:
        return choices[int(rng.integers(len(choices)))]

    def moment(first: int, last: int) -> pd.Timestamp:
        return START + int(rng.integers(first, last)) * HOUR

    sellers = [f"{own}S{n}" for n in (1, 2, 3)]
    enforcements = [
        {
            "enforcement_id": f"{own}N{n}",
            "seller_id": one([*sellers, "no such seller", None]),
            "enforced_at": moment(0, span),
            "level": one(["account", "account", "account", "listing", None]),
            "policy": one(["fraud", "quality", None]),
            "enforcement_team": one(["SLM", "SPIV", None]),
            "detection_source": one(["SOCR", None]),
            "reversal_kind": one([None, None, "reversed_our_error", "reinstated_after_fix"]),
        }
        for n in range(int(rng.integers(5, 60)))
    ]
    ids = [row["enforcement_id"] for row in enforcements]
    appeals = []
    for n in range(int(rng.integers(5, 60))):
        submitted = moment(0, span)
        before_or_after = submitted + int(rng.integers(-30, 200)) * HOUR
        decided = one([None, before_or_after, before_or_after, one(enforcements)["enforced_at"]])
        appeals.append(
            {
                "appeal_id": f"{own}A{n:02d}",
                "seller_id": one([*sellers, "no such seller", None]),
                "enforcement_id": one([None, "never arrived", *ids]),
                "submitted_at": submitted,
                "decided_at": decided,
                "outcome": one([*REINSTATING, *REINSTATING, "upheld", "withdrawn"]),
            }
        )
    closed = [{"seller_id": name, "closed_at": one([None, moment(0, 2 * span)])} for name in sellers]
    return {"enforcements": enforcements, "appeals": appeals, "sellers": closed}


def walked(history: Tables) -> pd.DataFrame:
    """The derived columns of every appeal, each from the sentence of its column, one appeal at a time."""
    struck, appeals = history["enforcements"], history["appeals"]
    through = history["supplied_through"]["through_at"][0]
    closed = history["sellers"].set_index("seller_id")["closed_at"]
    own = appeals[["enforcement_id"]].merge(struck, on="enforcement_id", how="left")
    seller = appeals["seller_id"].where(appeals["seller_id"].notna(), own["seller_id"])
    contradicted = own["enforced_at"] > appeals["decided_at"]
    back = (
        appeals["decided_at"].notna() & appeals["outcome"].isin(REINSTATING) & seller.notna() & ~contradicted
    )
    open_appeals = appeals.loc[appeals["decided_at"].isna(), "enforcement_id"]
    strikes = struck[struck["level"] == "account"]
    standing = strikes[strikes["reversal_kind"] != "reversed_our_error"]
    rows = []
    for place, appeal in appeals.iterrows():
        row: dict[str, Any] = dict.fromkeys(DERIVED)
        row |= {name: own[name][place] for name in ("enforcement_team", "detection_source", "policy")}
        rows.append(row)
        if not back[place]:
            continue
        who, decided = seller[place], appeal["decided_at"]

        def next_day(those: pd.DataFrame, who: str = who, decided: pd.Timestamp = decided) -> int | None:
            later = those[(those["seller_id"] == who) & (those["enforced_at"] > decided)]["enforced_at"]
            return None if later.empty else int(np.ceil((later.min() - decided) / DAY))

        row["restumbled_after_days"] = next_day(standing)
        row["restumbled_gross_after_days"] = next_day(strikes)
        row["restumbled_same_policy_after_days"] = next_day(standing[standing["policy"] == row["policy"]])
        row["followed_days"] = max(0, int((through - decided) // DAY))
        if pd.notna(closed.get(who)):
            row["closed_after_days"] = max(0, int(np.ceil((closed[who] - decided) / DAY)))
        if row["restumbled_after_days"] is not None:
            later = standing[(standing["seller_id"] == who) & (standing["enforced_at"] > decided)]
            next_ones = later[later["enforced_at"] == later["enforced_at"].min()]["enforcement_id"]
            row["restumble_under_appeal"] = bool(next_ones.isin(open_appeals).all())
        again = appeals[back & (seller == who)]
        again = again[
            (again["decided_at"] > decided)
            | ((again["decided_at"] == decided) & (again["appeal_id"] > appeal["appeal_id"]))
        ]
        parted = struck[(struck["seller_id"] == who) & (struck["enforced_at"] > decided)]["enforced_at"]
        row["latest_of_episode"] = (
            not (again["decided_at"] < parted.min()).any() if len(parted) else again.empty
        )
    return pd.DataFrame(rows, index=appeals["appeal_id"], columns=list(DERIVED), dtype=object)


@functools.cache
def histories() -> dict[int, tuple[Tables, pd.DataFrame]]:
    """By span: the source, and the derived columns of its appeals as walked."""
    sources = {span: random_history(span) for span in ENDS}
    return {span: (source, walked(source)) for span, source in sources.items()}


@pytest.mark.parametrize("span", ENDS)
def test_every_derived_column_equals_a_walk_through_each_sellers_history(span: int) -> None:
    history, walk = histories()[span]
    source = {name: arrow_table(name, frame) for name, frame in history.items()}
    with derived_in_memory(source, SETTINGS) as connection:
        columns = ", ".join(DERIVED)
        found = connection.execute(f"select appeal_id, {columns} from final.appeals").to_arrow_table()
    got = {row.pop("appeal_id"): row for row in found.to_pylist()}
    wanted = walk.replace({np.nan: None}).to_dict("index")
    differing = {key: (got[key], row) for key, row in wanted.items() if got[key] != row}
    assert differing == {}
    assert got.keys() == wanted.keys()


def test_the_histories_hold_every_accident_they_are_meant_to_hold() -> None:
    sources = {span: history for span, (history, _) in histories().items()}
    appeals = pd.concat([history["appeals"].assign(span=span) for span, history in sources.items()])
    own = pd.concat([history["enforcements"].assign(span=span) for span, history in sources.items()])
    both = appeals.merge(own, on=["span", "enforcement_id"], suffixes=("", "_of"))
    assert (both["submitted_at"] < both["enforced_at"]).any()
    assert (both["decided_at"] < both["enforced_at"]).any()
    assert (both["decided_at"] == both["enforced_at"]).any()
    assert (appeals["decided_at"] < appeals["submitted_at"]).any()
    assert both[both["outcome"].isin(REINSTATING)].duplicated(["span", "enforcement_id"]).any()
    assert (appeals["enforcement_id"] == "never arrived").any()
    assert (own["seller_id"] == "no such seller").any()
    derived = pd.concat([walk for _, walk in histories().values()])
    gross, net = derived["restumbled_gross_after_days"], derived["restumbled_after_days"]
    assert (gross[net.notna()] < net[net.notna()]).any()
    assert (derived["closed_after_days"] == 0).any()
    assert derived["latest_of_episode"].eq(False).any()
    assert derived["restumble_under_appeal"].eq(True).any()
