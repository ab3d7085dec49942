"""Voices that a person has enrolled: who they are, as the speaker encoder hears them. They stay in the data home.

A voiceprint is a mean vector, not sound; nothing is compared before somebody enrols a voice. A stranger is never named on
purpose: the same reader's recordings lie within .11 of each other through a muffled line, the nearest two readers .23
apart, two people on one telephone line .15 (cosine distance), so a name is given up to .15 and when no other enrolled voice
is near. A host on another microphone may stay "Speaker 1"; a wrong name would be worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import ClaimcastError, InputError, MediaError, SchemaError
from pipeline.files import write_whole
from pipeline.models import Frozen, Versioned, Word, stable_id
from pipeline.settings import Settings
from pipeline.sound import RATE, decode
from pipeline.speech.clusters import voices
from pipeline.speech.encoder import SHA256, VoiceEncoder

if TYPE_CHECKING:
    import numpy as np

_NEAR = 0.15
"""Cosine distance up to which two voices are one person's."""
_CLEAR = 0.05
"""How much farther the next enrolled voice must be."""
_LEAST = 8.0
"""Seconds of speech that a voiceprint is made from at least."""
_MOST = 600.0
"""Seconds of sound that are listened to for one."""
_HOP = 0.8


class Voiceprint(Versioned):
    """One enrolled voice."""

    name: str
    vector: tuple[float, ...]
    """A unit vector of the speaker encoder."""
    seconds: float
    """Speech it was made from."""
    source: str
    enrolled: date
    encoder: str = SHA256


class Part(Frozen):
    """A stretch of a recording, in seconds; `end` None: to its end."""

    start: float = 0.0
    end: float | None = None


def enrolled(settings: Settings) -> tuple[Voiceprint, ...]:
    """All voiceprints of this data home that this encoder made, by name.

    Raises:
        ClaimcastError: one can't be read.
    """
    found = []
    for path in sorted(settings.voices_path.glob("*.json")):
        try:
            found.append(Voiceprint.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError, SchemaError) as error:
            raise ClaimcastError(
                f"voiceprint {path} can't be read; remove the file and enrol the voice again"
            ) from error
    return tuple(sorted((one for one in found if one.encoder == SHA256), key=lambda one: one.name.casefold()))


def enrol(
    name: str, audio: Path, *, settings: Settings, part: Part | None = None, words: Sequence[Word] = ()
) -> Voiceprint:
    """The voice of somebody in a recording, kept under their name; one kept before under this name is replaced.

    It is the voice of `part`, in which nobody else may speak, or, when there are `words`, the one that says them.

    Raises:
        InputError: the name is empty, there is too little speech, or more than one voice.
        MediaError: the sound can't be decoded.
    """
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > 100:
        raise InputError("a voice needs a name of up to 100 characters")
    vectors, seconds = _of_words(audio, words) if words else _of_part(audio, part or Part())
    if seconds < _LEAST:
        raise InputError(f"only {seconds:.1f} s of speech there; a voiceprint needs {_LEAST:.0f} s or more")
    centres = voices(vectors)
    if len(centres) > 1:
        raise InputError(
            f"{len(centres)} voices speak there; name a stretch with --from and --to where {name} speaks alone"
        )
    made = Voiceprint(
        name=name,
        vector=tuple(round(float(x), 5) for x in centres[0]),
        seconds=round(seconds, 1),
        source=audio.name,
        enrolled=date.today(),
    )
    write_whole(_path(name, settings), made.model_dump_json(indent=1), private=True)
    return made


def forget(name: str, settings: Settings) -> bool:
    """Whether there was such a voice; it is gone now.

    Raises:
        ClaimcastError: its file can't be removed.
    """
    path = _path(" ".join(name.split()), settings)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ClaimcastError(f"can't remove {path}: {error.strerror}") from error
    return True


def recognised(centres: np.ndarray, prints: Sequence[Voiceprint]) -> dict[int, str]:
    """Which voices, by row of `centres`, are whose; each name at most once, and only where it is clear."""
    import numpy as np

    if not prints or not len(centres):
        return {}
    distance = 1.0 - centres @ np.array([one.vector for one in prints]).T
    found: dict[int, str] = {}
    for row, column in zip(*np.unravel_index(np.argsort(distance, axis=None), distance.shape), strict=True):
        name = prints[column].name
        others: np.ndarray = np.delete(distance[row], column)
        clear = not len(others) or others.min() - distance[row, column] >= _CLEAR
        if distance[row, column] <= _NEAR and clear and int(row) not in found and name not in found.values():
            found[int(row)] = name
    return found


def _path(name: str, settings: Settings) -> Path:
    return settings.voices_path / f"{stable_id(name.casefold())}.json"


def _of_part(audio: Path, part: Part) -> tuple[np.ndarray, float]:
    """Vectors over the speech of a stretch, and its seconds."""
    import numpy as np

    from pipeline.speech.voice import speech_spans

    end = part.start + _MOST if part.end is None else min(part.end, part.start + _MOST)
    if end <= part.start:
        raise InputError(f"a stretch from {part.start:g} s to {end:g} s has no length")
    samples = np.concatenate([np.zeros(0, dtype=np.float32), *decode(audio, start=part.start, end=end)])
    spans = speech_spans(samples)
    centres = [np.arange(span.start, span.end, _HOP) + _HOP / 2 for span in spans]
    if not centres:
        raise MediaError(f"no speech found in {audio.name} between {part.start:g} s and {end:g} s")
    inside = np.minimum(np.concatenate(centres), len(samples) / RATE)
    return VoiceEncoder().vectors(samples, inside), sum(span.seconds for span in spans)


def _of_words(audio: Path, words: Sequence[Word]) -> tuple[np.ndarray, float]:
    """Vectors in the middle of words, of the first ten minutes of sound that hold any, and the seconds of these words."""
    import numpy as np

    first = words[0].start
    near = [word for word in words if word.end <= first + _MOST]
    samples = np.concatenate(
        [np.zeros(0, dtype=np.float32), *decode(audio, start=first, end=(near or words)[-1].end + 1.0)]
    )
    centres = np.array(sorted({round((word.start + word.end) / 2 / _HOP) * _HOP for word in near})) - first
    inside = np.clip(centres, 0.0, len(samples) / RATE)
    return VoiceEncoder().vectors(samples, inside), sum(word.end - word.start for word in near)
