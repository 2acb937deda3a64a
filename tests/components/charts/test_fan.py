"""Where the level of a fan is named: on its line, off the fan."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from components.charts.fan import FanPoint, table

START = date(2026, 11, 15)


def fan_to(last: float, first: float) -> list[FanPoint]:
    """Twenty weeks from one number to another, with a narrow band."""
    points = []
    for week in range(1, 21):
        middle = first + (last - first) * week / 20
        end = START + timedelta(weeks=week)
        points.append(FanPoint(str(week), end, middle - 20, middle - 10, middle, middle + 10, middle + 20))
    return points


@pytest.mark.parametrize(
    ("now", "last", "level", "at_end", "above"),
    [
        (2000, 200, 300, False, True),  # the fan comes down to the level: named at its start
        (800, 2100, 921, True, True),  # it leaves the level upwards: at its end, above where the fan is high
        (900, 100, 880, True, True),  # it falls from the level
        (1000, 1000, 200, False, True),
        (1000, 1000, 20, False, True),
        (300, 1100, 1000, False, True),
    ],
)
def test_the_level_is_named_off_the_fan(
    now: float, last: float, level: float, at_end: bool, above: bool
) -> None:
    rows = table(now, START, fan_to(last, now), level, "here").to_pylist()
    (text,) = (row for row in rows if row["layer"] in ("level-text", "level-text-end"))
    assert (text["layer"] == "level-text-end", text["y"] > level) == (at_end, above)
