"""Transcripts in every format people use: read as far as they make sense, written so that they read back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import TranscriptError
from pipeline.models import Segment, Transcript, Word
from pipeline.speech import read_transcript, write_transcript
from pipeline.speech.formats import decode_text, parse_transcript
from tests.conftest import SHARED


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def test_webvtt_with_voices() -> None:
    vtt = """WEBVTT - An episode
Kind: captions

STYLE
::cue { color: lime }

NOTE made by hand

intro
00:01.000 --> 00:04.000 align:start
<v Roger Bingham>We are in <i>New York</i> City

00:05.500 --> 00:09.000
<v.loud Neil deGrasse Tyson>Black holes &amp; stars</v> <v Roger Bingham>Indeed</v>
"""
    transcript = parse_transcript(vtt, ".vtt", "talk.vtt")
    assert said(transcript) == [
        ("Roger Bingham", "We are in New York City"),
        ("Neil deGrasse Tyson", "Black holes & stars"),
        ("Roger Bingham", "Indeed"),
    ]
    first, second, third = transcript.segments
    assert (first.start, first.end) == (1.0, 4.0)
    assert second.start == 5.5
    assert second.end == third.start
    assert third.end == 9.0
    assert transcript.warnings == ()


def test_rolling_captions_are_not_doubled() -> None:
    vtt = (
        "WEBVTT\n\n00:00.000 --> 00:02.000\nmodels from China\n\n00:02.000 --> 00:04.000\nmodels from China\nare open\n"
    )
    assert said(parse_transcript(vtt, ".vtt", "x.vtt")) == [(None, "models from China"), (None, "are open")]


def test_subrip_with_names_and_a_missing_blank_line() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,500\nAda Lovelace: Good\nmorning.\n"
    srt += "2\n00:00:03,000 --> 00:00:04,000\n- Joe: Hello.\n"
    assert said(parse_transcript(srt, ".srt", "x.srt")) == [("Ada Lovelace", "Good morning."), ("Joe", "Hello.")]


def test_whisper_cpp_lines() -> None:
    text = "[00:05:23.780 --> 00:05:29.100]   Qwen is open.\n[00:05:29.100 --> 00:05:30.000]   So is R1.\n"
    transcript = parse_transcript(text, ".txt", "x.txt")
    assert said(transcript) == [(None, "Qwen is open."), (None, "So is R1.")]
    assert transcript.segments[0].start == 323.78


def test_podcast_namespace_json() -> None:
    row = '{"speaker": "Ada", "startTime": 0.5, "endTime": 1.25, "body": "Hello  there"}'
    text = '{"version": "1.0.0", "segments": [' + row + "]}"
    (segment,) = parse_transcript(text, ".json", "x.json").segments
    assert segment == Segment(id=0, text="Hello there", start=0.5, end=1.25, speaker="Ada")


def test_whisper_cpp_json_counts_milliseconds() -> None:
    text = '{"transcription": [{"offsets": {"from": 1500, "to": 2750}, "text": " Hello"}]}'
    (segment,) = parse_transcript(text, ".json", "x.json").segments
    assert (segment.start, segment.end) == (1.5, 2.75)


def test_markdown_with_names_in_bold() -> None:
    markdown = """---
title: Episode 12
---
# Episode 12

