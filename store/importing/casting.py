"""SQL that reads a source's text as the type of a fact column; null where the text cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Double, Integer

from store.importing.mapping import kind_of
from store.importing.parquet_files import Native
from store.importing.rules import ColumnRule, SourceRule
from store.importing.sql import among, text_list, text_literal

DEFAULT_MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
)
DEFAULT_DAYS = ("%Y-%m-%d", *DEFAULT_MOMENTS)


@dataclass(frozen=True)
class Reader:
    """Reads the texts of one source: `typed` and `unreadable` are SQL over a text expression."""

    source: SourceRule

    def known(self, column: str, null: tuple[str, ...] | None = None) -> str:
        """The text of a staged column, null where it is empty or a null word."""
        words = ("", *(self.source.null if null is None else null))
        return f"(case when {among(column, words)} then null else {column} end)"

    def text(self, rule: ColumnRule, columns: list[str]) -> str:
        """The text a rule makes of its staged columns: first known or joined, then mapped."""
        texts = [self.known(column, rule.null) for column in columns]
        if rule.join is not None:
            found = f"nullif(concat_ws({text_literal(rule.join)}, {', '.join(texts)}), '')"
        else:
            found = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
        if not rule.map:
            return found
        cases = " ".join(
            f"when {text_literal(word)} then nullif({text_literal(meant)}, '')"
            for word, meant in rule.map.items()
        )
        return f"(case {found} {cases} else {found} end)"

    def typed(self, text: str, column: Column[Any], rule: ColumnRule, native: Native = "text") -> str:
        """The value of a text as the column's type; null where it cannot be read."""
        if isinstance(column.type, DateTime):
            return self.moment(text, rule.format, native)
        if isinstance(column.type, Date):
            return self.day(text, rule.format, native)
        if isinstance(column.type, Boolean):
            return self._flag(text, native)
        if isinstance(column.type, Integer):
            value = self.number(text, rule, native)
            fits = f"trunc({value}) = {value} and abs({value}) <= 2147483647"
            return f"(case when {fits} then ({value})::integer end)"
        if isinstance(column.type, Double):
            return self.number(text, rule, native)
        return text

    def moment(self, text: str, formats: tuple[str, ...] | None, native: Native) -> str:
        """A UTC timestamp; local moments are taken to be in the source's zone."""
        zone = text_literal(self.source.time_zone)
        local, zoned = self._local_and_zoned(text, formats or self.source.format or DEFAULT_MOMENTS, native)
        found = local if self.source.time_zone == "UTC" else f"timezone('UTC', timezone({zone}, {local}))"
        return _sane(f"coalesce({found}, timezone('UTC', {zoned}))" if zoned else found, text)

    def day(self, text: str, formats: tuple[str, ...] | None, native: Native) -> str:
        """A calendar date; a moment gives its date in the source's zone."""
        local, zoned = self._local_and_zoned(text, formats or self.source.format or DEFAULT_DAYS, native)
        zone = text_literal(self.source.time_zone)
        return f"({_sane(f'coalesce({local}, timezone({zone}, {zoned}))' if zoned else local, text)})::date"

    def unreadable(self, place: str, column: Column[Any], rule: ColumnRule, text: str) -> str:
        """SQL for why a text cannot be read, and what to do."""
        if isinstance(column.type, DateTime | Date):
            usual = DEFAULT_DAYS[:2] if isinstance(column.type, Date) else DEFAULT_MOMENTS[:2]
            formats = " or ".join(rule.format or self.source.format or usual)
            return text_literal(
                f"is no {'date' if isinstance(column.type, Date) else 'moment'} like {formats}; "
                f"mend it in the source, or add its form to format of {place}"
            )
        if isinstance(column.type, Boolean):
            return text_literal(
                f"is neither true ({', '.join(self.source.true)}) "
                f"nor false ({', '.join(self.source.false)}); "
                "add the word to true or false in [source]"
            )
        cure = f"mend it in the source, or add it to null of {place} if it means nothing"
        plain = f"is no {kind_of(column)}; {cure}"
        grouped = r"^[+-]?\d{1,3}([,.'' ]\d{3})+([,.]\d+)?$"
        mark = f"regexp_extract({text}, '[,.'' ]')"
        return (
            f"(case when regexp_matches({text}, '{grouped}') then "
            f"{text_literal(f'is no {kind_of(column)}; if the mark ')} || {mark} || "
            f"{text_literal(' separates thousands, write thousands = ')} || '\"' || {mark} || '\"' || "
            f"{text_literal(f' in {place}; else mend it in the source')} else {text_literal(plain)} end)"
        )

    def _local_and_zoned(self, text: str, formats: tuple[str, ...], native: Native) -> tuple[str, str | None]:
        """A local timestamp, and a timestamp with time zone where a format (or the file) carries one."""
        if native in ("day", "moment"):
            return f"try_cast({text} as timestamp)", None
        if native == "utc moment":
            return "null::timestamp", f"timezone('UTC', try_cast({text} as timestamp))"
        plain = [pattern for pattern in formats if "%z" not in pattern]
        zoned = [pattern for pattern in formats if "%z" in pattern]
        local = f"try_strptime({text}, {text_list(plain)})" if plain else "null::timestamp"
        if not zoned:
            return local, None
        offset = f"regexp_replace({text}, '[zZ]$', '+0000')"
        return local, f"try_strptime({offset}, {text_list(zoned)})"

    def _flag(self, text: str, native: Native) -> str:
        true = self.source.true + (("true",) if native == "flag" else ())
        false = self.source.false + (("false",) if native == "flag" else ())
        return f"(case when {among(text, true)} then true when {among(text, false)} then false end)"

    def number(self, text: str, rule: ColumnRule, native: Native) -> str:
        """A finite double, written with the rule's or the source's thousands and decimal marks."""
        thousands = rule.thousands if rule.thousands is not None else self.source.thousands
        decimal = rule.decimal or self.source.decimal
        if native == "number":
            thousands, decimal = None, "."
        point = re.escape(decimal)
        whole = r"\d+" if not thousands else rf"(\d{{1,3}}({re.escape(thousands)}\d{{3}})+|\d+)"
        pattern = rf"^[+-]?({whole}({point}\d*)?|{point}\d+)([eE][+-]?\d+)?$"
        bare = f"replace({text}, {text_literal(thousands)}, '')" if thousands else text
        value = f"try_cast(replace({bare}, {text_literal(decimal)}, '.') as double)"
        well_formed = f"regexp_matches({text}, {text_literal(pattern)})"
        return f"(case when {well_formed} and isfinite({value}) then {value} end)"


def _sane(moment: str, text: str) -> str:
    """Refuse the words epoch and infinity, which the parser takes, and years that are typing errors."""
    return (
        f"(case when {moment} >= timestamp '1900-01-01' and {moment} < timestamp '2201-01-01' "
        f"and {text} not ilike 'epoch%' and {text} not ilike '%infinity' then {moment} end)"
    )
