"""A report says what a language model did, what it was sent, and which words are its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.models import CheckedClaim, LlmStep, LlmUse, Report
from reports import render

USE = LlmUse(
    model="openai:gpt-5-mini",
    where="api.openai.com",
    leaves_machine=True,
    steps={"claims": LlmStep(asked=12, used=5, refused=6, failed=1), "rationale": LlmStep(asked=9, used=9)},
    sent=("statements with the sentences around them", "decided claims"),
    calls=22,
    tokens_in=9_120,
    tokens_out=1_404,
    cost=0.0123,
    failures={"timeout": 1},
    stopped="the limit of $0.0125 was reached; the rest was done without a language model",
)


def with_use(report: Report, use: LlmUse | None) -> Report:
    return report.model_copy(update={"provenance": report.provenance.model_copy(update={"llm": use})})


def page_of(report: Report, folder: Path) -> str:
    return render(report, folder).read_text("utf-8")


def test_what_left_the_machine_and_what_it_cost_is_said(report: Report, tmp_path: Path) -> None:
    html = page_of(with_use(report, USE), tmp_path)
    assert "api.openai.com was sent statements with the sentences around them; decided claims." in html
    assert "Nothing else left the machine." in html
    assert "22 calls, 9,120 tokens in and 1,404 out, $0.0123." in html
    assert "<td>12</td><td>5</td><td>6</td><td>1</td>" in html
    assert "The limit of $0.0125 was reached" in html
    assert "timeout: 1" in html


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (USE.model_copy(update={"leaves_machine": False, "sent": ()}), "Nothing was sent anywhere."),
        (USE.model_copy(update={"cost": None}), "at a price that is not known"),
        (USE.model_copy(update={"cost": 0.0}), "free of charge"),
    ],
)
def test_a_model_here_and_an_unknown_price(report: Report, tmp_path: Path, use: LlmUse, said: str) -> None:
    assert said in page_of(with_use(report, use), tmp_path)


def test_without_a_model_nothing_is_said_of_one(report: Report, tmp_path: Path) -> None:
    html = page_of(report, tmp_path)
    assert "Steps of the language model" not in html
    assert "By a language model" not in html


def test_a_card_says_which_of_its_words_are_a_models(report: Report, tmp_path: Path) -> None:
    def marked(one: CheckedClaim) -> CheckedClaim:
        if one.verdict is None:
            return one
        claim = one.claim.model_copy(update={"worded_by": "language model"})
        verdict = one.verdict.model_copy(update={"rationale_by": "language model"})
        return one.model_copy(update={"claim": claim, "verdict": verdict})

    html = page_of(report.model_copy(update={"claims": tuple(marked(one) for one in report.claims)}), tmp_path)
    count = sum(one.verdict is not None for one in report.claims)
    said = "By a language model: the wording of the claim and the words of the rationale. All else by rules."
    assert html.count(said) == count
