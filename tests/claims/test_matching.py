"""The same claim again, and claims like a query."""

from __future__ import annotations

import pytest

from pipeline.claims import may_be_same, rank, same_claim


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kimi K2 has 32 billion active parameters.", "Kimi K2 has thirty two billion active parameters."),
        ("R1 is MIT licensed.", "R1 is MIT licensed now."),
        ("Nvidia lost 600 billion dollars in a day.", "In a day, Nvidia lost about 600 billion dollars."),
    ],
)
def test_the_same(first: str, second: str) -> None:
    assert same_claim(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Chinese models are six months behind.", "Chinese models are nine months behind."),
        ("R1 scored higher than o1 on MATH.", "R1 scored lower than o1 on MATH."),
        ("OpenAI has released open weights.", "OpenAI has never released open weights."),
        ("R1 is MIT licensed.", "Kimi K2 is MIT licensed."),
        ("Baidu is only months behind OpenAI.", "OpenAI is only months behind Baidu."),
    ],
)
def test_not_the_same(first: str, second: str) -> None:
    assert not same_claim(first, second)


def test_the_likest_comes_first_and_numbers_count() -> None:
    texts = ["R1 scored 84 percent on GPQA.", "The sky is blue.", "R1 scored 71.5 percent on GPQA."]
    assert [i for _, i in rank("R1 scored 71.5 on GPQA", texts)] == [2, 0]


def test_nothing_like_it() -> None:
    assert rank("tofu", ["R1 is MIT licensed."]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kimi K2 has 32 billion active parameters.", "Kimi K2 activates 32 billion parameters."),
        ("DeepSeek released R1.", "R1 was released by DeepSeek."),
    ],
)
def test_other_words_may_say_the_same(first: str, second: str) -> None:
    assert may_be_same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Chinese models are six months behind.", "Chinese models are nine months behind."),
        ("Nvidia lost 600 billion dollars in a day.", "Nvidia gained 600 billion dollars in a day."),
        ("Qwen 3 beats Llama 4.", "Llama 4 beats Qwen 3."),
        ("R1 is MIT licensed.", "Kimi K2 is MIT licensed."),
        ("OpenAI has released open weights.", "OpenAI has not released open weights."),
    ],
)
def test_what_is_near_in_meaning_may_not_be_the_same(first: str, second: str) -> None:
    assert not may_be_same(first, second)
