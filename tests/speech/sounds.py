"""Sounds made with the standard library and numpy: for faults that no recording shows."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def write_wav(path: Path, samples: Samples, rate: int = 16_000, channels: int = 1) -> Path:
    """A 16-bit WAV file with the same samples in every channel."""
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(pcm, channels).tobytes())
    return path


def silence(seconds: float, rate: int = 16_000) -> Samples:
    return np.zeros(int(seconds * rate), dtype=np.float32)


def music(seconds: float, rate: int = 16_000) -> Samples:
    """Chords with a beat: sound, but nobody speaks."""
    time = np.arange(int(seconds * rate)) / rate
    chords = np.array([[220.0, 277.2, 329.6], [246.9, 311.1, 370.0]])[(time // 2).astype(int) % 2]
    tone = np.sin(2 * np.pi * chords * time[:, None]).sum(axis=1)
    return np.asarray(0.15 * tone * (0.6 + 0.4 * np.cos(2 * np.pi * 2 * time)), dtype=np.float32)
