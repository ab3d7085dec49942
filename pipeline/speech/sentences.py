"""Words → segments of about a sentence: what a reader wants to see beside one time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.models import Segment, Word

_ENDS = re.compile(r"[.?!。？！…][\"'”’)\]]*$")
_ABBREVIATION = re.compile(r"(?i)^(mr|mrs|ms|dr|prof|st|vs|no|inc|jr|sr|u\.s|e\.g|i\.e|[a-z])\.$")
_LONGEST = 30.0
_PAUSE = 1.2
"""A pause of so many seconds ends a segment whatever the punctuation."""
SURE = 0.04
"""Mean lead of the chosen voice's likeness over the next one's below which a segment's speaker is unsure."""


class Said(NamedTuple):
    """Whose a word is (None when all words are one voice's), and how far that voice leads the next most alike."""

    speaker: str | None
    lead: float


def ends_sentence(token: str) -> bool:
    """Whether a word with its punctuation is the last of a sentence ("Mr." is not)."""
    token = token.strip()
    return bool(_ENDS.search(token)) and not _ABBREVIATION.match(token)


def segments_of(
    words: Sequence[Word], said: Sequence[Said] | None = None, breaks: Sequence[float] = ()
) -> list[Segment]:
    """Segments that end at the end of a sentence, at a long pause, at another speaker, or after half a minute.

    `breaks` are times, in seconds, at which a segment ends besides: where words heard apart from each other meet.
    """
    found: list[Segment] = []
    for first, last in _cuts(words, said, breaks):
        group = tuple(words[first:last])
        text = re.sub(r"\s+", " ", "".join(word.text for word in group)).strip()
        if not text:
            continue
        whose = said[first:last] if said else ()
        found.append(
            Segment(
                id=len(found),
                text=text,
                start=group[0].start,
                end=group[-1].end,
                speaker=whose[0].speaker if whose else None,
                speaker_sure=_sure(whose),
                words=tuple(word.model_copy(update={"text": word.text.strip()}) for word in group if word.text.strip()),
            )
        )
    return found


def _sure(whose: Sequence[Said]) -> bool:
    """Whether the words of a segment, taken together, are clearly one speaker's."""
    if not whose or whose[0].speaker is None:
        return True
    return sum(one.lead for one in whose) / len(whose) >= SURE


def _cuts(words: Sequence[Word], said: Sequence[Said] | None, breaks: Sequence[float]) -> Iterator[tuple[int, int]]:
    first = 0
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if following is None or (
            (ends_sentence(word.text) and following.text.startswith(" "))
            or following.start - word.end >= _PAUSE
            or following.end - words[first].start > _LONGEST
            or (said is not None and said[index + 1].speaker != said[index].speaker)
            or any(_middle(word) < at <= _middle(following) for at in breaks)
        ):
            yield first, index + 1
            first = index + 1


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2
