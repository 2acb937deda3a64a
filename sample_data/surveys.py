"""Surveys sent to sellers after a case: a good third are asked, a good quarter of them answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.labels import Labels, keys
from sample_data.operation import TIERS
from sample_data.sellers import Sellers
from sample_data.source_tables import source_table
from sample_data.span import Moments, Span, hours

ANSWERED = 0.28
SATISFIED = {  # share of scores 4 and 5 by outcome
    "resolved": 0.66,
    "reversed_our_error": 0.72,
    "reinstated_after_fix": 0.68,
    "reinstated_goodwill": 0.80,
    "partially_reinstated": 0.50,
    "upheld": 0.16,
    "withdrawn": 0.40,
}
KINDS = {"escalation": 0.34, "appeal": 0.2, "investigation": 0.4}  # share of ended cases asked about


def survey_table(
    random: np.random.Generator,
    span: Span,
    sellers: Sellers,
    kind: str,
    cases: pa.Array,
    seller: NDArray[np.int64],
    ended: Moments,
    outcome: Labels,
    offset: int,
    satisfied: Mapping[str, float] = SATISFIED,
) -> pa.Table:
    """Rows of `surveys` about ended cases of one kind; `outcome` is each case's, −1 leaves it out."""
    sent = ended + hours(random.uniform(2, 30, len(ended)))
    asked = (sent <= span.through) & (outcome.codes >= 0) & (random.random(len(ended)) < KINDS[kind])
    rows = np.flatnonzero(asked)
    sent, of = sent[rows], outcome.codes[rows]
    answered = sent + hours(random.gamma(1.5, 30.0, len(rows)))
    answered = np.where(random.random(len(rows)) < ANSWERED, span.known(answered), np.datetime64("NaT", "us"))
    likes = np.array([satisfied.get(word, 0.55) for word in outcome.words])[of]
    happy = random.random(len(rows)) < likes
    score = np.where(happy, random.integers(4, 6, len(rows)), random.integers(1, 4, len(rows)))
    return source_table(
        "surveys",
        survey_id=keys(f"S{kind[0].upper()}", rows + offset),
        seller_id=sellers.ids(seller[rows]),
        case_kind=[kind] * len(rows),
        case_id=cases.take(pa.array(rows)),
        outcome=outcome.take(rows),
        sent_at=sent,
        answered_at=answered,
        score=pa.array(score, mask=np.isnat(answered)),
        marketplace=sellers.marketplace.take(seller[rows]),
        tier=Labels(sellers.tier(seller[rows], span.day_of(sent)), TIERS),
    )
