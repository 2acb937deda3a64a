"""The sections of the Cases page: the list behind a number, and one case."""
