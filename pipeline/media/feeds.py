"""Podcast feeds: RSS 2.0 and Atom with the podcast namespace, read without entities or external references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pipeline.addresses import as_link, without_secrets
from pipeline.errors import FeedError
from pipeline.feed_text import parsed_feed, safe_text
from pipeline.markup import tree_of
from pipeline.media import tags
from pipeline.media.names import plain_text
from pipeline.media.source import Known
from pipeline.media.tags import Remote
from pipeline.models import Frozen, Offered, Person, stable_id

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_ITEMS = 5000
"""Items of a feed that are read."""


class FeedItem(Frozen):
    """One episode as the feed tells it."""

    key: str
    """What it is known by: the same as long as the feed gives it the same GUID."""
    title: str
    guid: str = ""
    published: date | None = None
    audio: tuple[Remote, ...] = ()
    """Where its audio lies: the enclosure, then its alternates."""
    length: int = 0
    """Bytes that the enclosure is said to have; 0: not said."""
    link: str = ""
    description: str = ""
    duration: float | None = None
    people: tuple[Person, ...] = ()
    transcripts: tuple[Remote, ...] = ()
    alternates: tuple[Remote, ...] = ()
    chapters: str = ""
    season: str = ""
    number: str = ""

    def known(self, feed: Feed, *, source: str) -> Known:
        """What the feed knows of this episode, for `open_file`."""
        return Known(
            source=source,
            title=self.title,
            show=feed.title,
            published=self.published,
            basis="feed",
            people=self.people or feed.people,
            duration=self.duration,
            length=self.length,
            link=self.link,
            guid=self.guid,
            show_guid=feed.guid,
            season=self.season,
            number=self.number,
            description=self.description,
            language=feed.language,
            transcripts=_offered(self.transcripts),
            alternates=_offered(self.alternates),
        )


class Feed(Frozen):
    """A show and its episodes, newest first."""

    title: str
    link: str = ""
    guid: str = ""
    language: str | None = None
    people: tuple[Person, ...] = ()
    new_address: str = ""
    """Where the feed says it has moved to."""
    items: tuple[FeedItem, ...] = ()
    unread: int = 0
    """Items that made no sense."""

    @property
    def latest(self) -> FeedItem:
        """The newest episode that there is something to hear or read of, else the newest."""
        return next((item for item in self.items if item.audio or item.transcripts), self.items[0])


def read_feed(data: bytes, address: str) -> Feed:
    """The show in a feed document; items that make no sense are left out, the others stay.

    Raises:
        FeedError: it defines entities, is too large, or no episode can be found in it.
    """
    shown = without_secrets(address)
    data = safe_text(data, shown)
    tree = tree_of(data, shown)
    parsed = parsed_feed(data, tree, address, shown)
    entries = parsed.entries[:MOST_ITEMS]
    items = [_guarded(*pair, address) for pair in zip(entries, _elements(tree, parsed.entries), strict=False)]
    found = _with_keys([item for item in items if item is not None])
    if not found:
        raise FeedError(f"{shown} lists no episodes; is it the address of a podcast feed?")
    channel = tree.find("channel") if tree is not None else None
    return Feed(
        title=plain_text(str(parsed.feed.get("title", "")), 300),
        link=as_link(str(parsed.feed.get("link", ""))),
        guid=tags.text(channel, "guid"),
        language=_language(parsed.feed.get("language")),
        people=tags.people(channel),
        new_address=tags.new_address(channel, address),
        items=tuple(sorted(found, key=lambda item: item.published or date.min, reverse=True)),
        unread=len(items) - len(found),
    )


def choose(feed: Feed, wanted: str, address: str) -> FeedItem:
    """The episode that is meant: `latest`, a number (1 is the newest), a GUID, or words of the title.

    Raises:
        FeedError: none, or more than one, is meant.
    """
    if wanted == "latest":
        return feed.latest
    exact = [item for item in feed.items if wanted in (item.key, item.guid, item.link, item.title)]
    if exact:
        return exact[0]
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(feed.items):
        return feed.items[int(wanted[:9]) - 1]
    words = wanted.lower().split()
    matching = [item for item in feed.items if all(word in item.title.lower() for word in words)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        titles = ", ".join(f"“{item.title}”" for item in matching[:3])
        raise FeedError(f"“{wanted}” fits {len(matching)} episodes of {address} ({titles}, …); give more of the title")
    raise FeedError(
        f"no episode “{wanted}” among the {len(feed.items)} of {address}; try latest, a number or title words"
    )


def _elements(tree: Element | None, entries: Sequence[Mapping[str, object]]) -> list[Element | None]:
    """The tree's element of each entry; None where it can't be told which one it is."""
    if tree is None:
        return [None] * len(entries)
    spaces = ("{*}channel/{*}item", "{http://www.w3.org/2005/Atom}entry", "{*}item", "{*}entry")
    elements: list[Element] = next((found for space in spaces if (found := tree.findall(space))), [])
    if len(elements) == len(entries):
        return list(elements)
    by_name: dict[str, Element] = {}
    for element in elements:
        for name in ("{*}guid", "{*}id", "{*}link", "{*}title"):
            by_name.setdefault(tags.plain(element, name), element)
    by_name.pop("", None)
    return [
        next((by_name[name] for key in ("id", "link", "title") if (name := str(entry.get(key, ""))) in by_name), None)
        for entry in entries
    ]


def _guarded(entry: Mapping[str, object], element: Element | None, address: str) -> FeedItem | None:
    """The item, or None when it makes no sense: one bad item hides no other."""
    try:
        return _item(entry, element, address)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError):
        return None


def _item(entry: Mapping[str, object], element: Element | None, address: str) -> FeedItem:
    alternates = tags.alternates(element, address)
    enclosure, length = _enclosure(entry, address)
    return FeedItem(
        key="",
        title=plain_text(str(entry.get("title", "")), 300) or "untitled",
        # feedparser makes addresses of GUIDs
        guid=plain_text(tags.plain(element, "guid") or str(entry.get("id", "") or ""), 500),
        published=_day(entry, "published") or _day(entry, "updated"),
        audio=(*enclosure, *alternates),
        length=length,
        link=as_link(str(entry.get("link", ""))),
        description=plain_text(str(entry.get("summary", ""))),
        duration=_seconds(str(entry.get("itunes_duration", "") or "")),
        people=tags.people(element),
        transcripts=tags.transcripts(element, address),
        alternates=alternates,
        chapters=tags.chapters_address(element, address),
        season=tags.text(element, "season") or plain_text(str(entry.get("itunes_season", "") or ""), 20),
        number=tags.text(element, "episode") or plain_text(str(entry.get("itunes_episode", "") or ""), 20),
    )


def _with_keys(items: Sequence[FeedItem]) -> list[FeedItem]:
    """The items with their keys: made from the GUID; without one, or where two share it, from what else tells them apart."""
    often = Counter(item.guid for item in items)
    keyed: list[FeedItem] = []
    taken: set[str] = set()
    for item in items:
        audio = without_secrets(item.audio[0].url) if item.audio else ""
        apart = (item.title.casefold(), item.published) if item.published else (item.title.casefold(), audio)
        names = ("guid", item.guid) if item.guid and often[item.guid] == 1 else ("item", item.guid, audio, *apart)
        if not item.guid:
            names = ("item", *apart)
        key = stable_id(*names)
        if key not in taken:  # the same item twice
            keyed.append(item.model_copy(update={"key": key}))
        taken.add(key)
    return keyed


def _enclosure(entry: Mapping[str, object], address: str) -> tuple[tuple[Remote, ...], int]:
    """The item's enclosure, sound before film before anything else, and the bytes it is said to have."""
    links = entry.get("enclosures", [])
    found = [
        (Remote(url=url, type=str(link.get("type", ""))[:100].lower()), str(link.get("length", "")))
        for link in (links if isinstance(links, list) else [])
        if (url := tags.joined(address, str(link.get("href") or "")))
    ]
    for kind in ("audio", "video", ""):
        for remote, length in found:
            if remote.type.startswith(kind):
                return (remote,), int(length) if re.fullmatch(r"[0-9]{1,15}", length) else 0
    return (), 0


def _offered(files: Sequence[Remote]) -> tuple[Offered, ...]:
    return tuple(Offered(url=without_secrets(file.url), type=file.type) for file in files)


def _language(said: object) -> str | None:
    return (
        said.lower() if isinstance(said, str) and re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*", said) else None
    )


def _day(entry: Mapping[str, object], name: str) -> date | None:
    """The day of a moment in the feed, as it was called where it was written: late on the 31st is the 31st."""
    parsed = entry.get(f"{name}_parsed")
    if not isinstance(parsed, tuple):
        return None
    in_utc = date(*parsed[:3])
    try:
        there = parsedate_to_datetime(str(entry.get(name))).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return in_utc
    return there if abs((there - in_utc).days) <= 1 else in_utc


def _seconds(text: str) -> float | None:
    """Seconds in `3600`, `62:03` or `1:02:03`; None for anything else."""
    if not re.fullmatch(r"[0-9]{1,6}(:[0-9]{1,2}){0,2}(\.[0-9]{1,6})?", text.strip()):
        return None
    total = 0.0
    for part in text.strip().split(":"):
        total = total * 60 + float(part)
    return total or None
