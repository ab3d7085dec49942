"""Long audio in short pieces: stretches of some minutes, cut where it is quiet, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.sound import RATE, decode

if TYPE_CHECKING:
    import numpy as np

STRETCH = 300.0
"""Seconds of a stretch, about: eight to twelve windows of Whisper, enough to fill a batch."""
_SEARCH = 30.0
"""Seconds before the end of a stretch in which the quietest place is looked for, at most; a tenth of it otherwise."""
_WINDOW = 0.3


class Stretch(NamedTuple):
    """A piece of the audio: where it starts, in seconds, and its samples (float32, 16 kHz mono)."""

    start: float
    samples: np.ndarray

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def stretches(audio: Path, seconds: float = STRETCH) -> Iterator[Stretch]:
    """The whole audio in order, no sample lost or doubled; every cut lies in the quietest third of a second around.

    Raises:
        MediaError: the file can't be decoded.
    """
    import numpy as np

    held: list[np.ndarray] = []
    length, start, limit = 0, 0, int(seconds * RATE)
    for piece in decode(audio):
        held.append(piece)
        length += len(piece)
        if length >= limit:
            samples = np.concatenate(held)
            cut = quietest(samples, len(samples) - int(min(_SEARCH, seconds / 10) * RATE))
            yield Stretch(start / RATE, samples[:cut])
            held, length, start = [samples[cut:]], len(samples) - cut, start + cut
    if length:
        yield Stretch(start / RATE, np.concatenate(held))


def quietest(samples: np.ndarray, first: int) -> int:
    """The index at the middle of the quietest window at or after index `first`."""
    import numpy as np

    window = int(_WINDOW * RATE)
    first = max(first, 0)
    energy = np.concatenate(([0.0], np.cumsum(samples[first:].astype(np.float64) ** 2)))
    if len(energy) <= window:
        return len(samples)
    return first + int(np.argmin(energy[window:] - energy[:-window])) + window // 2
