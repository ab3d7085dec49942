"""One stretch after another through the recogniser: in batches first, and once more, alone, where that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.models import Segment, Word
from pipeline.sound import RATE
from pipeline.speech.faults import dropped, has_loop, made_up, stretched, together
from pipeline.speech.models import Recogniser
from pipeline.speech.stretches import Stretch
from pipeline.speech.voice import Span, speech_spans, windows

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment as HeardSegment

_PACKED = 2.4
"""Compression ratio of text above which it repeats itself (Whisper's own threshold)."""
_FALLBACKS = (0.0, 0.4, 0.8)
"""Temperatures that a piece is tried with; Whisper's own six take twice as long and seldom find more."""
_MARGIN = 1.0
"""Seconds of sound around a piece that is heard again."""
_LONGEST = 20.0
"""Seconds of what is heard again at once, at most: with what lies around it, it has to fit one window of Whisper."""
_TELL = 2.0
"""Seconds of speech without words from which the reader is told."""


class Doubtful(NamedTuple):
    """A piece of time, in seconds, whose words may be wrong, and why."""

    span: Span
    reason: str


class Heard(NamedTuple):
    """What one stretch gave; all times count from the start of the stretch."""

    words: list[Word]
    spans: list[Span]
    """Where speech is."""
    breaks: list[float]
    """Times at which words that were heard apart meet: no sentence goes on there."""
    doubtful: list[Doubtful]
    wordless: list[Span]
    """Speech in which no words were heard."""
    language: str | None


class Ear:
    """Hears stretches, one at a time; several ears may share one recogniser, each in a thread of its own."""

    def __init__(self, recogniser: Recogniser) -> None:
        from pipeline.speech.batches import Batches

        self._model = recogniser.model
        self._pipeline = Batches(recogniser.model)
        self._batch = recogniser.batch

    def hear(self, stretch: Stretch, language: str | None, on_progress: Callable[[float], None]) -> Heard:
        """The words of one stretch, in the language given. `on_progress` is told the seconds of the stretch that are done."""
        spans = speech_spans(stretch.samples)
        heard = Heard([], spans, [], [], [], language)
        if not spans:
            return heard
        words, loops = self._in_batches(stretch, heard, windows(spans), on_progress)
        words += self._left_out(stretch, heard, words, loops, on_progress)
        for piece in loops:
            words += self._again(stretch, heard, piece, loop=True)
            heard.breaks.extend((piece.start, piece.end))
        words.sort(key=_start)
        for first, last in reversed(stretched(words, spans)):
            words[first:last] = self._instead(stretch, heard, words, first, last)
        for piece in together(dropped(spans, words), words, _LONGEST):
            words += self._again(stretch, heard, piece, loop=False)
            heard.breaks.extend((piece.start, piece.end))
        return heard._replace(words=words)

    def _in_batches(
        self, stretch: Stretch, heard: Heard, pieces: list[Span], on_progress: Callable[[float], None]
    ) -> tuple[list[Word], list[Span]]:
        """Words of some pieces, and the spans of them that were caught in a loop, whose words are left out."""
        from pipeline.speech.batches import of_like_length

        segments, _ = self._pipeline.transcribe(
            stretch.samples,
            language=heard.language,
            clip_timestamps=[{"start": one.start, "end": one.end} for one in of_like_length(pieces, self._batch)],
            batch_size=self._batch,
            word_timestamps=True,
        )
        words: list[Word] = []
        loops: list[Span] = []
        for segment in segments:
            if _loops(segment):
                loops.append(Span(segment.start, segment.end))
            else:
                words += _words(segment)
            on_progress(segment.end)
        return words, loops

    def _left_out(
        self,
        stretch: Stretch,
        heard: Heard,
        words: list[Word],
        loops: list[Span],
        on_progress: Callable[[float], None],
    ) -> list[Word]:
        """Words of speech in which none were heard, in windows of its own: what a full window leaves out, often its end,
        is mostly heard when it stands at the beginning."""
        known = sorted([*words, *(Word(text="…", start=loop.start, end=loop.end) for loop in loops)], key=_start)
        pieces = together(dropped(heard.spans, known), known, _LONGEST)
        if not pieces:
            return []
        wider = [Span(max(piece.start - _MARGIN, 0.0), min(piece.end + _MARGIN, stretch.seconds)) for piece in pieces]
        found, _ = self._in_batches(stretch, heard, wider, on_progress)
        heard.breaks.extend(time for piece in pieces for time in piece)
        return [word for word in found if any(_inside(word, piece) for piece in pieces)]

    def _instead(self, stretch: Stretch, heard: Heard, words: list[Word], first: int, last: int) -> list[Word]:
        """What is heard in the place of some words, with what was left out around them; the same when it is not more."""
        start = words[first - 1].end if first else words[first].start
        end = words[last].start if last < len(words) else words[last - 1].end
        again = self._again(stretch, heard, Span(start, end), loop=False)
        return again if len(again) >= last - first else words[first:last]

    def _again(self, stretch: Stretch, heard: Heard, piece: Span, *, loop: bool) -> list[Word]:
        """The words of one piece, heard alone, with Whisper's fallbacks that batches do without."""
        start = max(piece.start - _MARGIN, 0.0)
        samples = stretch.samples[int(start * RATE) : int((piece.end + _MARGIN) * RATE)]
        found, _ = self._model.transcribe(
            samples,
            language=heard.language,
            word_timestamps=True,
            condition_on_previous_text=False,
            temperature=_FALLBACKS,
        )
        segments = list(found)
        words = [
            word.model_copy(update={"start": word.start + start, "end": word.end + start})
            for segment in segments
            for word in _words(segment)
        ]
        words = [word for word in words if _inside(word, piece)]
        if any(_loops(segment) for segment in segments):
            heard.doubtful.append(Doubtful(piece, "repetition loop"))
        elif loop:
            heard.doubtful.append(Doubtful(piece, "heard again after a repetition loop"))
        if not words and piece.seconds >= _TELL:
            heard.wordless.append(piece)
        return words


def language_of(stretch: Stretch, model: WhisperModel) -> str | None:
    """The language of the first words in a stretch, in two letters; None when nobody speaks in it."""
    if not model.model.is_multilingual:
        return "en"
    spans = speech_spans(stretch.samples)
    if not spans:
        return None
    from pipeline.speech.batches import as_long_as

    first = windows(spans)[0]
    features = model.feature_extractor(stretch.samples[int(first.start * RATE) : int(first.end * RATE)])
    ((likeliest, *_),) = model.model.detect_language(model.encode(as_long_as(first.seconds, features)))
    return str(likeliest[0]).strip("<|>")


class Hearing:
    """What was heard so far: words in order, where speech is, what is doubtful, which language."""

    def __init__(self, language: str | None) -> None:
        self._doubtful: list[Doubtful] = []
        self._wordless: list[Span] = []
        self.language = language
        self.breaks: list[float] = []
        self.spans: list[Span] = []
        self.words: list[Word] = []

    @property
    def spoken(self) -> float:
        """Seconds of speech."""
        return sum(span.seconds for span in self.spans)

    def add(self, stretch: Stretch, heard: Heard) -> list[Word]:
        """The words of the next stretch, with times from the start of the file."""
        fresh = _in_order(heard.words, stretch, self.words[-1].end if self.words else 0.0)
        self.language = self.language or heard.language
        self.words += fresh
        self.spans += [_moved(span, stretch) for span in heard.spans]
        self.breaks += [time + stretch.start for time in heard.breaks]
        self._wordless += [_moved(span, stretch) for span in heard.wordless]
        self._doubtful += [Doubtful(_moved(span, stretch), reason) for span, reason in heard.doubtful]
        return fresh

    def marked(self, segments: Iterable[Segment]) -> tuple[Segment, ...]:
        """The segments, those that may be heard wrongly with the reason."""
        return tuple(
            segment.model_copy(update={"doubt": reason}) if (reason := self._doubt(segment)) else segment
            for segment in segments
        )

    def _doubt(self, segment: Segment) -> str:
        start, end = segment.start or 0.0, segment.end or 0.0
        for span, reason in self._doubtful:
            if start < span.end and span.start < end:
                return reason
        return "words without speech" if made_up(start, end, self.spans) else ""

    def warnings(self) -> tuple[str, ...]:
        """What a reader of the transcript should know."""
        if not self._wordless:
            return ()
        places = ", ".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in self._wordless[:5])
        more = ", …" if len(self._wordless) > 5 else ""
        return (f"sounds like speech, but no words were heard: {places}{more}",)


