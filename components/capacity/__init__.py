"""Sections of the Capacity page: load, spread, backlog, what if, hiring and cover."""
