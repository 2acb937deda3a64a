"""Find the mapped columns in the header of a file."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from store.importing.faults import InputError

_NAMES_SHOWN = 40


def locate(path: Path, header: Sequence[str], wanted: Sequence[str], hint: str = "") -> list[int]:
    """Positions of the wanted columns in the header.

    Raises InputError, naming the file, the column and the cure, if one is missing or given twice.
    """
    missing = [name for name in wanted if name not in header]
    if missing:
        near = difflib.get_close_matches(missing[0], [name for name in header if name], n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(
            f"{path}: line 1: the mapping uses {_listed(missing)}, "
            f"which the file does not have{meant}{hint}; "
            f"it has {_listed(header)}; correct the mapping or export the column"
        )
    for name in wanted:
        places = [number for number, other in enumerate(header, start=1) if other == name]
        if len(places) > 1:
            raise InputError(
                f"{path}: line 1: column {name!r} appears {len(places)} times "
                f"(columns {', '.join(map(str, places))}); rename or remove all but one"
            )
    return [list(header).index(name) for name in wanted]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return shown + (f" and {more} more" if more > 0 else "")
