"""Where faults are tried: an undisturbed run to compare with, data homes like it, the command run in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STAGES = ("transcript", "claims", "verdicts", "report")
TALK = """\
**Ann:** Welcome back. The Eiffel Tower in Paris is 330 metres tall.

**Bob:** DeepSeek-V3 has 671 billion parameters, and DeepSeek-R1 was released in January 2025.

**Ann:** Mount Everest is 8,849 metres high.
"""
"""The second line is decided by computation alone; for the others the evidence is searched by meaning."""
PATIENCE = 300.0
"""Seconds after which a run is called hung."""


@dataclass(frozen=True)
class Tried:
    """What came of one fault."""

    fault: str
    recovered: bool
    redone: tuple[str, ...] = ()
    """Stages that stood before the rerun and were done again."""
    trouble: str = ""
    """What went otherwise than it should, and where."""

    @property
    def good(self) -> bool:
        return self.recovered and not self.redone


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    status: int
    printed: str
    said: str

    @property
    def error(self) -> str:
        """The error's line; empty when it says more or less than one line."""
        lines = [line for line in self.said.splitlines() if line.strip()]
        return lines[0] if len(lines) == 1 and lines[0].startswith("error: ") else ""

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each stage; 0 for one that stood."""
        return dict(json.loads(self.printed)["seconds"])


@dataclass(frozen=True)
class Ground:
    """A source, a data home where it was verified undisturbed, and how long that took."""

    folder: Path
    source: Path
    template: Path
    whole: float
    environment: Mapping[str, str]

    def home(self, name: str, *, done: Sequence[str] = (), store: bool = True) -> Path:
        """A fresh data home: with the seeded store, and with the undisturbed work up to the stages that are `done`."""
        home = self.folder / name
        home.mkdir()
        (home / "models").symlink_to((self.template / "models").resolve())
        if store:
            shutil.copytree(self.template / "store", home / "store")
        if done:
            shutil.copytree(self.template / "episodes", home / "episodes")
            for stage in set(STAGES) - set(done):
                next(home.glob(f"episodes/*/stages/{stage}.json")).unlink()
        if (self.template / "prefect").is_dir():  # made once, it need not be made again
            (home / "prefect").mkdir()
            for path in self.template.glob("prefect/prefect.db*"):
                shutil.copy(path, home / "prefect")
        return home

    def start(self, home: Path, *event: object, module: str = "flows.cli", **environment: str) -> subprocess.Popen[str]:
        """The command, running; with an event it is the one to which that event happens."""
        return started(self.source, home, event, module, {**self.environment, **environment})

    def run(self, home: Path, *event: object, **environment: str) -> Run:
        """How the command ended."""
        return ended(self.start(home, *event, **environment))

    def victim(self, home: Path, event: str, stage: str, process: int = 0, **environment: str) -> Run:
        """How the command ended to which this happened; see victim.py."""
        return ended(self.start(home, event, stage, process, module="tests.faults.victim", **environment))

    def rerun(self, fault: str, home: Path, **environment: str) -> Tried:
        """The same command again after a fault: whether its result is that of the undisturbed run, and what it redid."""
        stood = finished(home)
        again = self.run(home, **environment)
        if again.status != 0:
            return Tried(fault, False, trouble=again.said.strip()[-300:])
        redone = tuple(stage for stage in STAGES if stage in stood and again.seconds[stage] > 0)
        left = [path.name for path in home.glob("episodes/*/**/.*") if not path.name.endswith(".lock")]
        same = result(home) == result(self.template)
        trouble = "" if same else "another result"
        return Tried(fault, same, redone, trouble if not left or not same else f"left over: {', '.join(left)}")


def prepared(
    folder: Path, environment: Mapping[str, str], source: Path | None = None, seeded: Path | None = None
) -> Ground:
    """The ground for a source (a short talk when none is given), its undisturbed run done in `folder`.

    Raises:
        RuntimeError: that run failed.
    """
    if source is None:
        source = folder / "talk.md"
        source.write_text(TALK, encoding="utf-8")
    template = folder / "undisturbed"
    template.mkdir()
    if seeded is not None:
        shutil.copytree(seeded / "store", template / "store")
        (template / "models").symlink_to((seeded / "models").resolve())
    began = time.monotonic()
    run = ended(started(source, template, (), "flows.cli", environment))
    if run.status != 0:
        raise RuntimeError(f"the undisturbed run failed: {run.said}")
    return Ground(folder, source, template, time.monotonic() - began, environment)


def started(
    source: Path, home: Path, event: Sequence[object], module: str, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    """`claimcast verify SOURCE --json` in a data home, running."""
    verify = ("verify", str(source), "--published", "2025-07-31", "--json")
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, event), *verify],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment, "CLAIMCAST_HOME": str(home)},
    )


def ended(process: subprocess.Popen[str]) -> Run:
    """How a running command ends."""
    try:
        printed, said = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, said = process.communicate()
        said += f"\nhung: killed after {PATIENCE:.0f} s"
    return Run(process.returncode, printed, said)


def finished(home: Path) -> set[str]:
    """The stages whose record is there, or which had only the record's name to get."""
    return {path.stem for ending in ("json", "next") for path in home.glob(f"episodes/*/stages/*.{ending}")}


def result(home: Path) -> dict[str, object]:
    """The report, but for the times in it."""
    report = json.loads(next(home.glob("episodes/*/report.json")).read_text("utf-8"))
    for name in ("made_at", "seconds"):
        del report["provenance"][name]
    return dict(report)
