"""Relative days made into calendar ones: "last month", said on 31 July 2025, is "June 2025".

Only months, years and single days are written, and only where the span lies within one: a week across two months stays
as it was said.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "a couple": 2,
    "a couple of": 2,
}
_DIGITS = {
    word: n for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], 1)
}
_YEAR = rf"(?:twenty[ -])?twenty[ -](?:{'|'.join(_DIGITS)})\b|['’]\d\d"
"""A year as people say it: "twenty two", "twenty twenty-two", "'22"."""
_RELATIVE = re.compile(
    r"\b(?:(?P<day>yesterday|today)"
    r"|(?P<which>last|this) (?P<unit>week|month|year)"
    r"|(?P<count>\d{1,2}|a couple(?: of)?|an?|one|two|three|four|five|six) (?P<ago>day|week|month|year)s? ago"
    rf"|(?P<spoken>(?:{'|'.join(_MONTHS)}),? (?:of |in )?(?:{_YEAR}))"
    r"|(?:(?:back )?in|since|(?:the )?(?:end|start|beginning|middle) of|(?:in )?(?:early|mid|late)-?)"
    rf" ?(?P<month>{'|'.join(_MONTHS)})(?!,? (?:of |in )?(?:\d|{_YEAR})))\b",
    re.I,
)


def with_dates(claim: str, statement: str, as_of: date) -> str:
    """The claim with the calendar date behind each relative one, in brackets."""
    said = {match.group().lower() for match in _RELATIVE.finditer(statement)}

    def dated(match: re.Match[str]) -> str:
        found = _calendar(match, as_of) if match.group().lower() in said else None
        return f"{match.group()} ({found})" if found else match.group()

    return _RELATIVE.sub(dated, claim)


def computed(statement: str, as_of: date) -> list[str]:
    """The calendar dates that the relative ones in a statement mean."""
    return [found for match in _RELATIVE.finditer(statement) if (found := _calendar(match, as_of))]


def _calendar(match: re.Match[str], as_of: date) -> str | None:
    part = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "day" in part:
        return _day(as_of - timedelta(days=part["day"] == "yesterday"))
    if "month" in part:
        number = _MONTHS[part["month"]]
        return f"{calendar.month_name[number]} {as_of.year - (number > as_of.month)}"
    if "spoken" in part:
        return _spoken(part["spoken"])
    if "ago" in part:
        return _ago(int(part["count"]) if part["count"].isdigit() else _COUNTS[part["count"]], part["ago"], as_of)
    return _last(part["unit"], part["which"] == "last", as_of)


def _spoken(text: str) -> str:
    """ "october of twenty two" is October 2022."""
    month, *_, last = re.findall(r"[a-z]+|\d+", text)
    return f"{calendar.month_name[_MONTHS[month]]} {2000 + int(last) if last.isdigit() else 2020 + _DIGITS[last]}"


def _ago(count: int, unit: str, as_of: date) -> str | None:
    if unit == "year":
        return str(as_of.year - count)
    if unit == "month":
        return _month(as_of.year * 12 + as_of.month - 1 - count)
    day = as_of - timedelta(days=count * (7 if unit == "week" else 1))
    if unit == "day":
        return _day(day)
    return _within(day - timedelta(days=3), day + timedelta(days=3))


def _last(unit: str, before: bool, as_of: date) -> str | None:
    if unit == "year":
        return str(as_of.year - before)
    if unit == "month":
        return _month(as_of.year * 12 + as_of.month - 1 - before)
    monday = as_of - timedelta(days=as_of.weekday() + 7 * before)
    return _within(monday, monday + timedelta(days=6))


def _within(first: date, last: date) -> str | None:
    return _month(first.year * 12 + first.month - 1) if first.month == last.month else None


def _month(number: int) -> str:
    return f"{calendar.month_name[number % 12 + 1]} {number // 12}"


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
