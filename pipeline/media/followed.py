"""The followed feeds: one file each in the data home, with every episode that was seen in it and what became of that.

Several processes may read and write: a feed's file is changed only under its lock, and an episode that is being verified
is held by a lock of its own. The system lets go of both when a process dies, so what it held can be taken up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import ValidationError

from pipeline.addresses import without_secrets
from pipeline.errors import ClaimcastError, FeedError
from pipeline.files import write_whole
from pipeline.media.names import slug
from pipeline.media.transfer import Version
from pipeline.models import Frozen, stable_id
from pipeline.settings import Settings

State = Literal["old", "new", "taken", "done", "failed"]
"""old: there before the feed was followed. taken: being verified, or was when a process died."""


class Seen(Frozen):
    """One episode of a followed feed."""

    title: str
    published: date | None = None
    seen: datetime
    state: State
    attempts: int = 0
    tried: datetime | None = None
    problem: str = ""
    episode_id: str = ""


class Followed(Frozen):
    """One followed feed. `address` may hold secrets: it is fetched, never shown."""

    id: str
    address: str
    title: str
    link: str = ""
    guid: str = ""
    added: datetime
    polled: datetime | None = None
    changed: datetime | None = None
    """When it last listed something new."""
    version: Version = Version()
    digest: str = ""
    """SHA-256 of the document as it was last read, for servers that don't say whether it has changed."""
    failures: int = 0
    """Polls in a row that failed."""
    problem: str = ""
    moved_from: tuple[str, ...] = ()
    """Where it lay before, without secrets."""
    episodes: dict[str, Seen] = {}

    @property
    def shown(self) -> str:
        """The address without secrets."""
        return without_secrets(self.address)

    def count(self, *states: State) -> int:
        """How many of its episodes are in one of these states."""
        return sum(episode.state in states for episode in self.episodes.values())


def followed(settings: Settings) -> list[Followed]:
    """All followed feeds by title; files that can't be read are left out."""
    feeds = (_read(path) for path in sorted(_folder(settings).glob("*.json")))
    return sorted((feed for feed in feeds if feed is not None), key=lambda feed: (feed.title.casefold(), feed.id))


def find(wanted: str, settings: Settings) -> Followed:
    """The followed feed that is meant by its id, its address or words of its title.

    Raises:
        FeedError: none, or more than one, is meant.
    """
    feeds = followed(settings)
    exact = [feed for feed in feeds if wanted in (feed.id, feed.address, feed.shown)]
    words = wanted.casefold().split()
    fits = exact or [feed for feed in feeds if words and all(word in feed.title.casefold() for word in words)]
    if len(fits) == 1:
        return fits[0]
    shown = without_secrets(wanted) if "://" in wanted else wanted
    if fits:
        raise FeedError(f"“{shown}” fits {len(fits)} feeds ({', '.join(feed.id for feed in fits[:4])}); give an id")
    raise FeedError(f"no feed “{shown}” is followed; see: claimcast feed list")


def new_id(title: str, address: str) -> str:
    """What a feed is called: words of its title and six digits that tell it from others."""
    return f"{slug(title)[:40].rstrip('-')}-{stable_id(address, length=6)}"


def keep(feed: Followed, settings: Settings) -> None:
    """Nothing; a feed that was not followed before is now.

    Raises:
        ClaimcastError: the data home can't be written.
    """
    with _alone(feed.id, settings):
        _write(feed, settings)


def change(feed_id: str, settings: Settings, by: Callable[[Followed], Followed]) -> Followed | None:
    """The feed as `by` changed it, and written; None when it is not followed any more.

    Raises:
        ClaimcastError: the data home can't be written.
    """
    with _alone(feed_id, settings):
        feed = _read(_path(feed_id, settings))
        if feed is None:
            return None
        changed = by(feed)
        if changed != feed:
            _write(changed, settings)
        return changed


def forget(feed: Followed, settings: Settings) -> None:
    """Nothing; the feed is not followed any more. Reports of its episodes stay."""
    with _alone(feed.id, settings):
        _path(feed.id, settings).unlink(missing_ok=True)


@contextmanager
def held(feed_id: str, key: str, settings: Settings) -> Iterator[bool]:
    """A block in which nobody else works on this episode, or False at once when somebody does."""
    lock = FileLock(_lock(f"{feed_id}-{key}", settings))
    if not _taken(lock):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def now() -> datetime:
    """This moment, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def _taken(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except TimeoutError:  # filelock's own is one
        return False
    except OSError as error:
        raise _unwritable(error) from error
    return True


@contextmanager
def _alone(feed_id: str, settings: Settings) -> Iterator[None]:
    """A block that one process at a time enters for this feed."""
    try:
        lock = FileLock(_lock(feed_id, settings))
        lock.acquire(timeout=60)
    except OSError as error:
        raise _unwritable(error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(error: OSError) -> ClaimcastError:
    reason = error.strerror or str(error)
    return ClaimcastError(f"can't write the followed feeds: {reason}; set CLAIMCAST_HOME to another place")


def _folder(settings: Settings) -> Path:
    return settings.home / "feeds"


def _path(feed_id: str, settings: Settings) -> Path:
    return _folder(settings) / f"{feed_id}.json"


def _lock(name: str, settings: Settings) -> Path:
    folder = _folder(settings) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.lock"


def _read(path: Path) -> Followed | None:
    try:
        return Followed.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _write(feed: Followed, settings: Settings) -> None:
    write_whole(_path(feed.id, settings), feed.model_dump_json(indent=1), private=True)
