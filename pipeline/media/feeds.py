"""Podcast feeds: RSS 2.0 and Atom with the podcast namespace, read without entities or external references."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.errors import FeedError
from pipeline.media.names import plain_text
from pipeline.media.source import Chapter, Known
from pipeline.models import Frozen, Person

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PODCAST = (
    "{https://podcastindex.org/namespace/1.0}",
    "{https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}",
)
_MAX_ITEMS = 5000


class TranscriptLink(Frozen):
    """A publisher's transcript: address and media type."""

    url: str
    type: str


class FeedItem(Frozen):
    """One episode as the feed tells it."""

    title: str
    guid: str = ""
    published: date | None = None
    audio: str | None = None
    link: str = ""
    description: str = ""
    duration: float | None = None
    people: tuple[Person, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: str = ""
    season: str = ""
    number: str = ""
    warnings: tuple[str, ...] = ()

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
            link=self.link,
            guid=self.guid,
            description=self.description,
            language=feed.language,
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


def read_feed(data: bytes, address: str) -> Feed:
    """The show in a feed document; items that make no sense are left out, the others stay.

    Raises:
        FeedError: it defines entities, or no episode can be found in it.
    """
    import feedparser

    if re.search(rb"(?i)<!ENTITY", data):
        raise FeedError(f"{address} defines XML entities, which feeds never need; it was not read")
    parsed = feedparser.parse(data, response_headers={"content-location": address})
    tree = _tree(data, address)
    elements = _item_elements(tree)
    entries = parsed.entries[:_MAX_ITEMS]
    paired = elements if len(elements) == len(parsed.entries) else [None] * len(entries)
    items = [_item(entry, element, address) for entry, element in zip(entries, paired, strict=False)]
    if not items:
        raise FeedError(f"{address} lists no episodes; is it the address of a podcast feed?")
    dated = sorted(items, key=lambda item: item.published or date.min, reverse=True)
    channel = tree.find("channel") if tree is not None else None
    return Feed(
        title=plain_text(str(parsed.feed.get("title", "")), 300),
        link=str(parsed.feed.get("link", "")),
        guid=_text(channel, "guid"),
        language=parsed.feed.get("language") or None,
        people=_people(channel),
        new_address=_plain(channel, "{http://www.itunes.com/dtds/podcast-1.0.dtd}new-feed-url"),
        items=tuple(dated),
    )


def choose(feed: Feed, wanted: str, address: str) -> FeedItem:
    """The episode that is meant: `latest`, a number (1 is the newest), a GUID, or words of the title.

    Raises:
        FeedError: none, or more than one, is meant.
    """
    if wanted == "latest":
        return feed.items[0]
    exact = [item for item in feed.items if wanted in (item.guid, item.link, item.title)]
    if exact:
        return exact[0]
    if wanted.isdigit() and 1 <= int(wanted) <= len(feed.items):
        return feed.items[int(wanted) - 1]
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


def read_chapters(data: bytes) -> tuple[Chapter, ...]:
    """The chapters in a podcast-namespace JSON file, in order; empty when it makes no sense."""
    try:
        rows = json.loads(data).get("chapters", [])
        return tuple(
            Chapter(
                start=float(row["startTime"]),
                title=plain_text(str(row.get("title", "")), 200),
                link=str(row.get("url", "")),
            )
            for row in rows[:1000]
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def _tree(data: bytes, address: str) -> Element | None:
    """The document as a tree, or None when it is not well-formed (feedparser still reads most of those)."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data)  # type: ignore[no-any-return]
    except DefusedXmlException as error:
        raise FeedError(f"{address} uses XML entities or external references, which feeds never need") from error
    except (ParseError, ValueError, LookupError):
        return None


def _item_elements(tree: Element | None) -> list[Element | None]:
    if tree is None:
        return []
    atom = "{http://www.w3.org/2005/Atom}entry"
    return list(tree.findall("channel/item")) or list(tree.findall(atom))


def _item(entry: object, element: Element | None, address: str) -> FeedItem:
    get = entry.get  # type: ignore[attr-defined]
    audio, warnings = _audio(entry, element, address)
    return FeedItem(
        title=plain_text(str(get("title", "")), 300) or "untitled",
        guid=_plain(element, "guid") or str(get("id", "") or audio or ""),  # feedparser makes addresses of GUIDs
        published=_date(get("published_parsed") or get("updated_parsed")),
        audio=audio,
        link=str(get("link", "")),
        description=plain_text(str(get("summary", ""))),
        duration=_seconds(str(get("itunes_duration", "") or "")),
        people=_people(element),
        transcripts=_transcripts(element, address),
        chapters=_url(element, "chapters", address),
        season=_text(element, "season") or str(get("itunes_season", "") or ""),
        number=_text(element, "episode") or str(get("itunes_episode", "") or ""),
        warnings=warnings,
    )


def _audio(entry: object, element: Element | None, address: str) -> tuple[str | None, tuple[str, ...]]:
    """The address of the item's audio: its enclosure, else an alternate enclosure."""
    enclosures = [link for link in entry.get("enclosures", []) if link.get("href")]  # type: ignore[attr-defined]
    for kind in ("audio", "video", ""):
        for link in enclosures:
            if str(link.get("type", "")).startswith(kind):
                return urljoin(address, str(link["href"])), ()
    for alternate in _all(element, "alternateEnclosure"):
        for source in _all(alternate, "source"):
            if uri := source.get("uri"):
                return urljoin(address, uri), ("the feed has no enclosure; an alternate enclosure was used",)
    return None, ()


def _transcripts(element: Element | None, address: str) -> tuple[TranscriptLink, ...]:
    return tuple(
        TranscriptLink(url=urljoin(address, url), type=tag.get("type", "").lower())
        for tag in _all(element, "transcript")
        if (url := tag.get("url"))
    )


def _people(element: Element | None) -> tuple[Person, ...]:
    return tuple(
        Person(name=name, role=plain_text(tag.get("role", "host"), 50))
        for tag in _all(element, "person")
        if (name := plain_text(tag.text or "", 200))
    )


def _all(element: Element | None, name: str) -> list[Element]:
    """The podcast-namespace children of an element with this name."""
    return [] if element is None else [tag for space in _PODCAST for tag in element.findall(space + name)]


def _text(element: Element | None, name: str) -> str:
    return next((plain_text(tag.text or "", 200) for tag in _all(element, name)), "")


def _plain(element: Element | None, name: str) -> str:
    tag = element.find(name) if element is not None else None
    return (tag.text or "").strip() if tag is not None else ""


def _url(element: Element | None, name: str, address: str) -> str:
    return next((urljoin(address, tag.get("url", "")) for tag in _all(element, name) if tag.get("url")), "")


def _date(parsed: object) -> date | None:
    try:
        return date(*parsed[:3]) if parsed else None  # type: ignore[index]
    except (ValueError, TypeError):
        return None


def _seconds(text: str) -> float | None:
    """Seconds in `3600`, `62:03` or `1:02:03`; None for anything else."""
    if not re.fullmatch(r"\d{1,6}(:\d{1,2}){0,2}(\.\d+)?", text.strip()):
        return None
    total = 0.0
    for part in text.strip().split(":"):
        total = total * 60 + float(part)
    return total or None
