"""The episode as a strip from left to right: who speaks when, and every claim where it was said, a lane a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.models import Report
from reports import text as t
from reports.shapes import Card
from reports.words import KINDS, MEANING, VERDICT, Kind

_PARTS = 300
_TICK_STEPS = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True)
class StripMark:
    """A claim's place on the strip: `x` in per cent of the episode."""

    x: float
    id: str
    title: str


@dataclass(frozen=True)
class Lane:
    """One verdict's row on the strip."""

    kind: Kind
    label: str
    meaning: str
    count: int
    marks: tuple[StripMark, ...]

    @property
    def size(self) -> int:
        """The width of a mark in pixels: smaller where there are many."""
        return 14 if self.count <= 40 else 10 if self.count <= 90 else 6


@dataclass(frozen=True)
class Talk:
    """A stretch of the strip in which one person speaks, in per cent."""

    x: float
    width: float
    speaker: int


@dataclass(frozen=True)
class Strip:
    """The episode from left to right."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    talk: tuple[Talk, ...]
    timed: bool
    seconds: float
    words: str


def strip(report: Report, every: Sequence[Card]) -> Strip:
    """The strip of a report; `every` are its cards in the report's order."""
    seconds = report.episode.duration or max((s.end or 0.0 for s in report.transcript.segments), default=0.0)
    timed = seconds > 0 and any(c.start is not None for c in every)
    places = _places(report, every, seconds if timed else 0.0)
    lanes = []
    for kind in KINDS:
        own = [c for c in every if c.kind == kind]
        marks = tuple(
            StripMark(places[c.id], c.id, f"{c.when + ' ' if c.when else ''}{c.label}: {t.bounded(c.claim, 140)}")
            for c in own
        )
        lanes.append(Lane(kind, VERDICT[kind], MEANING[kind], len(own), marks))
    words = t.listed([f"{lane.count} {lane.label.lower()}" for lane in lanes if lane.count]) or "no claims"
    ticks = _ticks(seconds) if timed else ((0.0, "start"), (100.0, "end"))
    return Strip(tuple(lanes), ticks, _talk(report, seconds) if timed else (), timed, seconds, words)


def _places(report: Report, cards: Sequence[Card], seconds: float) -> dict[str, float]:
    """Each claim's place in per cent: by time, or by letters of transcript before it where there are no times."""
    if seconds:
        return {c.id: round(min(max((c.start or 0.0) / seconds, 0.0), 1.0) * 100, 2) for c in cards}
    before: dict[int, int] = {}
    letters = 0
    for segment in report.transcript.segments:
        before[segment.id] = letters
        letters += len(segment.text)
    places = {}
    for checked, view in zip(report.claims, cards, strict=True):
        first = next((before[i] for i in checked.claim.segment_ids if i in before), 0)
        places[view.id] = round(first / (letters or 1) * 100, 2)
    return places


def _ticks(seconds: float) -> tuple[tuple[float, str], ...]:
    step = next((s for s in _TICK_STEPS if seconds / s <= 6.5), 14400)
    marks = [(i * step / seconds * 100, t.clock(i * step)) for i in range(int(seconds // step) + 1)]
    return tuple((round(x, 2), label) for x, label in marks if x <= 97 or x == 0)


def _talk(report: Report, seconds: float) -> tuple[Talk, ...]:
    """Who speaks when: in each of 300 parts of the episode the one who speaks longest; equal neighbours joined."""
    names = list(dict.fromkeys(s.speaker for s in report.transcript.segments if s.speaker))
    if len(names) < 2:
        return ()
    shares: list[dict[int, float]] = [{} for _ in range(_PARTS)]
    for segment in report.transcript.segments:
        if segment.speaker is None or segment.start is None or segment.end is None:
            continue
        number = names.index(segment.speaker) % 6
        first, last = segment.start / seconds * _PARTS, segment.end / seconds * _PARTS
        for part in range(max(0, int(first)), min(_PARTS, int(last) + 1)):
            overlap = min(last, part + 1) - max(first, part)
            shares[part][number] = shares[part].get(number, 0.0) + overlap
    stretches: list[tuple[int, int, int]] = []
    for part, share in enumerate(shares):
        if not share or max(share.values()) < 0.2:
            continue
        number = max(share, key=lambda n: share[n])
        if stretches and stretches[-1][1:] == (part, number):
            stretches[-1] = (stretches[-1][0], part + 1, number)
        else:
            stretches.append((part, part + 1, number))
    return tuple(
        Talk(round(first / _PARTS * 100, 2), round((after - first) / _PARTS * 100, 2), number)
        for first, after, number in stretches
    )
