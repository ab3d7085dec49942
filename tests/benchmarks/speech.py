"""Measures hearing: word error rate, speed and memory, against faster-whisper's own sequential default in one run.

    python -m tests.benchmarks.speech --data ../shared/data/asr [--models base tiny.en] [--orders 3] [--out FILE.json]

The clips (see the data's README: LibriSpeech test-other, LJSpeech, LibriVox, a speech, a telephone dialogue) are joined to one
file, as an episode is, and the words are dealt back to the clips by their times. One order says little, since what a
recogniser makes of a clip depends on where its windows begin: the clips come in several, the first with a second of silence
between them, the others shuffled with .5 to 2 s. Word error rates are after Whisper's English normaliser. Seconds are of
processor time as well as of the clock, since the clock depends on what else the machine does. Claimcast also tells the
speakers apart in that time. Every row is a process of its own. The pipeline of transformers hears with the same weights (see
`unconverted`), told that the language is English: asked to find out, it loops.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import Any

import jiwer
import numpy as np

from pipeline.models import Word
from pipeline.settings import Settings, get_settings
from pipeline.sound import RATE, decode
from tests.speech.sounds import silence, write_wav

GAP, LEAST, MOST = 1.0, 0.5, 2.0
"""Seconds of silence after a clip: in the first order, and at least and at most in the others."""
Clip = tuple[str, str, float, float]
"""Set, reference, start and end in the joined file, in seconds."""


def joined(data: Path, folder: Path, order: int = 0) -> tuple[Path, list[Clip]]:
    """All clips as one WAV file, and where each lies in it."""
    rows = [json.loads(line) for line in (data / "manifest.jsonl").read_text("utf-8").splitlines()]
    rng = random.Random(order)
    if order:
        rng.shuffle(rows)
    pieces, clips, at = [], [], 0.0
    for row in rows:
        samples = np.concatenate(list(decode(data / row["path"])))
        gap = silence(rng.uniform(LEAST, MOST) if order else GAP)
        clips.append((row["set"], row["reference"], at, at + len(samples) / RATE))
        pieces += [samples, gap]
        at += (len(samples) + len(gap)) / RATE
    return write_wav(folder / f"clips-{order}.wav", np.concatenate(pieces)), clips


def ours(audio: Path, settings: Settings) -> list[Word]:
    """Words as claimcast hears them, speakers told apart as always."""
    from pipeline.speech import transcribe

    return [word for segment in transcribe(audio, settings=settings).segments for word in segment.words]


def sequential(audio: Path, settings: Settings) -> list[Word]:
    """Words as faster-whisper hears them by default: one window after the other, beam 5, all cores on each."""
    from faster_whisper import WhisperModel

    from pipeline.speech.models import folder_of, threads

    model = WhisperModel(folder_of(settings), device="cpu", compute_type="int8", cpu_threads=threads())
    heard, _ = model.transcribe(str(audio), word_timestamps=True)
    return [
        Word(text=word.word.strip(), start=float(word.start), end=float(word.end))
        for segment in heard
        for word in segment.words or ()
    ]


def with_transformers(audio: Path, settings: Settings) -> list[Word]:
    """Words as the pipeline of transformers hears them: windows of half a minute that overlap, four at a time, greedily."""
    from transformers import WhisperFeatureExtractor, pipeline

    from pipeline.speech.models import folder_of
    from tests.benchmarks.unconverted import whisper

    model, tokenizer = whisper(Path(folder_of(settings)))
    extractor = WhisperFeatureExtractor(feature_size=model.config.num_mel_bins)
    recognise = pipeline(
        "automatic-speech-recognition", model=model, tokenizer=tokenizer, feature_extractor=extractor,
        chunk_length_s=30, batch_size=4, ignore_warning=True,
    )  # fmt: skip
    told = {"language": "en", "task": "transcribe"} if model.generation_config.is_multilingual else {}
    samples = np.concatenate(list(decode(audio)))
    heard = recognise(samples, return_timestamps="word", generate_kwargs={"max_new_tokens": 224, **told})
    return [
        Word(text=chunk["text"].strip(), start=start, end=max(start, end or start))
        for chunk in heard["chunks"]
        for start, end in [chunk["timestamp"]]
        if start is not None
    ]


PATHS: dict[str, Callable[[Path, Settings], list[Word]]] = {
    "claimcast": ours,
    "sequential": sequential,
    "transformers": with_transformers,
}


def measured(name: str, audio: Path, model: str) -> dict[str, Any]:
    """Words, seconds and memory of one way of hearing; run in a process of its own."""
    settings = get_settings().model_copy(update={"whisper": model, "device": "cpu"})
    clock, processor = time.monotonic(), time.process_time()
    words = PATHS[name](audio, settings)
    clock, processor = time.monotonic() - clock, time.process_time() - processor
    return {
        "words": words,
        "seconds": round(clock, 1),
        "processor_seconds": round(processor, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def in_own_process(name: str, files: list[tuple[Path, list[Clip]]], model: str) -> dict[str, Any]:
    """One row of the result: every file in a process of its own, its errors and seconds, and the means of all."""
    runs = []
    for audio, clips in files:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            run = pool.submit(measured, name, audio, model).result()
        words = run.pop("words")
        runs.append(run | {"wer": errors(words, clips), "lost": sum(not said(words, clip) for clip in clips)})
    minutes = sum(clips[-1][3] for _, clips in files) / 60
    seconds = sum(run["seconds"] for run in runs)
    return {
        "path": name,
        "model": model,
        "seconds": [run["seconds"] for run in runs],
        "processor_seconds": [run["processor_seconds"] for run in runs],
        "real_time_factor": round(seconds / (60 * minutes), 4),
        "peak_megabytes": max(run["peak_megabytes"] for run in runs),
        "wer": {key: round(fmean(run["wer"][key] for run in runs), 4) for key in runs[0]["wer"]},
        "wer_by_order": [run["wer"]["all"] for run in runs],
        "clips_without_words": sum(run["lost"] for run in runs),
    }


def said(words: list[Word], clip: Clip) -> str:
    """The words that lie in a clip, by their middle."""
    _, _, start, end = clip
    edge = LEAST / 2
    return " ".join(word.text for word in words if start - edge <= (word.start + word.end) / 2 < end + edge)


def errors(words: list[Word], clips: list[Clip]) -> dict[str, float]:
    """Word error rate of each set, and of all clips together."""
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    plain = EnglishTextNormalizer({})
    pairs = [(clip[0], plain(clip[1]), plain(said(words, clip))) for clip in clips]
    sets = {name: [pair for pair in pairs if pair[0] == name] for name in dict.fromkeys(pair[0] for pair in pairs)}
    return {
        name: round(jiwer.wer([pair[1] for pair in rows], [pair[2] for pair in rows]), 4)
        for name, rows in {**sets, "all": pairs}.items()
    }


def main() -> None:
    """Prints one JSON document and writes it where `--out` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=["base"])
    parser.add_argument("--paths", nargs="+", choices=PATHS, default=list(PATHS)[1:], help="beside claimcast")
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [joined(arguments.data, Path(folder), order) for order in range(arguments.orders)]
        rows = []
        for model in arguments.models:
            found = {name: in_own_process(name, files, model) for name in ("claimcast", *arguments.paths)}
            for name in found.keys() - {"claimcast"}:
                fast = zip(found[name]["seconds"], found["claimcast"]["seconds"], strict=True)
                found["claimcast"][f"times_as_fast_as_{name}"] = round(fmean(slow / quick for slow, quick in fast), 2)
            rows += found.values()
    result = {
        "minutes": round(files[0][1][-1][3] / 60, 2),
        "clips": len(files[0][1]),
        "rows": rows,
        "python": sys.version.split()[0],
    }
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
