"""Plain statements of origin, maker and the latest of a family, settled by typed facts; nothing else rides along."""

from datetime import date

import pytest

from tests.judging.conftest import Judged

DECEMBER, MAY, AUGUST = date(2024, 12, 4), date(2025, 5, 4), date(2025, 8, 4)


@pytest.mark.parametrize(
    ("day", "text", "label"),
    [
        (DECEMBER, "Qwen 2.5 models are Chinese models.", "supported"),
        (DECEMBER, "Qwen 2.5 models are models being built by a Chinese company, Alibaba.", "supported"),
        (DECEMBER, "Qwen 2.5 is an American model.", "refuted"),
        (DECEMBER, "Qwen 2.5 was developed by Baidu.", "refuted"),
        (AUGUST, "Kimi K2 comes from China.", "supported"),
        (AUGUST, "Kimi K2 is not an American model.", "supported"),
        (MAY, "Kimi K2 comes from China.", "not_enough_evidence"),
        (AUGUST, "GPT-4o comes from a Chinese lab.", "refuted"),
        (AUGUST, "DeepSeek made R1.", "supported"),
        (AUGUST, "Mistral is a French company.", "supported"),
        (AUGUST, "Llama 3 was trained in China.", "not_enough_evidence"),
        (MAY, "DeepSeek R1 is a Chinese model that was trained on smuggled chips.", "not_enough_evidence"),
        (DECEMBER, "DeepSeek made R1 out of stolen data.", "not_enough_evidence"),
    ],
)
def test_origin_and_maker(judged: Judged, day: date, text: str, label: str) -> None:
    verdict = judged(text, day).verdict
    assert verdict is not None
    assert verdict.label == label, verdict.rationale


@pytest.mark.parametrize(
    ("day", "text", "label"),
    [
        (DECEMBER, "The latest of Alibaba's Qwen family is the Qwen 2.5 model family.", "supported"),
        (MAY, "The latest of Alibaba's Qwen family is the Qwen 2.5 model family.", "refuted"),
        (MAY, "Qwen 3 is Alibaba's newest model.", "supported"),
        (AUGUST, "OpenAI's latest model is GPT-4.", "refuted"),
        (MAY, "Qwen 3, Alibaba's newest model, runs on a phone.", "not_enough_evidence"),
    ],
)
def test_latest(judged: Judged, day: date, text: str, label: str) -> None:
    verdict = judged(text, day).verdict
    assert verdict is not None
    assert verdict.label == label, verdict.rationale
    if label != "not_enough_evidence":
        assert verdict.derivation is not None
        assert len(verdict.derivation.operands) >= 2
        assert all(one.date and one.date <= day for one in verdict.derivation.operands)


@pytest.mark.parametrize(
    "text", ["You can download the weights of DeepSeek-R1.", "The weights of DeepSeek-R1 are freely available."]
)
def test_weights_that_can_be_had(judged: Judged, text: str) -> None:
    verdict = judged(text, AUGUST).verdict
    assert verdict is not None
    assert verdict.label == "supported"
    other = judged(text.replace("DeepSeek-R1", "GPT-4o"), AUGUST).verdict
    assert other is not None
    assert other.label == "refuted"
