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
from cachetools.keys import hashkey

from queries.model import Metric
from queries.time import Period

if TYPE_CHECKING:
    from queries.measure import Reader

_SMALL = frozenset({str, float, int, bool, type(None), Period, Metric})
_FIELDS: dict[type, tuple[str, ...]] = {}
P = ParamSpec("P")
Answer = TypeVar("Answer")

CODE_VERSION = 7
"""Raised when a change of code changes numbers, so that a shared cache never serves old ones."""

AT_ONCE = 3
"""Answers worked out at the same time. More would be no faster, since each keeps a processor busy, but take
more memory: thirty readers who change a filter together wait for their turn."""
_turns = BoundedSemaphore(AT_ONCE)
_mine = local()
_UNKNOWN = object()
_known: dict[Callable[..., object], Callable[[object], bool]] = {}


def remembered(
    megabytes: float,
) -> Callable[[Callable[Concatenate[Reader, P], Answer]], Callable[Concatenate[Reader, P], Answer]]:
    """Keep the newest answers of a function of a reader and hashable, positional arguments, up to a size.

    Asked by name it raises TypeError.

    The key holds code, store version and the viewer's predicate, so no answer outlives its facts or
    reaches other viewers. Equal questions asked at once wait for one answer; of different ones `AT_ONCE` are
    answered at a time, while known answers never wait. An answer is shared: nobody may change it, and it must
    hold no reader, so that an old version can be dropped.
    """

    def decorate(
        function: Callable[Concatenate[Reader, P], Answer],
    ) -> Callable[Concatenate[Reader, P], Answer]:
        answers: LRUCache[Any, Any] = LRUCache(megabytes * 2**20, getsizeof=_bytes)
        lock = Condition()

        kept = cached(answers, key=_first, condition=lock)(_beside_name(function))

        @wraps(function)
        def asked(reader: Reader, *question: P.args, **named: P.kwargs) -> Answer:
            if named:
                raise TypeError(
                    f"{function.__name__}: give {', '.join(named)} by position, as its answers are kept"
                )
            name = _name(reader, question)
            with lock:
                known = answers.get(name, _UNKNOWN)
            if known is not _UNKNOWN:
                return known
            with _turn():
                return kept(name, reader, *question)

        def knows(name: object) -> bool:
            with lock:
                return name in answers

        _known[asked] = knows
        return asked

    return decorate


def is_known(asked: Callable[..., object], reader: Reader, *question: object) -> bool:
    """Whether a `remembered` function holds the answer to a question, so that asking costs nothing."""
    return _known[asked](_name(reader, question))


def _name(reader: Reader, question: tuple[object, ...]) -> object:
    """What an answer is kept under: a key that hashes its many periods once."""
    facts = reader.facts
    return hashkey(CODE_VERSION, facts.location, facts.version, reader.scope.predicate, *question)


def _first(name: object, *_: object) -> object:
    return name


def _beside_name(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """The function with the name its answer is kept under before its own arguments."""

    def named(_name: object, *arguments: Any) -> Answer:
        return function(*arguments)

    return named


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
    total: float = 0.0
    waiting: list[Any] = [answer]
    while waiting:
        part = waiting.pop()
        total += 64
        if isinstance(part, np.ndarray):
            total += part.nbytes if part.dtype != object else 64 * part.size
        elif isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple):
            waiting.extend([item for item in part if type(item) not in _SMALL])
        else:
            waiting.extend([getattr(part, name) for name in _large_fields(type(part))])
    return total


def _large_fields(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass that is not small; none of anything else."""
    found = _FIELDS.get(kind)
    if found is None:
        large = kind not in _SMALL and is_dataclass(kind)
        found = _FIELDS[kind] = tuple(field.name for field in fields(kind)) if large else ()
    return found
