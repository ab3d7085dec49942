"""Measures how time and disk grow with the number of episodes, and works out what 10,000 hours a month would take.

    python -m tests.benchmarks.scale [--counts 1 10 100] [--audio 4] [--minutes 0.75] [--rates VERIFY.json] [--out FILE.json]

Each count is a fresh data home with so many made-up transcripts (facts said rightly and wrongly by two speakers), verified
in one command as a person would. The fit is the slope of log over log: 1 is linear; below 1 while the start of the command
weighs more than the episodes, so the last step alone is given too. `--audio N` also verifies N stretches of the demo's
audio, of `--minutes` each, and compares the sum of their stages with the wall time. `--rates` takes what
tests/benchmarks/verify.py measured and counts machines and money.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from datetime import date
from pathlib import Path

from tests.benchmarks.verify import ROOT

RATE = 16_000
"""Samples a second."""
HOURS_A_MONTH = 10_000
MACHINE_HOURS = 730.0
"""Hours that a machine has in a month."""
USD_AN_HOUR = 0.05
"""A machine of two cores and 4 GB at a common cloud provider, about, in November 2026; give your own with --usd."""


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


def verified(sources: list[Path], home: Path) -> tuple[float, dict[str, float]]:
    """Wall seconds of one command over all sources, and the seconds of each stage in sum."""
    command = [sys.executable, "-m", "flows.cli", "verify", *map(str, sources), "--published", "2025-12-31", "--json"]
    started = time.monotonic()
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "CLAIMCAST_HOME": str(home)}, check=False
    )
    if done.returncode != 0:
        sys.exit(done.stderr.strip()[-2000:])
    wall = time.monotonic() - started
    stages: dict[str, float] = {}
    answer = json.loads(done.stdout)
    for outcome in answer.get("episodes", [answer]):
        for stage, seconds in outcome["seconds"].items():
            # the evidence is made ready once, and every episode's account has it
            before = 0.0 if stage == "evidence" else stages.get(stage, 0.0)
            stages[stage] = round(before + seconds, 2)
    return wall, stages


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
        wall, stages = verified(talks, home)
        disk = size_of(home / "episodes")
        each = {f"{stage}_each": round(seconds / count, 3) for stage, seconds in stages.items() if stage != "evidence"}
        rows.append({"episodes": count, "seconds": round(wall, 1), "megabytes": round(disk, 3), **each})
        told = ", ".join(f"{stage.removesuffix('_each')} {seconds:.3f}" for stage, seconds in each.items())
        print(
            f"{count:6} episodes {wall:8.1f} s {wall / count:7.2f} s each ({told}) {disk / count:6.3f} MB each",
            flush=True,
        )
        shutil.rmtree(home)
    return rows


def fit(rows: list[dict[str, float]]) -> dict[str, float]:
    """The exponents with which time and disk grow with the count: over all counts, and over the last step alone."""
    found = {}
    for name in ("seconds", "megabytes"):
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
    sources = [stretch(demo, 40.0 * n, minutes, folder / f"audio-{n}.wav") for n in range(count)]
    idle, _ = verified([_written(folder / "nothing.md", talk(0))], fresh(template, "start"))
    wall, stages = verified(sources, fresh(template, "audio"))
    busiest = max(stages, key=lambda stage: stages[stage])
    found = {
        "files": count,
        "minutes_each": minutes,
        "wall_s": round(wall, 1),
        "one_short_transcript_wall_s": round(idle, 1),
        "stages_s": stages,
        "sum_of_stages_s": round(sum(stages.values()), 1),
        "busiest": busiest,
        "wall_over_busiest": round(wall / stages[busiest], 3),
    }
    print(json.dumps(found))
    return found


def machines(rates: dict[str, float], usd: float) -> dict[str, float]:
    """Machines and money for HOURS_A_MONTH of audio, from seconds of work a second of audio."""
    hours = HOURS_A_MONTH * rates["verify_s"] / (rates["minutes"] * 60)
    return {
        "audio_hours_a_month": HOURS_A_MONTH,
        "work_hours_a_month": round(hours, 1),
        "machines": math.ceil(hours / MACHINE_HOURS * 1.3),
        "usd_a_month": round(hours * usd, 2),
    }


def main() -> None:
    """Prints the tables and writes the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--audio", type=int, default=0, help="audio files verified at once; 0 for none")
    parser.add_argument("--minutes", type=float, default=10.0, help="length of each")
    parser.add_argument("--rates", type=Path, help="what tests/benchmarks/verify.py wrote")
    parser.add_argument("--usd", type=float, default=USD_AN_HOUR, help="price of a machine an hour")
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
    if args.rates:
        report["fleet"] = machines(json.loads(args.rates.read_text("utf-8")), args.usd)
        print(json.dumps(report["fleet"]))
    if args.out:
        args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
