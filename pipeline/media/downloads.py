"""Fetched files that are kept: under a readable name of their own, and fetched again only when they have changed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from pipeline.addresses import without_secrets
from pipeline.files import sha256_of, write_whole
from pipeline.media.fetch import Fetched, fetch_changed
from pipeline.media.names import slug
from pipeline.media.source import TRANSCRIPT_ENDINGS, Progress
from pipeline.media.transfer import Version
from pipeline.models import Frozen, stable_id
from pipeline.settings import Settings

_TRANSCRIPT_TYPES = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "application/json": ".json",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
_MEDIA_TYPES = {
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
}


class _Note(Frozen):
    """What is remembered of a kept file."""

    name: str
    size: int
    version: Version


def downloads(settings: Settings) -> Path:
    """The folder in which fetched files are kept."""
    return settings.cache_path / "downloads"


def fetch_kept(
    url: str, settings: Settings, *, max_bytes: int | None = None, on_progress: Progress | None = None
) -> Path:
    """The file at an address, kept: when it was fetched before and has not changed since, it is not fetched again.

    Raises:
        MediaError: the network is off, the server refused, it is too large, too slow or cut short.
        AddressError: its host is unknown, or this or a redirected address must not be fetched.
    """
    folder = downloads(settings)
    name = stable_id(url, length=24)
    about = folder / "notes" / f"{name}.json"
    note = _read(about, folder)
    found = fetch_changed(
        url,
        folder,
        unless=note.version if note else Version(),
        settings=settings,
        max_bytes=max_bytes,
        on_progress=on_progress,
        part=name,
    )
    if not isinstance(found, Fetched):
        assert note is not None, "a server says “unchanged” only when it was told of a version"
        return folder / note.name
    path = settle(found, settings)
    if found.version.headers():
        write_whole(about, _Note(name=path.name, size=path.stat().st_size, version=found.version).model_dump_json())
    return path


def settle(fetched: Fetched, settings: Settings) -> Path:
    """The fetched file under a readable name that is its own: slug, hash and an ending that tells its kind."""
    stem = slug(Path(unquote(urlsplit(without_secrets(fetched.url)).path)).stem)
    path = downloads(settings) / f"{stem}-{sha256_of(fetched.path)[:16]}{_ending(fetched)}"
    fetched.path.replace(path)
    return path


def _read(about: Path, folder: Path) -> _Note | None:
    """The note, when there is one and the file it speaks of is there."""
    try:
        note = _Note.model_validate_json(about.read_bytes())
        return note if (folder / note.name).stat().st_size == note.size else None
    except (OSError, ValidationError):
        return None


def _ending(fetched: Fetched) -> str:
    """`.vtt`, `.mp3`, …: from the media type where it says more than the address."""
    from_path = Path(unquote(urlsplit(fetched.url).path)).suffix.lower()[:6]
    if from_path in TRANSCRIPT_ENDINGS or fetched.content_type not in _TRANSCRIPT_TYPES | _MEDIA_TYPES:
        return from_path if from_path[1:].isalnum() and from_path.isascii() else ""
    return _TRANSCRIPT_TYPES.get(fetched.content_type) or _MEDIA_TYPES[fetched.content_type]
