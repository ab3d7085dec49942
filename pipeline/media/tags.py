"""The podcast namespace: what a channel or an item says in its tags."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.addresses import as_link
from pipeline.media.names import plain_text
from pipeline.models import Chapter, Frozen, Person

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SPACES = (
    "{https://podcastindex.org/namespace/1.0}",
    "{https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}",
)
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_MOST = 50
"""Tags of one kind that are read in one item."""
_MOST_CHAPTERS = 1000


class Remote(Frozen):
    """A file at an address, whole and with its secrets: to be fetched, never to be shown."""

    url: str
    type: str = ""


def transcripts(element: Element | None, address: str) -> tuple[Remote, ...]:
    """The publisher's transcripts."""
    found = ((joined(address, tag.get("url")), tag) for tag in _all(element, "transcript"))
    return tuple(Remote(url=url, type=_type(tag)) for url, tag in found if url)


def alternates(element: Element | None, address: str) -> tuple[Remote, ...]:
    """Other versions of the audio; what is not served over the web (torrents, IPFS) is left out."""
    found: list[Remote] = []
    for alternate in _all(element, "alternateEnclosure"):
        for source in _all(alternate, "source"):
            url = joined(address, source.get("uri"))
            if url.startswith(("http://", "https://")):
                found.append(Remote(url=url, type=_type(source, "contentType") or _type(alternate)))
    return tuple(found[:_MOST])


def people(element: Element | None) -> tuple[Person, ...]:
    """Who takes part, each with a role (`host` when none is said)."""
    return tuple(
        Person(name=name, role=plain_text(tag.get("role") or "host", 50), link=as_link((tag.get("href") or "").strip()))
        for tag in _all(element, "person")
        if (name := plain_text(tag.text or "", 200))
    )


def text(element: Element | None, name: str) -> str:
    """The text of the first tag with this name; empty without one."""
    return next((plain_text(tag.text or "", 200) for tag in _all(element, name)), "")


def chapters_address(element: Element | None, address: str) -> str:
    """Where the chapters lie; empty when there are none."""
    return next((url for tag in _all(element, "chapters") if (url := joined(address, tag.get("url")))), "")


def new_address(channel: Element | None, address: str) -> str:
    """Where the feed says it has moved to; empty when it stays."""
    return joined(address, plain(channel, _ITUNES + "new-feed-url"))


def plain(element: Element | None, name: str) -> str:
    """The text of a direct child, as it is written, on one line."""
    tag = element.find(name) if element is not None else None
    return " ".join((tag.text or "").split()) if tag is not None else ""


def joined(address: str, url: str | None) -> str:
    """A whole address from one that may be relative; empty when it makes no sense."""
    try:
        return urljoin(address, url.strip()) if url and url.strip() else ""
    except ValueError:
        return ""


def read_chapters(data: bytes) -> tuple[Chapter, ...]:
    """The chapters in a podcast-namespace JSON file, in order of time; rows that make no sense are left out."""
    try:
        rows = json.loads(data)["chapters"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
    found = [_chapter(row) for row in rows[:_MOST_CHAPTERS]] if isinstance(rows, list) else []
    return tuple(sorted((chapter for chapter in found if chapter), key=lambda chapter: chapter.start))


def _chapter(row: object) -> Chapter | None:
    if not isinstance(row, dict) or row.get("toc") is False:  # such a one only changes the picture
        return None
    try:
        start = float(row["startTime"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(start) or start < 0:
        return None
    title, link = row.get("title"), row.get("url")
    return Chapter(
        start=start,
        title=plain_text(title, 200) if isinstance(title, str) else "",
        link=as_link(link) if isinstance(link, str) else "",
    )


def _all(element: Element | None, name: str) -> list[Element]:
    """The podcast-namespace children of an element with this name."""
    return [] if element is None else [tag for space in _SPACES for tag in element.findall(space + name)][:_MOST]


def _type(tag: Element, name: str = "type") -> str:
    return plain_text(tag.get(name) or "", 100).lower().split(";")[0].strip()
