"""A transcript that came with the episode: used, named as the publisher's, or left out with a warning."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.stages import _given_transcript
from pipeline.errors import TranscriptError
from pipeline.media import OpenedSource
from pipeline.models import Episode


def opened(folder: Path, words: str, *, media: bool) -> OpenedSource:
    transcript = folder / "t.vtt"
    transcript.write_text(words)
    episode = Episode(id="x", title="x", published=date(2025, 7, 31), source="x", content_sha256="0" * 64)
    audio = folder / "a.wav" if media else None
    return OpenedSource(episode=episode, media=audio, transcript=transcript, published_transcript=True)


def test_the_publishers_words_are_named_so(tmp_path: Path) -> None:
    words = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Joe>Hello there.\n"
    transcript, warnings = _given_transcript(opened(tmp_path, words, media=True))
    assert transcript is not None
    assert (transcript.origin, transcript.segments[0].speaker, warnings) == ("publisher", "Joe", ())


def test_an_empty_one_is_left_out_where_there_is_audio(tmp_path: Path) -> None:
    transcript, warnings = _given_transcript(opened(tmp_path, "WEBVTT\n", media=True))
    assert transcript is None
    assert warnings[0].startswith("the publisher's transcript was left out: no words found in t.vtt")
    with pytest.raises(TranscriptError):
        _given_transcript(opened(tmp_path, "WEBVTT\n", media=False))
