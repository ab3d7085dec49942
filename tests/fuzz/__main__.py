"""Fuzz the readers of strangers' bytes for so many seconds: `python -m tests.fuzz 600`, or `make fuzz`.

Each round runs in a process of its own with 1.5 GB of memory; an input may take two seconds. What breaks a reader is written to
tests/fuzz/corpus/, from where the tests read it for ever.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.mutations import inputs
from tests.fuzz.targets import SLOW, TARGETS

CORPUS = Path(__file__).parent / "corpus"
MEMORY = 1_500_000_000
"""Bytes by which a round may grow."""
PATIENCE = 2.0
"""Seconds of computing time that one input may take."""


def timed(target: str, data: bytes) -> None:
    """Nothing, when the target reads the input as it should and in time."""
    began = time.process_time()
    TARGETS[target](data)
    spent = time.process_time() - began
    assert spent < PATIENCE, f"it took {spent:.1f} s"


def one_round(target: str, number: int, examples: int) -> int:
    """How many inputs a target was given; the smallest that breaks it is in the corpus when this raises."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (here + MEMORY, hard))
    tried, broken = [0], [b""]

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(inputs(target))
    def check(data: bytes) -> None:
        tried[0] += 1
        try:
            timed(target, data)
        except BaseException:
            broken[0] = data
            raise

    try:
        check()
    except BaseException:
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{sha256(broken[0]).hexdigest()[:16]}.bin").write_bytes(broken[0])
        raise
    return tried[0]


def main() -> int:
    """0 when nothing broke in the time given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=600.0)
    parser.add_argument("--round", nargs=3, metavar=("TARGET", "SEED", "EXAMPLES"))
    given_ = parser.parse_args()
    if given_.round:
        target, number, examples = given_.round
        tried = one_round(target, int(number), int(examples))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
        print(json.dumps({"inputs": tried, "peak_mb": peak}))
        return 0
    return _for(given_.seconds)


def _for(seconds: float) -> int:
    end, number, failures = time.monotonic() + seconds, int.from_bytes(os.urandom(4)), 0
    inputs_of, peaks = Counter[str](), Counter[str]()
    while time.monotonic() < end:
        for target in TARGETS:
            left = end - time.monotonic()
            if left <= 0:
                break
            number += 1
            examples = "20" if target in SLOW else "300"
            command = [sys.executable, "-m", "tests.fuzz", "--round", target, str(number), examples]
            try:
                done = subprocess.run(
                    command, capture_output=True, text=True, timeout=max(60.0, left + 60), check=False
                )
            except subprocess.TimeoutExpired:
                print(f"{target}: seed {number} hangs", flush=True)
                failures += 1
                continue
            if done.returncode:
                failures += 1
                print(f"{target}: seed {number}\n{done.stderr[-3000:]}", flush=True)
                continue
            told = json.loads(done.stdout.splitlines()[-1])
            inputs_of[target] += told["inputs"]
            peaks[target] = max(peaks[target], told["peak_mb"])
    print(json.dumps({"seconds": seconds, "failures": failures, "inputs": dict(inputs_of), "peak_mb": dict(peaks)}))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
