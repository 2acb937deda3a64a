"""Settings with calendars of every kind: office hours, round the clock across clock changes, odd weekdays."""

from __future__ import annotations

SETTINGS = """
default_calendar = "office"
tiers = ["strategic", "growth", "standard"]
[organisation]
name = "Random"
time_zone = "Europe/Luxembourg"
week_starts_on = "WEEK_START"
fiscal_year_ends_in = 8
[severities."Sev-1"]
first_response_hours = 1
resolution_hours = 8
[severities."Sev-2"]
first_response_hours = 4
resolution_hours = 40
[severities."Sev-3"]
first_response_hours = 12.5
resolution_hours = 81.25
[partners.Legal]
agreed_hours = 24
[partners.Payments]
agreed_hours = 48.5
[partners.Catalog]
[calendars.office]
time_zone = "Europe/Luxembourg"
opens = "09:00"
closes = "17:30"
[calendars.office.holidays]
2025-12-25 = "Christmas Day"
2026-01-01 = "New Year"
[calendars.chicago]
time_zone = "America/Chicago"
workdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
opens = "00:00"
closes = "24:00"
[calendars.india]
time_zone = "Asia/Kolkata"
workdays = ["sunday", "tuesday", "thursday"]
opens = "06:15"
closes = "23:45"
"""
