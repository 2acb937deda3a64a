"""No read of facts without a scope: the last line of defence behind `queries.scope`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

PERMIT_OPTION = "permit"


class UnscopedRead(PermissionError):
    """A statement reached the facts without the permit that only a scope hands out."""


class ReadPermit:
    """Says that a statement was built through a scope; held by `queries.scope`, passed as execution option.

    It is compared by type, carries nothing and cannot be made from a URL, a token or a settings file.
    """

    __slots__ = ()


def guard(engine: Engine) -> None:
    """Refuse every statement on `engine` whose execution option `permit` is not a ReadPermit."""
    event.listen(engine, "before_cursor_execute", _refuse_unscoped)


def _refuse_unscoped(
    _connection: Connection,
    _cursor: DBAPICursor,
    statement: str,
    _parameters: Any,
    context: ExecutionContext | None,
    _executemany: bool,
) -> None:
    permit = context.execution_options.get(PERMIT_OPTION) if context is not None else None
    if not isinstance(permit, ReadPermit):
        raise UnscopedRead(
            "a read of the facts came without a scope; build it from `scope.table(...)` in queries/ "
            f"({statement[:80]!r})"
        )
