"""What is going on, told by the stages to whoever listens: a terminal, a log, nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Listener(Protocol):
    """Somebody who wants to know. `episode` is a title or a source, for people; so is `note`, how far it is in words."""

    def started(self, episode: str, stage: str) -> None: ...

    def advanced(self, episode: str, stage: str, done: float, total: float, note: str = "") -> None: ...

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None: ...

    def failed(self, episode: str, stage: str) -> None: ...


class Nobody:
    """A listener that keeps quiet."""

    def started(self, episode: str, stage: str) -> None:
        """Nothing."""

    def advanced(self, episode: str, stage: str, done: float, total: float, note: str = "") -> None:
        """Nothing."""

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        """Nothing."""

    def failed(self, episode: str, stage: str) -> None:
        """Nothing."""


class Passing:
    """A listener that passes everything on; the others say what they do besides."""

    def __init__(self, to: Listener) -> None:
        self._to = to

    def started(self, episode: str, stage: str) -> None:
        """Passed on."""
        self._to.started(episode, stage)

    def advanced(self, episode: str, stage: str, done: float, total: float, note: str = "") -> None:
        """Passed on."""
        self._to.advanced(episode, stage, done, total, note)

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        """Passed on."""
        self._to.finished(episode, stage, seconds, detail, cached)

    def failed(self, episode: str, stage: str) -> None:
        """Passed on."""
        self._to.failed(episode, stage)


_listeners: list[Listener] = [Nobody()]


def listener() -> Listener:
    """Whoever listens in this process now."""
    return _listeners[-1]


@contextmanager
def told(episode: str, stage: str) -> Iterator[None]:
    """A block that is a stage: its start is told now, and its failure when it fails; its end is told by whoever knows
    what came out."""
    listener().started(episode, stage)
    try:
        yield
    except BaseException:
        listener().failed(episode, stage)
        raise


@contextmanager
def listening(to: Listener) -> Iterator[Listener]:
    """`to`, told of every stage in this process until the block ends."""
    _listeners.append(to)
    try:
        yield to
    finally:
        _listeners.remove(to)
