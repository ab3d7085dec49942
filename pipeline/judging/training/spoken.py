"""Numbers and dates as people say them, for generated training claims."""

import random
import re
from datetime import date

_ONES: list[str] = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
_TENS: list[str] = re.findall(r"\w+", "zero ten twenty thirty forty fifty sixty seventy eighty ninety")
_MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]


def say_integer(value: int) -> str:
    """The words for 0 <= value < 10 billion: 671 -> "six hundred seventy-one"."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10] + (f"-{_ONES[value % 10]}" if value % 10 else "")
    for size, name in ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return f"{say_integer(value // size)} {name}" + (f" {say_integer(rest)}" if rest else "")
    raise AssertionError(value)


def say_number(value: float) -> str:
    """The words for a number with up to two decimals: 88.5 -> "eighty-eight point five"."""
    whole, _, decimals = plain(value).partition(".")
    words = say_integer(int(whole))
    return words + (" point " + " ".join(_ONES[int(d)] for d in decimals) if decimals else "")


def plain(value: float) -> str:
    """The number as written, at most two decimals, no trailing zeros: 20.0 -> "20"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def grouped(value: float) -> str:
    """The number with thousands separators where they are usual: 1426 -> "1,426"."""
    return f"{int(value):,}" if value >= 1000 and value == int(value) else plain(value)


def some_form(value: float, rng: random.Random) -> str:
    """The number in digits, grouped digits or words."""
    draw = rng.random()
    if draw < 0.3 and value < 10_000_000_000:
        return say_number(value)
    return grouped(value) if draw < 0.6 else plain(value)


def say_day(day: date, rng: random.Random) -> str:
    """A day as written or said: "January 20, 2025", "20 January 2025", "the 20th of January 2025", "2025-01-20"."""
    month = _MONTHS[day.month - 1]
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return rng.choice(
        (
            f"{month} {day.day}, {day.year}",
            f"{day.day} {month} {day.year}",
            f"{month} {day.day}{ending}, {day.year}",
            f"the {day.day}{ending} of {month} {day.year}",
            day.isoformat(),
        )
    )


def say_month(year: int, month: int) -> str:
    """A month: "January 2025"."""
    return f"{_MONTHS[month - 1]} {year}"


def shifted_month(day: date, months: int) -> str:
    """The month so many months away from a day."""
    index = day.year * 12 + day.month - 1 + months
    return say_month(index // 12, index % 12 + 1)
