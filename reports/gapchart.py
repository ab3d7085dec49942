"""The gap between two countries' best models, drawn: two stepped lines over time, and the lag of each record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from reports import text as t
from reports.charts import Anchor, month_ticks

if TYPE_CHECKING:
    from pipeline.evidence.gap_result import GapResult, Mark

HEIGHT = 260


@dataclass(frozen=True)
class Stroke:
    """A straight piece of a line: x in per cent of the width, y in pixels."""

    x1: float
    y1: float
    x2: float
    y2: float
    side: int


@dataclass(frozen=True)
class Dot:
    """One record."""

    x: float
    y: float
    side: int
    title: str


@dataclass(frozen=True)
class GapChart:
    """Everything a template needs to draw the gap, and the same in words."""

    strokes: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, str, Anchor], ...]
    levels: tuple[tuple[float, str], ...]
    words: str
    height: int = HEIGHT


def gap_chart(result: GapResult, until: date) -> GapChart:
    """Two stepped lines of records over time; each line goes on to `until`."""
    lines = (result.leader_line, result.follower_line)
    marks = [mark for line in lines for mark in line]
    left = min(mark.day for mark in marks)
    right = max(until, *(mark.day for mark in marks))
    span = max((right - left).days, 1)
    low, high = min(mark.value for mark in marks), max(mark.value for mark in marks)
    pad = (high - low) * 0.08 or 1.0
    low, high = low - pad, high + pad

    def x(day: date) -> float:
        return round((day - left).days / span * 100, 2)

    def y(value: float) -> float:
        return round(HEIGHT - (value - low) / (high - low) * HEIGHT, 1)

    strokes: list[Stroke] = []
    for side, line in enumerate(lines):
        for mark, after in zip(line, (*line[1:], None), strict=True):
            end = x(after.day) if after else 100.0
            strokes.append(Stroke(x(mark.day), y(mark.value), end, y(mark.value), side))
            if after:
                strokes.append(Stroke(end, y(mark.value), end, y(after.value), side))
    dots = tuple(Dot(x(m.day), y(m.value), side, _title(m)) for side, line in enumerate(lines) for m in line)
    levels = tuple((y(low + (high - low) * part), t.number(low + (high - low) * part, 0)) for part in (0.1, 0.5, 0.9))
    words = (
        f"{result.leader}: {_title(result.leader_best)}. {result.follower}: {_title(result.follower_best)}. "
        f"{result.arithmetic} {result.board.unit}."
    )
    return GapChart(tuple(strokes), dots, _ticks(left, right, span), levels, words)


def _ticks(left: date, right: date, span: int) -> tuple[tuple[float, str, Anchor], ...]:
    """Months; of a stretch too short for two of them its first and last day."""
    months = month_ticks(left, right, span)
    ends: tuple[tuple[float, str, Anchor], ...] = (
        (0.0, t.day(left, short=True), "start"),
        (100.0, t.day(right, short=True), "end"),
    )
    return months if len(months) > 1 else ends


def _title(mark: Mark) -> str:
    return f"{t.line(mark.subject, 80)}, {t.number(mark.value)}, {t.day(mark.day)}"
