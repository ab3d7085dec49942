"""Voices as vectors: the speaker encoder of Resemblyzer (a GE2E d-vector, arXiv:1710.10467), run by ONNX Runtime."""

from __future__ import annotations

from functools import cached_property
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
        windows = [self._mels(padded, int(centre * RATE)) for centre in centres]
        rows = [
            self._session.run(None, {"mels": np.stack(windows[first : first + _BATCH])})[0]
            for first in range(0, len(windows), _BATCH)
        ]
        vectors: np.ndarray = np.concatenate(rows)
        return vectors

    def _mels(self, padded: np.ndarray, start: int) -> np.ndarray:
        """Power in 40 mel bands for each hundredth of a second: (160, 40); no logarithm, as the encoder expects."""
        import numpy as np

        window = padded[start : start + (_FRAMES - 1) * _HOP + _FFT]
        level = float(np.sqrt(np.mean(window**2)))
        gain = _LOUDNESS / level if 0 < level < _LOUDNESS else 1.0
        frames = np.lib.stride_tricks.sliding_window_view(window, _FFT)[::_HOP]
        power = np.abs(np.fft.rfft(frames * self._window, axis=1)) ** 2
        mels: np.ndarray = (gain**2 * (power @ self._filters.T)).astype(np.float32)
        return mels

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
