"""Names in what was heard: which pieces sound like one, and which reading the sound bears out; real Whisper."""

from __future__ import annotations

from pathlib import Path

import jiwer
import pytest

from pipeline.settings import Settings
from pipeline.speech import transcribe
from pipeline.speech.glossary import Expected, Place, apart, hotwords, replaced
from tests.benchmarks.names import FLOORS, SET, sentences
from tests.benchmarks.names import found as found_names
from tests.speech.test_whisper import CLIPS, needs_clips, plain, tiny

__all__ = ["tiny"]

DEMO = next((Path(__file__).parent.parent.parent / "seeds" / "demo").glob("*.opus"))
NAMES = [
    "DeepSeek-R1-0528",
    "Qwen",
    "OpenAI",
    "ChatGPT",
    "GPT-4.1",
    "MMLU",
    "o3",
    "Mistral AI",
    "ERNIE",
    "Claude",
    "chocolate",
]
_PLAIN = {"called", "chocolate", "deep", "seek"}


def found(text: str, names: list[str] = NAMES) -> list[tuple[str, str]]:
    places = apart(Expected(names, _PLAIN.__contains__).places(text))
    return [(text[place.start : place.end], place.name) for place in sorted(places)]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("The team at DeepSeq says", [("DeepSeq", "DeepSeek")]),
        ("and deep seek's API", [("deep seek", "DeepSeek")]),
        ("QN3 235B was", [("QN", "Qwen")]),
        ("scored 88 on MMOU.", [("MMOU", "MMLU")]),
        ("Then 03 came", [("03", "o3")]),
        ("Mistrel is French", [("Mistrel", "Mistral")]),
        ("DeepSeek and Qwen are here", []),
        ("my aunt is called Philly", []),
        ("he says that GPT is old", []),
        ("in the year 2003 or so", []),
        ("some chocolates, and a mall", []),
    ],
)
def test_what_sounds_like_a_name_is_found(text: str, pairs: list[tuple[str, str]]) -> None:
    assert found(text) == pairs


def test_a_name_is_never_taken_for_a_part_of_it_nor_doubled() -> None:
    names = ["OpenAI"]
    assert found("the last exam was hard", ["Humanity's Last Exam"]) == []
    assert found("it is open AI that leads", names) == [("open AI", "OpenAI")]
    assert found("what OpenAI is about", names) == []


def test_only_what_is_written_as_a_name_is_surely_one() -> None:
    """ "Math" at the beginning of a sentence is not yet the benchmark."""
    places = Expected(["MATH", "OpenAI"], {"Math", "Open", "math"}.__contains__).places("Math is hard, says Open AI.")
    assert {place.name: place.sure for place in places} == {"MATH": False, "OpenAI": True}


def test_names_take_the_place_of_what_was_heard() -> None:
    text, now = replaced("At deep seek, QN wins", [Place(14, 16, "Qwen", 0.6), Place(3, 12, "DeepSeek", 1.0)])
    assert text == "At DeepSeek, Qwen wins"
    assert [text[place.start : place.end] for place in now] == ["DeepSeek", "Qwen"]


def test_few_names_are_told_and_only_such_as_sound_alike() -> None:
    assert hotwords(NAMES, ["Quen"]) == "Qwen"
    assert hotwords(NAMES, ["deep", "seek"]) == "DeepSeek"
    assert hotwords(NAMES, ["seven"]) is None
    assert len((hotwords([f"Quen{letter}" for letter in "abcdefghijklmnop"], ["Quen"]) or "").split(",")) == 8


def test_expected_names_are_written_as_they_should_be_and_nothing_is_lost(tiny: Settings) -> None:
    without = transcribe(DEMO, settings=tiny).text
    told = transcribe(DEMO, settings=tiny, glossary=NAMES).text
    counts = [text.count("DeepSeek") + text.count("ERNIE") for text in (without, told)]
    assert counts[0] <= 3
    assert counts[1] >= 7
    assert abs(len(told.split()) - len(without.split())) <= 12
    assert jiwer.wer(plain(without), plain(told)) < 0.1


@needs_clips
def test_names_that_were_not_said_change_nothing(tiny: Settings) -> None:
    """The words of the clip are well heard, so names that sound like them can't take their places."""
    audio = CLIPS / "LJ001-0002.flac"
    without = transcribe(audio, settings=tiny).text
    assert "modern" in without
    assert transcribe(audio, settings=tiny, glossary=["Modhern", "Paringd", "Comparativ", "Bean"]).text == without


def test_names_read_aloud_are_found_and_plain_words_left_alone(models: Path, tmp_path: Path) -> None:
    """The default model on sentences that were not used to choose anything but the rule for several plain words."""
    (tmp_path / "models").symlink_to(models)
    settings = Settings(home=tmp_path, device="cpu", offline=True)
    _, wanted = sentences()
    names = [*dict.fromkeys(wanted), "Moonshot AI", "o1", "o3", "ChatGPT", "Meta", "GPT", "Tencent", "xAI", "Z.ai"]
    right, wrong, of = found_names(transcribe(SET / "names.opus", settings=settings, glossary=names).text, wanted)
    assert right / of >= FLOORS["least_right"]
    assert wrong <= FLOORS["most_wrong"]
    assert right > 2 * found_names(transcribe(SET / "names.opus", settings=settings).text, wanted).right
