"""Web pages: the audio that a page plays, the feed that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.media.tags import joined

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LARGEST_PAGE = 4_000_000
"""Bytes of a page that are looked at."""
_AUDIO_NAMES = ("og:audio", "og:audio:url", "og:audio:secure_url")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")


def audio_address(page: bytes, address: str) -> str | None:
    """The address of the first audio that a page names: its `og:audio`, or an audio element's source; None without.

    The address comes from a stranger: it is to be checked like any other before it is fetched.
    """
    named = played = ""
    for element in _elements(page):
        if element.tag == "meta" and (_of(element, "property") or _of(element, "name")).lower() in _AUDIO_NAMES:
            named = named or joined(address, _of(element, "content"))
        elif element.tag == "audio" or (element.tag == "source" and element.getparent().tag == "audio"):
            played = played or joined(address, _of(element, "src"))
    return named or played or None


def feed_address(page: bytes, address: str) -> str | None:
    """The address of the first feed that a page names in its head; None without."""
    for element in _elements(page):
        if element.tag == "link" and "alternate" in _of(element, "rel").lower().split():
            found = joined(address, _of(element, "href"))
            if found and _of(element, "type").lower() in _FEED_TYPES:
                return found
    return None


def _elements(page: bytes) -> Iterator[HtmlElement]:
    """The elements of a page in order, as far as it can be read."""
    from lxml import html
    from lxml.etree import LxmlError

    try:
        root = html.document_fromstring(page[:LARGEST_PAGE], parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (LxmlError, ValueError):
        return
    yield from root.iter("meta", "audio", "source", "link")


def _of(element: HtmlElement, name: str) -> str:
    try:
        return element.get(name) or ""
    except UnicodeDecodeError:
        return ""
