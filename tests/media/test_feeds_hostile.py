"""Feeds made to do harm: entities, names of files, documents that would keep their reader busy for hours."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from pipeline.errors import ClaimcastError, FeedError
from pipeline.media.feeds import MOST_ITEMS, read_feed
from pipeline.media.tags import read_chapters
from tests.media.test_feeds import FEED

CHANNEL = b"<rss><channel>"


@pytest.mark.parametrize(
    "document",
    [
        CHANNEL + b"<item><title>x</title></item>" * 140_000,
        CHANNEL + b"<a>" * 1_000_000,
        CHANNEL + b"<item " + b" ".join(b"a%d='x'" % n for n in range(300_000)) + b"/>",
        CHANNEL + b"<item><description>" + b"&lt;div&gt;" * 350_000 + b"</description></item></channel></rss>",
        CHANNEL + b"<item>" + b"<enclosure url='a'/>" * 200_000 + b"</item></channel></rss>",
        CHANNEL + b"<item><title>" + b"<" * 4_000_000,
        b"<x" * 2_000_000,
    ],
    ids=["many items", "deep", "attributes", "markup in text", "enclosures", "angles", "no XML"],
)
def test_a_feed_made_to_keep_us_busy_does_not(document: bytes) -> None:
    """Each of some four megabytes; read naively, some of them take minutes."""
    began = time.process_time()
    with suppress(FeedError):
        read_feed(document, "https://example.com/feed")
    assert time.process_time() - began < 20


def test_the_newest_items_of_an_endless_feed_are_read() -> None:
    items = b"".join(b"<item><title>E%d</title><guid>%d</guid></item>" % (n, n) for n in range(20_000))
    feed = read_feed(CHANNEL + items + b"</channel></rss>", "https://example.com/feed")
    assert len(feed.items) == MOST_ITEMS
    assert feed.items[0].title == "E0"


@pytest.mark.parametrize("body", [b"/etc/hostname", b"http://127.0.0.1:1/", b"file:///etc/hostname"])
def test_a_feed_that_is_the_name_of_a_file_opens_none(body: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(FEED)
    for document in (body, str(secret).encode()):
        with pytest.raises(FeedError, match="lists no episodes"):
            read_feed(document, "https://example.com/feed")


@pytest.mark.parametrize(
    "document",
    [
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>',
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "lol">]><rss><channel/></rss>'.encode("utf-16"),
    ],
    ids=["laughs", "external", "utf-16"],
)
def test_entities_are_refused(document: bytes) -> None:
    with pytest.raises(FeedError, match="entities"):
        read_feed(document, "https://example.com/feed")


@how(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.integers(0, len(FEED)).map(lambda at: FEED[:at].encode())
)
def test_any_bytes_give_a_feed_or_one_line(data: bytes) -> None:
    with suppress(ClaimcastError):
        assert read_feed(data, "https://example.com/f").items
    read_chapters(data)
