"""Thirty statements with the claims that a careful reader takes from them: hedges, ellipses, reported speech, corrections."""

from __future__ import annotations

import pytest

from pipeline.claims import words_from_nowhere
from tests.claims.talk import checkable, claims_in

GOLD: list[tuple[str, list[str], list[str]]] = [
    ("plain", ["Ada: GLM-4.5 has 355 billion parameters."], ["GLM-4.5 has 355 billion parameters."]),
    ("number words", ["Ada: Kimi K2 has a trillion parameters."], ["Kimi K2 has a trillion parameters."]),
    ("opening words go", ["Ada: So yeah, Kimi K2 scored 65.8 percent on SWE-bench."], ["Kimi K2 scored 65.8 percent on SWE-bench."]),
    ("hedge stays", ["Ada: GLM-4.5 costs about sixty cents per million tokens."], ["GLM-4.5 costs about sixty cents per million tokens."]),
    ("hedge of rank", ["Ada: Roughly 30 percent of startups use Chinese models."], ["Roughly 30 percent of startups use Chinese models."]),
    ("words that carry meaning stay", ["Ada: So far, no open model has passed o1 on AIME."], ["So far, no open model has passed o1 on AIME."]),
    ("crowd is unwrapped", ["Ada: People keep saying that Baidu is only months behind OpenAI."], ["Baidu is only months behind OpenAI."]),
    ("learned from the news", ["Ada: I just read that Nvidia sold 13 billion dollars of H20 chips."], ["Nvidia sold 13 billion dollars of H20 chips."]),
    ("named source stays", ["Ada: Stanford says that 40 models came from the United States."], ["Stanford says that 40 models came from the United States."]),
    ("a chart says", ["Ada: There's a chart that says the gap has never been more than six months."], ["The gap has never been more than six months."]),
    ("it", ["Ada: Let us talk about GLM-4.5.", "Joe: It scored 91 percent on AIME."], ["GLM-4.5 scored 91 percent on AIME."]),
    ("they, a company", ["Ada: OpenAI is the odd one.", "Joe: They haven't put out open weights since 2019."],
     ["OpenAI hasn't put out open weights since 2019."]),
    ("they, several", ["Ada: The Qwen models are everywhere.", "Joe: They have 400 million downloads."], ["The Qwen models have 400 million downloads."]),
    ("this model", ["Ada: DeepSeek-R1 came out in January 2025. This model cost 8 dollars per million tokens."],
     ["DeepSeek-R1 came out in January 2025.", "DeepSeek-R1 cost 8 dollars per million tokens."]),
    ("the company", ["Ada: Nvidia had a bad week. The company lost 600 billion dollars of value."], ["Nvidia lost 600 billion dollars of value."]),
    ("two in one breath", ["Ada: R1 scored 97.3 percent on MATH, and Kimi K2 scored 97.4 percent."],
     ["R1 scored 97.3 percent on MATH.", "Kimi K2 scored 97.4 percent."]),
    ("leaning half stays", ["Ada: K2 scored 65.8 percent, and that is better than GPT-4.1."], ["K2 scored 65.8 percent, and that is better than GPT-4.1."]),
    ("advice is cut off", ["Ada: R1 is MIT licensed, you can do what you want with it."], ["R1 is MIT licensed."]),
    ("consequence is cut off", ["Ada: DeepSeek released R1 under the MIT license, so anybody can use it."], ["DeepSeek released R1 under the MIT license."]),
    ("afterthought", ["Ada: R1 matched o1 on the math. 79.8 versus 79.2 on AIME."], ["R1 matched o1 on the math: 79.8 versus 79.2 on AIME."]),
    ("correction", ["Ada: DeepSeek released R1 in February 2025. No, sorry, DeepSeek released R1 in January 2025."], ["DeepSeek released R1 in January 2025."]),
    ("last month", ["Ada: Moonshot released Kimi K2 last month."], ["Moonshot released Kimi K2 last month (June 2025)."]),
    ("bare month", ["Ada: Nvidia took a charge of 5.5 billion dollars in April."], ["Nvidia took a charge of 5.5 billion dollars in April (April 2025)."]),
    ("question", ["Ada: How many parameters does GLM-4.5 have?"], []),
    ("thanks", ["Ada: Thank you for listening, and goodbye."], []),
    ("what they do themselves", ["Ada: We tried Kimi K2 for 3 weeks at our office."], []),
    ("sponsor", ["Ada: This episode is brought to you by Acme Cloud. Acme Cloud runs 200 models at half the price."], []),
    ("nothing to point to", ["Ada: It is the other way around with open weights."], []),
    ("opinion", ["Ada: I think that open models are the most exciting story in technology."], []),
    ("prediction", ["Ada: By the end of 2026, Chinese models will be ahead of American models."], []),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "expected"), [row[1:] for row in GOLD], ids=[row[0] for row in GOLD])
def test_statement(turns: list[str], expected: list[str]) -> None:
    assert checkable(*turns) == expected


def test_no_word_of_them_is_invented() -> None:
    assert [words for _, turns, _ in GOLD for claim in claims_in(*turns) if (words := words_from_nowhere(claim))] == []


def test_there_are_thirty() -> None:
    assert len(GOLD) == 30
