"""Following: a feed is asked what is new, and where it has moved to is remembered."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from pipeline.addresses import without_secrets
from pipeline.errors import ClaimcastError, FeedError
from pipeline.feed_text import MOST_BYTES
from pipeline.media import followed as store
from pipeline.media.downloads import downloads
from pipeline.media.feeds import Feed, read_feed
from pipeline.media.fetch import Fetched, Unchanged, fetch_changed
from pipeline.media.followed import Followed, Seen
from pipeline.media.pages import feed_address
from pipeline.media.source import looks_like_html
from pipeline.media.transfer import Limits, Version
from pipeline.models import Frozen
from pipeline.settings import Settings

MOST_NEW = 25
"""Episodes of one feed that one poll hands out at most: the newest; a feed that lists more at once says so."""
_MOST_EPISODES = 20_000
"""Episodes that are remembered of one feed."""
_LIMITS = Limits(whole=180.0, tries=3)


class Polled(Frozen):
    """What came of asking one feed."""

    id: str
    title: str
    status: Literal["changed", "unchanged", "failed", "gone"]
    new: tuple[str, ...] = ()
    """Titles of the episodes that are new."""
    moved_to: str = ""
    """Where it has moved for good, without secrets."""
    problem: str = ""


def follow(address: str, settings: Settings, *, backlog: int = 0) -> tuple[Followed, bool]:
    """The feed at an address, followed from now on, and whether that is new; of what it lists already the newest
    `backlog` episodes are to be verified, the others are left alone. A page that names its feed stands for it.

    Raises:
        FeedError: there is no feed.
        MediaError: it can't be fetched.
        AddressError: its host is unknown, or it must not be fetched.
    """
    address = address.strip()
    for other in store.followed(settings):
        if other.address == address:
            return other, False
    found, data = _fetched(address, settings)
    if looks_like_html(data):
        named = feed_address(data, found.url)
        if named is None:
            raise FeedError(f"{without_secrets(address)} is a web page that names no feed; give the feed's own address")
        address = named
        found, data = _fetched(address, settings)
    feed = read_feed(data, found.url)
    for other in store.followed(settings):
        if other.address == (found.moved_to or address) or (feed.guid and other.guid == feed.guid):
            return other, False
    now = store.now()
    made = Followed(
        id=store.new_id(feed.title or without_secrets(address), address),
        address=found.moved_to or address,
        title=feed.title or without_secrets(address),
        link=feed.link,
        guid=feed.guid,
        added=now,
        polled=now,
        changed=now,
        version=found.version,
        digest=sha256(data).hexdigest(),
        episodes={
            item.key: Seen(
                title=item.title, published=item.published, seen=now, state="new" if number < backlog else "old"
            )
            for number, item in enumerate(feed.items)
        },
    )
    store.keep(made, settings)
    return made, True


def poll(feed: Followed, settings: Settings) -> Polled:
    """What came of asking a feed whether it has changed; never an exception for what a feed does."""
    try:
        answer = _asked(feed.address, feed.version, settings)
        listed, digest = None, feed.digest
        if isinstance(answer, Fetched):
            data = _taken(answer)
            digest = sha256(data).hexdigest()
            if digest != feed.digest:
                listed = read_feed(data, answer.url)
                if moved := _moved(listed.new_address, feed, settings):
                    answer, listed, digest = moved
    except ClaimcastError as error:
        return _failed(feed, str(error), settings)
    moved_to = answer.moved_to if answer.moved_to != feed.address else ""
    moment, fresh = store.now(), list[str]()

    def merged(current: Followed) -> Followed:
        changes: dict[str, object] = {"polled": moment, "failures": 0, "problem": ""}
        if moved_to:
            changes |= {"address": moved_to, "moved_from": (*current.moved_from[-9:], current.shown)}
        if listed is not None and isinstance(answer, Fetched):
            episodes, new = _merge(current.episodes, listed, moment)
            fresh.extend(new)
            changes |= {"version": answer.version, "digest": digest, "title": listed.title or current.title}
            changes |= {"episodes": episodes}
            changes |= {"guid": listed.guid or current.guid, "link": listed.link or current.link}
            changes |= {"changed": moment} if new else {}
        return current.model_copy(update=changes)

    after = store.change(feed.id, settings, merged)
    if after is None:
        return Polled(id=feed.id, title=feed.title, status="gone")
    status: Literal["changed", "unchanged"] = "changed" if listed is not None else "unchanged"
    return Polled(
        id=feed.id,
        title=after.title,
        status=status,
        new=tuple(fresh),
        moved_to=without_secrets(moved_to) if moved_to else "",
    )


def due(feed: Followed, every: timedelta, moment: datetime | None = None) -> bool:
    """Whether a feed is to be asked again: one that fails is asked ever more rarely, once a day at least."""
    if feed.polled is None or feed.failures == 0:
        return True
    wait = min(every * 2 ** min(feed.failures, 10), timedelta(days=1))
    waited: bool = (moment or store.now()) - feed.polled >= wait
    return waited


def _merge(before: dict[str, Seen], feed: Feed, moment: datetime) -> tuple[dict[str, Seen], list[str]]:
    """The episodes with those that a feed lists now, and the titles of the new ones."""
    known = {(seen.title.casefold(), seen.published) for seen in before.values() if seen.published}
    episodes, new = dict(before), list[str]()
    for item in feed.items:
        seen = episodes.get(item.key)
        if seen is not None:
            if (seen.title, seen.published) != (item.title, item.published):
                episodes[item.key] = seen.model_copy(update={"title": item.title, "published": item.published})
            continue
        same = (item.title.casefold(), item.published) in known  # the publisher gave it another GUID
        fresh = not same and len(new) < MOST_NEW
        episodes[item.key] = Seen(
            title=item.title, published=item.published, seen=moment, state="new" if fresh else "old"
        )
        if fresh:
            new.append(item.title)
    if len(episodes) > _MOST_EPISODES:
        listed = {item.key for item in feed.items}
        gone = [key for key, seen in episodes.items() if key not in listed and seen.state in ("old", "done")]
        for key in gone[: len(episodes) - _MOST_EPISODES]:
            del episodes[key]
    return episodes, new


def _moved(address: str, feed: Followed, settings: Settings) -> tuple[Fetched, Feed, str] | None:
    """What lies where the feed says it has moved to, when that is a feed; None when it has not moved."""
    if not address or address in (feed.address, feed.shown):
        return None
    try:
        found, data = _fetched(address, settings)
        listed = read_feed(data, found.url)
    except ClaimcastError:
        return None
    return found.model_copy(update={"moved_to": found.moved_to or address}), listed, sha256(data).hexdigest()


def _asked(address: str, version: Version, settings: Settings) -> Fetched | Unchanged:
    return fetch_changed(
        address,
        downloads(settings),
        unless=version,
        settings=settings,
        max_bytes=MOST_BYTES,
        limits=_LIMITS,
        packed=True,
    )


def _fetched(address: str, settings: Settings) -> tuple[Fetched, bytes]:
    found = _asked(address, Version(), settings)
    assert isinstance(found, Fetched), "a server says “unchanged” only when it was told of a version"
    return found, _taken(found)


def _taken(found: Fetched) -> bytes:
    """The bytes of a fetched file, which is gone then."""
    try:
        return found.path.read_bytes()
    finally:
        found.path.unlink(missing_ok=True)


def _failed(feed: Followed, problem: str, settings: Settings) -> Polled:
    moment = store.now()
    store.change(
        feed.id,
        settings,
        lambda current: current.model_copy(
            update={"polled": moment, "failures": current.failures + 1, "problem": problem[:500]}
        ),
    )
    return Polled(id=feed.id, title=feed.title, status="failed", problem=problem)
