"""Words heard a second time: real Whisper, on a recording whose first reading has been spoilt."""

from __future__ import annotations

import pytest

from pipeline.models import Word
from pipeline.settings import Settings
from pipeline.speech import heard_again, transcribe
from pipeline.speech.second import NOTHING, compared, plain
from tests.speech.test_whisper import CLIPS, needs_clips, tiny

__all__ = ["tiny"]


def words(text: str) -> list[Word]:
    return [Word(text=one, start=float(at), end=at + 0.9) for at, one in enumerate(text.split())]


@needs_clips
def test_the_second_reading_stands_beside_the_first(tiny: Settings) -> None:
    audio = CLIPS / "jfk.flac"
    heard = [word for segment in transcribe(audio, settings=tiny).segments for word in segment.words]
    texts = [plain(word.text) for word in heard]
    wrong, right, extra = texts.index("country"), texts.index("americans"), texts.index("ask")
    spoilt = [word.model_copy(update={"text": "county"}) if i == wrong else word for i, word in enumerate(heard)]
    made_up = Word(text="seventy", start=heard[extra].start, end=heard[extra].start + 0.01)
    spoilt.insert(extra, made_up)
    found = heard_again(audio, spoilt, [wrong + 1, right, extra], settings=tiny)
    assert (found[wrong + 1].same, plain(found[wrong + 1].text)) == (False, "country")
    assert found[right].same
    assert found[extra] == (False, NOTHING)


def test_nothing_unsure_loads_no_model() -> None:
    assert heard_again(CLIPS / "none.flac", [], [], settings=Settings(whisper="no such model")) == {}


@pytest.mark.parametrize(
    ("first", "second", "place", "same", "text"),
    [
        ("it cost fifteen dollars", "it cost 50 dollars", 2, False, "50"),
        ("it cost fifteen dollars", "it cost 15 dollars,", 2, True, "fifteen"),
        ("they did not win", "they did win", 2, False, NOTHING),
        ("they have something left", "they have nothing left", 2, False, "nothing"),
        ("the model Quinn won", "the model Qwen won", 2, False, "Qwen"),
    ],
)
def test_readings_are_compared_word_by_word(first: str, second: str, place: int, same: bool, text: str) -> None:
    found = compared(words(first), range(len(first.split())), words(second), [place])
    assert found == {place: (same, text)}


@pytest.mark.parametrize("second", ["it cost", "dollars in all", ""])
def test_a_listening_that_began_later_or_ended_sooner_says_nothing(second: str) -> None:
    assert compared(words("it cost fifteen dollars in all"), range(6), words(second), [2]) == {}


def test_a_place_that_can_t_be_told_is_left_out() -> None:
    second = [Word(text=one, start=9.0, end=9.5) for one in ["quite", "other", "words", "altogether", "here"]]
    assert compared(words("it cost fifteen dollars"), range(4), second, [2]) == {}
