"""Files that are still arriving: hidden, and where a download may go on in a later run, kept until then."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from pipeline.files import write_whole
from pipeline.media.transfer import BrokenError

_STALE = 7 * 86_400
"""Seconds after which a part that nobody went on with is removed."""


class Part:
    """A file to download into; `version` is what the server called what lies in it from a run before."""

    def __init__(self, path: Path, version: str = "", *, lasting: bool = False) -> None:
        self.path = path
        self.version = version
        self._lasting = lasting

    def begun(self, version: str) -> None:
        """Note what the server calls what is arriving now."""
        if self._lasting and version != self.version:
            write_whole(_note(self.path), version)
        self.version = version


@contextmanager
def arriving(folder: Path, name: str = "") -> Iterator[Part]:
    """A part in `folder`, gone when the block ends. One with a name stays when the connection broke or the process died, and
    is given out again with what had arrived; while somebody has it, others get a part of their own.

    Raises:
        OSError: the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    if name:
        lock = FileLock(folder / f".part-{name}.lock")
        if _free(lock):
            try:
                with _lasting(folder / f".part-{name}") as part:
                    yield part
            finally:
                lock.release()
            return
    handle, path = tempfile.mkstemp(dir=folder, prefix=".fetch-")
    os.close(handle)
    try:
        yield Part(Path(path))
    finally:
        Path(path).unlink(missing_ok=True)


@contextmanager
def _lasting(path: Path) -> Iterator[Part]:
    try:
        version = _note(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        version = ""
    if not version:
        path.write_bytes(b"")
    path.touch()
    try:
        yield Part(path, version, lasting=True)
    except Exception as error:
        if not isinstance(error.__cause__, BrokenError):
            _gone(path)
        raise
    _gone(path)


def _gone(path: Path) -> None:
    path.unlink(missing_ok=True)
    _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.version")


def _free(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except TimeoutError:  # filelock's own is one
        return False
    return True


def _sweep(folder: Path) -> None:
    """Remove what runs that died left behind long ago."""
    for path in (*folder.glob(".part-*"), *folder.glob(".fetch-*")):
        try:
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()
        except OSError:
            continue
