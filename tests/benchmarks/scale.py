"""Measures how time and disk grow with the number of episodes, and works out what 10,000 hours a month would take.

    python -m tests.benchmarks.scale [--counts 1 10 100] [--audio 10] [--rates VERIFY.json] [--out FILE.json]

Each count is a fresh data home with so many made-up transcripts (facts said rightly and wrongly by two speakers), verified
in one command as a person would. The growth is the slope of log time over log count: 1 is linear. `--audio N` also
verifies N audio files of the demo, cut to `--minutes`, and compares the sum of their stages with the wall time. `--rates`
takes what tests/benchmarks/verify.py measured and counts machines and money.
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
from datetime import date
from pathlib import Path

from tests.benchmarks.verify import ROOT, looped

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
    for outcome in answer if isinstance(answer, list) else [answer]:
        for stage, seconds in outcome["seconds"].items():
            stages[stage] = round(stages.get(stage, 0.0) + seconds, 2)
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


def growth(template: Path, folder: Path, counts: list[int]) -> list[dict[str, object]]:
    """A row a count: seconds, seconds an episode, megabytes an episode."""
    rows: list[dict[str, object]] = []
    for count in counts:
        home = fresh(template, f"talks-{count}")
        talks = [_written(folder / f"talk-{count}-{n}.md", talk(n)) for n in range(count)]
        wall, stages = verified(talks, home)
        disk = size_of(home / "episodes")
        rows.append({"episodes": count, "seconds": round(wall, 1), "seconds_each": round(wall / count, 2),
                     "megabytes_each": round(disk / count, 3), "stages": stages})  # fmt: skip
        print(f"{count:6} episodes {wall:9.1f} s {wall / count:8.2f} s each {disk / count:8.3f} MB each", flush=True)
        shutil.rmtree(home)
    return rows


def overlap(template: Path, folder: Path, count: int, minutes: float) -> dict[str, object]:
    """So many audio files in one command: the sum of their stages against the wall time, and the busiest stage."""
    demo = next((ROOT / "seeds" / "demo").glob("*.opus"))
    sources = []
    for number in range(count):
        cut = looped(demo, minutes + number / 600, folder)  # a little longer each: another file, another episode
        sources.append(cut.rename(folder / f"audio-{number}.flac"))
    wall, stages = verified(sources, fresh(template, "audio"))
    busiest = max(stages, key=lambda stage: stages[stage])
    found = {
        "files": count,
        "minutes_each": minutes,
        "wall_s": round(wall, 1),
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
            report["time_exponent"] = round(
                slope([(float(str(r["episodes"])), float(str(r["seconds"]))) for r in rows]), 2
            )
            print(f"time grows as count^{report['time_exponent']}")
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
