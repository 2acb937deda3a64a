"""The simulation from end to end: people once, then sellers and their cases block by block.

A block is 20,000 sellers with three years of everything about them; scale 1 is one block. Sellers and cases
grow with the scale, teams and people do not, so memory stays that of one block at any scale.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from functools import partial

import pyarrow as pa

from sample_data.case_chunks import (
    appeal_chunks,
    enforcement_chunks,
    escalation_chunks,
    investigation_chunks,
)
from sample_data.enforcement import enforce
from sample_data.escalation_arrivals import arrive
from sample_data.escalation_tables import all_cycles, chain
from sample_data.investigations import investigate
from sample_data.leave import planned_leave_table
from sample_data.people import employ
from sample_data.people_tables import people_tables
from sample_data.sales import sales_table
from sample_data.sellers import seller_tables, settle
from sample_data.span import Span, default_end
from sample_data.streams import stream
from sample_data.supplied import supplied_tables
from sample_data.volume import day_weights
from sample_data.work_time import shifts, work_day_table
from sample_data.world import World
from store.progress import Progress, silent
from store.settings import Settings

SELLERS_PER_BLOCK = 20_000
NUMBERS_PER_BLOCK = 1_000_000  # case numbers reserved for each block
FEWEST_SELLERS = 60
CHUNKS_OF_A_BLOCK = 22  # about, for the share told as progress


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
    span = _span(weeks, end, settings)
    people = employ(seed, span)
    kept = shifts(stream(seed, "work days"), settings, people)
    weights = day_weights(stream(seed, "volume"), span, settings)
    world = World(seed, span, settings, people, weights, scale, kept.diary(people))
    progress("people", 0.0)
    yield from people_tables(seed, world.people, settings, scale)
    yield "planned_leave", planned_leave_table(world.span, world.people.ids, world.people.away)
    blocks = math.ceil(scale)
    for block in range(blocks):
        of_blocks = f" of block {block + 1} of {blocks}" if blocks > 1 else ""
        for number, (name, chunk) in enumerate(_block(world, block, min(1.0, scale - block))):
            yield name, chunk
            done = block + min(number / CHUNKS_OF_A_BLOCK, 1.0)
            progress(f"simulating {name.replace('_', ' ')}{of_blocks}", done / blocks)
    yield "work_days", work_day_table(stream(seed, "overtime"), kept, world.diary)
    yield from supplied_tables(world.span)
    progress("simulated", 1.0)


def _span(weeks: int, end: dt.date | None, settings: Settings) -> Span:
    organisation = settings.organisation
    last = end or default_end(organisation.week_start, organisation.time_zone)
    return Span(last, weeks, organisation.time_zone)


def _block(world: World, block: int, scale: float) -> Iterator[tuple[str, pa.Table]]:
    """One block of sellers and everything about them."""
    span, settings, weights = world.span, world.settings, world.weights
    random = partial(stream, world.seed, block)
    offset = block * NUMBERS_PER_BLOCK
    count = max(round(SELLERS_PER_BLOCK * scale), FEWEST_SELLERS)
    sellers = settle(random("sellers"), span, count, block * SELLERS_PER_BLOCK)
    sellers, enforced, filed = enforce(random, span, sellers, weights, scale, settings)
    yield from seller_tables(random("seller tables"), span, sellers)
    yield "gmv_daily", sales_table(random("sales"), span, sellers, enforced, scale)
    yield from enforcement_chunks(world, random, sellers, enforced, offset)
    yield from appeal_chunks(world, random, sellers, enforced, filed, offset)
    opened = investigate(random("investigations"), span, settings, world.people, sellers, weights, scale)
    yield from investigation_chunks(world, random, sellers, opened, offset)
    arrivals = arrive(random("arrivals"), span, world.people, sellers, enforced, weights, scale)
    cycles = all_cycles(chain(random("service"), span, settings, world.people, arrivals))
    yield from escalation_chunks(world, random, sellers, cycles, offset)
