"""What a command and all that it starts take of a machine: wall time, processor time, memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_LOOK_EVERY = 0.25
"""Seconds between two looks; what a process did after the last look before its end is not seen."""


@dataclass(frozen=True)
class Taken:
    """What a command printed and took."""

    printed: str
    wall: float
    """Seconds."""
    processor: float
    """Seconds of processor time of the command and its children, summed."""
    memory: float
    """Megabytes of them all at their most."""


class _Watch(threading.Thread):
    """Looks at a process and its children until they are told off."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(process)
        self._over = threading.Event()
        self._seconds: dict[int, float] = {}
        self.memory = 0.0

    def run(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        held = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for one in family:
            try:
                times = one.cpu_times()
                held += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            self._seconds[one.pid] = times.user + times.system
        self.memory = max(self.memory, held / 1e6)

    def end(self) -> float:
        """Seconds of processor time in sum."""
        self._over.set()
        self.join()
        return sum(self._seconds.values())


def watched(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Taken:
    """What a command took; the program ends with the command's own words when that fails."""
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=printed, stderr=said, text=True, cwd=folder, env=dict(environment))
        watch = _Watch(process.pid)
        watch.start()
        status = process.wait()
        wall = time.monotonic() - started
        processor = watch.end()
        printed.seek(0)
        said.seek(0)
        if status != 0:
            sys.exit(said.read().strip()[-2000:])
        return Taken(printed.read(), wall, processor, watch.memory)
