"""`verify`, `versions` and `prune`: check the facts, list their versions, remove old ones."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from store import versions
from store.commands.screen import Screen
from store.inspection import verify_version
from store.location import Location


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The options of the three commands."""
    verify = commands.add_parser("verify", parents=[shared], help="check the facts against their own rules")
    verify.add_argument("--version", dest="named", help="another version than the current one")
    verify.set_defaults(run=run_verify)
    listed = commands.add_parser("versions", parents=[shared], help="list the versions of the facts")
    listed.set_defaults(run=run_versions)
    prune = commands.add_parser("prune", parents=[shared], help="remove old versions")
    prune.add_argument(
        "--keep", type=_count, default=2, help="versions to keep beside the current one (default 2)"
    )
    prune.set_defaults(run=run_prune)


def run_verify(location: Location, arguments: argparse.Namespace, screen: Screen) -> int:
    """Run every check; 1 when one fails."""
    version = arguments.named or versions.current_version(location)
    known = [known.name for known in versions.list_versions(location)]
    if version not in known:
        screen.fault(f"{location} has no version {version!r}; it has {', '.join(known)}", 2)
        return 2
    checks = verify_version(location, version)
    passed = all(check.passed for check in checks)
    screen.result({"version": version, "passed": passed, "checks": [check.as_dict() for check in checks]})
    screen.table(
        ["check", "", "found"],
        [[check.name, "ok" if check.passed else "FAILED", check.found] for check in checks],
    )
    screen.say(f"Version {version} {'passes' if passed else 'does not pass'} its checks.")
    return 0 if passed else 1


def run_versions(location: Location, _arguments: argparse.Namespace, screen: Screen) -> int:
    """List versions, newest first."""
    found = versions.list_versions(location)
    screen.result({"store": str(location), "versions": [asdict(version) for version in found]})
    screen.table(
        ["version", "", "built (UTC)", "MB"],
        [
            [
                version.name,
                "current" if version.current else "",
                f"{version.built_at:%Y-%m-%d %H:%M}",
                round(version.size / 1e6, 1),
            ]
            for version in found
        ],
    )
    if not found:
        screen.say(f"{location} holds no facts yet.")
    return 0


def run_prune(location: Location, arguments: argparse.Namespace, screen: Screen) -> int:
    """Remove all but the current and the newest others."""
    removed = versions.prune(location, arguments.keep)
    screen.result({"store": str(location), "removed": removed})
    screen.say(f"Removed {', '.join(removed)}." if removed else "Nothing to remove.")
    return 0


def _count(words: str) -> int:
    count = int(words)
    if count < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return count
