"""Days, months, seasons and years that a text names, as spans of days; relative ones are read against `as_of`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Literal

from pipeline.models import Frozen

Relation = Literal["in", "by", "before", "after", "since", "as_of"]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}
_PART = r"(?:(?P<part>early|mid|late|beginning of|start of|middle of|end of|the end of)[- ]?)?"
_YEAR = r"(?P<year>(?:19|20)\d\d|(?:of |')\d\d)"
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        ("iso", r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b"),
        ("day", rf"\b{_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? {_YEAR}\b)?"),
        ("day", rf"\b(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR}\b)?"),
        ("month", rf"\b{_PART}{_MONTH},? (?:of )?{_YEAR}\b"),
        ("quarter", r"\bQ(?P<quarter>[1-4]) (?:of )?(?P<year>(?:19|20)\d\d)\b"),
        ("half", r"\b(?P<half>first|second) half of (?P<year>(?:19|20)\d\d)\b"),
        ("bare_month", rf"\b(?:in|last|this|by|since|until|before|after|back in|during) {_PART}{_MONTH}\b(?! \d)"),
        ("part_month", rf"\b(?P<part>early|mid|late|end of|the end of)[- ]?{_MONTH}\b(?! \d)"),
        ("season", r"\b(?P<which>last|this) (?P<season>spring|summer|fall|autumn|winter)\b"),
        (
            "ago",
            r"\b(?P<count>\d+|a|an|one|two|three|four|five|six|a couple(?: of)?|a few|couple) (?P<unit>day|week|month|year)s? ago\b",
        ),
        ("relative", r"\b(?P<which>last|this|past) (?P<unit>week|month|year|quarter)\b|\b(?P<word>yesterday|today)\b"),
        ("year", rf"\b{_PART}(?P<year>(?:19|20)\d\d)\b(?![-/]\d)"),
    )
)
_BEFORE: tuple[tuple[Relation, re.Pattern[str]], ...] = (
    ("as_of", re.compile(r"\bas of (?:the )?$", re.I)),
    ("by", re.compile(r"\b(?:by|until|no later than)(?: the end of)? (?:the )?$", re.I)),
    ("before", re.compile(r"\b(?:before|prior to|earlier than) (?:the )?$", re.I)),
    ("after", re.compile(r"\b(?:after|later than) (?:the )?$", re.I)),
    ("since", re.compile(r"\bsince (?:the )?$", re.I)),
)


class DateSpan(Frozen):
    """A stretch of days that a text names: first and last day, both included."""

    first: date
    last: date
    relation: Relation = "in"
    text: str = ""
    start: int = 0
    end: int = 0
    precision: Literal["day", "month", "span", "year"] = "day"

    def covers(self, first: date, last: date | None = None) -> bool:
        """Whether something that happened between `first` and `last` fits what was said."""
        last = last or first
        if self.relation in ("by", "as_of"):
            return first <= self.last
        if self.relation == "before":
            return first < self.first
        if self.relation in ("after", "since"):
            return last >= self.first
        return first <= self.last and last >= self.first


def find_dates(text: str, as_of: date | None = None) -> list[DateSpan]:
    """The dates of a text in order; without `as_of`, those that need a reference day are left out."""
    found: list[DateSpan] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            span = _span(kind, match, as_of)
            if span is not None:
                first, last = span
                precision: Literal["day", "month", "span", "year"] = (
                    "day"
                    if first == last
                    else "year"
                    if kind == "year" and not match["part"]
                    else "month"
                    if kind == "month"
                    else "span"
                )
                found.append(
                    DateSpan(
                        first=first,
                        last=last,
                        relation=_relation(text, match),
                        text=match[0],
                        start=match.start(),
                        end=match.end(),
                        precision=precision,
                    )
                )
    return sorted(found, key=lambda span: span.start)


def _relation(text: str, match: re.Match[str]) -> Relation:
    before = text[: match.start()]
    word = re.match(r"(by|since|until|before|after) ", match[0], re.I)
    if word:
        before += word[0]
    for relation, pattern in _BEFORE:
        if pattern.search(before):
            return relation
    return "in"


def _span(kind: str, match: re.Match[str], as_of: date | None) -> tuple[date, date] | None:
    group = match.groupdict()
    try:
        if kind == "iso":
            day = date(int(group["year"]), int(group["number"]), int(group["day"]))
            return day, day
        if kind in ("day", "month", "bare_month", "part_month"):
            return _calendar(group, as_of)
        if kind in ("year", "quarter", "half"):
            return _part_of_year(group)
        return None if as_of is None else _relative(kind, group, as_of)
    except ValueError:
        return None


def _calendar(group: dict[str, str | None], as_of: date | None) -> tuple[date, date] | None:
    month = _MONTHS[(group["month"] or "").lower()]
    year = _year(group.get("year"))
    if year is None:
        if as_of is None:
            return None
        year = as_of.year if (month, int(group.get("day") or 1)) <= (as_of.month, as_of.day) else as_of.year - 1
    if group.get("day"):
        day = date(year, month, int(group["day"] or 1))
        return day, day
    return _part_of_month(year, month, group.get("part"))


def _year(text: str | None) -> int | None:
    if not text:
        return None
    digits = int(re.sub(r"\D", "", text))
    return digits if digits > 99 else 2000 + digits


def _part_of_month(year: int, month: int, part: str | None) -> tuple[date, date]:
    last = calendar.monthrange(year, month)[1]
    part = (part or "").lower()
    if part in ("early", "beginning of", "start of"):
        return date(year, month, 1), date(year, month, 10)
    if part in ("mid", "middle of"):
        return date(year, month, 10), date(year, month, 20)
    if part in ("late", "end of", "the end of"):
        return date(year, month, 20), date(year, month, last)
    return date(year, month, 1), date(year, month, last)


def _part_of_year(group: dict[str, str | None]) -> tuple[date, date]:
    year = int(group["year"] or 0)
    if group.get("quarter"):
        first = 3 * int(group["quarter"] or 1) - 2
        return date(year, first, 1), _part_of_month(year, first + 2, None)[1]
    part = (group.get("part") or group.get("half") or "").lower()
    first, last = {"early": (1, 4), "beginning of": (1, 4), "start of": (1, 4), "mid": (5, 8), "middle of": (5, 8), "late": (9, 12),
                   "end of": (10, 12), "the end of": (10, 12), "first": (1, 6), "second": (7, 12)}.get(part, (1, 12))  # fmt: skip
    return date(year, first, 1), _part_of_month(year, last, None)[1]


def _relative(kind: str, group: dict[str, str | None], as_of: date) -> tuple[date, date] | None:
    if kind == "season":
        return _season(group["season"] or "", last=(group["which"] or "").lower() == "last", as_of=as_of)
    if kind == "ago":
        words = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "a few": 3}
        text = (group["count"] or "").lower()
        count = int(text) if text.isdigit() else words.get(text, 2)
        size = {"day": 1, "week": 7, "month": 30, "year": 365}[(group["unit"] or "").lower()]
        middle, slack = as_of - timedelta(days=count * size), max(size // 2, size * count // 4)
        return middle - timedelta(days=slack), min(middle + timedelta(days=slack), as_of)
    if group.get("word"):
        day = as_of - timedelta(days=(group["word"] or "").lower() == "yesterday")
        return day, day
    return _last_or_this(group["unit"] or "", this=(group["which"] or "").lower() == "this", as_of=as_of)


def _last_or_this(unit: str, *, this: bool, as_of: date) -> tuple[date, date]:
    unit = unit.lower()
    if unit == "week":
        return (
            (as_of - timedelta(days=as_of.weekday()), as_of)
            if this
            else (as_of - timedelta(days=14), as_of - timedelta(days=1))
        )
    if unit == "month":
        first = as_of.replace(day=1)
        return (first, as_of) if this else ((first - timedelta(days=1)).replace(day=1), first - timedelta(days=1))
    if unit == "quarter":
        return (
            (as_of - timedelta(days=92), as_of) if this else (as_of - timedelta(days=184), as_of - timedelta(days=30))
        )
    year = as_of.year - (not this)
    return date(year, 1, 1), min(date(year, 12, 31), as_of)


def _season(name: str, *, last: bool, as_of: date) -> tuple[date, date]:
    first_month, last_month = _SEASONS[name.lower()]
    for year in (as_of.year, as_of.year - 1, as_of.year - 2):
        first = date(year, first_month, 1)
        end_year = year + (last_month < first_month)
        end = _part_of_month(end_year, last_month, None)[1]
        if (end < as_of) if last else (first <= as_of):
            return first, end
    return date(as_of.year - 1, first_month, 1), as_of
