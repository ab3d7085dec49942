"""Files: what becomes an episode, and the one clear line when something can't."""

from __future__ import annotations

import wave
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import MediaError, UnsafeAddressError
from pipeline.files import sha256_of
from pipeline.media import OpenedSource, open_source
from pipeline.media.names import episode_id, plain_text, slug
from pipeline.settings import Settings


def opened(path: Path | str, published: date | None = None) -> OpenedSource:
    return open_source(str(path), published=published, settings=Settings(offline=True))


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A second of silence in a WAV file."""
    path = tmp_path / "my_first-talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    return path


def test_the_demo_says_what_it_is(demo_episode: Path) -> None:
    episode = opened(demo_episode).episode
    assert (episode.title, episode.show) == ("Only months behind?", "The Open Weights Hour")
    assert (episode.published, episode.published_basis) == (date(2025, 7, 31), "file")
    assert episode.synthetic
    assert [person.name for person in episode.people] == ["Ada", "Joe"]
    assert episode.duration is not None
    assert 120 < episode.duration < 240
    assert episode.content_sha256 == sha256_of(demo_episode)
    assert episode.id == f"only-months-behind-{episode.content_sha256[:8]}"
    assert episode.warnings == ()


def test_a_file_without_tags(tone: Path) -> None:
    found = opened(tone)
    assert found.media == tone
    assert found.transcript is None
    assert found.episode.title == "my first talk"
    assert found.episode.duration == pytest.approx(1.0)
    assert (found.episode.published, found.episode.published_basis) == (date.today(), "today")
    assert "publication date unknown" in found.episode.warnings[0]
    assert opened(tone, date(2024, 12, 4)).episode.published_basis == "given"


@pytest.mark.parametrize("ending", ["vtt", "srt", "json", "txt", "md"])
def test_transcripts_are_episodes_too(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"talk.{ending}"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n", encoding="utf-8")
    found = opened(path, date(2025, 1, 2))
    assert (found.transcript, found.media, found.episode.kind) == (path, None, "transcript")
    assert found.episode.published == date(2025, 1, 2)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("none.mp3", None, "no such file"),
        ("empty.mp3", b"", r"is empty \(0 bytes\)"),
        ("page.mp3", b"<!DOCTYPE html><html><body>404</body></html>", "is a web page, not audio"),
        ("words.mp3", b"these are words " * 100, "is not audio or video that can be decoded"),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/x.ts\n", "is not audio or video that can be decoded"),
        ("list.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n", "is not audio or video that can be decoded"),
    ],
)
def test_one_clear_line(tmp_path: Path, name: str, content: bytes | None, complaint: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError, match=complaint) as caught:
        opened(path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_and_a_picture_without_sound(tmp_path: Path) -> None:
    import av
    import numpy as np

    with pytest.raises(MediaError, match="is a folder"):
        opened(tmp_path)
    path = tmp_path / "mute.mp4"
    with av.open(str(path), mode="w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(MediaError, match="has no audio stream"):
        opened(path)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.com/a.mp3", "gopher://example.com/"])
def test_only_http_and_https(address: str) -> None:
    with pytest.raises(UnsafeAddressError, match="only http and https"):
        opened(address)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con"),
        ("Ümläut & Co.: 1/2", "umlaut-co-1-2"),
        ("‮gpj.exe", "gpj-exe"),
        ("漢字", "episode"),
        ("x" * 500, "x" * 60),
    ],
)
def test_names_are_safe_on_any_file_system(title: str, name: str) -> None:
    assert slug(title) == name
    assert episode_id(title, "0123456789abcdef") == f"{name}-01234567"


def test_text_from_strangers_is_text() -> None:
    assert plain_text("<b>Hi</b> <script>alert(1)</script>&amp; bye\u202e\n\x07now") == "Hi & bye now"
