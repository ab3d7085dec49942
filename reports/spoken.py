"""The transcript as paragraphs of pieces, with statements marked where they were said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.models import Chapter, Claim, Segment, Transcript
from reports.text import NAME, STATEMENT, bounded, clock, flat, line, slug

PARAGRAPH_LETTERS = 620
SEGMENT_LIMIT = 6000
UNSURE_BELOW = 0.5
_SLACK = 2.0
"""Seconds by which a chapter may be said to begin after its first words."""


@dataclass(frozen=True)
class Piece:
    """A run of transcript text: inside a statement when `claim` is set, doubtful when `unsure`."""

    text: str
    claim: str = ""
    first: bool = False
    """True for the first piece of its statement: it carries the anchor."""
    unsure: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A stretch of one speaker, short enough to read at once."""

    speaker: str
    """Empty when the paragraph before has the same speaker."""
    sure: bool
    start: float | None
    when: str
    pieces: tuple[Piece, ...]
    also: tuple[str, ...] = ()
    """Claims said here whose words could not be found again in the text."""
    doubt: str = ""
    chapter: str = ""
    """The publisher's name for what begins here."""

    @property
    def runs(self) -> list[tuple[str, bool, list[Piece]]]:
        """Pieces grouped by statement: its id (empty between statements), whether it begins here, its pieces."""
        grouped = [(claim, list(pieces)) for claim, pieces in groupby(self.pieces, key=lambda piece: piece.claim)]
        return [(claim, pieces[0].first, pieces) for claim, pieces in grouped]


@dataclass(frozen=True)
class Spoken:
    """A statement in its surroundings."""

    before: str
    statement: str
    after: str

    @property
    def closed(self) -> bool:
        """Whether what follows belongs to the statement's last word: a comma, a full stop."""
        return self.after[:1] in {*",.;:!?)”’"}


@dataclass
class _Block:
    """Segments of one paragraph, joined; knows where each begins."""

    segments: list[Segment]
    text: str
    starts: list[int]


def _text(segment: Segment) -> str:
    """The segment's words on one line, bounded."""
    return bounded(flat(segment.text[: SEGMENT_LIMIT * 2]), SEGMENT_LIMIT)


def _blocks(transcript: Transcript) -> Iterable[_Block]:
    """Blocks of up to about PARAGRAPH_LETTERS letters by one speaker, broken between segments."""
    block: _Block | None = None
    for segment in transcript.segments:
        text = _text(segment)
        if not text:
            continue
        full = block is not None and (
            block.segments[-1].speaker != segment.speaker or len(block.text) > PARAGRAPH_LETTERS
        )
        if block is None or full:
            if block is not None:
                yield block
            block = _Block([segment], text, [0])
        else:
            block.starts.append(len(block.text) + 1)
            block.segments.append(segment)
            block.text += " " + text
    if block is not None:
        yield block


def _find(block: _Block, claim: Claim) -> tuple[int, int] | None:
    """Where the claim's statement stands in the block, from its first segment on; None when it is not there."""
    wanted = flat(claim.statement[: SEGMENT_LIMIT * 2])[:SEGMENT_LIMIT]
    if not wanted:
        return None
    ids = [segment.id for segment in block.segments]
    begin = next((block.starts[ids.index(i)] for i in claim.segment_ids if i in ids), 0)
    for text, words in ((block.text, wanted), (block.text.lower(), wanted.lower())):
        at = text.find(words, begin)
        at = at if at >= 0 else text.find(words)
        if at >= 0:
            return at, at + len(words)
    return None


def _spans(block: _Block, claims: Sequence[Claim]) -> tuple[list[tuple[int, int, str]], list[str]]:
    """Statements as (start, end, claim id) that don't overlap, and the ids of the claims that found no place."""
    found = sorted((*place, slug(claim.id)) for claim in claims if (place := _find(block, claim)))
    spans: list[tuple[int, int, str]] = []
    for start, end, name in found:
        start = max(start, spans[-1][1]) if spans else start
        if end - start > 2:
            spans.append((start, end, name))
    placed = {name for _, _, name in spans}
    return spans, [slug(claim.id) for claim in claims if slug(claim.id) not in placed]


def _unsure(block: _Block) -> list[tuple[int, int]]:
    """Where words stand that the recogniser was unsure of."""
    ranges: list[tuple[int, int]] = []
    for segment, begin in zip(block.segments, block.starts, strict=True):
        at = begin
        for word in segment.words:
            token = word.text.strip()
            found = block.text.find(token, at) if token else -1
            if found < 0:
                continue
            at = found + len(token)
            if word.probability is not None and word.probability < UNSURE_BELOW:
                ranges.append((found, at))
    return ranges


