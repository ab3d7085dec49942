"""A transcript that came with the episode: used, named as the publisher's, or left out with a warning."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.policies import Evidence, Order, work_on
from flows.transcripts import _given_transcript, obtained, transcribe
from pipeline.errors import TranscriptError
from pipeline.media import OpenedSource
from pipeline.models import Episode, Transcript
from pipeline.settings import Settings
from tests.speech.test_whisper import CLIPS, needs_clips, tiny

__all__ = ["tiny"]


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


@needs_clips
@pytest.mark.parametrize("listen", [False, True])
def test_words_of_the_publisher_with_times_of_the_sound(tiny: Settings, tmp_path: Path, listen: bool) -> None:
    said = "**JFK:** And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.\n"
    transcript = tmp_path / "t.md"
    transcript.write_text(said)
    source = opened(tmp_path, "", media=True).model_copy(update={"media": CLIPS / "jfk.flac", "transcript": transcript})
    settings = tiny.model_copy(update={"listen": listen})
    order = Order(source="x", published=date(2025, 7, 31))
    work = work_on(source, Evidence(generation="none", names=(), passages=0), settings, order)
    made = transcribe(work)
    kept = Transcript.model_validate_json(made.files["transcript.json"])
    assert (kept.origin, kept.segments[0].speaker) == ("publisher", "JFK")
    assert kept.segments[0].start is not None
    assert kept.segments[0].start < 1.5
    assert "fellow Americans" in made.files["transcript.vtt"]
    assert ("heard.json" in made.files, "heard.vtt" in made.files) == (listen, listen)
    assert [model.job for model in made.models] == ["speech"]


@needs_clips
def test_a_transcript_of_something_else_keeps_no_times(tiny: Settings, tmp_path: Path) -> None:
    transcript = tmp_path / "t.md"
    transcript.write_text("**Ann:** Roses want sun, water and a gardener who has nothing better to do all day long.\n")
    source = opened(tmp_path, "", media=True).model_copy(update={"media": CLIPS / "jfk.flac", "transcript": transcript})
    got = obtained(source, tiny, (), lambda done, total: None)
    assert got.transcript.segments[0].start is None
    assert "is it this episode's?" in got.warnings[0]


def test_sound_that_can_t_be_heard_leaves_the_transcript(tiny: Settings, tmp_path: Path) -> None:
    transcript = tmp_path / "t.md"
    transcript.write_text("**Ann:** Roses want sun.\n")
    (tmp_path / "a.wav").write_bytes(b"no sound")
    source = opened(tmp_path, "", media=True).model_copy(update={"transcript": transcript})
    got = obtained(source, tiny, (), lambda done, total: None)
    assert got.transcript.segments[0].text == "Roses want sun."
    assert got.warnings[0].startswith("the sound was not heard: a.wav")
