"""Words → segments of about a sentence: what a reader wants to see beside one time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.models import Segment, Word

_ENDS = re.compile(r"[.?!。？！…][\"'”’)\]]*$")
_ABBREVIATION = re.compile(r"(?i)^(mr|mrs|ms|dr|prof|st|vs|no|inc|jr|sr|u\.s|e\.g|i\.e|[a-z])\.$")
_LONGEST = 30.0
_PAUSE = 1.2
"""A pause of so many seconds ends a segment whatever the punctuation."""


def segments_of(words: Sequence[Word], *, speakers: Sequence[str | None] | None = None) -> list[Segment]:
    """Segments that end at the end of a sentence, at a long pause, at another speaker, or after half a minute."""
    found: list[Segment] = []
    for first, last in _cuts(words, speakers):
        group = tuple(words[first:last])
        text = re.sub(r"\s+", " ", "".join(word.text for word in group)).strip()
        if text:
            stripped = tuple(word.model_copy(update={"text": word.text.strip()}) for word in group if word.text.strip())
            speaker = speakers[first] if speakers else None
            found.append(
                Segment(
                    id=len(found), text=text, start=group[0].start, end=group[-1].end, speaker=speaker, words=stripped
                )
            )
    return found


def _cuts(words: Sequence[Word], speakers: Sequence[str | None] | None) -> Iterator[tuple[int, int]]:
    first = 0
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        token = word.text.strip()
        if following is None or (
            (_ENDS.search(token) and not _ABBREVIATION.match(token) and following.text.startswith(" "))
            or following.start - word.end >= _PAUSE
            or following.end - words[first].start > _LONGEST
            or (speakers is not None and speakers[index + 1] != speakers[index])
        ):
            yield first, index + 1
            first = index + 1
