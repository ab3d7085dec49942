"""One door for every kind of source: `open_source`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from pipeline.errors import MediaError, UnsafeAddressError
from pipeline.files import sha256_of
from pipeline.media.names import episode_id, plain_text
from pipeline.models import Chapter, Episode, Frozen, Offered, Person, PublishedBasis
from pipeline.settings import Settings

TRANSCRIPT_ENDINGS = (".vtt", ".srt", ".json", ".txt", ".md", ".markdown")

Progress = Callable[[float, float], None]
"""Called with bytes done and bytes in all (0 when unknown)."""


class OpenedSource(Frozen):
    """An episode with its local audio or video file, its transcript file, or both."""

    episode: Episode
    media: Path | None = None
    transcript: Path | None = None
    published_transcript: bool = False
    """Whether the transcript is the one that was published with the episode."""


class Known(Frozen):
    """What is known of an episode before its file is looked at: a feed's or an address's word."""

    source: str
    title: str = ""
    show: str = ""
    published: date | None = None
    basis: PublishedBasis = "given"
    people: tuple[Person, ...] = ()
    duration: float | None = None
    length: int = 0
    """Bytes that the audio is said to have; 0: not said."""
    link: str = ""
    guid: str = ""
    show_guid: str = ""
    season: str = ""
    number: str = ""
    description: str = ""
    language: str | None = None
    chapters: tuple[Chapter, ...] = ()
    transcripts: tuple[Offered, ...] = ()
    alternates: tuple[Offered, ...] = ()
    warnings: tuple[str, ...] = ()


def open_source(
    source: str,
    *,
    published: date | None,
    settings: Settings,
    episode: str = "latest",
    on_progress: Progress | None = None,
) -> OpenedSource:
    """The episode that `source` names: a file, a direct address, or a feed (`episode`: latest, N, GUID or title words).

    Raises:
        MediaError: nothing usable is there; the line says what was found instead.
        FeedError: the feed can't be read or lists no such episode.
        UnsafeAddressError: the address must not be fetched.
    """
    if scheme := re.match(r"(?i)([a-z][a-z0-9+.-]+)://", source):
        if scheme[1].lower() not in ("http", "https"):
            raise UnsafeAddressError(f"{scheme[1]}: addresses are not fetched; only http and https are")
        from pipeline.media.private import unveiled
        from pipeline.media.remote import open_address

        address, named = unveiled(source, settings)
        wanted = named or episode
        return open_address(address, published=published, settings=settings, episode=wanted, on_progress=on_progress)
    return open_file(Path(source).expanduser(), Known(source=source), published=published)


def newest_of(source: str, count: int, *, settings: Settings) -> tuple[str, ...]:
    """The keys of a feed's newest episodes, the newest first, at most `count`: what `open_source` takes as `episode`.

    Raises:
        FeedError: the source is no feed, or one that can't be read.
        MediaError: it can't be fetched.
        UnsafeAddressError: the address must not be fetched.
    """
    from pipeline.errors import FeedError

    if not re.match(r"(?i)https?://", source):
        raise FeedError(f"{source} is no feed; --last takes a feed's address")
    from pipeline.media.private import unveiled
    from pipeline.media.remote import keys_of

    return keys_of(unveiled(source, settings)[0], settings)[:count]


def open_file(path: Path, known: Known, *, published: date | None, transcript: Path | None = None) -> OpenedSource:
    """The episode that lies in a local file; `transcript` is a publisher's transcript that came with it.

    Raises:
        MediaError: no such file, a folder, an empty file, no audio stream, an unsupported format.
    """
    _check(path)
    if path.suffix.lower() in TRANSCRIPT_ENDINGS:
        made = _episode(path, known, {}, published, kind="transcript", duration=known.duration)
        return OpenedSource(episode=made, transcript=path, published_transcript=known.basis == "feed")
    from pipeline.sound import probe

    found = probe(path)
    if found.duration is not None and found.duration <= 0:
        raise MediaError(f"{path.name} has no sound in it (0 s); is this the right file?")
    made = _episode(path, known, found.tags, published, kind="audio", duration=found.duration)
    return OpenedSource(episode=made, media=path, transcript=transcript, published_transcript=transcript is not None)


def _check(path: Path) -> None:
    try:
        if not path.exists():
            raise MediaError(f"no such file: {path}; check the path, or give an address that starts with https://")
        if path.is_dir():
            raise MediaError(f"{path} is a folder; give one of the files in it")
        if path.stat().st_size == 0:
            raise MediaError(f"{path} is empty (0 bytes); fetch or export it again")
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise MediaError(f"can't read {path}: {error.strerror}") from error
    if looks_like_html(head):
        raise MediaError(
            f"{path.name} is a web page, not audio; open it in a browser and fetch the audio file it offers"
        )


def looks_like_html(head: bytes) -> bool:
    """Whether the first bytes are those of a web page."""
    return bool(re.match(rb"(?is)\s*(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?(<!doctype\s+html|<html[\s>]|<head[\s>])", head))


def _episode(
    path: Path, known: Known, tags: Mapping[str, str], published: date | None, *, kind: str, duration: float | None
) -> Episode:
    title = (
        plain_text(known.title or tags.get("title", ""), 300) or path.stem.replace("_", " ").replace("-", " ").strip()
    )
    day, basis, warnings = _published(published, known, tags)
    sha256 = sha256_of(path)
    people = known.people or _people(plain_text(tags.get("artist", ""), 200))
    comment = " ".join(tags.get(name, "") for name in ("comment", "description", "synopsis"))
    return Episode(
        id=episode_id(title, sha256),
        title=title,
        show=plain_text(known.show or tags.get("album", "") or tags.get("show", ""), 300),
        published=day,
        published_basis=basis,
        source=known.source,
        kind="transcript" if kind == "transcript" else "audio",
        content_sha256=sha256,
        duration=duration,
        people=people,
        language=known.language or tags.get("language") or None,
        link=known.link,
        guid=known.guid,
        show_guid=known.show_guid,
        season=known.season,
        number=known.number,
        chapters=known.chapters,
        transcripts=known.transcripts,
        alternates=known.alternates,
        description=plain_text(known.description or comment),
        synthetic=bool(re.search(r"(?i)\bsynthetic[ -]voice", f"{comment} {known.description} {title}")),
        warnings=(
            *known.warnings,
            *_duration_warning(known, duration),
            *(_length_warning(known, path.stat().st_size) if kind == "audio" else ()),
            *warnings,
        ),
    )


def _published(
    given: date | None, known: Known, tags: Mapping[str, str]
) -> tuple[date, PublishedBasis, tuple[str, ...]]:
    """The day of publication, whose word it is, and a warning when it is a guess."""
    if given:
        return given, "given", ()
    if known.published:
        return known.published, known.basis, ()
    for name in ("date", "year", "originaldate", "creation_time"):
        if day := _day(tags.get(name, "")):
            return day, "file", ()
    warning = "publication date unknown: statements are judged as of today; give --published DATE to change that"
    return date.today(), "today", (warning,)


def _day(text: str) -> date | None:
    """The day in a tag such as 2025-07-31, 20250731 or 2025-07-31T08:00:00Z; a bare year or month is no day."""
    match = re.match(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)", text.strip())
    if not match:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def _duration_warning(known: Known, duration: float | None) -> tuple[str, ...]:
    """A warning when the publisher states another length than the file has: inserted advertising moves the times."""
    if known.duration is None or duration is None or abs(known.duration - duration) <= max(3.0, 0.01 * duration):
        return ()
    return (
        f"the publisher states {known.duration:.0f} s and the file has {duration:.0f} s (inserted advertising?): "
        "times may differ from the published version",
    )


def _length_warning(known: Known, size: int) -> tuple[str, ...]:
    """A warning when the publisher states another size; the 0 and 1 that many feeds write are no statement."""
    if known.length < 10_000 or abs(known.length - size) <= max(100_000, 0.02 * size):
        return ()
    return (
        f"the publisher states {known.length / 1e6:.1f} MB and the file has {size / 1e6:.1f} MB (inserted advertising?): "
        "times may differ from the published version",
    )


def _people(artist: str) -> tuple[Person, ...]:
    """The people that an artist tag names: "Ada and Joe (synthetic voices)" names two."""
    names = re.split(r"\s*(?:,|;|&|\band\b|\bfeat\.?)\s*", re.sub(r"\([^)]*\)|\[[^]]*\]", " ", artist))
    return tuple(Person(name=" ".join(name.split()), role="artist") for name in names if name.strip())
