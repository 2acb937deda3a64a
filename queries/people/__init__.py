"""Reads about single people: who they are, how they compare given their volume, what they carry."""
