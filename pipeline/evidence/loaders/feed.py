"""Feeds: each entry that carries words is a source of its own, dated by the feed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from pipeline.errors import SourceError
from pipeline.evidence.chunking import squeeze
from pipeline.evidence.documents import Block, Document
from pipeline.feed_text import parsed_feed, safe_text
from pipeline.markup import tree_of

TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
MAX_ENTRIES = 1000


def is_feed(content_type: str, content: bytes) -> bool:
    """Whether an answer is RSS or Atom, by what it says or by how it begins."""
    start = content[:600].lstrip().lower()
    xml = content_type in (*TYPES, "application/xml", "text/xml") or start.startswith(b"<?xml")
    return content_type in TYPES or (xml and (b"<rss" in start or b"<feed" in start or b"<rdf" in start))


def read_feed(content: bytes, url: str) -> list[Document]:
    """One document an entry; an entry's summary or content is its text.

    Raises:
        SourceError: it is no feed, or none of its entries has words.
    """
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    document = safe_text(content, url)
    feed = parsed_feed(document, tree_of(document, url), url, url)
    publisher = squeeze(str(feed.feed.get("title") or ""))
    documents: list[Document] = []
    for entry in feed.entries[:MAX_ENTRIES]:
        markup = _markup(entry)
        try:
            parts = lxml_html.fromstring(f"<div>{markup}</div>") if markup.strip() else None
            text = squeeze(" ".join(parts.itertext())) if parts is not None else ""
        except (ValueError, ParserError):  # no text: control characters, or half of a pair of them
            continue
        if not text:
            continue
        link = str(entry.get("link") or entry.get("id") or f"{url}#{len(documents)}")
        documents.append(
            Document(
                key=link,
                title=squeeze(str(entry.get("title") or link)),
                kind="feed",
                sha256=sha256(f"{entry.get('title')}\n{text}".encode()).hexdigest(),
                text=text,
                blocks=(Block(text=text),),
                publisher=publisher,
                author=squeeze(str(entry.get("author") or "")),
                url=link if link.startswith(("http://", "https://")) else "",
                published=_day(entry.get("published_parsed") or entry.get("updated_parsed")),
            )
        )
    if not documents:
        raise SourceError(f"{url} has no entries with text; is it a feed?")
    return documents


def _markup(entry: Mapping[str, object]) -> str:
    """The entry's content, or else its summary."""
    content = entry.get("content")
    first = content[0] if isinstance(content, list) and content else None
    return str((first.get("value") if isinstance(first, dict) else entry.get("summary")) or "")


def _day(moment: object) -> date | None:
    return date(*moment[:3]) if isinstance(moment, time.struct_time) else None
