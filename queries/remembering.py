"""Answers kept per store version and viewer: the same question is put to the store once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from threading import Condition
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from cachetools import LRUCache, cached

from queries.model import Metric
from queries.time import Period

if TYPE_CHECKING:
    from queries.measure import Reader

_SMALL = (str, float, int, Period, Metric)
P = ParamSpec("P")
Answer = TypeVar("Answer")

CODE_VERSION = 4
"""Raised when a change of code changes numbers, so that a shared cache never serves old ones."""


def remembered(
    megabytes: float,
) -> Callable[[Callable[Concatenate[Reader, P], Answer]], Callable[Concatenate[Reader, P], Answer]]:
    """Keep the newest answers of a function of a reader and hashable, positional arguments, up to a size.

    The key holds code, store version and the viewer's predicate, so no answer outlives its facts or
    reaches other viewers. Equal questions asked at once wait for one answer. An answer is
    shared: nobody may change it, and it must hold no reader, so that an old version can be dropped.
    """

    def decorate(
        function: Callable[Concatenate[Reader, P], Answer],
    ) -> Callable[Concatenate[Reader, P], Answer]:
        def key(reader: Reader, *question: Any) -> tuple[object, ...]:
            facts = reader.facts
            return (CODE_VERSION, str(facts.location), facts.version, reader.scope.predicate, *question)

        answers: LRUCache[Any, Any] = LRUCache(megabytes * 2**20, getsizeof=_bytes)
        kept = cached(answers, key=key, condition=Condition())(function)
        return wraps(function)(kept)

    return decorate


def _bytes(answer: object) -> float:
    """About how much memory an answer holds; its arrays are what matters."""
    total, waiting = 0.0, [answer]
    while waiting:
        part = waiting.pop()
        total += 64
        if isinstance(part, np.ndarray):
            total += part.nbytes if part.dtype != object else 64 * part.size
        elif isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple):
            waiting.extend(item for item in part if not isinstance(item, _SMALL))
        elif is_dataclass(part) and not isinstance(part, _SMALL):
            waiting.extend(getattr(part, field.name) for field in fields(part))
    return total
