"""Turns: each new episode of a followed feed is handed out once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from pipeline.media import followed as store
from pipeline.media.followed import Followed, Seen
from pipeline.media.private import veiled
from pipeline.models import Frozen
from pipeline.settings import Settings

ATTEMPTS = 3
"""How often an episode that fails is tried."""
RETRY = timedelta(minutes=30)
"""After the first failure; twice as long after each further one."""


class Task(Frozen):
    """An episode that is to be verified."""

    feed_id: str
    key: str
    title: str
    show: str
    source: str
    """What `open_source` opens; without secrets."""
    attempts: int = 0
    """How often it was tried before."""


def waiting(feed: Followed, settings: Settings, moment: datetime | None = None) -> list[Task]:
    """The episodes of a feed that are to be verified, oldest first; some may be in work elsewhere."""
    now = moment or store.now()
    ready = [(key, seen) for key, seen in feed.episodes.items() if _ready(seen, now)]
    ready.sort(key=lambda pair: (pair[1].published or date.min, pair[1].seen))
    return [
        Task(
            feed_id=feed.id,
            key=key,
            title=seen.title,
            show=feed.title,
            source=veiled(feed.address, settings, episode=key),
            attempts=seen.attempts,
        )
        for key, seen in ready
    ]


class Turn:
    """The one chance to verify an episode; say how it ended with `done` or `failed`."""

    def __init__(self) -> None:
        self.result: dict[str, object] = {"state": "new"}
        """What is written when the block ends: unless told otherwise, it is to be tried again."""

    def done(self, episode_id: str) -> None:
        """Note that the episode was verified; `episode_id` names its report."""
        self.result = {"state": "done", "episode_id": episode_id, "problem": ""}

    def failed(self, problem: str) -> None:
        """Note that it could not be verified."""
        self.result = {"state": "failed", "problem": problem[:500]}


@contextmanager
def taking(task: Task, settings: Settings) -> Iterator[Turn | None]:
    """A block in which the episode is this caller's to verify; None when it is somebody else's, or has been verified.

    However the block ends, or the process dies in it, the episode is verified once or is there to be taken again.
    """
    with store.held(task.feed_id, task.key, settings) as mine:
        if not mine or not _take(task, settings):
            yield None
            return
        turn = Turn()
        try:
            yield turn
        finally:
            _note(task, turn.result, settings)


def _take(task: Task, settings: Settings) -> bool:
    """Whether the episode was still to be verified; it is marked as taken then."""
    moment, ready = store.now(), list[bool]()

    def marked(feed: Followed) -> Followed:
        seen = feed.episodes.get(task.key)
        if seen is None or not _ready(seen, moment):
            return feed
        ready.append(True)
        return _with(feed, task.key, {"state": "taken", "attempts": seen.attempts + 1, "tried": moment})

    store.change(task.feed_id, settings, marked)
    return bool(ready)


def _note(task: Task, result: dict[str, object], settings: Settings) -> None:
    def noted(feed: Followed) -> Followed:
        seen = feed.episodes.get(task.key)
        if seen is None:
            return feed
        # a turn that was broken off from outside is no attempt
        attempts = {"attempts": seen.attempts - 1} if result["state"] == "new" else {}
        return _with(feed, task.key, {**result, **attempts})

    store.change(task.feed_id, settings, noted)


def _with(feed: Followed, key: str, changes: dict[str, object]) -> Followed:
    seen = feed.episodes[key].model_copy(update=changes)
    return feed.model_copy(update={"episodes": {**feed.episodes, key: seen}})


def _ready(seen: Seen, moment: datetime) -> bool:
    """Whether an episode is to be verified, as far as its record says; one that is taken may be: its lock tells."""
    if seen.state == "new":
        return True
    if seen.state not in ("taken", "failed") or seen.attempts >= ATTEMPTS or seen.tried is None:
        return False
    waited: bool = moment - seen.tried >= RETRY * 2 ** (seen.attempts - 1)
    return waited or seen.state == "taken"