def _loops(segment: HeardSegment) -> bool:
    words = segment.text.split()
    return has_loop(words) or (len(words) > 10 and segment.compression_ratio > _PACKED)


def _words(segment: HeardSegment) -> list[Word]:
    return [
        Word(
            text=word.word,
            start=max(float(word.start), 0.0),
            end=max(float(word.end), float(word.start), 0.0),
            probability=float(word.probability),
        )
        for word in segment.words or ()
    ]


def _in_order(words: Sequence[Word], stretch: Stretch, earliest: float) -> list[Word]:
    """Words by time from the start of the file; times never run backwards nor past the end of the stretch."""
    latest = stretch.start + stretch.seconds
    fresh = []
    for word in sorted(words, key=_start):
        start = min(max(word.start + stretch.start, earliest), latest)
        end = min(max(word.end + stretch.start, start), latest)
        probability = None if word.probability is None else round(word.probability, 4)
        fresh.append(
            word.model_copy(update={"start": round(start, 3), "end": round(end, 3), "probability": probability})
        )
        earliest = end
    return fresh


def _inside(word: Word, piece: Span) -> bool:
    return piece.start <= (word.start + word.end) / 2 <= piece.end


def _start(word: Word) -> float:
    return word.start


def _moved(span: Span, stretch: Stretch) -> Span:
    return Span(span.start + stretch.start, span.end + stretch.start)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
