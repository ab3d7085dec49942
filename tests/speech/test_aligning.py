"""A transcript without times gets those of the sound: its words stay, its speakers stay, times never run backwards."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from pipeline.models import Segment, Transcript, Word
from pipeline.settings import Settings
from pipeline.speech import transcribe, untimed, with_times
from tests.speech.test_whisper import CLIPS, needs_clips, tiny

__all__ = ["tiny"]


def heard(text: str, start: float = 0.0) -> Transcript:
    """One word every half second."""
    words = tuple(
        Word(text=word, start=start + 0.5 * at, end=start + 0.5 * at + 0.4) for at, word in enumerate(text.split())
    )
    return Transcript(segments=(Segment(id=0, text=text, start=words[0].start, end=words[-1].end, words=words),))


def given(*lines: str) -> Transcript:
    pairs = [line.split(": ", 1) for line in lines]
    return Transcript(
        segments=tuple(Segment(id=i, text=text, speaker=who) for i, (who, text) in enumerate(pairs)), origin="publisher"
    )


def test_words_stay_and_take_the_times_of_the_same_words() -> None:
    transcript, found = with_times(
        given("Ada: The model has seventy billion parameters.", "Bob: And it was released in May."),
        heard("the model has seventy billion parameters and it was released in may"),
    )
    assert found == 1.0
    first, second = transcript.segments
    assert (first.speaker, first.text, first.start, first.end) == (
        "Ada", "The model has seventy billion parameters.", 0.0, 2.9
    )  # fmt: skip
    assert (second.speaker, second.start) == ("Bob", 3.0)
    assert [word.text for word in second.words][:2] == ["And", "it"]


def test_words_heard_otherwise_lie_between_their_neighbours() -> None:
    transcript, _ = with_times(
        given("Ada: The model called Qwen three is open to all of us."),
        heard("the model called when free is open to all of us"),
    )
    words = {word.text: word for word in transcript.segments[0].words}
    assert 1.4 <= words["Qwen"].start < words["three"].start < words["three"].end <= 2.5


def test_what_was_put_in_later_moves_what_follows() -> None:
    advert = "buy our mattress today with the code sleep and save a lot of money"
    transcript, found = with_times(
        given("Ada: Welcome back to the show everyone.", "Bob: Thanks for having me here again."),
        heard(f"welcome back to the show everyone {advert} thanks for having me here again"),
    )
    assert found == 1.0
    assert transcript.segments[1].start == pytest.approx(0.5 * (6 + len(advert.split())))


def test_times_never_run_backwards_whatever_was_heard() -> None:
    rng = random.Random(4)
    vocabulary = [f"w{number}" for number in range(12)]
    for _ in range(50):
        said = [rng.choice(vocabulary) for _ in range(80)]
        also = [word if rng.random() < 0.7 else rng.choice(vocabulary) for word in said if rng.random() < 0.9]
        transcript, _ = with_times(
            given(f"Ada: {' '.join(said[:40])}", f"Bob: {' '.join(said[40:])}"), heard(" ".join(also))
        )
        words = [word for segment in transcript.segments for word in segment.words]
        assert [word.text for word in words] in (said, [])
        assert all(word.start <= word.end for word in words)
        assert all(one.start <= other.start and one.end <= other.end + 1e-9 for one, other in pairwise(words))


def test_another_episode_s_transcript_is_told() -> None:
    _, found = with_times(
        given("Ada: " + "We talk about gardens and roses all day long. " * 5), heard("prices of chips " * 30)
    )
    assert found < 0.1


@needs_clips
def test_a_real_recording(tiny: Settings) -> None:
    ours = transcribe(CLIPS / "jfk.flac", settings=tiny)
    text = (
        "And so, my fellow Americans: ask not what your country can do for you — ask what you can do for your country."
    )
    transcript, found = with_times(given(f"President Kennedy: {text}"), ours)
    assert found > 0.9
    (segment,) = transcript.segments
    assert (segment.text, segment.speaker) == (text, "President Kennedy")
    assert not untimed(transcript)
    by_text = {word.text: word.start for word in segment.words}
    assert by_text["Americans:"] == pytest.approx(2.2, abs=0.7)
    assert by_text["country."] == pytest.approx(10.0, abs=0.7)
