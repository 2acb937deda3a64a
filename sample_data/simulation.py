"""The simulation from end to end: people once, then sellers and their cases block by block.

A block is 20,000 sellers with three years of everything about them; scale 1 is one block. Sellers and cases
grow with the scale, teams and people do not, so memory stays that of one block at any scale.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.appeal_tables import appeal_table, enforcement_table
from sample_data.assignment import assign
from sample_data.enforcement import enforce
from sample_data.escalation_arrivals import arrive
from sample_data.escalation_events import event_table
from sample_data.escalation_tables import all_cycles, chain, escalation_table
from sample_data.people import People, employ
from sample_data.people_tables import people_tables
from sample_data.sellers import seller_tables, settle
from sample_data.span import Span, default_end
from sample_data.streams import stream
from sample_data.supplied import supplied_tables
from sample_data.volume import day_weights
from store.progress import Progress, silent
from store.settings import Settings

SELLERS_PER_BLOCK = 20_000
NUMBERS_PER_BLOCK = 1_000_000  # case numbers reserved for each block


@dataclass(frozen=True)
class World:
    """What every block shares."""

    seed: int
    span: Span
    settings: Settings
    people: People
    weights: NDArray[np.float64]


def simulate(
    *,
    scale: float = 1,
    seed: int = 7,
    weeks: int = 156,
    end: dt.date | None = None,
    settings: Settings,
    progress: Progress = silent,
) -> Iterator[tuple[str, pa.Table]]:
    """Chunks of source tables, as (table, rows), and last of what is complete up to when.

    At scale 1: about 120,000 enforcements, 100,000 appeals and 40,000 escalations of 20,000 sellers in 156
    weeks, worked by 120 people in 12 teams; sellers and cases grow with `scale`, people do not. The period
    ends with the day `end`, by default the last day of the newest business week that is over. `progress`
    hears a stage and the part done, 0 to 1. Raises ValueError unless scale and weeks are positive.
    """
    if scale <= 0 or weeks <= 0:
        raise ValueError(f"scale {scale} and weeks {weeks} must be greater than 0")
    world = _world(seed, weeks, end, settings)
    progress("people", 0.0)
    yield from people_tables(seed, world.people, settings)
    blocks = math.ceil(scale)
    for block in range(blocks):
        progress(f"sellers and cases, block {block + 1} of {blocks}", block / blocks)
        yield from _block(world, block, min(1.0, scale - block))
    yield from supplied_tables(world.span)
    progress("simulated", 1.0)


def _world(seed: int, weeks: int, end: dt.date | None, settings: Settings) -> World:
    organisation = settings.organisation
    last = end or default_end(organisation.week_start, organisation.time_zone)
    span = Span(last, weeks, organisation.time_zone)
    weights = day_weights(stream(seed, "volume"), span, settings)
    return World(seed, span, settings, employ(seed, span), weights)


def _block(world: World, block: int, scale: float) -> Iterator[tuple[str, pa.Table]]:
    """One block of sellers and everything about them."""
    span, people, settings = world.span, world.people, world.settings

    def random(name: str) -> np.random.Generator:
        return stream(world.seed, name, block)

    offset = block * NUMBERS_PER_BLOCK
    sellers = settle(
        random("sellers"), span, max(round(SELLERS_PER_BLOCK * scale), 60), block * SELLERS_PER_BLOCK
    )
    yield from seller_tables(random("seller tables"), span, sellers)
    enforcements, appeals = enforce(random("enforcement"), span, sellers, world.weights, scale, settings)
    yield "enforcements", enforcement_table(random("enforcement table"), span, sellers, enforcements, offset)
    deciders = assign(random("deciders"), people, appeals.team, span.day_of(appeals.decided))
    yield (
        "appeals",
        appeal_table(random("appeal table"), span, people, sellers, enforcements, appeals, deciders, offset),
    )
    arrivals = arrive(random("arrivals"), span, people, sellers, enforcements, world.weights, scale)
    cycles = all_cycles(chain(random("service"), span, settings, people, arrivals))
    yield "escalations", escalation_table(random("escalation table"), span, people, sellers, cycles, offset)
    yield "escalation_events", event_table(random("events"), span, people, cycles, offset)