**Daniel Whitenack:** \\[08:18\\] Welcome to [the show](https://example.com). It's `open`.

It goes on here \\[unintelligible 00:22:17.21\\] with him.

**Break**: \\[16:43\\]

**Chris Benson**: Thanks!

![picture](x.png)
"""
    assert said(parse_transcript(markdown, ".md", "x.md")) == [
        ("Daniel Whitenack", "Welcome to the show. It's open."),
        ("Daniel Whitenack", "It goes on here [unintelligible] with him."),
        ("Chris Benson", "Thanks!"),
    ]


def test_plain_text_with_names_and_wrapped_lines() -> None:
    text = "SPEAKER 1: The model has 37 billion\nactive parameters.\nSPEAKER 2: Note: it is open.\n\nAnd free.\n"
    assert said(parse_transcript(text, ".txt", "x.txt")) == [
        ("SPEAKER 1", "The model has 37 billion active parameters."),
        ("SPEAKER 2", "Note: it is open."),
        ("SPEAKER 2", "And free."),
    ]


def test_plain_text_without_names() -> None:
    text = "One thing is clear: it is open.\n\nNote: prices may differ."
    assert said(parse_transcript(text, ".txt", "x.txt")) == [
        (None, "One thing is clear: it is open."),
        (None, "Note: prices may differ."),
    ]


@pytest.mark.parametrize(("number", "names"), [(290, 4), (297, 2)])
def test_real_transcripts_keep_every_speaker(number: int, names: int) -> None:
    path = SHARED / "data" / "podcasts" / f"practical-ai-{number}.md"
    if not path.exists():
        pytest.skip("the podcast transcripts are not here")
    transcript = read_transcript(path)
    assert len({segment.speaker for segment in transcript.segments}) == names
    assert all(segment.speaker for segment in transcript.segments)
    assert len(transcript.text.split()) > 0.95 * len(path.read_text(encoding="utf-8").split()) - 200
    assert "**" not in transcript.text
    assert "\\[" not in transcript.text


def test_lines_that_make_no_sense_are_named() -> None:
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nGood.\n\n00:0x:05 --> soon\nLost.\n\n00:09.000 --> 00:08.000\nBackwards.\n"
    )
    transcript = parse_transcript(vtt, ".vtt", "bad.vtt")
    assert said(transcript) == [(None, "Good."), (None, "Backwards.")]
    assert [warning.split(":")[0] for warning in transcript.warnings] == [
        "bad.vtt, line 6",
        "bad.vtt, line 7",
        "bad.vtt, line 9",
    ]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("empty.txt", "  \n\n", "no words found in empty.txt"),
        ("cut.json", '{"segments": [{"body": "Hel', "line 1: not valid JSON"),
        ("other.json", '{"a": 1}', "no list called segments"),
        ("deep.json", "[" * 100_000, "not valid JSON"),
        ("header.vtt", "WEBVTT\n", "no words found in header.vtt"),
        ("words.srt", "just words\n", "no line with times"),
    ],
)
def test_nothing_left_is_one_clear_line(tmp_path: Path, name: str, content: str, complaint: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TranscriptError, match=complaint) as caught:
        read_transcript(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode_text("Zoë: “yes”\r\n".encode(encoding)) == "Zoë: “yes”\n"


names = st.sampled_from([None, "Ada", "Speaker 1", "Neil deGrasse Tyson", "María-José O'Neil"])
text = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=60)
words = text.map(lambda line: " ".join(line.split())).filter(lambda line: line and not line.isspace())


@st.composite
def transcripts(draw: st.DrawFn, *, timed: bool) -> Transcript:
    segments, clock = [], 0
    for number in range(draw(st.integers(1, 6))):
        start = clock + draw(st.integers(0, 5000))
        clock = start + draw(st.integers(1, 9_000_000))
        times = {"start": start / 1000, "end": clock / 1000} if timed else {}
        segments.append(Segment(id=number, text="Well, " + draw(words), speaker=draw(names), **times))
    return Transcript(segments=tuple(segments))


@settings(deadline=None, max_examples=50)
@given(transcripts(timed=True))
def test_times_speakers_and_words_read_back(transcript: Transcript) -> None:
    for form in ("vtt", "srt", "txt"):
        again = parse_transcript(write_transcript(transcript, form), f".{form}", "x")  # type: ignore[arg-type]
        assert again.segments == transcript.segments, form
        assert again.warnings == ()


def test_a_speaker_gone_silent_is_not_given_the_next_words() -> None:
    segments = (Segment(id=0, text="Hello.", speaker="Ada"), Segment(id=1, text="Warning: Sam: no.", speaker="Joe"))
    transcript = Transcript(segments=segments)
    assert parse_transcript(write_transcript(transcript, "txt"), ".txt", "x").segments == segments


def test_words_that_look_like_a_label_are_not_taken_for_one() -> None:
    segments = (Segment(id=0, text="Monday: it rained.", start=0.0, end=1.0),)
    for form in ("vtt", "srt", "txt"):
        written = write_transcript(Transcript(segments=segments), form)  # type: ignore[arg-type]
        assert parse_transcript(written, f".{form}", "x").segments == segments


def test_json_keeps_everything() -> None:
    word = Word(text="Hello", start=0.1, end=0.4, probability=0.53)
    segment = Segment(
        id=0, text="Hello", start=0.1, end=0.4, speaker="Speaker 1", speaker_sure=False, words=(word,), doubt="loop"
    )
    transcript = Transcript(segments=(segment,), language="en", origin="recogniser", model="base", warnings=("w",))
    assert parse_transcript(write_transcript(transcript, "json"), ".json", "x.json") == transcript


def test_vtt_needs_times() -> None:
    with pytest.raises(TranscriptError, match="no times, which VTT needs"):
        write_transcript(Transcript(segments=(Segment(id=0, text="Hello"),)), "vtt")
