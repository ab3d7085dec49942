"""Claims as people say them: months for versions, names without their family, figures after "does not even make"."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.evidence import spoken_numbers
from tests.judging.conftest import Judged

CLAIMS = [
    ("supported", "2025-12-01", "On the Aider polyglot board Codestral twenty five oh one is below Yi Lightning."),
    ("conflicting", "2025-07-31", "DeepSeek R one doesn't even reach fifty five on Aider polyglot."),
    ("conflicting", "2025-07-31", "The May version of R one is above eighty percent on GPQA Diamond."),
    ("refuted", "2025-09-30", "Kimi K2 beats the March DeepSeek V3 on MMLU-Pro."),
    ("supported", "2025-12-31", "Qwen3 Max is a big one, but its weights never came out."),
    ("refuted", "2025-12-31", "The weights of Qwen3 Max came out."),
    ("refuted", "2025-07-31", "Qwen3 was already out when Llama 4 showed up."),
    ("supported", "2025-07-31", "Llama 4 was already out when Qwen3 showed up."),
    ("supported", "2025-10-15", "DeepSeek V3.2 experimental and Claude Sonnet 4.5 landed on the very same day."),
    ("supported", "2025-03-31", "DeepSeek V3 and Gemini two Flash are dead even on FrontierMath in Epoch's runs."),
    ("refuted", "2025-07-31", "The weights of Grok one went out under MIT."),
    ("refuted", "2025-08-31", "Somebody is past thirty percent on FrontierMath."),
    ("supported", "2025-11-30", "There is a model above 30 percent on FrontierMath."),
    ("supported", "2025-09-30", "Kimi K2 was fed more text in pre-training than DeepSeek V3, not by much, but more."),
]


@pytest.mark.parametrize(("label", "day", "claim"), CLAIMS)
def test_what_people_say_is_read(judged: Judged, label: str, day: str, claim: str) -> None:
    verdict = judged(claim, date.fromisoformat(day)).verdict
    assert verdict is not None
    assert verdict.label == label


def test_more_of_something_is_no_score(judged: Judged) -> None:
    """Two models that share a benchmark are not compared on it when the talk is of something else."""
    verdict = judged("Kimi K2 has more users in Brazil than DeepSeek V3.", date(2025, 9, 30)).verdict
    assert verdict is not None
    assert verdict.label == "not_enough_evidence"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Codestral twenty five oh one", "Codestral 25.01"),
        ("from o one to R one", "from o1 to R1"),
        ("Gemini two Flash and Grok one", "Gemini 2 Flash and Grok 1"),
        ("Grok one point five", "Grok 1.5"),
        ("no one of the two", "no one of the two"),
    ],
)
def test_names_with_spoken_numbers(said: str, written: str) -> None:
    assert spoken_numbers(said) == written
