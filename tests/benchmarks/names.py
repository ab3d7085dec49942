"""Measures names in what is heard: none expected, expected by Whisper's prompt alone, and as claimcast does it, in one run.

    python -m tests.benchmarks.names [--model base] [--out FILE.json]

The sentences of tests/speech/names are read by synthetic voices; half of them have only words that sound like names. All
names of the seeds are expected in them. The prompt holds 500 characters of them, which is what Whisper takes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from flows.stages import ready_evidence
from pipeline.settings import Settings, get_settings
from pipeline.sound import RATE, decode
from pipeline.speech import transcribe

HERE = Path(__file__).parent
SET = HERE.parent / "speech" / "names"
FLOORS = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))["names"]


class Found(NamedTuple):
    """How many of the names that are said are in a text, and how many are that nobody said."""

    right: int
    wrong: int
    wanted: int


def sentences() -> tuple[list[str], list[str]]:
    """What is said, and the names in it."""
    read = tomllib.loads((SET / "sentences.toml").read_text("utf-8"))["sentences"]
    return [one["text"] for one in read], [name for one in read for name in one["names"]]


def found(text: str, names: Sequence[str]) -> Found:
    """The names, as they should be written, that a text has."""
    wanted, has = Counter(names), Counter(re.findall(r"[A-Za-z]+", text))
    right = sum(min(has[name], count) for name, count in wanted.items())
    return Found(right, sum(has[name] for name in wanted) - right, wanted.total())


def prompted(audio: Path, names: Sequence[str], settings: Settings) -> str:
    """What faster-whisper's batches hear with the names as hotwords."""
    import numpy as np
    from faster_whisper import BatchedInferencePipeline

    from pipeline.speech.models import load

    model = BatchedInferencePipeline(load(settings).model)
    samples = np.concatenate(list(decode(audio)))
    segments, _ = model.transcribe(samples, language="en", hotwords=", ".join(names)[:500], batch_size=4)
    return " ".join(segment.text for segment in segments)


def measure(settings: Settings) -> dict[str, dict[str, float]]:
    """For each way names right, wrong and wanted, and seconds."""
    names = ready_evidence(settings).names
    audio = SET / "names.opus"
    said, wanted = sentences()
    ways: dict[str, Callable[[], str]] = {
        "no names": lambda: transcribe(audio, settings=settings).text,
        "names in the prompt": lambda: prompted(audio, names, settings),
        "claimcast": lambda: transcribe(audio, settings=settings, glossary=names).text,
    }
    length = sum(len(piece) for piece in decode(audio)) / RATE
    rows = {}
    for way, hear in ways.items():
        started = time.monotonic()
        text = hear()
        seconds = time.monotonic() - started
        rows[way] = {
            **found(text, wanted)._asdict(),
            "words": len(text.split()),
            "said": len(" ".join(said).split()),
            "seconds": round(seconds, 1),
            "of_real_time": round(seconds / length, 3),
        }
        print(f"{way:20}", "  ".join(f"{key} {value}" for key, value in rows[way].items()), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="base")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = get_settings().model_copy(update={"home": Path(folder), "whisper": given.model})
        (Path(folder) / "models").symlink_to(get_settings().models_path.resolve())
        rows = measure(settings)
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    ours = rows["claimcast"]
    if ours["right"] / ours["wanted"] < FLOORS["least_right"] or ours["wrong"] > FLOORS["most_wrong"]:
        sys.exit(f"{ours['right']} of {ours['wanted']} names right, {ours['wrong']} wrong; see floors.toml")


if __name__ == "__main__":
    main()
