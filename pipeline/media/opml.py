"""Lists of feeds as OPML: what other programs export, and what they read."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import FeedError
from pipeline.feed_text import safe_text
from pipeline.markup import tree_of
from pipeline.media.followed import Followed

MOST_FEEDS = 2000
_MOST_BYTES = 5_000_000


def read_opml(data: bytes, name: str) -> tuple[str, ...]:
    """The addresses of the feeds in an OPML document, each once, however deep its folders are.

    Raises:
        FeedError: it is too large, defines entities, or names no feed.
    """
    if len(data) > _MOST_BYTES:
        raise FeedError(f"{name} has more than {_MOST_BYTES // 1_000_000} MB; that is no list of feeds")
    tree = tree_of(safe_text(data, name), name)
    found: dict[str, None] = {}
    for outline in tree.iter("{*}outline") if tree is not None else ():
        values = {key.lower(): value.strip() for key, value in outline.attrib.items()}
        address = values.get("xmlurl", "")
        if address.lower().startswith(("http://", "https://")) and len(address) <= 2000:
            found[address] = None
        if len(found) >= MOST_FEEDS:
            break
    if not found:
        raise FeedError(f"{name} names no feed; is it an OPML file?")
    return tuple(found)


def write_opml(feeds: Sequence[Followed]) -> bytes:
    """An OPML 2.0 document with these feeds; their whole addresses are in it, secrets too."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds that claimcast follows"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        etree.SubElement(
            body, "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=feed.address, htmlUrl=feed.link
        )
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written
