"""A second listening: words that the recogniser was unsure of, heard again with what was said before and the names to expect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pipeline.models import Word
from pipeline.settings import Settings
from pipeline.sound import RATE, decode
from pipeline.speech import models
from pipeline.speech.glossary import hotwords
from pipeline.speech.models import Recogniser

AROUND = 4.0
"""Seconds of sound before and after a word that are heard with it."""
_TOGETHER = 12.0
"""Seconds of a piece at most: words that lie near each other are heard in one."""
_BEFORE = 30
"""Words told as what was said before: Whisper's prompt is short, and the names to expect stand in it too."""
NOTHING = ""
"""No word at all."""


class Again(NamedTuple):
    """What a second listening made of one word."""

    same: bool
    text: str
    """The words heard in its place; `NOTHING` when there were none."""


def heard_again(
    audio: Path, words: Sequence[Word], unsure: Sequence[int], *, settings: Settings, glossary: Sequence[str] = ()
) -> dict[int, Again]:
    """For each index in `unsure` into the words of a transcript of this audio, what is heard there now.

    Raises:
        MediaError: the sound can't be decoded.
        WeightsError: the speech model is not here.
    """
    if not unsure:
        return {}
    recogniser = models.load(settings)
    pieces = _pieces(words, sorted(set(unsure)))
    with ThreadPoolExecutor(recogniser.workers) as pool:
        heard = pool.map(
            lambda piece: _heard_again(audio, words, piece, recogniser, settings.language, glossary), pieces
        )
        return {index: again for piece in heard for index, again in piece.items()}


def _heard_again(
    audio: Path,
    words: Sequence[Word],
    piece: Sequence[int],
    recogniser: Recogniser,
    language: str | None,
    glossary: Sequence[str],
) -> dict[int, Again]:
    """What is heard in the place of the words of one piece, told what was said before it and names that sound like them."""
    import numpy as np

    from pipeline.speech.batches import Batches

    start, end = max(0.0, words[piece[0]].start - AROUND), words[piece[-1]].end + AROUND
    samples = np.concatenate([np.zeros(0, dtype=np.float32), *decode(audio, start=start, end=end)])
    around = [i for i, word in enumerate(words) if start <= word.start and word.end <= start + len(samples) / RATE]
    before = words[max(0, around[0] - _BEFORE) : around[0]] if around else ()
    segments, _ = Batches(recogniser.model).transcribe(
        samples,
        language=language,
        clip_timestamps=[{"start": 0.0, "end": len(samples) / RATE}],
        word_timestamps=True,
        initial_prompt=" ".join(word.text.strip() for word in before) or None,
        hotwords=hotwords(glossary, [words[index].text for index in piece]),
    )
    second = [
        Word(text=word.word.strip(), start=start + max(0.0, float(word.start)), end=start + float(word.end))
        for segment in segments
        for word in segment.words or ()
    ]
    return compared(words, around, second, piece)


def compared(
    words: Sequence[Word], around: Sequence[int], second: Sequence[Word], wanted: Sequence[int]
) -> dict[int, Again]:
    """What the second listening has in the place of each wanted word: the two readings of the words `around`, side by side.

    Where what surrounds a word was heard so differently that its place can't be told, it is left out.
    """
    one = [plain(words[index].text) for index in around]
    other = [plain(word.text) for word in second]
    found: dict[int, Again] = {}
    for kind, first, last, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for place in range(first, last):
            index = around[place]
            if index not in wanted:
                continue
            if kind == "equal":
                found[index] = Again(True, words[index].text.strip())
            elif kind == "delete":
                if 0 < begin < len(other):  # at either end, the second listening only began later or ended sooner
                    found[index] = Again(False, NOTHING)
            elif instead := _over(words[index], second[begin:stop], alone=last - first == 1):
                found[index] = Again(plain(instead) == one[place], instead)
    return found


def plain(text: str) -> str:
    """A word as compared: no case, no punctuation, numbers as digits ("Fifteen," is 15)."""
    from text_to_num import alpha2digit

    bare = re.sub(r"[^\w.%$'-]|[.'-](?!\w)", "", text.strip().lower())
    return str(alpha2digit(bare, "en"))


def _over(word: Word, second: Sequence[Word], *, alone: bool) -> str:
    """The words of the second reading that lie over a word in time; all, when it was this word alone that was replaced."""
    over = [one for one in second if alone or (one.start < word.end and word.start < one.end)]
    return " ".join(one.text for one in over) if len(over) <= 4 else ""


def _pieces(words: Sequence[Word], unsure: Sequence[int]) -> Iterator[list[int]]:
    """The indices in groups that are heard in one piece."""
    group = [unsure[0]]
    for before, index in pairwise(unsure):
        if words[index].end - words[group[0]].start > _TOGETHER or words[index].start - words[before].end > AROUND:
            yield group
            group = []
        group.append(index)
    yield group
