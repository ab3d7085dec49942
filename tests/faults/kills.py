"""Kills `claimcast verify` at random moments and shows what a rerun recovers.

    python -m tests.faults.kills [TRANSCRIPT] [--times 20] [--seed 1]

Each time: a fresh data home (the seeded store is copied), a run killed with SIGKILL after a random part of the time that
an undisturbed run takes, then the same command again. Recovered means: the rerun ends well and its report equals that of
the undisturbed run but for times. Redone names the stages that had finished before the kill and were done again: there
should be none. Exit status 1 when anything was not recovered, or was redone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent.parent
STAGES = ("transcript", "claims", "verdicts", "report")
TALK = """\
**Ann:** Welcome back. DeepSeek-R1 was released in January 2025 under the MIT licence.

**Bob:** DeepSeek-V3 has 671 billion parameters.

**Ann:** And Qwen 3 was released in April 2025 by Alibaba.
"""


def start(transcript: Path, home: Path) -> subprocess.Popen[str]:
    """The command, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "verify", str(transcript), "--published", "2025-07-31", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "CLAIMCAST_HOME": str(home)},
    )


def finished(home: Path) -> set[str]:
    """The stages whose record is there."""
    return {stage for stage in STAGES if list(home.glob(f"episodes/*/stages/{stage}.json"))}


def result(home: Path) -> dict[str, object]:
    """The report, but for the times in it."""
    report = json.loads(next(home.glob("episodes/*/report.json")).read_text("utf-8"))
    for name in ("made_at", "seconds"):
        del report["provenance"][name]
    return dict(report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcript", nargs="?", type=Path)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="claimcast-faults-"))
    try:
        sys.exit(0 if trial(given.transcript or _talk(folder), folder, given.times, given.seed) else 1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _talk(folder: Path) -> Path:
    path = folder / "talk.md"
    path.write_text(TALK, encoding="utf-8")
    return path


def trial(transcript: Path, folder: Path, times: int, seed: int) -> bool:
    """Whether every killed run was recovered and nothing finished was redone; prints a line a kill."""
    template = folder / "template"
    started = time.monotonic()
    undisturbed = start(transcript, template)
    _, said = undisturbed.communicate()
    if undisturbed.returncode != 0:
        sys.exit(f"the undisturbed run failed: {said}")
    whole, wanted = time.monotonic() - started, result(template)
    table = Table("killed after", "finished by then", "recovered", "redone", title=f"undisturbed: {whole:.1f} s")
    chance, good = random.Random(seed), True
    for number in range(times):
        home = folder / f"run-{number}"
        home.mkdir()
        shutil.copytree(template / "store", home / "store")
        (home / "models").symlink_to(template / "models")
        (home / "prefect").mkdir()
        for name in template.glob("prefect/prefect.db*"):
            shutil.copy(name, home / "prefect")
        moment = chance.uniform(0.1, whole)
        before, recovered, redone = kill_and_rerun(transcript, home, moment, wanted)
        table.add_row(f"{moment:.1f} s", ", ".join(sorted(before)) or "nothing", str(recovered), ", ".join(redone))
        good = good and recovered and not redone
        shutil.rmtree(home)
    Console().print(table)
    return good


def kill_and_rerun(
    transcript: Path, home: Path, moment: float, wanted: dict[str, object]
) -> tuple[set[str], bool, list[str]]:
    """Stages finished at the kill, whether the rerun recovered, and which finished stages it did again."""
    run = start(transcript, home)
    try:
        run.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
    before = finished(home)
    again = start(transcript, home)
    printed, _ = again.communicate()
    if again.returncode != 0:
        return before, False, []
    seconds = json.loads(printed)["seconds"]
    return before, result(home) == wanted, sorted(stage for stage in before if seconds[stage] > 0)


if __name__ == "__main__":
    main()
