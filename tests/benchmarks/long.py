"""Hears a made file of hours: no clip lost, no loop, no words in music or noise, memory flat, words as of the clips alone.

    python -m tests.benchmarks.long --data ../shared/data/asr [--hours 2] [--model base] [--out FILE.json]

The clips, drawn again and again in a new order, with pauses of .3 to 3 s between them; after every tenth comes twelve seconds of
music, noise or silence. Beside it in the same run: each clip heard alone. Memory is the peak of a process of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
import wave
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import jiwer
import numpy as np

from pipeline.models import Segment
from pipeline.settings import Settings, get_settings
from pipeline.sound import RATE, decode
from tests.speech.sounds import Samples, music, silence

BETWEEN = 12.0
EDGE = 0.15


class Piece(NamedTuple):
    """A stretch of the made file: which clip, or "music", "noise", "silence"; in seconds."""

    what: str
    start: float
    end: float


def made(clips: dict[str, Samples], hours: float, target: Path, seed: int = 1) -> list[Piece]:
    """What lies where in a file written to `target`, piece by piece, so that making it takes no memory either."""
    rng, at, pieces, order = random.Random(seed), 0.0, [], []
    quiet = np.random.default_rng(seed)
    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        while at < hours * 3600:
            if not order:
                order = rng.sample(sorted(clips), len(clips))
            what = order.pop()
            parts = [(what, clips[what]), ("", silence(rng.uniform(0.3, 3.0)))]
            if len(order) % 10 == 0:
                kind = rng.choice(("music", "noise", "silence"))
                noise = (0.02 * quiet.standard_normal(int(BETWEEN * RATE))).astype(np.float32)
                parts += [(kind, {"music": music(BETWEEN), "noise": noise}.get(kind, silence(BETWEEN)))]
                parts += [("", silence(1.0))]
            for name, samples in parts:
                file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
                if name:
                    pieces.append(Piece(name, at, at + len(samples) / RATE))
                at += len(samples) / RATE
    return pieces


def heard(audio: Path, settings: Settings) -> tuple[list[Segment], float, int]:
    """Segments, seconds and peak megabytes; run in a process of its own."""
    from pipeline.speech import transcribe

    began = time.monotonic()
    segments = list(transcribe(audio, settings=settings).segments)
    return segments, time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def alone(paths: dict[str, Path], settings: Settings) -> dict[str, str]:
    """The words of each clip heard by itself; run in a process of its own."""
    from pipeline.errors import MediaError
    from pipeline.speech import transcribe

    found = {}
    for name, path in paths.items():
        try:
            found[name] = transcribe(path, settings=settings).text
        except MediaError:
            found[name] = ""
    return found


def measured(segments: list[Segment], pieces: list[Piece], references: dict[str, str]) -> dict[str, Any]:
    """What became of the pieces."""
    from pipeline.speech.faults import has_loop

    words = [word for segment in segments for word in segment.words]
    texts: list[list[str]] = [[] for _ in pieces]
    at = 0
    for word in words:
        middle = (word.start + word.end) / 2
        while at + 1 < len(pieces) and middle >= pieces[at + 1].start - EDGE:
            at += 1
        texts[at].append(word.text)
    said = [(piece, " ".join(text)) for piece, text in zip(pieces, texts, strict=True)]
    clips = [(piece, text) for piece, text in said if piece.what in references]
    return {
        "clips": len(clips),
        "lost": sum(not text for _, text in clips),
        "loops": sum(has_loop(segment.text.split()) for segment in segments),
        "words_in_music_or_noise": sum(len(text.split()) for piece, text in said if piece.what not in references),
        "times_backwards": sum(one.end > other.start for one, other in pairwise(words)),
        "wer": errors([(references[piece.what], text) for piece, text in clips]),
    }


def errors(pairs: list[tuple[str, str]]) -> float:
    """Word error rate after Whisper's English normaliser."""
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    plain = EnglishTextNormalizer({})
    return round(jiwer.wer([plain(one) for one, _ in pairs], [plain(other) for _, other in pairs]), 4)


def main() -> None:
    """Prints one JSON document and writes it where `--out` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--model", default="base")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    settings = get_settings().model_copy(update={"whisper": arguments.model, "device": "cpu"})
    rows = [json.loads(line) for line in (arguments.data / "manifest.jsonl").read_text("utf-8").splitlines()]
    paths = {row["id"]: arguments.data / row["path"] for row in rows}
    references = {row["id"]: row["reference"] for row in rows}
    clips = {name: np.concatenate(list(decode(path))) for name, path in paths.items()}
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        audio = Path(folder) / "long.wav"
        pieces = made(clips, arguments.hours, audio)
        segments, seconds, megabytes = pool.submit(heard, audio, settings).result()
        by_themselves = pool.submit(alone, paths, settings).result()
    drawn = [piece.what for piece in pieces if piece.what in references]
    result = {
        "hours": arguments.hours,
        "model": arguments.model,
        "seconds": round(seconds, 1),
        "of_real_time": round(seconds / (arguments.hours * 3600), 4),
        "peak_megabytes": megabytes,
        **measured(segments, pieces, references),
        "wer_alone": errors([(references[name], by_themselves[name]) for name in drawn]),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
