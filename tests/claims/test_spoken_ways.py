"""Ways of stating a fact that talk has and writing has not: in passing, under an announcement, between fillers."""

from __future__ import annotations

import time

import pytest

from pipeline.claims.fluent import fluent
from pipeline.claims.wording import tidy
from tests.claims.talk import checkable, claims_in

SPOKEN: list[tuple[str, list[str], list[str]]] = [
    ("who somebody is", ["Ada: I'm joined by Tim Reed, who is a research engineer at Baidu."], ["Tim Reed is a research engineer at Baidu."]),
    ("who the other host is", ["Ada: I'm joined as always by my co-host, Tim Reed, who is a tech strategist at Baidu."],
     ["Tim Reed is a tech strategist at Baidu."]),
    ("what a company did before", ["Ada: Then there is Moonshot AI, which previously released a series of chat models."],
     ["Moonshot AI previously released a series of chat models."]),
    ("what can be done", ["Ada: Everybody knows this, you can download GLM-4.5 from Hugging Face."],
     ["You can download GLM-4.5 from Hugging Face."]),
    ("may already be", ["Ada: Kimi K2 may be doing better than GPT-4.1 on SWE-bench."], ["Kimi K2 may be doing better than GPT-4.1 on SWE-bench."]),
    ("a passive can", ["Ada: GLM-4.5 can be deployed on a single H100."], ["GLM-4.5 can be deployed on a single H100."]),
    ("whose it is", ["Ada: Kimi K2 is from Moonshot AI, a lab in Beijing."], ["Kimi K2 is from Moonshot AI, a lab in Beijing."]),
    ("what a thing is", ["Ada: Hugging Face is a repository of models."], ["Hugging Face is a repository of models."]),
    ("an announcement", ["Ada: So one thing that's happening is the gains that are made from more data and larger models have basically plateaued."],
     ["The gains that are made from more data and larger models have basically plateaued."]),
    ("loose words", ["Ada: Alibaba, you know, kind of offers a hosted version of Qwen."], ["Alibaba offers a hosted version of Qwen."]),
    ("a pronoun twice", ["Ada: The Qwen models are everywhere. They top the leaderboards. And these are Chinese models, built by Alibaba."],
     ["The Qwen models top the leaderboards.", "The Qwen models are Chinese models, built by Alibaba."]),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "expected"), [row[1:] for row in SPOKEN], ids=[row[0] for row in SPOKEN])
def test_a_statement_in_a_spoken_way_is_found(turns: list[str], expected: list[str]) -> None:
    assert checkable(*turns) == expected


@pytest.mark.parametrize(
    "turn",
    [
        "Ada: It's not like, I don't think, when you use Qwen there's some phone home to Alibaba going on.",
        "Ada: There's one perspective on Qwen that I have heard a lot.",
        "Ada: If you go to the model on Hugging Face, you can download that.",
        "Ada: We have a tool for that, which is how we used Qwen at our office.",
        "Ada: R1 is not only math.",
        "Ada: Well, Kimi K2 has three -- I split it into many things.",
    ],
)
def test_what_is_only_supposed_denied_or_ones_own_is_not(turn: str) -> None:
    assert checkable(turn) == []


def test_a_belief_that_can_be_checked_is_a_claim_and_its_hedge_a_doubt() -> None:
    (claim,) = claims_in("Ada: I think Kimi K2 scored 65.8 percent on SWE-bench.")
    assert claim.claim == "Kimi K2 scored 65.8 percent on SWE-bench."
    assert claim.statement.startswith("I think")
    assert [doubt.text for doubt in claim.doubts] == ["said as a belief: “I think”"]


def test_a_view_that_announces_is_a_doubt_too() -> None:
    (claim,) = claims_in("Ada: From my perspective, one thing we see is the Qwen models beat Llama 4 Scout on AIME.")
    assert [doubt.text for doubt in claim.doubts] == ["said as a belief: “From my perspective”"]


def test_a_speaker_who_gave_a_name_is_called_by_it() -> None:
    (claim,) = claims_in("Ada Lind: Hello, this is Ada Lind. I'm CEO of Prediction Works.")
    assert claim.claim == "Ada Lind is CEO of Prediction Works."
    assert claim.context == ("Hello, this is Ada Lind.",)


def test_a_part_of_a_thing_is_told_with_the_thing_the_talk_is_about() -> None:
    found = claims_in(
        "Ada: Let us talk about Argilla.",
        "Joe: Argilla was made for experts. The UI has loads of keyboard shortcuts.",
    )
    claim = found[-1]
    assert claim.claim == "Argilla: the UI has loads of keyboard shortcuts."
    assert [doubt.kind for doubt in claim.doubts] == ["referent"]
    assert "Argilla was made for experts." in claim.context


def test_the_words_as_heard_stay_as_heard() -> None:
    (claim,) = claims_in("Ada: Kimi K2, you know, has 32 billion active parameters.")
    assert (claim.statement, claim.claim) == (
        "Kimi K2, you know, has 32 billion active parameters.",
        "Kimi K2 has 32 billion active parameters.",
    )


@pytest.mark.parametrize(
    ("spoken", "plain"),
    [
        ("R1 came out in February, no sorry, in January 2025.", "R1 came out in January 2025."),
        ("R1 scored 97, sorry, 96 percent.", "R1 scored 96 percent."),
        ("R1 came out in May -- no, wait, January.", "R1 came out in January."),
        ("Baidu, sorry, Alibaba released Qwen.", "Alibaba released Qwen."),
        ("I am late, sorry, there was a queue.", "I am late, sorry, there was a queue."),
    ],
)
def test_what_is_taken_back_in_the_same_breath(spoken: str, plain: str) -> None:
    assert fluent(spoken).text == plain


def test_a_number_that_was_taken_back_is_no_part_of_the_claim() -> None:
    (claim,) = claims_in("Ada: Kimi K2 scored 64.8, no sorry, 65.8 percent on SWE-bench.")
    assert claim.claim == "Kimi K2 scored 65.8 percent on SWE-bench."
    assert "64.8" in claim.statement


@pytest.mark.parametrize(
    ("spoken", "plain"),
    [
        ("It kind of scales.", "It scales."),
        ("That is a kind of model.", "That is a kind of model."),
        ("These kind of models are small.", "These kind of models are small."),
        ("I know the people you know best.", "I know the people you know best."),
        ("Um, you know, I mean.", "Um, you know, I mean."),
    ],
)
def test_fillers(spoken: str, plain: str) -> None:
    assert fluent(spoken).text == plain


def test_a_place_in_the_plain_words_is_found_in_the_spoken_ones() -> None:
    spoken = "So, you know, R1, I mean, matched o1."
    plain = fluent(spoken)
    first = plain.text.index("R1")
    assert plain.said(spoken, first, plain.text.index("matched") + 7) == "R1, I mean, matched"


@pytest.mark.parametrize(
    "unit", [",", " ", "so, ", "and ", "kind of ", "[", "\\[", "one thing is ", "there's another a "]
)
def test_no_sentence_takes_long(unit: str) -> None:
    started = time.perf_counter()
    for length in (1_900, 200_000):
        fluent((unit * (length // len(unit) + 1))[:length])
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize(
    ("said", "tidied"),
    [
        ("I I think that that is it", "I think that is it."),
        ("it leads on M M L U Pro", "It leads on M M L U Pro."),
        ("the the model has 5 5 points", "The model has 5 points."),
    ],
)
def test_words_said_twice_stand_once_and_spelled_names_stay(said: str, tidied: str) -> None:
    assert tidy(said) == tidied
