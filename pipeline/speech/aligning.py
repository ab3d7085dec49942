"""Times for a transcript that has none: its words laid beside what was heard in the sound, and given the times of the same words.

The words stay the publisher's. What was heard and is not in the transcript (advertising put in later) is passed over; words
that were not heard alike lie evenly between their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.models import Segment, Transcript, Word

_RUN = 3
"""Words in a row that must be the same on both sides before they are believed to be each other: "the" is everywhere."""
LEAST = 0.4
"""Share of the words that must be found in the sound; below it the transcript belongs to something else."""


class Aligned(NamedTuple):
    """A transcript with times, and the share of its words that were heard alike."""

    transcript: Transcript
    found: float


def untimed(transcript: Transcript) -> bool:
    """Whether a transcript has segments without times."""
    return any(segment.start is None for segment in transcript.segments)


def with_times(given: Transcript, heard: Transcript) -> Aligned:
    """The given words and speakers with times of what was heard; every word has its own, and they never run backwards."""
    spoken = [word for segment in heard.segments for word in segment.words]
    texts = [segment.text.split() for segment in given.segments]
    flat = [token for tokens in texts for token in tokens]
    anchors = _anchors([plain(token) for token in flat], [plain(word.text) for word in spoken])
    times = _times(len(flat), {index: (spoken[other].start, spoken[other].end) for index, other in anchors}, spoken)
    segments, at = [], 0
    for segment, tokens in zip(given.segments, texts, strict=True):
        own = times[at : at + len(tokens)]
        at += len(tokens)
        segments.append(_timed(segment, tokens, own) if own else segment)
    found = len(anchors) / max(1, len(flat))
    return Aligned(given.model_copy(update={"segments": tuple(segments)}), found)


def plain(token: str) -> str:
    """A word as compared: letters and digits, no case."""
    return re.sub(r"[^\w]", "", token).casefold()


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indices of the same words, in order on both sides."""
    from rapidfuzz.distance import Indel

    kept: list[tuple[int, int]] = []
    for code in Indel.opcodes(one, other):
        if code.tag != "equal":
            continue
        pairs = list(zip(range(code.src_start, code.src_end), range(code.dest_start, code.dest_end), strict=True))
        if len(pairs) >= _RUN:
            kept += [pair for pair in pairs if one[pair[0]]]
    return kept


def _times(count: int, known: dict[int, tuple[float, float]], spoken: Sequence[Word]) -> list[tuple[float, float]]:
    """Start and end of every word: as known, and evenly spread between those that are."""
    if not known:
        return []
    first, last = spoken[0].start, spoken[-1].end
    times: list[tuple[float, float]] = [(0.0, 0.0)] * count
    for before, after in pairwise([-1, *sorted(known), count]):
        begin = known[before][1] if before >= 0 else min(first, known[min(known)][0])
        end = known[after][0] if after < count else max(last, known[max(known)][1])
        step = max(0.0, end - begin) / max(1, after - before - 1)
        for place in range(before + 1, after):
            at = begin + (place - before - 1) * step
            times[place] = (round(at, 3), round(at + step, 3))
        if after < count:
            times[after] = known[after]
    return times


def _timed(segment: Segment, tokens: Sequence[str], times: Sequence[tuple[float, float]]) -> Segment:
    words = tuple(
        Word(text=token, start=start, end=max(start, end)) for token, (start, end) in zip(tokens, times, strict=True)
    )
    return segment.model_copy(update={"start": words[0].start, "end": words[-1].end, "words": words})
