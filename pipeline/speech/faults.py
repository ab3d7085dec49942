"""What long-form recognition is known to get wrong, found by looking at words and speech side by side.

Speech without words (a stretch that was dropped), words drawn out over speech that was dropped, words without speech
(made up in silence or music), and loops.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.models import Word
from pipeline.speech.voice import Span

_DROPPED = 1.2
"""Seconds of speech without a word from which something was left out."""
_SLACK = 0.3
"""Seconds by which the recogniser's and the voice detector's edges may differ."""
_BREAK = 0.5
"""Seconds of pause that part two phrases."""
_LOOP = 4
"""Times in a row that the same one to eight words make a loop."""
_SENTENCE, _LONGEST_SENTENCE = 6, 24
"""Words that nobody says twice in a row, nor mostly more: a window's whole text sometimes comes twice."""


def dropped(spans: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Pieces of speech, longer than 1.2 s, in which no word was heard; both in seconds of one clock, in order."""
    found = []
    for span in _unbroken(spans):
        at = span.start
        for word in words:
            if word.end + _SLACK <= at or word.start - _SLACK >= span.end:
                continue
            if word.start - _SLACK - at >= _DROPPED:
                found.append(Span(at, word.start - _SLACK))
            at = max(at, word.end + _SLACK)
        if span.end - at >= _DROPPED:
            found.append(Span(at, span.end))
    return found


def _unbroken(spans: Sequence[Span]) -> list[Span]:
    """The spans, those with hardly a pause between them made one: speech left out may lie over the edge of two."""
    found: list[Span] = []
    for span in spans:
        if found and span.start - found[-1].end <= _SLACK:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def together(pieces: Sequence[Span], words: Sequence[Word], longest: float) -> list[Span]:
    """The pieces, those with no word between them made one of up to `longest` seconds; in seconds, in order."""
    found: list[Span] = []
    for piece in pieces:
        before = found[-1] if found else None
        if before and piece.end - before.start <= longest and not _words_between(before.end, piece.start, words):
            found[-1] = Span(before.start, piece.end)
        else:
            found.append(piece)
    return found


def _words_between(start: float, end: float, words: Sequence[Word]) -> bool:
    return any(start <= (word.start + word.end) / 2 <= end for word in words)


def stretched(words: Sequence[Word], spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Index ranges of phrases with a word that speech goes on under impossibly long: what was said besides was left out.

    Silence under a word is none of its length: the recogniser's times often reach over a pause.
    """
    found: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        if _voiced(word, spans) <= _longest(word.text) or (found and index < found[-1][1]):
            continue
        first = index
        while first and not _apart(words[first - 1], words[first]) and first > (found[-1][1] if found else 0):
            first -= 1
        last = index + 1
        while last < len(words) and not _apart(words[last - 1], words[last]):
            last += 1
        found.append((first, last))
    return found


def _voiced(word: Word, spans: Sequence[Span]) -> float:
    """Seconds of speech under a word."""
    if word.end - word.start <= _longest(word.text):
        return word.end - word.start
    return sum(max(0.0, min(word.end, span.end) - max(word.start, span.start)) for span in spans)


def _longest(text: str) -> float:
    """Seconds that a slow speaker may need for a word; digits stand for whole words."""
    digits = sum(character.isdigit() for character in text)
    return 1.5 + 0.08 * len(text.strip()) + 0.3 * digits


def _apart(word: Word, following: Word) -> bool:
    return following.start - word.end >= _BREAK or word.text.rstrip()[-1:] in ".?!"


def has_loop(words: Sequence[str]) -> bool:
    """Whether one to eight words come at least four times in a row ("the the the the", "thank you. thank you. …"), or six
    and more twice."""
    plain = [re.sub(r"\W", "", word).lower() for word in words]
    plain = [word for word in plain if word]
    for size in range(1, _LONGEST_SENTENCE + 1):
        enough = max(_SENTENCE, size - 1) if size >= _SENTENCE else size * (_LOOP - 1)
        run = 0
        for index in range(size, len(plain)):
            run = run + 1 if plain[index] == plain[index - size] else 0
            if run >= enough and not _counting(plain[index - size + 1 : index + 1]):
                return True
    return False


def _counting(words: Sequence[str]) -> bool:
    """Whether the repeated piece is one short digit, as in a telephone number or a count."""
    return len(words) == 1 and words[0].isdigit()


def made_up(start: float, end: float, spans: Sequence[Span]) -> bool:
    """Whether nearly all of a stretch with words lies where nobody speaks."""
    covered = sum(max(0.0, min(end, span.end) - max(start, span.start)) for span in spans)
    return end > start and covered < 0.2 * (end - start)
