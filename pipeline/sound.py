"""Audio in files: what a container says of itself, and its sound as samples, decoded piece by piece.

Files come from strangers, so each is opened in a child process of its own (`pipeline/decoder.py`) that has so much memory
and so much time and no more. What it sends back are a few words about the file and plain samples.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import MediaError
from pipeline.models import Frozen

if TYPE_CHECKING:
    import numpy as np

RATE = 16_000
"""Samples a second: what Whisper, the voice detector and the speaker encoder were trained on."""

_DECODER = Path(__file__).with_name("decoder.py")
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""What of the environment the child sees: no keys, no tokens."""
_SAID = 1_000_000
"""Bytes that a probe may answer with."""


class Bounds(Frozen):
    """What opening one file may take."""

    memory: int = 1_500_000_000
    """Bytes of address space."""
    probing: int = 30
    """Seconds of CPU time for what the file says of itself."""
    decoding: int = 3600
    """Seconds of CPU time for its sound."""
    silence: float = 90.0
    """Longest wait for the next second of sound."""
    longest: float = 86_400.0
    """Seconds of sound; what is longer is refused: a small file can hold years of silence."""


class Probe(Frozen):
    """What a media file says of itself; `duration` in seconds, None when it doesn't say."""

    duration: float | None
    tags: dict[str, str]
    container: str


def probe(path: Path, bounds: Bounds | None = None) -> Probe:
    """What a file says of itself: length in seconds and tags, with lower-case names.

    Raises:
        MediaError: nothing that can be decoded as sound is in it, or opening it took too much memory or time.
    """
    bounds = bounds or Bounds()
    with _child(path, bounds, do="probe", seconds=bounds.probing) as (stdout, guard):
        with guard.waiting():
            said = stdout.read(_SAID)
        guard.check()
    try:
        return Probe.model_validate_json(said)
    except ValidationError as error:
        raise MediaError(f"{path.name} can't be understood; convert it to MP3, M4A or WAV") from error


def decode(
    path: Path, bounds: Bounds | None = None, *, rate: int = RATE, start: float = 0.0, end: float | None = None
) -> Iterator[np.ndarray]:
    """The sound of a file as float32 pieces of about a second, mono, from first to last, or from `start` to `end` (seconds).

    A file that is cut off or damaged gives what could be decoded; frames that can't be are left out.

    Raises:
        MediaError: nothing that can be decoded as sound is in it, or it took too much memory or time.
    """
    import numpy as np

    bounds = bounds or Bounds()
    last = bounds.longest + 1.0 if end is None else end
    arrived = 0
    with _child(path, bounds, do="decode", seconds=bounds.decoding, rate=rate, start=start, end=last) as child:
        stdout, guard = child
        while True:
            with guard.waiting():
                piece = stdout.read(rate * 2)
            arrived += len(piece) // 2
            if end is None and arrived > bounds.longest * rate:
                raise MediaError(f"{path.name} holds more than {bounds.longest / 3600:g} h of sound; cut it first")
            if piece:
                yield np.frombuffer(piece[: len(piece) // 2 * 2], dtype="<i2").astype(np.float32) / 32768.0
            if len(piece) < rate * 2:
                break
        guard.check()


class _Guard:
    """Watches a child process, and says what became of it."""

    def __init__(self, child: subprocess.Popen[bytes], path: Path, patience: float) -> None:
        self._child = child
        self._path = path
        self._patience = patience

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A block in which the child must answer in time, or it is ended."""
        timer = threading.Timer(self._patience, self._child.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def check(self) -> None:
        """Nothing, when the child ended well.

        Raises:
            MediaError: it found nothing that can be decoded, or it was stopped.
        """
        with self.waiting():
            said = self._child.stderr.read(2000).decode("utf-8", "replace") if self._child.stderr else ""
            status = self._child.wait()
        if status == 3:
            raise MediaError(f"{self._path.name} {' '.join(said.split())}")
        if status != 0:
            raise MediaError(
                f"{self._path.name} could not be decoded within the memory and time that a file may take; "
                "it is damaged, or made to do harm"
            )


@contextmanager
def _child(path: Path, bounds: Bounds, *, do: str, seconds: int, **more: float) -> Iterator[tuple[IO[bytes], _Guard]]:
    """The stdout of a process that opens the file, and its guard; the process is gone when the block ends."""
    order = {"do": do, "path": str(path.absolute()), "memory": bounds.memory, "seconds": seconds, **more}
    try:
        child = subprocess.Popen(  # noqa: S603 # our own file, by our own interpreter
            [sys.executable, "-I", str(_DECODER), json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        )
    except (OSError, ValueError) as error:
        raise MediaError(f"{path.name} can't be decoded: {error}; is the machine out of memory?") from error
    assert child.stdout is not None
    with child:
        try:
            yield child.stdout, _Guard(child, path, bounds.silence)
        finally:
            child.kill()
