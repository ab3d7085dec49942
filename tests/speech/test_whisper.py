"""Real Whisper on real clips: words, times, doubt, and one clear line when nothing can be heard."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import MediaError, WeightsError
from pipeline.models import Segment, Word
from pipeline.settings import Settings
from pipeline.sound import decode, probe
from pipeline.speech import speech_model_use, transcribe
from pipeline.speech.faults import dropped, has_loop, made_up, stretched
from pipeline.speech.sentences import Said, segments_of
from pipeline.speech.side_by_side import stretch_seconds
from pipeline.speech.stretches import stretches
from pipeline.speech.voice import Span, _with_faint_edges, windows
from tests.conftest import SHARED
from tests.speech.sounds import music, silence, write_wav

CLIPS = SHARED / "data" / "asr" / "clips"
needs_clips = pytest.mark.skipif(not CLIPS.exists(), reason="the recorded clips are not here")


@pytest.fixture
def tiny(models: Path, tmp_path: Path) -> Settings:
    """Settings with the smallest packaged model, its weights put together once for all tests."""
    (tmp_path / "models").symlink_to(models)
    return Settings(home=tmp_path, whisper="tiny.en", device="cpu", offline=True)


def plain(text: str) -> str:
    return re.sub(r"[^a-z ]", "", text.lower())


@needs_clips
def test_words_with_times_and_probabilities(tiny: Settings) -> None:
    told: list[tuple[float, float]] = []
    transcript = transcribe(
        CLIPS / "jfk.flac", settings=tiny, on_progress=lambda done, total: told.append((done, total))
    )
    assert "ask not what your country can do for you" in plain(transcript.text)
    words = [word for segment in transcript.segments for word in segment.words]
    assert len(words) == 22
    assert all(0 <= word.start <= word.end <= 11 for word in words)
    assert all(first.end <= second.start for first, second in pairwise(words))
    assert all(word.probability is not None and 0 < word.probability <= 1 for word in words)
    assert [segment.id for segment in transcript.segments] == list(range(len(transcript.segments)))
    assert {segment.speaker for segment in transcript.segments} == {None}
    assert (transcript.language, transcript.origin, transcript.model) == ("en", "recogniser", "tiny.en")
    assert told[-1] == (11.0, 11.0)
    assert told == sorted(told)


@needs_clips
def test_two_voices_are_told_apart(tiny: Settings, tmp_path: Path) -> None:
    names = ("2414-128291-0003", "LJ001-0002", "2414-128291-0009", "LJ001-0008", "2414-128291-0000")
    pieces = []
    for name in names:
        pieces += [*decode(CLIPS / f"{name}.flac"), silence(0.4)]
    transcript = transcribe(write_wav(tmp_path / "two.wav", np.concatenate(pieces)), settings=tiny)
    speakers = [turn.speaker for turn in transcript.turns]
    assert speakers == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2", "Speaker 1"]


@needs_clips
def test_stretches_heard_side_by_side_lose_and_double_nothing(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = sorted(CLIPS.glob("LJ001-*.flac"))
    pieces = [part for clip in clips for part in (*decode(clip), silence(1.0))]
    path = write_wav(tmp_path / "long.wav", np.concatenate(pieces))
    assert len(list(stretches(path, stretch_seconds(probe(path).duration or 0.0)))) > 1
    texts = []
    for cores in (1, 2):
        monkeypatch.setattr("pipeline.speech.models.threads", lambda cores=cores: cores)
        transcript = transcribe(path, settings=tiny)
        words = [word for segment in transcript.segments for word in segment.words]
        assert all(first.end <= second.start for first, second in pairwise(words))
        texts.append([word.text for word in words])
    assert texts[0] == texts[1]


@pytest.mark.parametrize("total", [0.0, 30.0, 157.0, 599.0, 601.0, 3600.0, 21_600.0])
def test_stretches_come_in_pairs_of_some_minutes(total: float) -> None:
    seconds = stretch_seconds(total)
    assert 45 <= seconds <= 300
    assert total < 90 or math.ceil(total / seconds) % 2 == 0


@needs_clips
@pytest.mark.parametrize("kind", ["8 kHz", "cut off", "video", "variable bit rate", "cut in a frame"])
def test_odd_files_are_heard(tiny: Settings, tmp_path: Path, kind: str) -> None:
    speech = np.concatenate(list(decode(CLIPS / "jfk.flac")))
    if kind == "8 kHz":
        path = write_wav(tmp_path / "phone.wav", speech[::2], rate=8000)
    elif kind == "cut off":
        path = tmp_path / "cut.flac"
        whole = (CLIPS / "jfk.flac").read_bytes()
        path.write_bytes(whole[: len(whole) * 9 // 10])
    elif kind in ("variable bit rate", "cut in a frame"):
        path = mp3(tmp_path / "show.mp3", speech)
        if kind == "cut in a frame":
            path.write_bytes(path.read_bytes()[:-157])
    else:
        path = video(tmp_path / "film.mkv", speech)
    assert "fellow americans" in plain(transcribe(path, settings=tiny).text)


def mp3(path: Path, speech: np.ndarray) -> Path:
    """The speech as an MP3 whose frames are of different sizes."""
    import av

    with av.open(str(path), mode="w") as container:
        sound = container.add_stream(
            "libmp3lame", rate=16_000, layout="mono", options={"q": "6", "compression_level": "4"}
        )
        sound.codec_context.flags |= 2  # qscale: quality, not a rate
        sound.codec_context.global_quality = 6 * 118
        frame = av.AudioFrame.from_ndarray(speech.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def video(path: Path, speech: np.ndarray) -> Path:
    """A film: the speech under a black picture."""
    import av

    with av.open(str(path), mode="w") as container:
        picture = container.add_stream("mpeg4", rate=5)
        picture.width = picture.height = 64
        sound = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), format="rgb24")
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        pcm = (speech * 32767).astype(np.int16).reshape(1, -1)
        audio = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        audio.sample_rate = 16_000
        container.mux(sound.encode(audio))
        container.mux(sound.encode(None))
    return path


def test_surround_sound_at_96_khz_is_decoded(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "cinema.wav", music(2, rate=96_000), rate=96_000, channels=6)
    samples = np.concatenate(list(decode(path)))
    assert abs(len(samples) / 16_000 - 2) < 0.05
    assert probe(path).duration == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(
    ("sound", "seconds"),
    [(silence(40), 40), (music(40), 40), (silence(1800), 1800), (silence(0), 0)],
    ids=["silence", "music", "half an hour of silence", "nothing"],
)
def test_nobody_speaks(tiny: Settings, tmp_path: Path, sound: np.ndarray, seconds: int) -> None:
    path = write_wav(tmp_path / "quiet.wav", sound)
    with pytest.raises(MediaError, match=r"^[^\n]*quiet\.wav[^\n]*$") as caught:
        transcribe(path, settings=tiny)
    if seconds:
        assert f"s of {seconds} s); is this the right file?" in str(caught.value)


def test_a_model_that_is_not_here(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", silence(1))
    with pytest.raises(WeightsError, match="large-v3 is not here and can't be fetched") as caught:
        transcribe(path, settings=Settings(home=tmp_path, whisper="large-v3", device="cpu", offline=True))
    assert "\n" not in str(caught.value)
    with pytest.raises(WeightsError, match=r"has no model\.bin"):
        transcribe(path, settings=Settings(home=tmp_path, whisper=str(tmp_path), device="cpu", offline=True))


def test_the_model_is_named_with_its_hash() -> None:
    use = speech_model_use(Settings(whisper="base"))
    assert (use.name, use.licence, use.sha256[:8]) == ("base", "MIT", "d01c3014")


def test_stretches_lose_and_double_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    sound = rng.uniform(-0.5, 0.5, 16_000 * 100).astype(np.float32)
    for second in (28, 56, 84):
        sound[second * 16_000 : second * 16_000 + 8_000] = 0
    path = write_wav(tmp_path / "long.wav", sound)
    cut = list(stretches(path, seconds=30))
    assert np.allclose(np.concatenate([stretch.samples for stretch in cut]), sound, atol=1e-4)
    starts = [stretch.start for stretch in cut[1:]]
    assert starts == pytest.approx([28.25, 56.25, 84.25], abs=0.3)


def word(text: str, start: float, end: float) -> Word:
    return Word(text=f" {text}", start=start, end=end)


def test_speech_that_was_dropped() -> None:
    words = [word("one", 0.1, 0.5), word("two", 6.0, 6.4)]
    assert dropped([Span(0.0, 4.0), Span(5.8, 6.6)], words) == [Span(0.8, 4.0)]
    assert dropped([Span(0.0, 1.0), Span(5.8, 6.6)], words) == []


def test_a_phrase_drawn_out_over_dropped_speech() -> None:
    words = [
        word("in 2025.", 0, 1),
        word("What", 4, 4.7),
        word("about", 4.7, 7),
        word("compute?", 7, 11),
        word("In", 11.2, 11.4),
    ]
    assert stretched(words, [Span(0, 11.5)]) == [(1, 4)]
    assert stretched([word("424", 0, 1.3), word("billion", 1.3, 1.8)], [Span(0, 2)]) == []


def test_a_word_drawn_out_over_silence_is_whole() -> None:
    words = [word("for", 0, 2.4), word("I", 2.4, 2.6), word("tell", 2.6, 3.0)]
    assert stretched(words, [Span(0, 0.3), Span(2.2, 3.0)]) == []
    assert stretched(words, [Span(0, 3.0)]) == [(0, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "the the the the",
        "Thank you. Thank you. Thank you. Thank you!",
        "so we go, " * 5,
        "really like that account of himself. I really like that account of himself.",
    ],
)
def test_loops(text: str) -> None:
    assert has_loop(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "very very good",
        "no no no, I mean yes",
        "call 5 5 5 5 5 now",
        "on and on and on we go",
        "I have a dream, I have a dream today",
    ],
)
def test_emphasis_is_no_loop(text: str) -> None:
    assert not has_loop(text.split())


def test_words_where_nobody_speaks() -> None:
    assert made_up(10.0, 12.0, [Span(0.0, 10.2)])
    assert not made_up(10.0, 12.0, [Span(0.0, 11.0)])


def test_windows_cover_all_speech_and_stay_short() -> None:
    spans = [Span(0, 12), Span(12.5, 19), Span(19.2, 33), Span(60, 61), Span(61.4, 63)]
    assert windows(spans) == [Span(0, 19), Span(19.2, 33), Span(60, 63)]
    assert windows([]) == []


def test_a_full_window_is_cut_at_the_longest_late_pause() -> None:
    spans = [Span(0, 7), Span(8.4, 14), Span(14.9, 17), Span(17.2, 20), Span(20.2, 28), Span(28.3, 42)]
    assert windows(spans) == [Span(0, 14), Span(14.9, 28), Span(28.3, 42)]
    rng = np.random.default_rng(1)
    edges = np.cumsum(rng.uniform(0.2, 6.0, 400)).tolist()
    many = [Span(one, other) for one, other in zip(edges[::2], edges[1::2], strict=True)]
    found = windows(many)
    assert all(window.seconds <= 20.0 for window in found)
    assert all(any(w.start <= span.start and span.end <= w.end for w in found) for span in many)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_segments_end_with_sentences_pauses_and_speakers() -> None:
    words = [word(*row) for row in [("Mr.", 0, 0.2), ("Li", 0.2, 0.5), ("said", 0.5, 0.8), ("3.5.", 0.8, 1.2)]]
    words += [word("Well", 1.3, 1.5), word("then", 4.0, 4.2), word("Hi", 4.3, 4.5)]
    said = [Said("Speaker 1", 0.2)] * 6 + [Said("Speaker 2", 0.01)]
    found = segments_of(words, said)
    assert [segment.text for segment in found] == ["Mr. Li said 3.5.", "Well", "then", "Hi"]
    assert [(segment.speaker, segment.speaker_sure) for segment in found[2:]] == [
        ("Speaker 1", True),
        ("Speaker 2", False),
    ]
    assert isinstance(found[0], Segment)


def test_words_heard_apart_make_two_segments() -> None:
    words = [word("and", 0.0, 0.3), word("Alibaba,", 0.3, 0.9), word("Qwen", 1.0, 1.3)]
    assert [segment.text for segment in segments_of(words)] == ["and Alibaba, Qwen"]
    assert [segment.text for segment in segments_of(words, breaks=[0.95])] == ["and Alibaba,", "Qwen"]


def test_faint_edges_reach_into_long_pauses_only() -> None:
    spans = [Span(2.0, 4.0), Span(4.3, 6.0), Span(8.0, 9.0)]
    faint = [Span(1.2, 6.5), Span(6.9, 9.4)]
    assert _with_faint_edges(spans, faint, 10.0) == [Span(1.2, 4.0), Span(4.3, 6.5), Span(6.9, 9.4)]
    assert _with_faint_edges([Span(0.5, 4.0)], [Span(0.0, 4.4)], 4.4) == [Span(0.5, 4.0)]
