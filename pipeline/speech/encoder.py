"""Voices as vectors: the speaker encoder of Resemblyzer (a GE2E d-vector, arXiv:1710.10467), run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sound import RATE
from pipeline.weights import verify_file

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession

WEIGHTS = Path(__file__).parent / "weights" / "speakers" / "speaker_encoder.onnx"
SHA256 = "5a43c6a0bec49734a2166d5b1abe83d810f64bbe687e58d0dfe649aa844f20b1"
SECONDS = 1.6
"""What the encoder hears at once."""
_HOP, _FFT, _BANDS = 160, 400, 40
_FRAMES = int(SECONDS * RATE) // _HOP
_LOUDNESS = 10 ** (-30 / 20)
"""Root mean square of a window: -30 dBFS, as in the encoder's training."""
_BATCH = 32
_BLOCK = 40
"""Frames whose bands are computed at once."""


class VoiceEncoder:
    """The encoder, loaded when it is first used, its weights hash-checked."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    def vectors(self, samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
        """One unit vector of 256 numbers for the 1.6 s around each centre (seconds into the 16 kHz mono samples)."""
        import numpy as np

        if not len(centres):
            return np.zeros((0, 256), dtype=np.float32)
        half = int(SECONDS * RATE / 2)
        padded = np.pad(samples, half + _FFT // 2)
        firsts = np.round(centres * RATE / _HOP).astype(int)
        mels = self._mels(padded, firsts)
        rows = [
            self._session.run(None, {"mels": np.stack(list(islice(mels, _BATCH)))})[0]
            for _ in range(0, len(firsts), _BATCH)
        ]
        vectors: np.ndarray = np.concatenate(rows)
        return vectors

    def _mels(self, padded: np.ndarray, firsts: np.ndarray) -> Iterator[np.ndarray]:
        """Power in 40 mel bands for each hundredth of a second of a window, (160, 40), for windows that begin at these
        frames; no logarithm, as the encoder expects. What windows share is computed once."""
        import numpy as np

        bands: dict[int, np.ndarray] = {}
        for first in firsts:
            blocks = range(int(first) // _BLOCK, (int(first) + _FRAMES - 1) // _BLOCK + 1)
            bands = {block: bands[block] if block in bands else self._bands(padded, block) for block in blocks}
            start = int(first) - blocks[0] * _BLOCK
            window = padded[first * _HOP : (first + _FRAMES - 1) * _HOP + _FFT]
            level = float(np.sqrt(np.mean(window**2)))
            gain = _LOUDNESS / level if 0 < level < _LOUDNESS else 1.0
            power = np.concatenate([bands[block] for block in blocks])[start : start + _FRAMES]
            yield (gain**2 * power).astype(np.float32)

    def _bands(self, padded: np.ndarray, block: int) -> np.ndarray:
        """The bands of one block of frames; shorter at the end of the sound."""
        import numpy as np

        sound = padded[block * _BLOCK * _HOP : ((block + 1) * _BLOCK - 1) * _HOP + _FFT]
        frames = np.lib.stride_tricks.sliding_window_view(sound, _FFT)[::_HOP]
        bands: np.ndarray = np.abs(np.fft.rfft(frames * self._window, axis=1)) ** 2 @ self._filters.T
        return bands

    @cached_property
    def _filters(self) -> np.ndarray:
        from faster_whisper.feature_extractor import FeatureExtractor

        filters: np.ndarray = FeatureExtractor.get_mel_filters(RATE, _FFT, n_mels=_BANDS)
        return filters

    @cached_property
    def _window(self) -> np.ndarray:
        import numpy as np

        window: np.ndarray = np.hanning(_FFT + 1)[:-1]
        return window

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        verify_file(WEIGHTS, SHA256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        return onnxruntime.InferenceSession(str(WEIGHTS), options, providers=["CPUExecutionProvider"])