def _pieces(block: _Block, spans: list[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """The block's text cut wherever a statement or a doubtful word begins or ends."""
    unsure = _unsure(block)
    cuts = sorted({0, len(block.text), *(cut for s, e, _ in spans for cut in (s, e)), *(c for r in unsure for c in r)})
    pieces: list[Piece] = []
    seen: set[str] = set()
    for start, end in pairwise(cuts):
        name = next((n for s, e, n in spans if s <= start < e), "")
        doubtful = any(s <= start < e for s, e in unsure)
        pieces.append(Piece(block.text[start:end], name, bool(name) and name not in seen, doubtful))
        seen.add(name)
    return tuple(pieces)


def named(transcript: Transcript, claims: Sequence[Claim]) -> dict[str, str]:
    """Whose voice each of the transcript's speakers is, where the claims name somebody else for it ("Speaker 1" → Ada)."""
    voices = {segment.id: segment.speaker for segment in transcript.segments}
    said: dict[str, Counter[str]] = {}
    for claim in claims:
        voice = voices.get(claim.segment_ids[0]) if claim.segment_ids else None
        if voice and claim.speaker:
            said.setdefault(voice, Counter())[claim.speaker] += 1
    return {voice: names.most_common(1)[0][0] for voice, names in said.items()}


def paragraphs(transcript: Transcript, claims: Sequence[Claim]) -> tuple[Paragraph, ...]:
    """The whole transcript, every claim's statement marked in the paragraph in which it was said."""
    by_segment: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.segment_ids:
            by_segment.setdefault(claim.segment_ids[0], []).append(claim)
    result: list[Paragraph] = []
    previous: str | None = "\0"
    voices = named(transcript, claims)
    nobody = "Unnamed speaker" if any(segment.speaker for segment in transcript.segments) else ""
    for block in _blocks(transcript):
        here = [claim for segment in block.segments for claim in by_segment.get(segment.id, ())]
        spans, also = _spans(block, here)
        first = block.segments[0]
        name = line(voices.get(first.speaker, first.speaker), NAME) if first.speaker else nobody
        result.append(
            Paragraph(
                speaker=name if first.speaker != previous else "",
                sure=all(segment.speaker_sure for segment in block.segments),
                start=first.start,
                when=clock(first.start),
                pieces=_pieces(block, spans),
                also=tuple(also),
                doubt="; ".join(sorted({line(s.doubt) for s in block.segments if s.doubt})),
            )
        )
        previous = first.speaker
    return tuple(result)


def with_chapters(paragraphs: Sequence[Paragraph], chapters: Sequence[Chapter]) -> tuple[Paragraph, ...]:
    """The paragraphs, each chapter named at the first that begins with it; one that begins inside the last is left out."""
    names: dict[int, list[str]] = {}
    for chapter in chapters:
        found = (n for n, p in enumerate(paragraphs) if p.start is not None and p.start >= chapter.start - _SLACK)
        number = next(found, None)
        if number is not None and (title := line(chapter.title, 120)):
            names.setdefault(number, []).append(title)
    return tuple(replace(p, chapter=" · ".join(names.get(number, ()))) for number, p in enumerate(paragraphs))


def positions(transcript: Transcript) -> dict[int, int]:
    """Where each segment stands in the transcript, by its id."""
    return {segment.id: position for position, segment in enumerate(transcript.segments)}


def surroundings(claim: Claim, transcript: Transcript, index: Mapping[int, int], room: int = 220) -> Spoken:
    """The statement with what the same speaker said just before and after, about `room` letters each."""
    statement = bounded(flat(claim.statement[: STATEMENT * 2]), STATEMENT)
    places = [index[i] for i in claim.segment_ids if i in index]
    if not places:
        return Spoken("", statement, "")
    speaker = transcript.segments[places[0]].speaker
    first, last = max(0, min(places) - 3), max(places) + 4
    near = [s for s in transcript.segments[first:last] if s.speaker == speaker]
    joined = " ".join(_text(segment) for segment in near)
    own = _text(transcript.segments[min(places)])
    begin = max(joined.find(own), 0)
    wanted = flat(claim.statement[: SEGMENT_LIMIT * 2])[:SEGMENT_LIMIT]
    at = joined.find(wanted, begin)
    if at < 0:
        return Spoken("", statement, "")
    end = at + len(wanted)
    return Spoken(_tail(joined[:at], room), statement, _head(joined[end:], room))


def _tail(text: str, room: int) -> str:
    """The last sentences that fit in `room` letters."""
    text = text.strip()
    if len(text) <= room:
        return text
    cut = text[-room:]
    stop = max(cut.find(". "), cut.find("? "), cut.find("! "))
    return cut[stop + 2 :] if 0 <= stop < room * 0.7 else "… " + cut.split(" ", 1)[-1]


def _head(text: str, room: int) -> str:
    """The first sentences that fit in `room` letters."""
    text = text.strip()
    if len(text) <= room:
        return text
    cut = text[:room]
    stop = max(cut.rfind(". "), cut.rfind("? "), cut.rfind("! "))
    return cut[: stop + 1] if stop > room * 0.3 else cut.rsplit(" ", 1)[0] + " …"
