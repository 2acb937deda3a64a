"""Settings of the organisation: one TOML file, validated, with errors a person can act on."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DEFAULT_SETTINGS = Path(__file__).parent / "default_settings.toml"


class SettingsError(ValueError):
    """The settings file cannot be used; the message names place and cure."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except Exception:
        raise ValueError(f"{name!r} is no time zone; write one like 'Europe/Luxembourg'") from None
    return name


class Organisation(_Strict):
    """Name and time rules; they stand in every footer."""

    name: str
    time_zone: str = "UTC"
    week_starts_on: str = "monday"
    fiscal_year_ends_in: Annotated[int, Field(ge=1, le=12)] = 12
    currency: str = "USD"
    sales_word: str = "GMV"

    _known_zone = field_validator("time_zone")(_zone)

    @field_validator("week_starts_on")
    @classmethod
    def _known_weekday(cls, value: str) -> str:
        if value.lower() not in WEEKDAYS:
            raise ValueError(f"{value!r} is no weekday; write one of {', '.join(WEEKDAYS)}")
        return value.lower()

    @property
    def week_start(self) -> int:
        """First weekday, 0 for Monday to 6 for Sunday."""
        return WEEKDAYS.index(self.week_starts_on)


class BusinessCalendar(_Strict):
    """Business hours on local time. `opens` = 00:00 and `closes` = 24:00 means round the clock."""

    time_zone: str
    workdays: tuple[str, ...] = WEEKDAYS[:5]
    opens: str = "09:00"
    closes: str = "17:00"
    holidays: dict[dt.date, str] = Field(default_factory=dict)

    _known_zone = field_validator("time_zone")(_zone)

    @field_validator("workdays")
    @classmethod
    def _known_weekdays(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name.lower() not in WEEKDAYS]
        if unknown or not value:
            raise ValueError(f"{unknown or 'an empty list'} is no list of weekdays")
        return tuple(name.lower() for name in value)

    @field_validator("opens", "closes")
    @classmethod
    def _clock_time(cls, value: str) -> str:
        _minutes(value)
        return value

    @model_validator(mode="after")
    def _opens_before_closes(self) -> BusinessCalendar:
        if self.opens_minute >= self.closes_minute:
            raise ValueError(f"opens {self.opens} must come before closes {self.closes}")
        return self

    @property
    def opens_minute(self) -> int:
        """Minutes after local midnight."""
        return _minutes(self.opens)

    @property
    def closes_minute(self) -> int:
        """Minutes after local midnight; 1440 for 24:00."""
        return _minutes(self.closes)

    @property
    def weekday_numbers(self) -> tuple[int, ...]:
        """Workdays, 0 for Monday."""
        return tuple(WEEKDAYS.index(name) for name in self.workdays)


def _minutes(clock: str) -> int:
    try:
        hours, minutes = (int(part) for part in clock.split(":"))
    except ValueError:
        raise ValueError(f"{clock!r} is no time of day; write it as 09:00") from None
    if not (0 <= minutes < 60 and 0 <= hours * 60 + minutes <= 1440):
        raise ValueError(f"{clock!r} is no time of day between 00:00 and 24:00")
    return hours * 60 + minutes


class SeverityTarget(_Strict):
    """Promises per severity, in business hours of the team's calendar."""

    first_response_hours: Annotated[float, Field(gt=0)]
    resolution_hours: Annotated[float, Field(gt=0)]


class Partner(_Strict):
    """A partner we wait on, and the calendar hours it agreed to."""

    agreed_hours: Annotated[float, Field(gt=0)] | None = None


class SmallNumbers(_Strict):
    """Below these counts a rate is withheld."""

    person: Annotated[int, Field(ge=2)] = 10
    group: Annotated[int, Field(ge=2)] = 5


class Planning(_Strict):
    """What capacity is planned with: the band hours on cases should keep to, and the aim within it."""

    utilisation_low: Annotated[float, Field(gt=0, le=1)] = 0.70
    utilisation_high: Annotated[float, Field(gt=0, le=1)] = 0.85
    utilisation_target: Annotated[float, Field(gt=0, le=1)] = 0.80
    backlog_days: Annotated[float, Field(gt=0)] = 30.0

    @model_validator(mode="after")
    def _target_within_band(self) -> Planning:
        if not self.utilisation_low <= self.utilisation_target <= self.utilisation_high:
            raise ValueError(
                f"utilisation_target {self.utilisation_target} must lie between utilisation_low "
                f"{self.utilisation_low} and utilisation_high {self.utilisation_high}"
            )
        return self


class Settings(_Strict):
    """All settings of one store."""

    organisation: Organisation
    calendars: dict[str, BusinessCalendar] = Field(default_factory=dict)
    default_calendar: str | None = None
    severities: dict[str, SeverityTarget] = Field(default_factory=dict)
    partners: dict[str, Partner] = Field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    strategic_tier: str = "strategic"
    small_numbers: SmallNumbers = SmallNumbers()
    planning: Planning = Planning()
    now_max_age_hours: Annotated[float, Field(gt=0)] = 24.0

    @model_validator(mode="after")
    def _default_calendar_exists(self) -> Settings:
        if self.default_calendar is not None and self.default_calendar not in self.calendars:
            known = ", ".join(self.calendars) or "none"
            raise ValueError(
                f"default_calendar {self.default_calendar!r} is not among the calendars: {known}"
            )
        return self

    def calendar_for(self, name: str | None) -> BusinessCalendar | None:
        """The calendar called `name`, else the default one, else None (round the clock, no holidays)."""
        if name and name in self.calendars:
            return self.calendars[name]
        return self.calendars[self.default_calendar] if self.default_calendar else None

    @property
    def digest(self) -> str:
        """Hash of everything derived columns depend on."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def read_settings(path: Path) -> Settings:
    """Settings from a TOML file.

    Raises SettingsError with file, key and cure when it cannot be read or does not hold.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SettingsError(
            f"{path}: cannot be read ({fault.strerror}); restore it or delete it for the defaults"
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{path}: is not valid TOML: {fault}") from fault
    try:
        return Settings.model_validate(raw)
    except ValidationError as fault:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in error['loc']) or 'file'}: {_plain(error)}"
            for error in fault.errors()
        )
        raise SettingsError(f"{path}: {problems}") from fault


def _plain(error: object) -> str:
    assert isinstance(error, dict)
    if error["type"] == "extra_forbidden":
        return "is no known setting; remove it or check its spelling"
    if error["type"] == "missing":
        return "is missing; add it"
    return str(error["msg"]).removeprefix("Value error, ")
