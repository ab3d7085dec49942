"""Audio → Transcript with faster-whisper, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MediaError
from pipeline.models import ModelUse, Transcript, Word
from pipeline.settings import Settings
from pipeline.sound import probe
from pipeline.speech import models
from pipeline.speech.glossary import hotwords
from pipeline.speech.sentences import segments_of
from pipeline.speech.speakers import Speakers
from pipeline.speech.stretches import Stretch, stretches
from pipeline.speech.voice import Span, speech_spans, windows

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline

Progress = Callable[[float, float], None]

_LEAST_SPEECH = 0.3
"""Seconds of speech below which a file counts as having none."""


def transcribe(
    audio: Path, *, settings: Settings, glossary: Sequence[str] = (), on_progress: Progress | None = None
) -> Transcript:
    """What is said in an audio or video file: sentence-sized segments with words, times and probabilities.

    Times are seconds from the start of the file. `on_progress` is told the seconds done and the seconds in all.

    Raises:
        MediaError: the file can't be decoded, or nobody speaks in it.
        WeightsError: the speech model is not here.
    """
    total = probe(audio).duration or 0.0
    recogniser = models.load(settings)
    hearing = _Hearing(recogniser, settings.language, hotwords(glossary))
    speakers = Speakers(total)
    spoken, length = 0.0, 0.0
    for stretch in stretches(audio):
        length = stretch.start + stretch.seconds
        spans = speech_spans(stretch.samples)
        spoken += sum(span.seconds for span in spans)
        fresh = hearing.add(stretch, spans, partial(_tell, on_progress, total, stretch.start))
        speakers.add(stretch, fresh)
        _tell(on_progress, total, length, 0.0)
    if spoken < _LEAST_SPEECH or not hearing.words:
        raise MediaError(f"no speech found in {audio.name} ({spoken:.1f} s of {length:.0f} s); is this the right file?")
    return Transcript(
        segments=tuple(segments_of(hearing.words, speakers.of(hearing.words))),
        language=hearing.language,
        origin="recogniser",
        model=models.model_use(settings).name,
        warnings=recogniser.warnings,
    )


def speech_model_use(settings: Settings) -> ModelUse:
    """The speech model that these settings name, as the report states it."""
    return models.model_use(settings)


class _Hearing:
    """Words heard so far; the language, once found, stays."""

    def __init__(self, recogniser: models.Recogniser, language: str | None, expected: str | None) -> None:
        from faster_whisper import BatchedInferencePipeline

        self._pipeline: BatchedInferencePipeline = BatchedInferencePipeline(recogniser.model)
        self._batch = recogniser.batch
        self._expected = expected
        self.language = language
        self.words: list[Word] = []

    def add(self, stretch: Stretch, spans: list[Span], on_progress: Callable[[float], None]) -> list[Word]:
        """The words of one stretch, with times from the start of the file."""
        already = len(self.words)
        if not spans:
            return []
        heard, info = self._pipeline.transcribe(
            stretch.samples,
            language=self.language,
            clip_timestamps=[{"start": window.start, "end": window.end} for window in windows(spans)],
            batch_size=self._batch,
            word_timestamps=True,
            hotwords=self._expected,
        )
        self.language = info.language
        for segment in heard:
            for word in segment.words or ():
                self._append(word.word, stretch.start + word.start, stretch.start + word.end, word.probability)
            on_progress(segment.end)
        return self.words[already:]

    def _append(self, text: str, start: float, end: float, probability: float) -> None:
        """Keep a word; times never run backwards."""
        earliest = self.words[-1].end if self.words else 0.0
        start = max(start, earliest)
        self.words.append(
            Word(text=text, start=round(start, 3), end=round(max(end, start), 3), probability=round(probability, 4))
        )


def _tell(on_progress: Progress | None, total: float, start: float, done: float) -> None:
    if on_progress:
        on_progress(start + done, max(total, start + done))
