"""What the stance model reads of a long passage: its most relevant sentences, and a few windows of whole sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

WINDOW = 70
"""Words of a passage read at once; longer passages are read in several windows."""
_TIGHT = 25
"""Words of the most relevant sentences read by themselves in a very long passage: what stands around them misleads."""
_LONG = 3 * WINDOW
"""Words from which a passage is very long."""
_MOST = 6
"""Windows read of one passage at most, the ones that share most words with the claim: what bounds the time."""

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”)]?\s+(?=[\"“(A-Z0-9])|\n+")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the a an of in on at to for and or is are was were be been by with as that this it its from has have had not "
        "which who",
    )
)


def sentences(text: str) -> list[str]:
    """The text cut after sentence ends; a title or an abbreviation of a few words stays with what follows it."""
    whole: list[str] = []
    held = ""
    for piece in _SENTENCE_END.split(text):
        held = f"{held} {piece}".strip()
        if len(held.split()) > 4:
            whole.append(held)
            held = ""
    return [*whole, held] if held else whole


def content_words(text: str) -> set[str]:
    """The words that carry meaning, each by its first six letters."""
    return {word[:6] for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in _COMMON}


def most_relevant(passage: str, claim: str, words: int) -> str:
    """The passage's sentences that share most words with the claim, in their order, at least one, about `words` words
    in all."""
    pieces = sentences(passage)
    if len(passage.split()) <= words or len(pieces) < 2:
        return " ".join(passage.split()[: 2 * words])
    wanted = content_words(claim)
    sizes = [len(piece.split()) for piece in pieces]
    worth = [
        len(wanted & content_words(piece)) / math.sqrt(8 + size) for piece, size in zip(pieces, sizes, strict=True)
    ]
    chosen: list[int] = []
    used = 0
    for i in sorted(range(len(pieces)), key=lambda i: (-worth[i], i)):
        if chosen and used + sizes[i] > words:
            continue
        chosen.append(i)
        used += sizes[i]
    return " ".join(" ".join(pieces[i] for i in sorted(chosen)).split()[: 2 * words])


def windows_of(passage: str, claim: str) -> list[str]:
    """What is read of a passage: all of it when short, otherwise its most relevant sentences together and its best
    windows; of a very long one only its most relevant sentences, with more and with less around them."""
    if not passage.strip():
        return []
    count = len(passage.split())
    if count <= WINDOW:
        return [" ".join(passage.split())]
    if count > _LONG:
        return [most_relevant(passage, claim, words) for words in (_TIGHT, WINDOW)]
    wanted = content_words(claim)
    windows = list(_windows(passage))
    ranked = sorted(range(len(windows)), key=lambda i: (-len(wanted & content_words(windows[i])), i))
    return [most_relevant(passage, claim, WINDOW), *(windows[i] for i in sorted(ranked[: _MOST - 1]))]


def _windows(passage: str) -> Iterator[str]:
    held: list[str] = []
    for piece in sentences(passage):
        words = piece.split()
        while len(words) > WINDOW:
            yield " ".join(words[:WINDOW])
            words = words[WINDOW:]
        if held and len(held) + len(words) > WINDOW:
            yield " ".join(held)
            held = []
        held += words
    if held:
        yield " ".join(held)
