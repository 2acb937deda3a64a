"""Read Parquet files: every value as text in one canonical form, and what kind it was in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.importing.columns import locate
from store.importing.faults import InputError
from store.importing.sources import SourceFile

Native = Literal["text", "flag", "number", "day", "moment", "utc moment"]
_CHUNK = 50_000
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class ParquetLayout:
    """The places of the wanted columns and the kind of each, in the order wanted."""

    places: list[int]
    natives: list[Native]


def parquet_layout(file: SourceFile, wanted: Sequence[str]) -> ParquetLayout:
    """The layout of a Parquet file; raises InputError naming a column missing or not of single values."""
    schema = _read(file, lambda: pq.read_schema(file.path))
    places = locate(file.path, schema.names, wanted)
    natives: list[Native] = []
    for name, place in zip(wanted, places, strict=True):
        native = _native(schema.field(place).type)
        if native is None:
            raise InputError(
                f"{file.path}: column {name!r} holds {schema.field(place).type}, not single values; "
                "write it as text, number, true/false, date or timestamp"
            )
        natives.append(native)
    return ParquetLayout(places, natives)


def read_batches(file: SourceFile, layout: ParquetLayout) -> Iterator[list[pa.Array]]:
    """The rows in chunks, one text array per wanted column; raises InputError when the file is damaged."""
    parquet = _read(file, lambda: pq.ParquetFile(file.path))
    names = [parquet.schema_arrow.names[place] for place in layout.places]
    batches = parquet.iter_batches(batch_size=_CHUNK, columns=names)
    while (batch := _read(file, lambda: next(batches, None))) is not None:
        pairs = zip(names, layout.natives, strict=True)
        yield [_as_text(batch.column(name), native) for name, native in pairs]


def _read(file: SourceFile, action: Callable[[], _Result]) -> _Result:
    try:
        return action()
    except (pa.ArrowException, OSError) as fault:
        first = str(fault).splitlines()[0]
        raise InputError(
            f"{file.path}: the Parquet file is damaged ({first}); write or copy it again"
        ) from fault


def _native(kind: pa.DataType) -> Native | None:
    if pa.types.is_dictionary(kind):
        return _native(kind.value_type)
    if pa.types.is_timestamp(kind):
        return "utc moment" if kind.tz else "moment"
    tests: tuple[tuple[Native, tuple[Callable[[pa.DataType], bool], ...]], ...] = (
        ("text", (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)),
        ("flag", (pa.types.is_boolean,)),
        ("number", (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)),
        ("day", (pa.types.is_date,)),
    )
    return next((native for native, checks in tests if any(check(kind) for check in checks)), None)


def _as_text(values: pa.Array, native: Native) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
    if native in ("moment", "utc moment"):
        values = pc.cast(values, pa.timestamp("us"), safe=False)
    if native == "day":
        values = pc.cast(values, pa.date32())
    return pc.cast(values, pa.string())
