"""A search result as the explorer shows it: the words that were asked for marked in the passage."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.models import Hit
from reports import text as t
from reports.words import RANK, RANK_MEANING

_WORD = re.compile(r"[^\W_]+(?:[.'-][^\W_]+)*")
_COMMON = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "in",
        "is",
        "it",
        "of",
        "on",
        "the",
        "to",
        "was",
    }
)


@dataclass(frozen=True)
class Found:
    """One passage, cut into runs; `marked` runs are words of the question."""

    id: str
    source_id: str
    runs: tuple[tuple[str, bool], ...]
    title: str
    publisher: str
    url: str
    site: str
    known: str
    page_date: str
    rank: str
    rank_meaning: str
    location: str
    origin: str


def found(hit: Hit, question: str, whole: bool = False) -> Found:
    """The hit with the question's words marked; the passage is bounded unless `whole` is asked for."""
    passage = hit.passage
    text = t.bounded(t.flat(passage.text[:80_000]), 20_000 if whole else 900)
    return Found(
        id=passage.id,
        source_id=passage.source_id,
        runs=_marked(text, question),
        title=t.line(passage.title) or t.site(passage.url) or "Untitled source",
        publisher=t.line(passage.publisher, 100),
        url=t.safe_url(passage.url),
        site=t.site(passage.url),
        known=t.day(passage.known_from, passage.date_precision),
        page_date="" if passage.published in (None, passage.known_from) else t.day(passage.published),
        rank=RANK[passage.rank],
        rank_meaning=RANK_MEANING[passage.rank],
        location=t.line(passage.location),
        origin="" if passage.origin == passage.publisher else t.line(passage.origin, 100),
    )


def _marked(text: str, question: str) -> tuple[tuple[str, bool], ...]:
    words = {word.lower() for word in _WORD.findall(question[:600])} - _COMMON
    runs: list[tuple[str, bool]] = []
    at = 0
    for match in _WORD.finditer(text) if words else ():
        if match[0].lower() in words:
            runs += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    runs.append((text[at:], False))
    return tuple(run for run in runs if run[0])
