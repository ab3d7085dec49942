"""Partial dates become days: "2025-07" is known only once July is over."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from pipeline.models import DatePrecision

_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?$")


def read_date(text: object) -> tuple[date | None, DatePrecision]:
    """The last day that an ISO date, month or year covers, with its precision; (None, "day") when it says no date."""
    if isinstance(text, date):
        return date(text.year, text.month, text.day), "day"
    match = _PARTIAL.match(str(text or "").strip())
    if match is None:
        return None, "day"
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        assert year is not None
        if month is None:
            return date(year, 12, 31), "year"
        if day is None:
            return date(year, month, calendar.monthrange(year, month)[1]), "month"
        return date(year, month, day), "day"
    except ValueError:
        return None, "day"


def to_number(day: date | None) -> int | None:
    """A day as days since year 1, which SQLite compares fast; None stays None."""
    return None if day is None else day.toordinal()


def from_number(number: int | None) -> date | None:
    """The day that `to_number` made."""
    return None if number is None else date.fromordinal(number)


def epoch(day: date) -> int:
    """A day as seconds since 1970 at midnight UTC: how Chroma's metadata carry dates."""
    return (day - date(1970, 1, 1)) // timedelta(seconds=1)
