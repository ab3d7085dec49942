"""Addresses: a feed, a direct file, or something else that is named in the complaint."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.addresses import without_secrets
from pipeline.errors import ClaimcastError, FeedError, MediaError
from pipeline.files import sha256_of
from pipeline.media.feeds import FeedItem, choose, read_chapters, read_feed
from pipeline.media.fetch import Fetched, fetch
from pipeline.media.names import slug
from pipeline.media.pages import audio_address
from pipeline.media.source import TRANSCRIPT_ENDINGS, Chapter, Known, OpenedSource, Progress, looks_like_html, open_file
from pipeline.media.transfer import MEGABYTE
from pipeline.settings import Settings

_FEED_MEGABYTES = 64
_TRANSCRIPT_MEGABYTES = 16
_TRANSCRIPT_TYPES = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "application/json": ".json",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
_PREFERRED = ("text/vtt", "application/json", "application/x-subrip", "application/srt", "text/plain")
_MEDIA_TYPES = {
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
}


def open_address(
    url: str, *, published: date | None, settings: Settings, episode: str, on_progress: Progress | None
) -> OpenedSource:
    """The episode behind an address: a media or transcript file, or one item of a feed.

    Raises:
        MediaError: it can't be fetched, or is neither.
        FeedError: the feed can't be read or lists no such episode.
        UnsafeAddressError: it must not be fetched.
    """
    fetched = fetch(url, downloads(settings), settings=settings, on_progress=on_progress)
    with fetched.path.open("rb") as file:
        head = file.read(2048)
    if _looks_like_feed(head):
        try:
            return _open_feed_item(fetched, url, published, settings, episode, on_progress)
        finally:
            fetched.path.unlink(missing_ok=True)
    if looks_like_html(head):
        fetched = _from_page(fetched, url, settings, on_progress)
    path = settle(fetched, settings)
    known = Known(source=without_secrets(url), title=_title(fetched.url))
    return open_file(path, known, published=published)


def _from_page(page: Fetched, url: str, settings: Settings, on_progress: Progress | None) -> Fetched:
    """The audio that a web page plays, fetched under the same rules as everything else."""
    try:
        found = audio_address(page.path.read_bytes(), page.url)
    finally:
        page.path.unlink(missing_ok=True)
    if found is None:
        raise MediaError(
            f"{without_secrets(url)} is a web page, not audio; give the address of the audio file or the feed"
        )
    return fetch(found, downloads(settings), settings=settings, on_progress=on_progress)


def downloads(settings: Settings) -> Path:
    """The folder in which fetched files are kept."""
    return settings.cache_path / "downloads"


def settle(fetched: Fetched, settings: Settings) -> Path:
    """The fetched file under a readable name that is its own: slug, hash and an ending that tells its kind."""
    ending = _ending(fetched)
    stem = slug(Path(unquote(urlsplit(fetched.url).path)).stem)
    path = downloads(settings) / f"{stem}-{sha256_of(fetched.path)[:16]}{ending}"
    fetched.path.replace(path)
    return path


def _ending(fetched: Fetched) -> str:
    """`.vtt`, `.mp3`, …: from the media type where it says more than the address."""
    from_path = Path(unquote(urlsplit(fetched.url).path)).suffix.lower()[:6]
    if from_path in TRANSCRIPT_ENDINGS or fetched.content_type not in _TRANSCRIPT_TYPES | _MEDIA_TYPES:
        return from_path if from_path[1:].isalnum() else ""
    return _TRANSCRIPT_TYPES.get(fetched.content_type) or _MEDIA_TYPES[fetched.content_type]


def _title(url: str) -> str:
    stem = Path(unquote(urlsplit(url).path)).stem
    return stem.replace("_", " ").replace("-", " ").strip() or (urlsplit(url).hostname or "")


def _looks_like_feed(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2048].lower()
    return start.startswith(b"<") and any(
        mark in start for mark in (b"<rss", b"<feed", b"<rdf:rdf", b"<?xml", b"<!doctype rss")
    )


def _open_feed_item(
    fetched: Fetched, url: str, published: date | None, settings: Settings, wanted: str, on_progress: Progress | None
) -> OpenedSource:
    shown = without_secrets(url)
    if fetched.path.stat().st_size > _FEED_MEGABYTES * MEGABYTE:
        raise FeedError(f"{shown} has more than {_FEED_MEGABYTES} MB of XML; that is no podcast feed")
    feed = read_feed(fetched.path.read_bytes(), fetched.url)
    item = choose(feed, wanted, shown)
    warnings: list[str] = list(item.warnings)
    transcript = _publisher_transcript(item, settings, warnings)
    chapters = _chapters(item, settings, warnings)
    known = item.known(feed, source=shown).model_copy(update={"warnings": tuple(warnings)})
    if item.audio is None:
        if transcript is None:
            raise FeedError(f"“{item.title}” in {shown} has no audio; choose another with --episode")
        return open_file(transcript, known, published=published)
    audio = settle(fetch(item.audio, downloads(settings), settings=settings, on_progress=on_progress), settings)
    opened = open_file(audio, known, published=published, transcript=transcript)
    return opened.model_copy(update={"chapters": chapters})


def _publisher_transcript(item: FeedItem, settings: Settings, warnings: list[str]) -> Path | None:
    """The best of the publisher's transcripts; one that can't be fetched is a warning."""
    ranked = sorted(
        (link for link in item.transcripts if link.type in _PREFERRED), key=lambda link: _PREFERRED.index(link.type)
    )
    for link in ranked:
        try:
            return settle(
                fetch(link.url, downloads(settings), settings=settings, max_bytes=_TRANSCRIPT_MEGABYTES * MEGABYTE),
                settings,
            )
        except ClaimcastError as error:
            warnings.append(f"the publisher's transcript was left out: {error}")
    return None


def _chapters(item: FeedItem, settings: Settings, warnings: list[str]) -> tuple[Chapter, ...]:
    if not item.chapters:
        return ()
    try:
        fetched = fetch(item.chapters, downloads(settings), settings=settings, max_bytes=MEGABYTE)
    except ClaimcastError as error:
        warnings.append(f"the chapters were left out: {error}")
        return ()
    try:
        return read_chapters(fetched.path.read_bytes())
    finally:
        fetched.path.unlink(missing_ok=True)
