"""Measures who-speaks-when: made files of one to four voices with interjections, and a real telephone dialogue.

    python -m tests.benchmarks.speakers --data ../shared/data/asr [--files 10] [--out FILE.json]

Made files join clips of different readers with pauses of a tenth to half a second; every third turn is an interjection of half
a second to a second. Quarter-second slices of detected speech stand for words, so that the result does not depend on the
recogniser. The error is the share of spoken time that is given to the wrong speaker, under the best matching of names;
"missed" is spoken time in which no speech was detected (clips have silent edges, which count as spoken here).
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.models import Word
from pipeline.sound import RATE, decode
from pipeline.speech.speakers import Speakers
from pipeline.speech.stretches import Stretch
from pipeline.speech.voice import speech_spans
from tests.speech.sounds import Samples, silence

Turn = tuple[float, float, str]
TURNS, STEP, PAD = 14, 100, 0.4
"""Turns of a made file; frames a second; seconds by which detected speech is padded on either side."""


def readers(data: Path) -> dict[str, list[Path]]:
    """The clips of each reader with at least four."""
    found: dict[str, list[Path]] = {}
    for line in (data / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["set"] != "dialogue":
            found.setdefault(row["id"].split("-")[0][:6], []).append(data / row["path"])
    return {name: paths for name, paths in found.items() if len(paths) >= 4}


def made(clips: dict[str, list[Path]], people: int, rng: random.Random) -> tuple[Samples, list[Turn]]:
    """A conversation that never took place, and who speaks when in it."""
    who = rng.sample(sorted(clips), people)
    pools = {name: rng.sample(clips[name], len(clips[name])) for name in who}
    pieces, turns, at, last = [], [], 0.0, ""
    for number in range(TURNS):
        left = [name for name in who if pools[name]]
        if not left:
            break
        last = rng.choice([name for name in left if name != last] or left)
        samples = np.concatenate(list(decode(pools[last].pop())))
        if number % 3 == 2:
            samples = samples[RATE : RATE + int(RATE * rng.uniform(0.5, 1.2))]
        pause = silence(rng.uniform(0.1, 0.5))
        pieces += [samples, pause]
        turns.append((at, at + len(samples) / RATE, last))
        at += (len(samples) + len(pause)) / RATE
    return np.concatenate(pieces), turns


def telephone(data: Path) -> tuple[Samples, list[Turn]]:
    """The dialogue, with its speaker turns."""
    rows = [line.split() for line in (data / "clips" / "pyannote_sample.rttm").read_text("utf-8").splitlines()]
    turns = [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows]
    return np.concatenate(list(decode(data / "clips" / "pyannote_sample.flac"))), turns


def measured(samples: Samples, turns: list[Turn]) -> dict[str, float | int]:
    """How much of the spoken time got the wrong speaker or none, and the number of speakers found."""
    words = [
        Word(text=" w", start=float(at), end=float(at) + 0.25)
        for span in speech_spans(samples)
        for at in np.arange(span.start + PAD, span.end - PAD, 0.25)
    ]
    speakers = Speakers(len(samples) / RATE)
    speakers.add(Stretch(0.0, samples), words)
    said = [one.speaker or "Speaker 1" for one in speakers.of(words)]
    truth = frames([(start, end, name) for start, end, name in turns], len(samples))
    heard = frames([(word.start, word.end, name) for word, name in zip(words, said, strict=True)], len(samples))
    both = np.array([[float((one & other).sum()) for other in heard] for one in truth])
    right = both[linear_sum_assignment(-both)].sum()
    spoken, found = truth.sum(), (truth & heard.any(axis=0)).sum()
    return {
        "voices": len(truth),
        "voices_found": len(heard),
        "wrong": round(float((found - right) / spoken), 4),
        "missed": round(float((spoken - found) / spoken), 4),
    }


def frames(turns: list[Turn], length: int) -> np.ndarray:
    """One row a name: True in each hundredth of a second in which it speaks."""
    names = sorted({name for _, _, name in turns})
    rows = np.zeros((len(names), int(length / RATE * STEP) + 2), dtype=bool)
    for start, end, name in turns:
        rows[names.index(name), int(start * STEP) : int(end * STEP)] = True
    return rows


def main() -> None:
    """Prints one JSON document and writes it where `--out` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rng, clips = random.Random(1), readers(arguments.data)
    rows = [measured(*made(clips, (2, 3, 4, 2, 1)[number % 5], rng)) for number in range(arguments.files)]
    result = {
        "made": rows,
        "wrong_made": round(float(np.mean([row["wrong"] for row in rows])), 4),
        "number_right": sum(row["voices"] == row["voices_found"] for row in rows),
        "telephone": measured(*telephone(arguments.data)),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
