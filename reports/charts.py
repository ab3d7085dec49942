"""Small charts of the numbers behind a verdict: geometry in per cent of the width, drawn as inline SVG by a template.

Two kinds: a scale shows values of one unit as dots or bars on a common axis, with the gap between two of them; a
timeline shows dated events on a line of days, with the time from first to last. Each says the same in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from pipeline.models import Derivation, Operand, Reading
from reports.text import MONTHS, clean, day, line, listed, number

Anchor = Literal["start", "middle", "end"]
DAYS_A_MONTH = 365.25 / 12
_MOST = 8
_ABOUT_TIME = re.compile(r"month|day|week|year|lag|date|behind|time", re.IGNORECASE)
_ABOUT_RATIO = re.compile(r"ratio|times|factor|fraction|share|÷|/", re.IGNORECASE)
_HELD_AGAINST = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[−-]\s*(\d+(?:\.\d+)?)\s*=")
_MONTHS_SAID = re.compile(r"(?:[:=]\s*|^)([−-]?\d+(?:\.\d+)?) months\b")
_SPOKEN_DAY = re.compile(r"\b(\d{1,2}) (" + "|".join(MONTHS) + r") (\d{4})\b")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Mark:
    """One value or event: `x` is its place in per cent of the width."""

    x: float
    label: str
    value: str
    when: str
    anchor: Anchor
    cited: int | None = None
    row: int = 0
    tone: int = 0
    """0 or 1: which of two colours; the order and the labels say the same."""


@dataclass(frozen=True)
class Gap:
    """What lies between two marks."""

    start: float
    end: float
    text: str

    @property
    def middle(self) -> float:
        return round((self.start + self.end) / 2, 2)

    @property
    def width(self) -> float:
        return round(self.end - self.start, 2)

    @property
    def anchor(self) -> Anchor:
        return _anchor(self.middle)


@dataclass(frozen=True)
class Chart:
    """Everything a template needs to draw a chart, and the same in words."""

    kind: Literal["scale", "timeline"]
    marks: tuple[Mark, ...]
    gap: Gap | None
    ticks: tuple[tuple[float, str, Anchor], ...]
    bars: bool
    words: str


def chart(derivation: Derivation, numbers: Mapping[str, int]) -> Chart | None:
    """The chart that fits the derivation's operands, or None when there is nothing to compare.

    `numbers` maps passage ids to the citation numbers shown beside them.
    """
    operands = derivation.operands[:_MOST]
    dated = _dated(derivation, operands)
    if len({when for when, _ in dated}) > 1 and _ABOUT_TIME.search(derivation.operation):
        return _timeline(dated, numbers) if _agrees(derivation, dated) else None
    operands = (*operands, *_as_said(derivation))
    values = [(float(o.value), o) for o in operands if isinstance(o.value, int | float)]
    units = {operand.unit for _, operand in values}
    if len(values) > 1 and len(units) == 1 and len({value for value, _ in values}) > 1:
        return _scale(values, numbers, ratio=bool(_ABOUT_RATIO.search(derivation.operation)))
    return None


def _as_said(derivation: Derivation) -> tuple[Operand, ...]:
    """The number that was said, where a single cited number is held against it ("71.7 − 84 = −12.3")."""
    if len(derivation.operands) != 1 or not derivation.steps:
        return ()
    cited, step = derivation.operands[0], _HELD_AGAINST.match(derivation.steps[0])
    if step is None or not isinstance(cited.value, int | float) or float(step[1]) != float(cited.value):
        return ()
    return (Operand(label="as said", value=float(step[2]), unit=cited.unit, passage_id=""),)


def _dated(derivation: Derivation, operands: Sequence[Operand]) -> list[tuple[date, Operand]]:
    """Each operand with its day: the one that the steps name for it, else its own; empty when one has none."""
    named = [day for step in derivation.steps for day in _days_in(step)]
    own = [_when(operand) for operand in operands]
    days = named if len(named) == len(operands) else own
    found = [(when, operand) for when, operand in zip(days, operands, strict=True) if when is not None]
    return found if len(found) == len(operands) else []


def _days_in(step: str) -> list[date]:
    """The days that a step names, as in "28 May 2025"."""
    found = []
    for day_of, month, year in _SPOKEN_DAY.findall(step):
        with suppress(ValueError):
            found.append(date(int(year), MONTHS.index(month) + 1, int(day_of)))
    return found


def _agrees(derivation: Derivation, dated: Sequence[tuple[date, Operand]]) -> bool:
    """Whether the days lie as far apart as the steps say; a chart must not tell another story than the arithmetic."""
    said = [float(number) for step in derivation.steps for number in _MONTHS_SAID.findall(step)]
    days = [when for when, _ in dated]
    months = (max(days) - min(days)).days / DAYS_A_MONTH
    return not said or any(abs(abs(number) - months) < 0.15 + months * 0.02 for number in said)


def months_chart(readings: Sequence[Reading]) -> Chart | None:
    """Months behind under each reading, from zero; None when fewer than two readings say a number of months."""
    said: list[tuple[str, float]] = []
    for reading in readings:
        steps = reading.derivation.steps if reading.derivation else ()
        found = [float(number) for step in steps for number in _MONTHS_SAID.findall(step)]
        if found:
            said.append((line(clean(reading.name), 80), found[-1]))
    if len(said) < 2 or min(months for _, months in said) < 0:
        return None
    most = max(months for _, months in said) or 1.0
    marks = tuple(
        Mark(
            round(months / most * 100, 2),
            name[:1].upper() + name[1:],
            f"{number(months, 1)} months",
            "",
            "start",
            row=row,
        )
        for row, (name, months) in enumerate(said)
    )
    return Chart("scale", marks, None, (), True, listed([f"{mark.label}: {mark.value}" for mark in marks]) + ".")


def _when(operand: Operand) -> date | None:
    if isinstance(operand.value, str) and _ISO_DAY.fullmatch(operand.value.strip()):
        try:
            return date.fromisoformat(operand.value.strip())
        except ValueError:
            return operand.date
    return operand.date


def _anchor(x: float) -> Anchor:
    return "start" if x < 34 else "end" if x > 66 else "middle"


def _scale(values: list[tuple[float, Operand]], numbers: Mapping[str, int], ratio: bool) -> Chart:
    low, high = min(value for value, _ in values), max(value for value, _ in values)
    bars = ratio or (low >= 0 and low < high * 0.7)
    bottom, top = (min(0.0, low), high) if bars else _nice_range(low, high)
    span = (top - bottom) or 1.0
    unit = line(values[0][1].unit, 24)
    marks = tuple(
        Mark(
            x=round((value - bottom) / span * 100, 2),
            label=line(clean(operand.label), 80),
            value=_with_unit(value, unit),
            when=day(operand.date, short=True) if operand.date else "",
            anchor="end" if (value - bottom) / span > 0.5 else "start",
            cited=numbers.get(operand.passage_id),
            row=row,
            tone=row % 2,
        )
        for row, (value, operand) in enumerate(values)
    )
    gap = None
    if len(marks) == 2:
        text = f"{number(high / low, 1)} ×" if ratio and low > 0 else _difference(high - low, unit)
        gap = Gap(min(m.x for m in marks), max(m.x for m in marks), text)
    ticks = () if bars else ((0.0, number(bottom), _anchor(0)), (100.0, number(top), _anchor(100)))
    words = listed([f"{mark.label}: {mark.value}" for mark in marks]) + (f"; apart: {gap.text}." if gap else ".")
    return Chart("scale", marks, gap, ticks, bars, words)


def _timeline(dated: list[tuple[date, Operand]], numbers: Mapping[str, int]) -> Chart:
    dated = sorted(dated, key=lambda pair: pair[0])
    first, last = dated[0][0], dated[-1][0]
    margin = max((last - first).days * 0.12, 4)
    left, right = first - timedelta(days=margin), last + timedelta(days=margin)
    span = (right - left).days or 1

    def place(when: date) -> float:
        return round((when - left).days / span * 100, 2)

    marks = tuple(
        Mark(
            x=place(when),
            label=line(clean(operand.label), 80),
            value=_value(operand),
            when=day(when, short=True),
            anchor=_anchor(place(when)),
            cited=numbers.get(operand.passage_id),
            row=row,
            tone=row % 2,
        )
        for row, (when, operand) in enumerate(dated)
    )
    gap = Gap(place(first), place(last), between(first, last))
    words = listed([f"{mark.label}: {mark.when}" for mark in marks]) + f"; {gap.text} from first to last."
    return Chart("timeline", marks, gap, month_ticks(left, right, span), False, words)


def between(first: date, last: date) -> str:
    """The time between two days: in days up to nine weeks, then in months of 30.44 days, to a tenth."""
    days = abs((last - first).days)
    return f"{days} days" if days < 64 else f"{number(days / DAYS_A_MONTH, 1)} months"


def month_ticks(left: date, right: date, span: int) -> tuple[tuple[float, str, Anchor], ...]:
    """First days of months (of every third, sixth or twelfth one in long spans), at most seven of them."""
    months = (right.year - left.year) * 12 + right.month - left.month
    step = next((s for s in (1, 3, 6, 12, 24) if months / s <= 6), 60)
    ticks: list[tuple[float, str, Anchor]] = []
    year, month = left.year, left.month
    while (when := date(year, month, 1)) <= right:
        x = round((when - left).days / span * 100, 2)
        if when >= left and (month - 1) % min(step, 12) == 0 and 3 <= x <= 97:
            ticks.append((x, day(when, "month", short=True), "middle"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    kept = ticks[:1]
    kept.extend(tick for before, tick in pairwise(ticks) if tick[0] - before[0] >= 12)
    return tuple(kept)


def _nice_range(low: float, high: float) -> tuple[float, float]:
    """A range around the values that ends on round numbers."""
    pad = (high - low) * 0.35
    unit = 10 ** len(str(int((high - low) or 1))) / 20
    return (low - pad) // unit * unit, -((-(high + pad)) // unit) * unit


def _with_unit(value: float, unit: str) -> str:
    return f"{number(value)}%" if unit in {"percent", "%"} else f"{number(value)} {unit}".strip()


def _difference(value: float, unit: str) -> str:
    points = "percentage point" if number(value) == "1" else "percentage points"
    return f"{number(value)} {points}" if unit in {"percent", "%"} else f"{number(value)} {unit}".strip()


def _value(operand: Operand) -> str:
    if isinstance(operand.value, str):
        return "" if _ISO_DAY.fullmatch(operand.value.strip()) else line(clean(operand.value), 40)
    return _with_unit(float(operand.value), line(operand.unit, 24))
