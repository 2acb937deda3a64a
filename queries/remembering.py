"""Answers kept per store version and viewer: the same question is put to the store once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Condition
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from cachetools import LRUCache, cached

if TYPE_CHECKING:
    from queries.measure import Reader

P = ParamSpec("P")
Answer = TypeVar("Answer")

CODE_VERSION = 2
"""Raised when a change of code changes numbers, so that a shared cache never serves old ones."""


def remembered(
    size: int,
) -> Callable[[Callable[Concatenate[Reader, P], Answer]], Callable[Concatenate[Reader, P], Answer]]:
    """Keep the newest `size` answers of a function of a reader and hashable arguments.

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

        kept = cached(LRUCache(maxsize=size), key=key, condition=Condition())(function)
        return wraps(function)(kept)

    return decorate
