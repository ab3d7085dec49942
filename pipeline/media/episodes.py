"""One item of a feed becomes an episode on this disk: its audio, the publisher's transcript, its chapters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.errors import ClaimcastError, FeedError, InputError
from pipeline.media.downloads import fetch_kept
from pipeline.media.feeds import Feed, FeedItem
from pipeline.media.source import TRANSCRIPT_ENDINGS, Known, OpenedSource, Progress, looks_like_html, open_file
from pipeline.media.tags import read_chapters
from pipeline.models import Chapter
from pipeline.settings import Settings

_TRANSCRIPT_BYTES = 16_000_000
_CHAPTER_BYTES = 1_000_000
_PREFERRED = ("text/vtt", "application/json", "application/x-subrip", "application/srt", "text/plain")
"""Types of transcripts that are read, best first: those that can name speakers before those that can't."""


def open_item(
    feed: Feed, item: FeedItem, shown: str, *, published: date | None, settings: Settings, on_progress: Progress | None
) -> OpenedSource:
    """The episode that an item of a feed is; `shown` is the feed's address without secrets.

    What the feed offers besides and can't be had is a warning; audio that can't be had is tried at its alternates.

    Raises:
        FeedError: it has neither audio nor a transcript.
        InputError: its audio can't be fetched, or is none.
    """
    warnings: list[str] = []
    transcript = _publisher_transcript(item, settings, warnings)
    known = item.known(feed, source=shown).model_copy(update={"chapters": _chapters(item, settings, warnings)})
    if not item.audio:
        if transcript is None:
            raise FeedError(f"“{item.title}” in {shown} has no audio; choose another with --episode")
        return open_file(transcript, _warned(known, warnings), published=published)
    return _with_audio(item, transcript, known, warnings, published, settings, on_progress)


def _with_audio(
    item: FeedItem,
    transcript: Path | None,
    known: Known,
    warnings: list[str],
    published: date | None,
    settings: Settings,
    on_progress: Progress | None,
) -> OpenedSource:
    """The episode with the first of the item's audio files that can be had."""
    first: InputError | None = None
    for number, remote in enumerate(item.audio):
        if number or remote in item.alternates:
            reason = str(first) if first else "the feed has no enclosure"
            warnings = [*warnings, f"an alternate version of the audio was used: {reason}"]
            known = known.model_copy(update={"length": 0})
        try:
            path = fetch_kept(remote.url, settings, on_progress=on_progress)
            return open_file(path, _warned(known, warnings), published=published, transcript=transcript)
        except InputError as error:
            first = first or error
    assert first is not None
    raise first


def _warned(known: Known, warnings: list[str]) -> Known:
    return known.model_copy(update={"warnings": tuple(warnings)})


def _publisher_transcript(item: FeedItem, settings: Settings, warnings: list[str]) -> Path | None:
    """The best of the publisher's transcripts; one that can't be had is a warning."""
    ranked = sorted(
        (remote for remote in item.transcripts if remote.type in _PREFERRED),
        key=lambda remote: _PREFERRED.index(remote.type),
    )
    for remote in ranked:
        try:
            path = fetch_kept(remote.url, settings, max_bytes=_TRANSCRIPT_BYTES)
            with path.open("rb") as file:
                head = file.read(512)
            if looks_like_html(head) or path.suffix not in TRANSCRIPT_ENDINGS:
                raise InputError(f"{path.name} is no transcript but something else")
            return path
        except (ClaimcastError, OSError) as error:
            warnings.append(f"the publisher's transcript was left out: {error}")
    return None


def _chapters(item: FeedItem, settings: Settings, warnings: list[str]) -> tuple[Chapter, ...]:
    if not item.chapters:
        return ()
    try:
        return read_chapters(fetch_kept(item.chapters, settings, max_bytes=_CHAPTER_BYTES).read_bytes())
    except (ClaimcastError, OSError) as error:
        warnings.append(f"the chapters were left out: {error}")
        return ()
