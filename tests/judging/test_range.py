"""The range of statements that are settled by computation over the seed facts, one of each kind of phrase."""

from __future__ import annotations

from datetime import date

import pytest

from tests.judging.conftest import Judged

CLAIMS = [
    (
        "2026-02-01",
        "supported",
        "Chinese models trail the U.S. frontier by about seven months on average, according to Epoch AI.",
    ),
    ("2025-07-31", "not_enough_evidence", "Chinese models trail the U.S. frontier by about seven months on average."),
    ("2026-02-01", "supported", "The smallest U.S.-China gap since 2023 was about four months."),
    ("2025-07-31", "supported", "The U.S. lead over China on MMLU had shrunk to 0.3 points by the end of 2024."),
    ("2025-07-31", "refuted", "At the end of 2023 the U.S. led China by 5 points on MMLU."),
    (
        "2025-07-31",
        "supported",
        "In January 2024 the top U.S. model led the top Chinese model by 103 points on Chatbot Arena.",
    ),
    ("2025-07-31", "supported", "DeepSeek-R1 was released on 20 January 2025."),
    ("2025-07-31", "refuted", "DeepSeek-R1 came out in March 2025."),
    ("2025-07-31", "supported", "OpenAI released o3 in April 2025."),
    ("2025-09-30", "supported", "GPT-5 came out in August 2025."),
    ("2025-07-31", "supported", "Training the Llama 3.1 family took 39.3 million H100 GPU hours."),
    ("2025-07-31", "supported", "The H20 has 4 TB/s of memory bandwidth."),
    ("2025-07-31", "refuted", "The H800 has the same NVLink bandwidth as the H100."),
    ("2025-07-31", "supported", "The October 2023 rule stopped exports of A800 and H800 chips to China."),
    (
        "2025-07-31",
        "supported",
        "The Commerce Department said in May 2025 that it would not enforce the AI Diffusion Rule.",
    ),
    ("2025-07-31", "supported", "On July 14, 2025 Nvidia said that it expected licences to sell the H20 in China."),
    ("2025-10-01", "supported", "The U.S. government expects 15 percent of Nvidia's revenue from licensed H20 sales."),
    ("2025-10-01", "refuted", "The U.S. government expects 25 percent of Nvidia's revenue from licensed H20 sales."),
    ("2025-07-31", "supported", "China made up 13 percent of Nvidia's sales in 2024."),
    ("2025-07-31", "refuted", "China made up a third of Nvidia's sales in 2024."),
    ("2025-07-31", "supported", "Grok 4 scored higher than DeepSeek-R1 on GPQA Diamond."),
    ("2025-07-31", "supported", "The R1 API is about 27 times cheaper than o1."),
    ("2025-07-31", "refuted", "The R1 API is about 100 times cheaper than o1."),
    (
        "2025-07-31",
        "supported",
        "Huawei's Ascend 910C delivers about 60 percent of the inference performance of an H100.",
    ),
    ("2025-07-31", "refuted", "Huawei's Ascend 910C matches the H100 in inference."),
    ("2025-07-31", "supported", "U.S. institutions produced 40 notable AI models in 2024, against 15 from China."),
    ("2025-07-31", "supported", "GPT-4.1 costs 2 dollars per million input tokens."),
    ("2025-07-31", "supported", "DeepSeek calculated a theoretical profit margin of 545 percent."),
    ("2025-07-31", "supported", "Japan pledged 550 billion dollars of investment in the United States."),
    ("2025-07-31", "refuted", "The EU tariff rate in the July 2025 deal is 25 percent."),
    ("2025-07-31", "supported", "GLM-4.5 came out on 28 July 2025."),
    ("2025-07-31", "supported", "DeepSeek R1 0528 was the best Chinese model on Chatbot Arena in July 2025."),
    ("2025-07-31", "refuted", "The best Chinese model was ahead of the best American model on the Arena in July 2025."),
    ("2025-07-31", "supported", "DeepSeek-V3 was trained for about 5.6 million dollars."),
    ("2025-07-31", "refuted", "DeepSeek-V3 was trained on 2.8 million H100 hours."),
    ("2026-03-01", "supported", "Qwen had 700 million downloads on Hugging Face by January 2026."),
    ("2025-07-31", "supported", "ERNIE 4.5 was first launched as a proprietary model in March 2025."),
    ("2025-07-31", "supported", "Qwen3 is Apache 2.0."),
    ("2025-07-31", "supported", "DeepSeek-V3 is a mixture-of-experts model with 37 billion active parameters."),
    ("2025-07-31", "refuted", "DeepSeek-V3 has 37 billion total parameters."),
    ("2025-07-31", "supported", "DeepSeek-R1 scored 71.5 on GPQA Diamond."),
    ("2025-07-31", "supported", "Nvidia's shares fell nearly 17 percent on January 27, 2025."),
    ("2025-07-31", "supported", "The U.S. banned sales of the A100 and H100 to China in October 2022."),
    ("2025-07-31", "refuted", "The U.S. banned sales of the A100 to China in 2024."),
    ("2025-07-31", "supported", "DeepSeek-V3 failed to reach 60 percent on GPQA Diamond."),
    ("2025-07-31", "refuted", "DeepSeek-R1 falls short of 70 percent on AIME 2024."),
    ("2025-07-31", "supported", "DeepSeek-R1 beats 95 percent on MATH-500."),
    ("2025-07-31", "refuted", "Kimi K2 was developed by Baidu."),
    ("2025-07-31", "conflicting", "Qwen 3235B scored 65.9 percent on LiveCodeBench."),
    ("2025-07-31", "supported", "Kimi K2 has a trillion parameters, thirty two billion active, and open weights."),
    ("2025-07-31", "refuted", "Google released Qwen3 in April 2025."),
    ("2025-07-31", "supported", "Moonshot released Kimi K2 in July 2025."),
    ("2025-07-31", "supported", "The U.S. lead over China on MMLU has narrowed since 2023."),
    ("2025-07-31", "refuted", "The gap between American and Chinese models on HumanEval has widened."),
    (
        "2025-07-31",
        "refuted",
        "The gap between the best U.S. and Chinese models on the Arena has grown since January 2024.",
    ),
    ("2026-02-01", "supported", "Qwen downloads have more than doubled since February 2025."),
    ("2026-02-01", "refuted", "Qwen downloads have only doubled since February 2025."),
    ("2025-07-31", "supported", "Gemma 3 has climbed on Chatbot Arena since March 2025."),
    ("2025-07-31", "refuted", "DeepSeek-R1 beats o1 on most benchmarks."),
    ("2025-07-31", "supported", "DeepSeek-R1 beats GPT-4o on every benchmark."),
    ("2025-07-31", "supported", "Kimi K2 beats Claude Opus 4 on 5 of 9 benchmarks."),
    ("2025-12-01", "supported", "Qwen3-Max dropped in September 2025."),
    ("2025-12-01", "refuted", "Claude Sonnet 4.5 was already out before July 2025."),
    ("2026-01-20", "supported", "Qwen has blown past 400 million downloads."),
    ("2026-01-20", "refuted", "Qwen has blown past 900 million downloads."),
    ("2025-07-31", "supported", "Llama 4 was trained with a 10 million token context window. Ten million."),
    ("2025-07-31", "not_enough_evidence", "Llama 4 was trained with a 30 million token context window."),
    ("2025-07-31", "supported", "It is a twenty-fifth of the price: R1 against o1."),
    ("2025-07-31", "supported", "It is a twenty-fifth of the price: o1 against R1."),
    ("2025-07-31", "refuted", "R1 is a fifth of the price of o1."),
]


@pytest.mark.parametrize(("day", "label", "claim"), CLAIMS)
def test_statement(judged: Judged, day: str, label: str, claim: str) -> None:
    verdict = judged(claim, date.fromisoformat(day)).verdict
    assert verdict is not None
    assert verdict.label == label, verdict.rationale


@pytest.mark.parametrize(
    ("spoken", "label"),
    [
        ("R one scored seventy nine point eight on AIME twenty twenty four.", "supported"),
        ("R one scored seventy nine point eight on AIME 2024 and o one seventy nine point two.", "supported"),
        ("V three got eighty eight point five on M M L U.", "supported"),
        ("R one got eighty five point eight on M M L U.", "refuted"),
    ],
)
def test_names_and_figures_as_they_are_spoken(judged: Judged, spoken: str, label: str) -> None:
    verdict = judged(spoken).verdict
    assert verdict is not None
    assert verdict.label == label, verdict.rationale
