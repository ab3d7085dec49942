"""Who says which word: windows of speech → speaker vectors → voices → words, offline and on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.models import Word
from pipeline.speech.clusters import voices
from pipeline.speech.encoder import VoiceEncoder
from pipeline.speech.enrolled import Voiceprint, recognised
from pipeline.speech.sentences import Said, ends_sentence

if TYPE_CHECKING:
    import numpy as np

    from pipeline.speech.stretches import Stretch

_HOP = 0.4
"""Seconds between windows; twice as many in files longer than `_LONG`, where there is more to learn a voice from."""
_LONG = 240.0
_NEAR = 0.8
"""Seconds around a word within which windows tell whose it is."""
_SCALE = 0.05
"""Similarity that counts as one unit of evidence in the choice of a path through the words."""
_STAY, _STAY_IN_PHRASE = 1.5, 6.0
"""Units it costs to change speakers at a pause or a sentence's end, and in the middle of a phrase."""
_PAUSE = 0.25


class VoiceWindows(NamedTuple):
    """Voices of a stretch: the middle of each window, in seconds from the start of the file, and its vector."""

    centres: np.ndarray
    vectors: np.ndarray


class Speakers:
    """Collects voice windows stretch by stretch, then names the speaker of every word."""

    def __init__(self, seconds: float, prints: Sequence[Voiceprint] = (), threads: int = 1) -> None:
        self._encoder = VoiceEncoder(threads)
        self._hop = _HOP if seconds <= _LONG else 2 * _HOP
        self._centres: list[np.ndarray] = []
        self._vectors: list[np.ndarray] = []
        self._prints = prints
        self.named: tuple[str, ...] = ()
        """Names that an enrolled voice gave."""

    def listen(self, stretch: Stretch, words: Sequence[Word]) -> VoiceWindows:
        """The voices of one stretch where its words are (their times count from its start); several threads may listen."""
        import numpy as np

        begin = stretch.start
        centres = np.array(
            sorted(
                {
                    round((begin + at) / self._hop) * self._hop
                    for word in words
                    for at in (word.start, (word.start + word.end) / 2)
                }
            )
        )
        centres = centres[(centres >= begin) & (centres <= begin + stretch.seconds)]
        return VoiceWindows(centres, self._encoder.vectors(stretch.samples, centres - begin))

    def add(self, windows: VoiceWindows) -> None:
        """Keep the windows of the next stretch."""
        if len(windows.centres):
            self._centres.append(windows.centres)
            self._vectors.append(windows.vectors)

    def of(self, words: Sequence[Word]) -> list[Said]:
        """Whose each word is: of an enrolled voice the name, of the others "Speaker 1" speaks first."""
        import numpy as np

        if not self._vectors or not words:
            return [Said(None, 1.0)] * len(words)
        vectors, centres = np.concatenate(self._vectors), np.concatenate(self._centres)
        found = voices(vectors)
        names = recognised(found, self._prints)
        if len(found) == 1:
            return self._all_by(names.get(0), words)
        likeness = _likeness(words, centres, vectors @ found.T)
        path = _path(words, likeness)
        labels = list(dict.fromkeys(path))
        if len(labels) == 1:
            return self._all_by(names.get(labels[0]), words)
        self.named = tuple(names[label] for label in labels if label in names)
        order = {label: names.get(label, f"Speaker {place}") for place, label in enumerate(labels, start=1)}
        return [Said(order[label], _lead(row, label)) for label, row in zip(path, likeness, strict=True)]

    def _all_by(self, name: str | None, words: Sequence[Word]) -> list[Said]:
        self.named = (name,) if name else ()
        return [Said(name, 1.0)] * len(words)


def _likeness(words: Sequence[Word], centres: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """How much each word sounds like each voice: the mean over the windows near it, nearer ones counting more."""
    import numpy as np

    rows = []
    for word in words:
        middle = (word.start + word.end) / 2
        first, last = (int(np.searchsorted(centres, edge)) for edge in (middle - _NEAR, middle + _NEAR))
        if first == last:
            nearest = min(int(np.searchsorted(centres, middle)), len(centres) - 1)
            first, last = nearest, nearest + 1
        weights = np.maximum(_NEAR - np.abs(centres[first:last] - middle), 0.05)
        rows.append(weights @ similarity[first:last] / weights.sum())
    likeness: np.ndarray = np.stack(rows)
    return likeness


def _path(words: Sequence[Word], likeness: np.ndarray) -> list[int]:
    """The best sequence of voices (Viterbi): likeness of every word, less the cost of changing speakers."""
    import numpy as np

    evidence = likeness / _SCALE
    score, back = evidence[0], []
    for index in range(1, len(words)):
        before, word = words[index - 1], words[index]
        boundary = word.start - before.end >= _PAUSE or ends_sentence(before.text)
        moved = score.max() - (_STAY if boundary else _STAY_IN_PHRASE)
        stays = score >= moved
        back.append(np.where(stays, np.arange(len(score)), int(score.argmax())))
        score = np.where(stays, score, moved) + evidence[index]
    path = [int(score.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def _lead(row: np.ndarray, label: int) -> float:
    """How far the chosen voice's likeness lies above the best other's."""
    others = [value for index, value in enumerate(row) if index != label]
    return float(row[label] - max(others))
