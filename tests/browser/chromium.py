"""Finds a browser, installs one where there is none, or says what to do: browser tests are never skipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from store.errors import StoreLocked
from store.locks import exclusive

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
INSTALLS: tuple[tuple[tuple[str, ...], ...], ...] = (
    ((sys.executable, "-m", "playwright", "install", "chromium"),),
    (("apt-get", "update"), ("apt-get", "install", "-y", "chromium")),
)
CURE = (
    "No browser could be found or installed. Run `python -m playwright install --with-deps chromium` or "
    "`apt-get install chromium`, so that `chromium` or `google-chrome` is on the PATH; then run the tests "
    "again."
)
_INSTALL_SECONDS = 300


def launch(playwright: Playwright) -> Browser:
    """A running headless browser; fails the test run with the cure when none can be had."""
    tried: list[str] = []
    with _one_worker_at_a_time():
        for install in (None, *INSTALLS):
            if install is not None and not _run(install, tried):
                continue
            path = _found(playwright)
            if path is not None:
                try:
                    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
                except Exception as fault:  # a browser that lacks its libraries is none
                    tried.append(f"{path}: {str(fault).splitlines()[0]}")
    pytest.fail(CURE + "\nTried: " + "; ".join(tried), pytrace=False)


@contextmanager
def _one_worker_at_a_time() -> Iterator[None]:
    """Tests run in several processes, and two installations at once would refuse each other."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(exclusive(Path(tempfile.gettempdir()) / "quarterdeck-browser.lock"))
                break
            except StoreLocked:
                time.sleep(0.5)
        yield


def _found(playwright: Playwright) -> str | None:
    """The distribution's browser, else the one playwright installed."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    own = playwright.chromium.executable_path
    return on_path or (own if Path(own).exists() else None)


def _run(commands: tuple[tuple[str, ...], ...], tried: list[str]) -> bool:
    """Whether all commands of one way to install a browser ended well."""
    for command in commands:
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
        except (OSError, subprocess.SubprocessError) as fault:
            tried.append(f"{' '.join(command)}: {type(fault).__name__}")
            return False
    return True
