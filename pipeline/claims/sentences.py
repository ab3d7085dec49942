"""Sentences of a transcript: whole, in order, with their speaker and exact times.

A recogniser cuts segments mid-sentence and a listener's "yeah" cuts a speaker in two, so sentences are found in the joined
text of a speaker's stretch, not in segments. Boundaries come from pySBD; long stretches without any punctuation are cut
by the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol

from pipeline.claims.grammar import parse
from pipeline.models import Frozen, Segment, Transcript, Turn, Word

INTERJECTION_WORDS = 4
"""A turn of at most this many words does not end the sentence it falls into."""
UNPUNCTUATED_WORDS = 45
"""A longer sentence that has no end mark is cut by the parser."""

FRESH_WORDS = 4
"""Words on both sides of a dash that make it a fresh start."""

_FRESH_START = re.compile(r"\s(?:--|—|-)\s(?=(?:I|we|you|they|it|he|she|there|this|that|so|and|but|because)\b)", re.I)
_MISSED_END = re.compile(r"(?<=[.!?…\"”)])(?<![A-Z]\.)\s+(?=[A-Z“\"])")
_SHORTENED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|Inc|Ltd|Co|Corp|Jr|Sr|e\.g|i\.e|etc)\.$|(?<![.!?…])[\"”)]$")
_WORDY = re.compile(r"[^\W_]", re.UNICODE)
_END = re.compile(r"[.!?][\"'”’)\]]*$")
_DANGLING = re.compile(
    r"\b(?:of|the|an?|and|or|to|in|on|for|with|by|at|from|than|is|are|was|were|that|has|have)$", re.I
)
_OPEN = re.compile(r"(?:\.\.\.|…|--|—|,|;|:)[\"'”’)\]]*$")


class Sentence(Frozen):
    """One sentence as spoken; `start` and `end` are seconds, None where the transcript has no times."""

    id: int
    text: str
    speaker: str | None = None
    speaker_sure: bool = True
    start: float | None = None
    end: float | None = None
    segment_ids: tuple[int, ...] = ()
    turn: int = 0
    """Number of the speaker's stretch; grows with time."""
    words: tuple[Word, ...] = ()
    """The recogniser's words, when it gave any."""
    doubt: str = ""


class _Splitter(Protocol):
    def segment(self, text: str) -> list[str]: ...


class _Piece:
    """A segment's place in the joined text of a stretch."""

    def __init__(self, segment: Segment, text: str, offset: int) -> None:
        self.segment, self.text = segment, text
        self.begin, self.end = offset, offset + len(text)


class Stretch(Frozen):
    """When a part of a sentence was spoken, with the recogniser's words in it."""

    start: float | None = None
    end: float | None = None
    words: tuple[Word, ...] = ()


def stretch_of(sentence: Sentence, part: str) -> Stretch:
    """The time of some words of a sentence: from the recogniser's words, else by their share of its characters."""
    begin = max(0, sentence.text.find(part))
    if sentence.words:
        inside = tuple(_words_between(sentence.words, sentence.text, begin, begin + len(part)))
        if inside:
            return Stretch(start=inside[0].start, end=inside[-1].end, words=inside)
    if sentence.start is None or sentence.end is None or part == sentence.text:
        return Stretch(start=sentence.start, end=sentence.end, words=sentence.words)
    length, total = max(1, len(sentence.text)), sentence.end - sentence.start
    return Stretch(
        start=round(sentence.start + total * begin / length, 3),
        end=round(sentence.start + total * min(1.0, (begin + len(part)) / length), 3),
    )


def split(transcript: Transcript) -> tuple[Sentence, ...]:
    """All sentences of the transcript, in order of time, numbered from 0."""
    sentences: list[Sentence] = []
    for number, segments in enumerate(_stretches(transcript)):
        sentences += _sentences_of(segments, number)
    ordered = sorted(enumerate(sentences), key=lambda pair: (_order(pair[1]), pair[0]))
    return tuple(sentence.model_copy(update={"id": i}) for i, (_, sentence) in enumerate(ordered))


def _order(sentence: Sentence) -> int:
    return sentence.segment_ids[0]


def _stretches(transcript: Transcript) -> Iterator[list[Segment]]:
    """Each speaker's segments in a row, over other people's interjections when a sentence runs on across them."""
    turns = [turn for turn in transcript.turns if _WORDY.search(turn.text)]
    taken: set[int] = set()
    for i, turn in enumerate(turns):
        if i in taken:
            continue
        segments, last = list(turn.segments), i
        while _runs_on(turns, last):
            last += 2
            taken.add(last)
            segments += turns[last].segments
        yield [segment for segment in segments if _WORDY.search(segment.text)]


