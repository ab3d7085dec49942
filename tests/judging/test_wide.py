"""Statements about a whole board, about intervals and about two figures: computed, with the evidence of the day."""

from datetime import date

import pytest

from tests.judging.conftest import Judged

CASES = [
    # boards
    ("2025-09-30", "supported", "No Chinese model has scored over 80 percent on Aider polyglot."),
    ("2025-09-30", "refuted", "No American model has scored over 80 percent on Aider polyglot."),
    ("2025-09-30", "refuted", "GPT-5 is the only model above 80 percent on Aider polyglot."),
    ("2025-09-30", "supported", "The best score on Aider polyglot is above 85 percent."),
    ("2025-09-30", "refuted", "The highest score on Aider polyglot is below 80 percent."),
    ("2025-10-15", "refuted", "All of the top four models on Aider polyglot are from OpenAI."),
    ("2025-10-15", "supported", "Most of the top five models on Aider polyglot are American."),
    ("2025-11-20", "supported", "GLM-4.6 is the top Chinese model on LMArena."),
    ("2025-12-20", "refuted", "GLM-4.6 is the top Chinese model on LMArena."),
    # intervals
    ("2025-07-31", "supported", "DeepSeek-R1 was released less than a month after DeepSeek-V3."),
    ("2025-07-31", "refuted", "DeepSeek-R1 came out a year after DeepSeek-V3."),
    ("2025-07-31", "supported", "Llama 4 was released before Qwen3."),
    ("2025-07-31", "refuted", "Llama 4 was released after Qwen3."),
    ("2025-07-31", "refuted", "Qwen3 and Llama 4 came out on the same day."),
    # figures of two
    ("2025-08-01", "supported", "Kimi K2 was trained on more tokens than DeepSeek-V3."),
    ("2025-08-01", "refuted", "DeepSeek-V3 was trained on more tokens than Kimi K2."),
    ("2025-08-01", "supported", "Kimi K2 has about one and a half times as many parameters as DeepSeek-V3."),
    ("2025-08-01", "refuted", "Kimi K2 has three times as many parameters as DeepSeek-V3."),
    ("2025-08-01", "supported", "Llama 3.3 70B took more GPU hours to train than DeepSeek-V3."),
    ("2025-11-30", "supported", "MiniMax M2's input tokens cost half as much as those of Kimi K2 Thinking."),
    ("2025-11-30", "refuted", "MiniMax M2 is more expensive than Kimi K2 Thinking."),
    # a change by so much
    ("2025-07-31", "supported", "The U.S. lead over China on the Arena in the AI Index fell by about 7.5 percentage points by February 2025."),
    # what is one board's says nothing of another
    ("2025-07-31", "not_enough_evidence", "Kimi K2 solved about 44 percent of SWE-bench Verified on the bash-only board."),
    # numbers in names, and what is not open
    ("2025-02-15", "supported", "Codestral 25.01 scores lower than Yi-Lightning on Aider polyglot."),
    ("2025-10-15", "supported", "Qwen3-Max is not an open-weight model."),
    ("2025-10-15", "refuted", "Alibaba released Qwen3-Max with open weights."),
]  # fmt: skip


@pytest.mark.parametrize(("day", "label", "claim"), CASES)
def test_statement(judged: Judged, day: str, label: str, claim: str) -> None:
    verdict = judged(claim, date.fromisoformat(day)).verdict
    assert verdict is not None
    assert verdict.label == label, verdict.rationale
    assert all((one.passage.known_from or date.max) <= date.fromisoformat(day) for one in verdict.citations)
