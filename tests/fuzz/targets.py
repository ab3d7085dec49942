"""What reads strangers' bytes: each target takes any bytes, and gives something or one clear line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline.addresses import as_link, without_secrets
from pipeline.errors import ClaimcastError
from pipeline.evidence.loaders.feed import read_feed as read_evidence_feed
from pipeline.media.feeds import choose, read_feed
from pipeline.media.names import episode_id, plain_text
from pipeline.media.opml import read_opml
from pipeline.media.pages import audio_address, feed_address
from pipeline.media.remote import looks_like_feed
from pipeline.media.source import Known, open_file
from pipeline.media.tags import read_chapters
from pipeline.sound import Bounds, decode, probe
from pipeline.speech import read_transcript

ADDRESS = "https://example.com/shows/feed.xml?key=s3cret"


def feed(data: bytes) -> None:
    """A feed, and every episode in it."""
    looks_like_feed(data[:2048])
    with suppress(ClaimcastError):
        found = read_feed(data, ADDRESS)
        assert found.items
        assert len({item.key for item in found.items}) == len(found.items)
        for item in found.items[:20]:
            known = item.known(found, source=without_secrets(ADDRESS))
            assert b"s3cret" not in known.model_dump_json().encode()
            assert "\n" not in known.title
            assert choose(found, item.key, "x").key == item.key
        choose(found, found.items[-1].title, "x")
    with suppress(ClaimcastError):
        read_evidence_feed(data, ADDRESS)


def opml(data: bytes) -> None:
    """A list of feeds."""
    with suppress(ClaimcastError):
        assert all(address.lower().startswith("http") for address in read_opml(data, "x.opml"))


def page(data: bytes) -> None:
    """A page with audio or a feed in it."""
    audio_address(data, ADDRESS)
    feed_address(data, ADDRESS)


def chapters(data: bytes) -> None:
    """A file of chapters."""
    found = read_chapters(data)
    json.dumps([chapter.model_dump_json() for chapter in found])
    starts = [chapter.start for chapter in found]
    assert starts == sorted(starts)


def words(data: bytes) -> None:
    """Text that becomes a title, a name of a file, a link."""
    text = data.decode("utf-8", "replace")
    title = plain_text(text, 300)
    assert len(title) <= 300
    assert title.isprintable() or not title
    name = episode_id(title, "0" * 64)
    assert name.isascii()
    assert len(name.encode()) <= 80
    assert not set(name) & set("/\\.:\0 ")
    link = as_link(text)
    assert link == "" or link.startswith(("http://", "https://"))
    without_secrets(text)


def _transcript(ending: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder, suppress(ClaimcastError):
            path = Path(folder) / f"t.{ending}"
            path.write_bytes(data)
            open_file(path, Known(source="t"), published=None)
            found = read_transcript(path)
            assert found.segments
            found.model_dump_json()
            for segment in found.segments:
                assert segment.start is None or (segment.end is not None and 0 <= segment.start <= segment.end)

    return read


def media(data: bytes) -> None:
    """A file of sound: what it says of itself, and the sound."""
    with tempfile.TemporaryDirectory() as folder, suppress(ClaimcastError):
        path = Path(folder) / "a.bin"
        path.write_bytes(data or b"x")
        bounds = Bounds(silence=20.0, longest=600.0, decoding=15)
        probe(path, bounds)
        open_file(path, Known(source="a"), published=None)
        for _ in decode(path, bounds):
            pass


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": feed,
    "opml": opml,
    "page": page,
    "chapters": chapters,
    "words": words,
    "vtt": _transcript("vtt"),
    "srt": _transcript("srt"),
    "json": _transcript("json"),
    "txt": _transcript("txt"),
    "md": _transcript("md"),
    "media": media,
}
SLOW = ("media",)
"""Targets that start a process for each input."""