def _runs_on(turns: list[Turn], i: int) -> bool:
    """Does the sentence at the end of turn i go on in turn i + 2, after somebody's short interjection?"""
    if i + 2 >= len(turns) or turns[i].speaker != turns[i + 2].speaker or turns[i].speaker is None:
        return False
    text, between, following = turns[i].text.strip(), turns[i + 1].text, turns[i + 2].text.strip()
    unfinished = _OPEN.search(text) or not _END.search(text)
    resumes = _DANGLING.search(text) or following.startswith(("...", "…", "--", "—")) or following[:1].islower()
    return bool(unfinished and resumes and len(between.split()) <= INTERJECTION_WORDS)


def _sentences_of(segments: list[Segment], turn: int) -> Iterator[Sentence]:
    pieces, offset = [], 0
    for segment in segments:
        text = segment.text.strip()
        pieces.append(_Piece(segment, text, offset))
        offset += len(text) + 1
    whole = " ".join(piece.text for piece in pieces)
    for begin, end in _spans(whole):
        yield _sentence(whole[begin:end], begin, end, pieces, turn)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Places of the sentences in a text, without the blanks around them."""
    cursor = 0
    for raw in _splitter().segment(text):
        sentence = raw.strip()
        begin = text.find(sentence, cursor)
        if begin < 0 or not _WORDY.search(sentence):
            continue
        cursor = begin + len(sentence)
        if len(sentence.split()) > UNPUNCTUATED_WORDS and _bare(sentence):
            yield from _parsed_spans(sentence, begin)
        else:
            for first, last in _missed_ends(sentence):
                yield from _fresh_starts(sentence[first:last], begin + first)


def _missed_ends(sentence: str) -> Iterator[tuple[int, int]]:
    """The sentences inside what the splitter took for one (it goes astray between two dashes), but not inside quotes."""
    cursor = 0
    for end in _MISSED_END.finditer(sentence):
        before = sentence[: end.start()]
        if (before.count('"') + before.count("“") + before.count("”")) % 2 == 0 and not _SHORTENED.search(before):
            yield cursor, end.start()
            cursor = end.end()
    yield cursor, len(sentence)


def _fresh_starts(sentence: str, begin: int) -> Iterator[tuple[int, int]]:
    """The parts of a sentence that was broken off and begun anew: "includes -- I just saw that Intel …"."""
    cursor = 0
    for dash in _FRESH_START.finditer(sentence):
        before, after = sentence[cursor : dash.start()], sentence[dash.end() :]
        if min(len(before.split()), len(after.split())) >= FRESH_WORDS:
            yield begin + cursor, begin + dash.start()
            cursor = dash.end()
    yield begin + cursor, begin + len(sentence)


def _bare(sentence: str) -> bool:
    """Is there hardly any punctuation to go by?"""
    return len(re.findall(r"[,;:.!?—]", sentence)) * 25 < len(sentence.split())


def _parsed_spans(sentence: str, begin: int) -> Iterator[tuple[int, int]]:
    for found in parse([sentence])[0].sents:
        text = found.text.strip()
        if _WORDY.search(text):
            yield begin + found.start_char, begin + found.start_char + len(text)


def _sentence(text: str, begin: int, end: int, pieces: list[_Piece], turn: int) -> Sentence:
    touched = [piece for piece in pieces if piece.begin < end and piece.end > begin]
    first, last = touched[0], touched[-1]
    words = tuple(word for piece in touched for word in _words_within(piece, begin, end))
    return Sentence(
        id=0,
        text=text,
        speaker=first.segment.speaker,
        speaker_sure=all(piece.segment.speaker_sure for piece in touched),
        start=words[0].start if words else _time(first, begin),
        end=words[-1].end if words else _time(last, end),
        segment_ids=tuple(piece.segment.id for piece in touched),
        turn=turn,
        words=words,
        doubt="; ".join(dict.fromkeys(piece.segment.doubt for piece in touched if piece.segment.doubt)),
    )


def _words_within(piece: _Piece, begin: int, end: int) -> Iterator[Word]:
    yield from _words_between(piece.segment.words, piece.text, begin - piece.begin, end - piece.begin)


def _words_between(words: Iterable[Word], text: str, begin: int, end: int) -> Iterator[Word]:
    cursor = 0
    for word in words:
        at = text.find(word.text.strip(), cursor)
        if at < 0:
            continue
        cursor = at + len(word.text.strip())
        if begin <= at < end:
            yield word


def _time(piece: _Piece, offset: int) -> float | None:
    """Seconds at a place in the text, by its share of the segment's characters."""
    start, end = piece.segment.start, piece.segment.end
    if start is None:
        return None
    share = min(1.0, max(0.0, (offset - piece.begin) / max(1, len(piece.text))))
    return round(start + share * ((end if end is not None else start) - start), 3)


@lru_cache(maxsize=1)
def _splitter() -> _Splitter:
    import pysbd

    splitter: _Splitter = pysbd.Segmenter(language="en", clean=False)
    return splitter
