"""Does to `claimcast verify` what may happen to it, many times, and shows what a rerun recovers: `make faults`.

    python -m tests.faults.kills [TRANSCRIPT] [--times 20] [--seed 1]

Each time: a fresh data home (the seeded store is copied), a run to which the fault happens, then the same command again.
Recovered means: the rerun ends well and its report equals that of an undisturbed run but for times; where a fault should
end in an error, it did so in one line and left nothing half-written. Redone counts the stages that had finished before the
fault and were done again. Exit status 1 when anything was not recovered, or was redone.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults import faults
from tests.faults.ground import STAGES, Ground, Tried, prepared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcript", nargs="?", type=Path)
    parser.add_argument("--times", type=int, default=20, help="random moments at which a run is killed")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="claimcast-faults-"))
    began = time.monotonic()
    try:
        ground = prepared(folder, {}, given.transcript)
        print(f"undisturbed: {ground.whole:.1f} s", flush=True)
        tried = [told(one) for one in everything(ground, given.times, given.seed)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    Console().print(table(tried, f"{len(tried)} faults in {time.monotonic() - began:.0f} s"))
    sys.exit(0 if all(one.good for one in tried) else 1)


def everything(ground: Ground, times: int, seed: int) -> Iterator[Tried]:
    """Every fault, one after the other."""
    chance = random.Random(seed)
    for number in range(times):
        moment = chance.uniform(0.1, ground.whole)
        tried, before = faults.killed_at(ground, moment, f"moment-{number}")
        print(f"killed after {moment:.1f} s, finished by then: {', '.join(sorted(before)) or 'nothing'}", flush=True)
        yield tried
    for stage in STAGES:
        yield faults.killed_in_commit(ground, stage)
    for stage in STAGES[:3]:
        yield faults.disk_full(ground, stage)
    for stage in faults.READ_BY:
        yield faults.fed_half_a_file(ground, stage)
    for event in ("bereft", "cut"):
        yield faults.store_gone(ground, event)
    for stage in STAGES[:2]:
        yield faults.worker_vanishes(ground, stage)
    yield faults.clock_ahead(ground)
    yield faults.two_at_once(ground)


def told(one: Tried) -> Tried:
    """The same, said on one line as it comes."""
    said = "recovered" if one.recovered else "NOT recovered"
    print(f"{one.fault}: {said}, redone {len(one.redone)} {one.trouble}".rstrip(), flush=True)
    return one


def table(tried: list[Tried], title: str) -> Table:
    """A row a fault: times tried, recovered, stages done again."""
    shown = Table("fault", "tried", "recovered", "redone", title=title)
    for fault in dict.fromkeys(one.fault for one in tried):
        same = [one for one in tried if one.fault == fault]
        numbers = (len(same), sum(one.recovered for one in same), sum(len(one.redone) for one in same))
        shown.add_row(fault, *map(str, numbers))
    return shown


if __name__ == "__main__":
    main()
