"""Draws nothing: what is left is what a rerun costs in itself."""
