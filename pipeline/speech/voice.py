"""Where somebody speaks, and the windows that are given to the recogniser."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.sound import RATE

if TYPE_CHECKING:
    import numpy as np

_FAINT, _NONE = 0.25, 0.15
"""Probabilities of speech from which faint speech begins, and below which it ends; the detector's own are .5 and .35."""
_PAUSE = 0.8
"""A pause of so many seconds may hide a faint beginning or end."""
_KEPT = 0.2
"""Seconds of it that stay a pause."""
_LONGEST = 20.0
"""Seconds of one window: Whisper hears thirty at a time, but a second of thirty costs half as much again as one of twenty."""
_FULL = 13.0
"""Seconds from which a window may be cut at a pause to come."""
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
    """Where there is speech in 16 kHz mono samples, in order (Silero VAD, as faster-whisper ships it).

    A sentence that begins or ends faintly ("he would not …") does so from where speech is at least likely.
    """
    if not len(samples):
        return []
    spans = _found(samples)
    if not any(other.start - one.end >= _PAUSE for one, other in pairwise([Span(-1, 0), *spans])):
        return spans
    return _with_faint_edges(spans, _found(samples, threshold=_FAINT, neg_threshold=_NONE), len(samples) / RATE)


def _found(samples: np.ndarray, **thresholds: float) -> list[Span]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(max_speech_duration_s=_LONGEST, min_silence_duration_ms=160, **thresholds)
    return [Span(found["start"] / RATE, found["end"] / RATE) for found in get_speech_timestamps(samples, options)]


def _with_faint_edges(spans: list[Span], faint: list[Span], seconds: float) -> list[Span]:
    """The spans, at pauses stretched as far as a faint one goes on, none longer than a window."""
    found: list[Span] = []
    edges = [Span(-_PAUSE, -_KEPT), *spans, Span(seconds + _KEPT, seconds + _PAUSE)]
    for before, span, after in zip(edges, spans, edges[2:], strict=False):
        start, end = span
        for one in faint:
            if one.start < start < one.end and start - before.end >= _PAUSE:
                start = max(one.start, before.end + _KEPT, end - _LONGEST)
            if one.start < end < one.end and after.start - end >= _PAUSE:
                end = min(one.end, after.start - _KEPT, start + _LONGEST)
        found.append(Span(max(start, found[-1].end if found else 0.0), end))
    return found


def windows(spans: list[Span]) -> list[Span]:
    """Windows of up to half a minute that cover every span: neighbours share one, a long pause starts another.

    A full window ends at the longest pause in its last third, most likely between sentences: words at a cut are heard worst.
    """
    found: list[Span] = []
    held: list[Span] = []
    for span in spans:
        if held and span.start - held[-1].end > _SILENCE:
            found.append(Span(held[0].start, held[-1].end))
            held = []
        while held and span.end - held[0].start > _LONGEST:
            cut = _longest_pause([*held, span])
            found.append(Span(held[0].start, held[cut - 1].end))
            held = held[cut:]
        held.append(span)
    return [*found, Span(held[0].start, held[-1].end)] if held else found


def _longest_pause(spans: list[Span]) -> int:
    """The index of the span after the longest pause among those late enough; the last span always is."""
    late = [i for i in range(1, len(spans)) if spans[i - 1].end - spans[0].start >= _FULL] or [len(spans) - 1]
    return max(late, key=lambda i: (spans[i].start - spans[i - 1].end, i))
