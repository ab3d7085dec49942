"""Windows in batches: how long, in which order, and what becomes of what a window leaves out."""

from __future__ import annotations

from typing import Any

import jiwer
import numpy as np
import pytest

from pipeline.models import Word
from pipeline.settings import Settings
from pipeline.sound import decode
from pipeline.speech.batches import as_long_as, of_like_length
from pipeline.speech.faults import together
from pipeline.speech.hearing import Ear
from pipeline.speech.models import load
from pipeline.speech.stretches import Stretch
from pipeline.speech.voice import Span
from tests.speech.sounds import silence
from tests.speech.test_whisper import CLIPS, needs_clips, tiny

__all__ = ["tiny"]


def test_dropped_pieces_with_nothing_heard_between_them_are_one() -> None:
    words = [Word(text="one", start=9.0, end=9.5)]
    pieces = [Span(0.0, 2.0), Span(2.4, 5.0), Span(5.2, 8.0), Span(10.0, 12.0)]
    assert together(pieces, words, 20.0) == [Span(0.0, 8.0), Span(10.0, 12.0)]
    assert together(pieces, words, 6.0) == [Span(0.0, 5.0), Span(5.2, 8.0), Span(10.0, 12.0)]


def test_windows_of_a_batch_are_alike_and_in_order() -> None:
    pieces = [Span(0, 20), Span(21, 24), Span(30, 49), Span(50, 52), Span(60, 78)]
    assert of_like_length(pieces, 3) == [Span(0, 20), Span(30, 49), Span(60, 78), Span(21, 24), Span(50, 52)]


@pytest.mark.parametrize(("seconds", "frames"), [(3.0, 1000), (14.2, 1600), (20.0, 2100)])
def test_the_encoder_is_given_the_sound_and_a_second_more(seconds: float, frames: int) -> None:
    features = np.ones((2, 80, 3000), dtype=np.float32)
    assert as_long_as(seconds, features).shape == (2, 80, frames)
    assert as_long_as(seconds, features[:, :, :300])[:, :, 300:].max() == 0.0


@needs_clips
def test_windows_encoded_one_by_one_are_as_those_of_a_batch(tiny: Settings) -> None:
    model = load(tiny).model
    features = np.random.default_rng(0).standard_normal((2, 80, 1000)).astype(np.float32)
    in_one = np.asarray(model.encode(features))
    for one, whole in zip(features, in_one, strict=True):
        assert np.allclose(np.asarray(model.encode(one))[0], whole, atol=1e-4)


@needs_clips
@pytest.mark.parametrize("fault", ["left out", "loop"])
def test_what_a_window_gets_wrong_is_heard_again_and_stands_there_once(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The recogniser stops after three words of a window, or is caught in a loop for the rest of it."""
    clips = sorted(CLIPS.glob("LJ001-*.flac"))[:2]
    samples = np.concatenate([part for clip in clips for part in (*decode(clip), silence(0.8))])
    whole = Ear(load(tiny)).hear(Stretch(0.0, samples), "en", lambda _: None)
    ear, calls = Ear(load(tiny)), []
    in_batches = ear._in_batches

    def faulty(*asked: Any) -> tuple[list[Word], list[Span]]:
        words, loops = in_batches(*asked)
        calls.append(words)
        if len(calls) > 1:
            return words, loops
        return words[:3], [Span(words[3].start, words[-1].end)] if fault == "loop" else []

    monkeypatch.setattr(ear, "_in_batches", faulty)
    heard = ear.hear(Stretch(0.0, samples), "en", lambda _: None)
    wanted, found = (
        " ".join(word.text.strip() for word in sorted(one.words, key=lambda word: word.start)) for one in (whole, heard)
    )
    assert len(wanted.split()) > 20
    assert jiwer.wer(wanted.lower(), found.lower()) < 0.15
    assert len(calls) == (1 if fault == "loop" else 2)
