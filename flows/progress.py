"""What is going on, told by the stages to whoever listens: a terminal, a log, nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

STAGES = ("open", "evidence", "transcript", "claims", "verdicts", "report")
"""The stages in order; the same names are keys of `seconds` in report.json."""


class Listener(Protocol):
    """Somebody who wants to know. `episode` is a title or a source, for people."""

    def started(self, episode: str, stage: str) -> None: ...

    def advanced(self, episode: str, stage: str, done: float, total: float) -> None: ...

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None: ...


class Nobody:
    """A listener that keeps quiet."""

    def started(self, episode: str, stage: str) -> None:
        """Nothing."""

    def advanced(self, episode: str, stage: str, done: float, total: float) -> None:
        """Nothing."""

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        """Nothing."""


_listeners: list[Listener] = [Nobody()]


def listener() -> Listener:
    """Whoever listens in this process now."""
    return _listeners[-1]


@contextmanager
def listening(to: Listener) -> Iterator[Listener]:
    """`to`, told of every stage in this process until the block ends."""
    _listeners.append(to)
    try:
        yield to
    finally:
        _listeners.remove(to)
