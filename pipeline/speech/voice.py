"""Where somebody speaks, and the windows that are given to the recogniser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.sound import RATE

if TYPE_CHECKING:
    import numpy as np

_LONGEST = 29.5
"""Seconds of one window: Whisper hears thirty at a time."""
_SILENCE = 1.5
"""A pause of so many seconds ends a window: in long silence Whisper makes words up."""


class Span(NamedTuple):
    """A piece of time, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def speech_spans(samples: np.ndarray) -> list[Span]:
    """Where there is speech in 16 kHz mono samples, in order (Silero VAD, as faster-whisper ships it)."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if not len(samples):
        return []
    options = VadOptions(max_speech_duration_s=_LONGEST, min_silence_duration_ms=160)
    return [Span(found["start"] / RATE, found["end"] / RATE) for found in get_speech_timestamps(samples, options)]


def windows(spans: list[Span]) -> list[Span]:
    """Windows of up to half a minute that cover every span: neighbours share one, a long pause starts another."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and span.end - last.start <= _LONGEST and span.start - last.end <= _SILENCE:
            joined[-1] = Span(last.start, span.end)
        else:
            joined.append(span)
    return joined
