"""What can go wrong with a store, each as one sentence with its cure and the exit code of the commands."""

from __future__ import annotations


class StoreError(RuntimeError):
    """A store cannot do what was asked; the message says what, where and how to mend it."""

    exit_code = 1


class StoreMissing(StoreError):
    """There is no store, or no version of the facts in it yet."""

    exit_code = 2


class StoreLocked(StoreError):
    """Another process holds the facts file or is building a version."""


class StoreTooNew(StoreError):
    """The store was written by a newer release."""


class StoreDamaged(StoreError):
    """A version fails its own checks or cannot be read."""


class LocationError(StoreError):
    """The text given as a store is neither a directory nor a URL we can use."""

    exit_code = 2
