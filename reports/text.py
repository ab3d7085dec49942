"""Texts from outside made fit for a page: cleaned, bounded, dates and times and numbers as people write them."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, urlsplit

from pipeline.models import DatePrecision, stable_id

STATEMENT, CLAIM, RATIONALE, QUOTE, PARAGRAPH, NAME, STEP, ARCHIVED = 1200, 600, 2400, 700, 640, 160, 400, 4000
"""The longest text shown of each kind, in characters; report.json keeps the whole."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u061c\u2060-\u2064]")
_SPACE = re.compile(r"\s+")
MONTHS: tuple[str, ...] = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def clean(text: str) -> str:
    """The text without characters that steer the page: controls and direction overrides become �, invisible ones go."""
    return _INVISIBLE.sub("", _CONTROL.sub("\ufffd", text))


def flat(text: str) -> str:
    """The text on one line, each run of white space one space."""
    return _SPACE.sub(" ", text).strip()


def bounded(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis when it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ", limit - 40)
    return (cut[:space] if space > 0 else cut).rstrip(" ,;:") + "…"


def line(text: str, limit: int = NAME) -> str:
    """One bounded line."""
    return bounded(flat(text[: limit * 4]), limit)


def around(text: str, quote: str, limit: int = PARAGRAPH) -> tuple[str, str, str]:
    """What stands before the quote, the quote, and what stands after, together about `limit` characters."""
    quote = quote.strip()
    at = text.find(quote) if quote else -1
    if at < 0:
        return bounded(flat(text[: limit * 2]), limit), "", ""
    room = max((limit - min(len(quote), QUOTE)) // 2, 60)
    before, after = text[max(0, at - room * 2) : at], text[at + len(quote) : at + len(quote) + room * 2]
    before, after = _SPACE.sub(" ", before), _SPACE.sub(" ", after)
    cut_before = len(before) > room or at > room * 2
    cut_after = len(after) > room or at + len(quote) + room * 2 < len(text)
    if cut_before:
        before = "… " + before[-room:].split(" ", 1)[-1]
    if cut_after:
        after = after[:room].rsplit(" ", 1)[0] + " …"
    return before.lstrip(), bounded(quote, QUOTE), after.rstrip()


def safe_url(url: str) -> str:
    """The address when it is http or https and of sane length, else the empty string."""
    url = url.strip()
    if len(url) > 2000 or _CONTROL.search(url) or any(char in url for char in " <>\"'`\\"):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else ""


def site(url: str) -> str:
    """The host of a safe address without `www.`, or the empty string."""
    safe = safe_url(url)
    return (urlsplit(safe).hostname or "").removeprefix("www.") if safe else ""


def path(name: str) -> str:
    """A relative path fit for an address: each part percent-encoded."""
    return quote(name, safe="/")


def slug(identifier: str) -> str:
    """An id fit for a file name and an anchor: the id itself when it is plain, else a hash of it."""
    return identifier if _SAFE_ID.fullmatch(identifier) else stable_id(identifier)


def day(when: date | None, precision: DatePrecision = "day", short: bool = False) -> str:
    """A date as people write it: 28 July 2025, July 2025, 2025; `undated` when there is none."""
    if when is None:
        return "undated"
    month = MONTHS[when.month - 1][: 3 if short else None]
    if precision == "year":
        return str(when.year)
    return f"{month} {when.year}" if precision == "month" else f"{when.day} {month} {when.year}"


def clock(seconds: float | None) -> str:
    """A place in the audio: 7:05, 1:02:33, or nothing when there are no times."""
    if seconds is None:
        return ""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def length(seconds: float | None) -> str:
    """A length of time in words: 2 min 12 s, 45 min, 3 h 5 min."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 600:
        minutes, rest = divmod(whole, 60)
        return " ".join(part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part)
    hours, minutes = divmod(round(whole / 60), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def number(value: float, places: int = 3) -> str:
    """A number without needless digits: 1474, 97.3, 125,000, 589 billion."""
    for size, name in _LARGE:
        if abs(value) >= size:
            return f"{number(value / size, places)} {name}"
    rounded = round(value, places)
    grouped = abs(rounded) >= 10_000
    whole = f"{rounded:,.{places}f}" if grouped else f"{rounded:.{places}f}"
    whole = whole.rstrip("0").rstrip(".") if "." in whole else whole
    return whole.replace("-", "−")


def counted(count: int) -> str:
    """A small number in words, a larger one in digits."""
    return _SMALL[count] if count < len(_SMALL) else str(count)


def listed(parts: list[str]) -> str:
    """The parts as a sentence lists them: a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""
