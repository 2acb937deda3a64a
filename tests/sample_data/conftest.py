"""One simulation at scale 1, shared by the tests of this folder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sample_data import simulate
from store.calendars import Pauses, add_business_hours_with_pauses
from store.settings import DEFAULT_SETTINGS, Settings, read_settings

END = dt.date(2026, 11, 15)


@dataclass(frozen=True)
class Raw:
    """The source tables of one simulation as pandas frames."""

    settings: Settings
    tables: dict[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def collected(**options: object) -> dict[str, pa.Table]:
    """All chunks of a simulation, joined per table."""
    chunks: dict[str, list[pa.Table]] = {}
    for name, chunk in simulate(settings=read_settings(DEFAULT_SETTINGS), **options):  # type: ignore[arg-type]
        chunks.setdefault(name, []).append(chunk)
    return {name: pa.concat_tables(parts) for name, parts in chunks.items()}


@pytest.fixture(scope="session")
def raw() -> Raw:
    """Scale 1, seed 7, 156 weeks to 2026-11-15."""
    return Raw(
        read_settings(DEFAULT_SETTINGS),
        {name: table.to_pandas() for name, table in collected(end=END).items()},
    )


@pytest.fixture(scope="session")
def promised(raw: Raw) -> pd.DataFrame:
    """Escalations with due times from the team's calendar, with and without pauses, and what was met.

    An own derivation, so that the simulation is judged without the store's.
    """
    cases = raw["escalations"].reset_index(drop=True)
    events = raw["escalation_events"]
    key = pd.MultiIndex.from_frame(cases[["escalation_id", "cycle"]])
    calendar = cases["team"].map(raw["teams"].set_index("team")["calendar"])
    pauses = events[events["kind"] == "pause"]
    place = key.get_indexer(pd.MultiIndex.from_frame(pauses[["escalation_id", "cycle"]]))
    cases["due_at"] = pd.NaT
    for column, hours, paused in (
        ("due_at", "resolution_hours", True),
        ("due_without", "resolution_hours", False),
        ("first_response_due", "first_response_hours", False),
    ):
        cases[column] = np.full(len(cases), np.datetime64("NaT", "us"))
        for name in calendar.unique():
            rows = np.flatnonzero((calendar == name).to_numpy())
            compact = np.full(len(cases), -1)
            compact[rows] = np.arange(len(rows))
            inside = compact[place] >= 0
            found = Pauses(
                compact[place][inside] if paused else np.empty(0, int),
                pauses["starts_at"].to_numpy()[inside if paused else slice(0)],
                pauses["ends_at"].to_numpy()[inside if paused else slice(0)],
            )
            wanted = (
                cases["severity"]
                .iloc[rows]
                .map({name: getattr(target, hours) for name, target in raw.settings.severities.items()})
            )
            cases.loc[rows, column] = add_business_hours_with_pauses(
                cases["opened_at"].to_numpy()[rows], wanted.to_numpy(), raw.settings.calendars[name], found
            )
    through = raw["supplied_through"]["through_at"].max()
    counted = ~cases["end_kind"].isin(["cancelled", "merged"]) & (cases["due_at"] <= through)
    cases["met"] = np.where(counted, cases["resolved_at"] <= cases["due_at"], np.nan)
    cases["met_only_by_pauses"] = (cases["met"] == 1) & (cases["resolved_at"] > cases["due_without"])
    answered = cases["first_response_due"] <= through
    cases["answered_in_time"] = np.where(
        answered, cases["first_response_at"] <= cases["first_response_due"], np.nan
    )
    return cases


def weeks_before_end(moments: pd.Series) -> pd.Series:
    """Number of the week each moment falls in, counted back from the end: 1 is the last week."""
    local = moments.dt.tz_localize("UTC").dt.tz_convert("Europe/Luxembourg").dt.tz_localize(None)
    return (pd.Timestamp(END) + pd.Timedelta(days=1) - local).dt.days // 7 + 1
