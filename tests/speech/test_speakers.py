"""Who speaks: real voices, clustered and laid along the words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import WeightsError
from pipeline.models import Word
from pipeline.settings import Settings
from pipeline.sound import decode
from pipeline.speech import encoder, transcribe
from pipeline.speech.clusters import voices
from pipeline.speech.encoder import VoiceEncoder
from pipeline.speech.speakers import Speakers
from pipeline.speech.stretches import Stretch
from tests.speech.sounds import write_wav
from tests.speech.test_whisper import CLIPS, needs_clips


def samples(name: str) -> np.ndarray:
    return np.concatenate(list(decode(CLIPS / f"{name}.flac")))


@needs_clips
def test_one_voice_is_nearer_to_itself_than_to_another() -> None:
    encode = VoiceEncoder()
    reader, again, other = (
        encode.vectors(samples(name), np.array([1.0, 1.5]))
        for name in ("2414-128291-0003", "2414-128291-0009", "LJ001-0002")
    )
    assert np.linalg.norm(reader, axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)
    assert float(reader[0] @ again[0]) > 0.7 > float(reader[0] @ other[0])


@needs_clips
def test_loudness_does_not_change_a_voice() -> None:
    encode = VoiceEncoder()
    sound = samples("LJ001-0002")
    (loud,), (quiet,) = (encode.vectors(part, np.array([1.0])) for part in (0.2 * sound, 0.002 * sound))
    assert float(loud @ quiet) > 0.95


def cloud(centre: int, count: int, rng: np.random.Generator) -> np.ndarray:
    vectors = rng.normal(0, 0.03, (count, 256)) + np.eye(256)[centre]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("people", [1, 2, 3, 5])
def test_the_number_of_voices_is_found(people: int) -> None:
    rng = np.random.default_rng(people)
    found = voices(np.concatenate([cloud(person, 40, rng) for person in range(people)]))
    assert len(found) == people


def test_a_few_odd_windows_are_not_a_person() -> None:
    rng = np.random.default_rng(1)
    assert len(voices(np.concatenate([cloud(0, 90, rng), cloud(1, 90, rng), cloud(2, 4, rng)]))) == 2


def test_the_demo_has_two_voices_in_turn(models: Path, tmp_path: Path, demo_episode: Path) -> None:
    """The first thirty-five seconds: Ada, Joe, Ada, Joe."""
    (tmp_path / "models").symlink_to(models)
    start = write_wav(tmp_path / "start.wav", np.concatenate(list(decode(demo_episode)))[: 34 * 16_000])
    transcript = transcribe(start, settings=Settings(home=tmp_path, whisper="tiny.en", device="cpu", offline=True))
    speakers = [turn.speaker for turn in transcript.turns]
    assert speakers == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]
    assert all(segment.speaker_sure for segment in transcript.segments)


def test_an_interjection_keeps_its_speaker() -> None:
    """Half a second by the second voice, between pauses, is not swallowed by the first one's stretch."""
    rng = np.random.default_rng(2)
    speakers = Speakers(60.0)
    times = np.arange(0, 40, 0.4)
    second = ((times > 20) & (times < 22)) | (times > 30)
    vectors = np.where(second[:, None], cloud(1, len(times), rng), cloud(0, len(times), rng))
    speakers._centres, speakers._vectors = [times], [vectors.astype(np.float32)]
    words = [Word(text=" word", start=float(at), end=float(at) + 0.3) for at in np.arange(0.0, 20, 0.4)]
    words += [Word(text=" Yes.", start=20.8, end=21.2)]
    words += [Word(text=" word", start=float(at), end=float(at) + 0.3) for at in np.arange(22.4, 39, 0.4)]
    said = [one.speaker for one in speakers.of(words)]
    assert said[49:52] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert said[-1] == "Speaker 2"


def test_no_words_no_speakers() -> None:
    speakers = Speakers(10.0)
    speakers.add(speakers.listen(Stretch(0.0, np.zeros(16_000, dtype=np.float32)), []))
    assert speakers.of([]) == []


def test_weights_that_were_changed_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "speaker_encoder.onnx"
    changed.write_bytes(encoder.WEIGHTS.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(encoder, "WEIGHTS", changed)
    with pytest.raises(WeightsError, match=r"speaker_encoder\.onnx has SHA-256"):
        VoiceEncoder().vectors(np.zeros(16_000, dtype=np.float32), np.array([0.5]))
