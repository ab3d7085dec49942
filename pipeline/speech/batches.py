"""Windows of sound through Whisper in batches, its encoder given the sound and not the silence that fills up to half a minute.

Attention costs the square of a window's length, so a window of twenty seconds read as such takes a third of the time. Whisper
was trained on full windows: a second of silence is left behind the sound, and what still goes wrong (loops, speech without
words) is heard again in a full window by `hearing`.

Imported late, since it loads faster-whisper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import BatchedInferencePipeline, WhisperModel

from pipeline.speech.rescoring import Rescorer
from pipeline.speech.voice import Span

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import TranscriptionOptions

_FRAMES = 100
"""Frames a second."""
_BEHIND = 1.0
"""Seconds of silence left behind the longest sound of a batch. Words are dealt to frames up to the next whole second, which
have to be there."""
_LEAST = 10.0
"""Seconds of a window at least: in shorter ones Whisper is known to lose its way."""
_QUICKEST = 14
"""Tokens a second that nobody speaks in English (other scripts take more for a word): a window that goes on longer is caught in a
loop, which costs as much as ten others."""
_MOST = 208
"""Tokens of a window at most: with a prompt, Whisper has room for twice as many."""


class Whisper(WhisperModel):  # type: ignore[misc]  # faster-whisper has no types
    """faster-whisper's model, on a CPU encoding one window of a batch after the other: their scores then stay in the cache.

    What is heard with it has the expected names in it, batches too.
    """

    _rescorer: Rescorer | None = None

    def expect(self, names: Sequence[str]) -> None:
        """Names that may be said in what is heard from here on."""
        self._rescorer = Rescorer(self, names) if names else None

    def encode(self, features: np.ndarray) -> StorageView:
        """The encoder's output for (windows, bands, frames) or (bands, frames): (windows, frames / 2, width)."""
        if self.model.device != "cpu" or features.ndim == 2 or len(features) == 1:
            return super().encode(np.ascontiguousarray(features))
        each = [np.asarray(super(Whisper, self).encode(np.ascontiguousarray(one))) for one in features]
        return StorageView.from_array(np.concatenate(each))

    def generate_with_fallback(
        self, encoder_output: StorageView, prompt: list[int], tokenizer: Tokenizer, options: TranscriptionOptions
    ) -> tuple[Any, float, float, float]:
        """What was heard in one window, its score, the temperature and how well the text can be compressed."""
        result, *rest = super().generate_with_fallback(encoder_output, prompt, tokenizer, options)
        (tokens,) = self.named(tokenizer, encoder_output, [result.sequences_ids[0]])
        return SimpleNamespace(sequences_ids=[tokens], no_speech_prob=result.no_speech_prob), *rest

    def named(self, tokenizer: Tokenizer, encoded: StorageView, windows: list[list[int]]) -> list[list[int]]:
        """The tokens of some encoded windows, with the expected names in them."""
        return self._rescorer.named(tokenizer, encoded, windows) if self._rescorer else windows


class Batches(BatchedInferencePipeline):  # type: ignore[misc]  # faster-whisper has no types
    """faster-whisper's batches, each as long as its longest window."""

    def forward(
        self,
        features: np.ndarray,
        tokenizer: Tokenizer,
        chunks_metadata: list[dict[str, Any]],
        options: TranscriptionOptions,
    ) -> list[list[dict[str, Any]]]:
        """The segments of each window; `features` are (windows, bands, frames), filled up to half a minute."""
        longest = max(float(chunk["duration"]) for chunk in chunks_metadata)
        self.last_speech_timestamp = 0.0
        if tokenizer.language_code == "en":
            options = replace(options, max_new_tokens=min((ceil(longest) + 1) * _QUICKEST, _MOST))
        found: list[list[dict[str, Any]]] = super().forward(
            as_long_as(longest, features), tokenizer, chunks_metadata, options
        )
        return found

    def generate_segment_batched(
        self, features: np.ndarray, tokenizer: Tokenizer, options: TranscriptionOptions
    ) -> tuple[StorageView, list[dict[str, Any]]]:
        """The windows encoded, and what was heard in each."""
        encoded, outputs = super().generate_segment_batched(features, tokenizer, options)
        named = self.model.named(tokenizer, encoded, [output["tokens"] for output in outputs])
        return encoded, [output | {"tokens": tokens} for output, tokens in zip(outputs, named, strict=True)]


def as_long_as(seconds: float, features: np.ndarray) -> np.ndarray:
    """Features (…, bands, frames) of so many seconds of sound, cut or filled up to what the encoder should be given for them."""
    from faster_whisper.audio import pad_or_trim

    frames: np.ndarray = pad_or_trim(features, int(max(ceil(seconds) + _BEHIND, _LEAST) * _FRAMES))
    return frames


def of_like_length(windows: Sequence[Span], size: int) -> list[Span]:
    """The windows so ordered that every `size` of them, in order of time, are about as long as each other."""
    ranked = sorted(windows, key=lambda window: -window.seconds)
    return [
        window
        for first in range(0, len(ranked), size)
        for window in sorted(ranked[first : first + size], key=lambda window: window.start)
    ]
