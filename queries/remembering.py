"""Answers kept per store version and viewer: the same question is put to the store once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import wraps
from threading import BoundedSemaphore, Condition, local
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

AT_ONCE = 3
"""Answers worked out at the same time. More would be no faster, since each keeps a processor busy, but take
more memory: thirty readers who change a filter together wait for their turn."""
_turns = BoundedSemaphore(AT_ONCE)
_mine = local()
_UNKNOWN = object()


def remembered(
    megabytes: float,
) -> Callable[[Callable[Concatenate[Reader, P], Answer]], Callable[Concatenate[Reader, P], Answer]]:
    """Keep the newest answers of a function of a reader and hashable, positional arguments, up to a size.

    The key holds code, store version and the viewer's predicate, so no answer outlives its facts or
    reaches other viewers. Equal questions asked at once wait for one answer; of different ones `AT_ONCE` are
    answered at a time, while known answers never wait. An answer is shared: nobody may change it, and it must
    hold no reader, so that an old version can be dropped.
    """

    def decorate(
        function: Callable[Concatenate[Reader, P], Answer],
    ) -> Callable[Concatenate[Reader, P], Answer]:
        def key(reader: Reader, *question: Any) -> tuple[object, ...]:
            facts = reader.facts
            return (CODE_VERSION, str(facts.location), facts.version, reader.scope.predicate, *question)

        answers: LRUCache[Any, Any] = LRUCache(megabytes * 2**20, getsizeof=_bytes)
        lock = Condition()
        kept = cached(answers, key=key, condition=lock)(function)

        @wraps(function)
        def asked(reader: Reader, *question: P.args, **_none: P.kwargs) -> Answer:
            name = key(reader, *question)
            with lock:
                known = answers.get(name, _UNKNOWN)
            if known is not _UNKNOWN:
                return known
            with _turn():
                return kept(reader, *question)

        return asked

    return decorate


@contextmanager
def _turn() -> Iterator[None]:
    """A turn to work out an answer; answers that it is made of come within it.

    It is taken before an answer is announced as under way, so whoever is waited for has a turn already.
    """
    if getattr(_mine, "turn", False):
        yield
        return
    with _turns:
        _mine.turn = True
        try:
            yield
        finally:
            _mine.turn = False


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
