"""Feeds from strangers, made safe to parse: one encoding, no entities, no characters that are none, bounded in size."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import FeedError
from pipeline.markup import reduced

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_BYTES = 32_000_000
"""Largest document that is read."""
_MOST_WILD = 300_000
"""Bytes that are read of what is no XML at all."""

_ENTITY = re.compile(rb"(?i)<!ENTITY")
_LONG_TAG = re.compile(rb"<[^!<>][^<>]{20000}")
_NUMBERED = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_DECLARED = re.compile(rb"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
)


class Parsed(NamedTuple):
    """What feedparser made of a document: the feed's own fields, and those of its entries."""

    feed: Mapping[str, object]
    entries: Sequence[Mapping[str, object]]


def safe_text(data: bytes, shown: str) -> bytes:
    """The document without what no feed needs: other encodings of two or four bytes, numbers of characters that are none.

    Raises:
        FeedError: it defines entities, is too large, or has a tag of endless length.
    """
    if len(data) > MOST_BYTES:
        raise FeedError(f"{shown} has more than {MOST_BYTES // 1_000_000} MB of XML; that is no podcast feed")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding:
        data = _DECLARED.sub(rb"\1", data.decode(encoding, "replace").lstrip("\ufeff").encode("utf-8", "replace"))
    if _ENTITY.search(data):
        raise FeedError(f"{shown} defines XML entities, which feeds never need; it was not read")
    if _LONG_TAG.search(data):
        raise FeedError(f"{shown} has a tag of more than 20 kB, which feeds never have; it was not read")
    return _NUMBERED.sub(_character, data)


def parsed_feed(data: bytes, tree: Element | None, address: str, shown: str) -> Parsed:
    """What feedparser makes of a document that `safe_text` has seen, or of as much as it can read in some seconds.

    `tree` is the document's, None when it has none. Relative addresses are from `address`.

    Raises:
        FeedError: nothing can be made of it.
    """
    import feedparser

    document = data[:_MOST_WILD] if tree is None else reduced(tree)
    try:
        found = feedparser.parse(
            io.BytesIO(document),  # as a stream: it takes bytes for the name of a file, and opens that
            response_headers={"content-location": address},
            sanitize_html=False,  # markup is reduced to text where it is used
            resolve_relative_uris=False,
        )
    except Exception as error:  # its lenient parser fails in many ways on what is no feed at all
        raise FeedError(
            f"{shown} can't be read as a feed ({type(error).__name__}); is it the address of one?"
        ) from error
    return Parsed(feed=found.feed, entries=found.entries)


def _character(match: re.Match[bytes]) -> bytes:
    """The reference, or nothing when it is to no character of XML."""
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    digits = digits.lstrip(b"0")
    number = int(digits, base) if 0 < len(digits) <= 7 else -1
    allowed = (
        number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
    )
    return match[0] if allowed else b""
