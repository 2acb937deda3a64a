"""Reads of the Capacity page beside its metrics."""
