"""Derived columns and tables: one file per rule, all in one dialect (DuckDB)."""

from __future__ import annotations

from store.derive.all_tables import derive

__all__ = ["derive"]
