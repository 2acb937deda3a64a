"""The commands of `python -m store`; one module each, `run(arguments, screen) -> exit code`."""
