"""Addresses: a feed, a direct file, a page that plays one, or something else that is named in the complaint."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.addresses import without_secrets
from pipeline.errors import FeedError
from pipeline.feed_text import MOST_BYTES
from pipeline.media.downloads import downloads, fetch_kept, settle
from pipeline.media.episodes import open_item
from pipeline.media.feeds import choose, read_feed
from pipeline.media.fetch import Fetched, fetch
from pipeline.media.pages import LARGEST_PAGE, audio_address
from pipeline.media.source import Known, OpenedSource, Progress, looks_like_html, open_file
from pipeline.settings import Settings


def open_address(
    url: str, *, published: date | None, settings: Settings, episode: str, on_progress: Progress | None
) -> OpenedSource:
    """The episode behind an address: a media or transcript file, one item of a feed, or what a page plays.

    Raises:
        MediaError: it can't be fetched, or is neither.
        FeedError: the feed can't be read or lists no such episode.
        AddressError: its host is unknown, or it must not be fetched.
    """
    fetched = fetch(url, downloads(settings), settings=settings, on_progress=on_progress)
    with fetched.path.open("rb") as file:
        head = file.read(2048)
    if looks_like_feed(head):
        shown, data = without_secrets(url), _start(fetched, MOST_BYTES + 1)
        feed = read_feed(data, fetched.url)
        item = choose(feed, episode, shown)
        return open_item(feed, item, shown, published=published, settings=settings, on_progress=on_progress)
    if looks_like_html(head):
        return _from_page(fetched, url, published, settings, on_progress)
    known = Known(source=without_secrets(url), title=_title(fetched.url))
    return open_file(settle(fetched, settings), known, published=published)


def keys_of(url: str, settings: Settings) -> tuple[str, ...]:
    """The keys of all episodes of a feed, the newest first.

    Raises:
        FeedError: it is no feed, or one that can't be read.
        MediaError: it can't be fetched.
        AddressError: its host is unknown, or it must not be fetched.
    """
    fetched = fetch(url, downloads(settings), settings=settings)
    data = _start(fetched, MOST_BYTES + 1)
    if not looks_like_feed(data[:2048]):
        raise FeedError(f"{without_secrets(url)} is no feed; --last takes a feed's address")
    return tuple(item.key for item in read_feed(data, fetched.url).items)


def looks_like_feed(head: bytes) -> bool:
    """Whether the first bytes are those of a feed."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2048].lower()
    marks = (b"<rss", b"<feed", b"<rdf:rdf", b"<?xml", b"<!doctype rss")
    return start.startswith(b"<") and any(mark in start for mark in marks) and not looks_like_html(head)


def _from_page(
    page: Fetched, url: str, published: date | None, settings: Settings, on_progress: Progress | None
) -> OpenedSource:
    """What a web page plays, fetched under the same rules as everything else."""
    found = audio_address(_start(page, LARGEST_PAGE), page.url)
    known = Known(source=without_secrets(url), title="")
    if not found:
        from pipeline.media.web import recording

        known, found = recording(url, known, settings)
    path = fetch_kept(found, settings, on_progress=on_progress)
    if not known.title:
        known = known.model_copy(update={"title": _title(found)})
    return open_file(path, known, published=published)


def _start(fetched: Fetched, most: int) -> bytes:
    """The first bytes of a fetched file, which is gone then."""
    try:
        with fetched.path.open("rb") as file:
            return file.read(most)
    finally:
        fetched.path.unlink(missing_ok=True)


def _title(url: str) -> str:
    stem = Path(unquote(urlsplit(url).path)).stem
    return stem.replace("_", " ").replace("-", " ").strip() or (urlsplit(url).hostname or "")
