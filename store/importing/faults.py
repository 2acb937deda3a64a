"""What can stop an import; each carries the exit code of the command and says what to do."""

from __future__ import annotations

from store.errors import StoreError


class ImportFault(StoreError):
    """An import that loaded nothing. `exit_code` is what the command returns."""

    exit_code = 1


class MappingError(ImportFault):
    """The mapping cannot be used; the message names file, key and cure."""

    exit_code = 2


class InputError(ImportFault):
    """A file cannot be read as the mapping says; the message names file, line or column, and cure."""

    exit_code = 2


class TooManyBadRows(ImportFault):
    """More rows were refused than allowed; the message counts the reasons and shows the first ten rows."""

    exit_code = 3
