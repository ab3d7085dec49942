"""Measures how time, memory and disk grow with the number of episodes, and whether stages of different ones overlap.

    python -m tests.benchmarks.scale [--counts 1 10 100] [--audio 10] [--minutes 10] [--out FILE.json]

Each count is a fresh data home with so many made-up transcripts (facts said rightly and wrongly by two speakers), verified
in one command as a person would. The fit is the slope of log over log: 1 is linear; below 1 while the start of the command
weighs more than the episodes, so the last step alone is given too. `--audio N` verifies N stretches of the demo's audio, of
`--minutes` each, in one command, and compares its wall time with the sum of their stages, with the busiest stage, and with
the processor time that was used: with all cores busy all the time, that divided by the cores is the least possible.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import sys
import tempfile
import wave
from datetime import date
from pathlib import Path

from tests.benchmarks.processes import Taken, watched
from tests.benchmarks.verify import ROOT

RATE = 16_000
"""Samples a second."""


def talk(number: int) -> str:
    """A transcript of eight turns about facts of the seed evidence, different for every number."""
    chance = random.Random(number)
    facts = [json.loads(line) for line in (ROOT / "seeds" / "evidence" / "facts.jsonl").read_text("utf-8").splitlines()]
    scored = [fact for fact in facts if fact["kind"] == "benchmark" and isinstance(fact["value"], int | float)]
    turns = []
    for turn in range(8):
        fact = chance.choice(scored)
        value = fact["value"] if chance.random() < 0.7 else round(fact["value"] * 0.8, 1)
        said = f"{fact['subject']} scored {value:g} percent on {fact['metric']}."
        turns.append(f"**{('Ann', 'Bob')[turn % 2]}:** {said}")
    return f"# Made-up talk {number}\n\n" + "\n\n".join(turns) + "\n"


def verified(sources: list[Path], home: Path) -> tuple[Taken, dict[str, float]]:
    """What one command over all sources took, and the seconds of each stage in sum."""
    command = [sys.executable, "-m", "flows.cli", "verify", *map(str, sources), "--published", "2025-12-31", "--json"]
    taken = watched(command, folder=ROOT, environment={**os.environ, "CLAIMCAST_HOME": str(home)})
    stages: dict[str, float] = {}
    answer = json.loads(taken.printed)
    for outcome in answer.get("episodes", [answer]):
        for stage, seconds in outcome["seconds"].items():
            # the evidence is made ready once, and every episode's account has it
            before = 0.0 if stage == "evidence" else stages.get(stage, 0.0)
            stages[stage] = round(before + seconds, 2)
    return taken, stages


def size_of(folder: Path) -> float:
    """Megabytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def seeded(folder: Path) -> Path:
    """A data home with the seed store and models, to be copied: what is measured is the episodes alone."""
    home = folder / "template"
    verified([_written(folder / "warm.md", talk(0))], home)
    shutil.rmtree(home / "episodes")
    return home


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def fresh(template: Path, name: str) -> Path:
    """A data home like the template, with no episodes."""
    home = template.with_name(name)
    home.mkdir()
    shutil.copytree(template / "store", home / "store")
    (home / "models").symlink_to(template / "models")
    return home


def slope(points: list[tuple[float, float]]) -> float:
    """The exponent of y = a·x^b by least squares over the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return (
        sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else float("nan")
    )


def growth(template: Path, folder: Path, counts: list[int]) -> list[dict[str, float]]:
    """A row a count: seconds and megabytes, of all and of one, and the seconds of each stage of one episode."""
    rows: list[dict[str, float]] = []
    for count in counts:
        home = fresh(template, f"talks-{count}")
        talks = [_written(folder / f"talk-{count}-{n}.md", talk(n)) for n in range(count)]
        taken, stages = verified(talks, home)
        disk = size_of(home / "episodes")
        each = {f"{stage}_each": round(seconds / count, 3) for stage, seconds in stages.items() if stage != "evidence"}
        rows.append(
            {
                "episodes": count,
                "seconds": round(taken.wall, 1),
                "processor_s": round(taken.processor, 1),
                "memory_mb": round(taken.memory),
                "megabytes": round(disk, 3),
                **each,
            }
        )
        told = ", ".join(f"{stage.removesuffix('_each')} {seconds:.3f}" for stage, seconds in each.items())
        print(
            f"{count:6} episodes {taken.wall:8.1f} s {taken.wall / count:7.2f} s each ({told}) {disk / count:6.3f} MB each, "
            f"{taken.processor:.0f} s of processor time, {taken.memory:.0f} MB of memory",
            flush=True,
        )
        shutil.rmtree(home)
    return rows


def fit(rows: list[dict[str, float]]) -> dict[str, float]:
    """The exponents with which time and disk grow with the count: over all counts, and over the last step alone."""
    found = {}
    for name in ("seconds", "megabytes", "memory_mb"):
        points = [(row["episodes"], row[name]) for row in rows]
        found[name] = round(slope(points), 2)
        found[f"{name}_last_step"] = round(slope(points[-2:]), 2)
    return found


def stretch(audio: Path, start: float, minutes: float, target: Path) -> Path:
    """So many minutes of an audio file from a second on, as WAV; after its end it begins again."""
    import numpy as np
    from faster_whisper import decode_audio

    samples = np.roll(decode_audio(str(audio), sampling_rate=RATE), -int(start * RATE))
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.resize(samples, int(minutes * 60 * RATE)) * 32767).astype("<i2").tobytes())
    return target


def overlap(template: Path, folder: Path, count: int, minutes: float) -> dict[str, object]:
    """So many audio files in one command: the sum of their stages against the wall time, and the busiest stage."""
    demo = next((ROOT / "seeds" / "demo").glob("*.opus"))
    loads = round(os.getloadavg()[0], 1)
    sources = [stretch(demo, 40.0 * n, minutes, folder / f"audio-{n}.wav") for n in range(count)]
    idle, _ = verified([_written(folder / "nothing.md", talk(0))], fresh(template, "start"))
    taken, stages = verified(sources, fresh(template, "audio"))
    busiest = max(stages, key=lambda stage: stages[stage])
    cores = len(os.sched_getaffinity(0))
    found = {
        "files": count,
        "minutes_each": minutes,
        "cores": cores,
        "wall_s": round(taken.wall, 1),
        "one_short_transcript_wall_s": round(idle.wall, 1),
        "stages_s": stages,
        "sum_of_stages_s": round(sum(stages.values()), 1),
        "busiest": busiest,
        "wall_over_busiest": round(taken.wall / stages[busiest], 3),
        "processor_s": round(taken.processor, 1),
        "wall_over_processor_bound": round(taken.wall / (taken.processor / cores), 3),
        "memory_mb": round(taken.memory),
        "load_before": loads,
    }
    print(json.dumps(found))
    return found


def main() -> None:
    """Prints the tables and writes the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--audio", type=int, default=0, help="audio files verified at once; 0 for none")
    parser.add_argument("--minutes", type=float, default=10.0, help="length of each")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="claimcast-scale-"))
    report: dict[str, object] = {"day": date.today().isoformat(), "cores": os.cpu_count()}
    try:
        template = seeded(folder)
        rows = growth(template, folder, args.counts)
        report["growth"] = rows
        if len(rows) > 1:
            report["fit"] = fit(rows)
            print(f"exponents (1 is linear): {report['fit']}")
        if args.audio:
            report["overlap"] = overlap(template, folder, args.audio, args.minutes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.out:
        args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
