"""Measures who-speaks-when: made files of one to four voices with interjections, and a real telephone dialogue.

    python -m tests.benchmarks.speakers --data ../shared/data/asr [--files 10] [--out FILE.json]

Made files join clips of different readers with pauses of a tenth to half a second; every third turn is an interjection of half
a second to a second. The files go through the whole of hearing, and a speaker's words with pauses of up to .3 s are that speaker's time. The
error is the diarization error rate: time given to the wrong speaker (under the best matching of names), missed, or given to
somebody where nobody speaks, over the spoken time; a quarter of a second around every start and end is left out, as is usual.
Spoken is what sounds within a turn: the clips have silent edges.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

import numpy as np
from scipy.ndimage import binary_closing, binary_dilation
from scipy.optimize import linear_sum_assignment

from pipeline.settings import get_settings
from pipeline.sound import RATE, decode
from pipeline.speech import transcribe
from tests.speech.sounds import Samples, silence, write_wav

Turn = tuple[float, float, str]
TURNS, STEP, COLLAR = 14, 100, 25
"""Turns of a made file; frames a second; frames around a start or an end that are not judged."""


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
    with tempfile.TemporaryDirectory() as folder:
        audio = write_wav(Path(folder) / "talk.wav", samples)
        segments = transcribe(audio, settings=get_settings().model_copy(update={"device": "cpu"})).segments
    said = [(word.start, word.end, one.speaker or "Speaker 1") for one in segments for word in one.words]
    truth = frames(turns, len(samples))
    truth &= sounding(samples, truth.shape[1])
    heard = frames(said, len(samples))
    heard = np.stack([binary_closing(row, np.ones(2 * 15 + 1)) for row in heard])
    judged = ~binary_dilation(np.diff(truth, axis=1, prepend=False).any(axis=0), np.ones(2 * COLLAR + 1))
    truth, heard = truth & judged, heard & judged
    both = np.array([[float((one & other).sum()) for other in heard] for one in truth])
    right = both[linear_sum_assignment(-both)].sum()
    spoken, found = truth.sum(), np.minimum(truth.sum(axis=0), heard.sum(axis=0)).sum()
    wrong, missed, extra = found - right, spoken - found, heard.sum() - found
    return {
        "voices": len(truth),
        "voices_found": len(heard),
        "error": round(float((wrong + missed + extra) / spoken), 4),
        "wrong": round(float(wrong / spoken), 4),
        "missed": round(float(missed / spoken), 4),
        "false_alarm": round(float(extra / spoken), 4),
    }


def sounding(samples: Samples, length: int) -> np.ndarray:
    """In which hundredths of a second there is sound: within 35 dB of the loud ones, pauses of up to .3 s closed."""
    size = RATE // STEP
    padded = np.pad(samples, (0, max(0, length * size - len(samples))))[: length * size]
    level = np.sqrt((padded.reshape(length, size) ** 2).mean(axis=1))
    loud: np.ndarray = binary_closing(level > np.quantile(level, 0.95) * 10 ** (-35 / 20), np.ones(2 * 15 + 1))
    return loud


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
        "error_made": round(float(np.mean([row["error"] for row in rows])), 4),
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
