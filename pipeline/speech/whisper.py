"""Audio → Transcript with faster-whisper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from pipeline.errors import MediaError
from pipeline.models import ModelUse, Transcript
from pipeline.settings import Settings
from pipeline.sound import probe
from pipeline.speech import models
from pipeline.speech.enrolled import enrolled
from pipeline.speech.hearing import Hearing
from pipeline.speech.sentences import segments_of
from pipeline.speech.side_by_side import heard_in_order, stretch_seconds
from pipeline.speech.speakers import Speakers
from pipeline.speech.stretches import stretches

Progress = Callable[[float, float], None]

_LEAST_SPEECH = 0.3
"""Seconds of speech below which a file counts as having none."""


def transcribe(
    audio: Path, *, settings: Settings, glossary: Sequence[str] = (), on_progress: Progress | None = None
) -> Transcript:
    """What is said in an audio or video file: sentence-sized segments with speakers, words, times and probabilities.

    Times are seconds from the start of the file. `on_progress` is told the seconds done and the seconds in all. Speakers
    are "Speaker 1", "Speaker 2" in order of appearance, and None when one voice is heard; enrolled voices have their names.

    Raises:
        MediaError: the file can't be decoded, or nobody speaks in it.
        WeightsError: the speech model is not here.
    """
    total = probe(audio).duration or 0.0
    recogniser = models.load(settings, total)
    recogniser.model.expect(glossary)
    hearing, speakers = Hearing(settings.language), Speakers(total, enrolled(settings))
    length = 0.0
    heard_ones = heard_in_order(
        stretches(audio, stretch_seconds(total)),
        recogniser,
        settings.language,
        _Clock(on_progress, total),
        lambda stretch, heard: speakers.listen(stretch, heard.words),
    )
    for stretch, heard, voices in heard_ones:
        hearing.add(stretch, heard)
        speakers.add(voices)
        length = stretch.start + stretch.seconds
    if hearing.spoken < _LEAST_SPEECH or not hearing.words:
        raise MediaError(
            f"no speech found in {audio.name} ({hearing.spoken:.1f} s of {length:.0f} s); is this the right file?"
        )
    said = speakers.of(hearing.words)
    return Transcript(
        segments=hearing.marked(segments_of(hearing.words, said, hearing.breaks)),
        language=hearing.language,
        origin="recogniser",
        model=models.model_use(settings).name,
        warnings=(*recogniser.warnings, *hearing.warnings(), *(_named(name) for name in speakers.named)),
    )


def _named(name: str) -> str:
    return f"{name} was told by the voice: it is like the one enrolled under this name"


def speech_model_use(settings: Settings) -> ModelUse:
    """The speech model that these settings name, as the report states it."""
    return models.model_use(settings)


class _Clock:
    """Adds up what is done of stretches that are heard at the same time, and tells it."""

    def __init__(self, on_progress: Progress | None, total: float) -> None:
        self._told = on_progress
        self._total = total
        self._done: dict[float, float] = {}
        self._lock = Lock()

    def __call__(self, start: float, seconds: float) -> None:
        """`seconds` of the stretch that starts at `start` are done."""
        if self._told is None:
            return
        with self._lock:
            self._done[start] = max(seconds, self._done.get(start, 0.0))
            done = sum(self._done.values())
            self._told(done, max(self._total, done))
