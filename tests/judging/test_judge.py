"""Claims against the seed evidence: what is computed, what time allows, what is left open."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipeline.models import Verdict
from tests.conftest import SHARED
from tests.judging.conftest import Judged

JULY = date(2025, 7, 31)
GOLD = SHARED / "evidence" / "claims_gold_dev.jsonl"


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("DeepSeek-V3 scored 88.5 percent on MMLU.", "supported"),
        ("DeepSeek-V3 scored 85.8 percent on MMLU.", "refuted"),
        ("Kimi K2 beat GPT-4.1 on LiveCodeBench.", "supported"),
        ("GPT-4.1 beat Kimi K2 on LiveCodeBench.", "refuted"),
        ("ERNIE 4.5 is licensed under Apache 2.0.", "supported"),
        ("GLM-4.5 is licensed under MIT.", "supported"),
        ("GLM-4.5 is licensed under Apache 2.0.", "refuted"),
        ("Baidu open-sourced ERNIE 4.5 in March 2025.", "refuted"),
        ("DeepSeek-R1 was released in January 2025.", "supported"),
        ("DeepSeek-V3 was trained on 14.8 trillion tokens.", "supported"),
        ("The Nvidia H20 has 96 GB of memory.", "supported"),
        ("The Nvidia H20 has 141 GB of memory.", "refuted"),
        ("In May 2025 the U.S. and China agreed to a 90-day cut of their tariffs.", "supported"),
        (
            "The best American model was 48 points ahead of the best Chinese model on Chatbot Arena in late July 2025.",
            "supported",
        ),
        (
            "The best American model was 12 points ahead of the best Chinese model on Chatbot Arena in late July 2025.",
            "refuted",
        ),
        ("Most people like pancakes.", "not_enough_evidence"),
    ],
)
def test_what_the_record_of_that_day_says(judged: Judged, claim: str, label: str) -> None:
    assert judged(claim).verdict.label == label  # type: ignore[union-attr]


def test_arithmetic_is_shown_and_every_operand_is_cited(judged: Judged) -> None:
    verdict = judged(
        "The best American model was 48 points ahead of the best Chinese one on the Arena in July 2025."
    ).verdict
    assert verdict is not None
    assert verdict.derivation is not None
    assert "1474 − 1426 = 48" in verdict.derivation.steps[0]
    assert {one.passage_id for one in verdict.derivation.operands} <= {one.passage.id for one in verdict.citations}


def test_later_evidence_never_decides_what_was_known(judged: Judged) -> None:
    checked = judged("On average, Chinese models have been seven months behind American models since 2023.")
    assert checked.verdict is not None
    assert checked.verdict_today is not None
    assert (checked.verdict.label, checked.verdict_today.label) == ("not_enough_evidence", "supported")
    assert all(one.later for one in checked.later)
    assert checked.later
    assert all(not _later(one, JULY) for one in [checked.verdict])


def _later(verdict: Verdict, day: date) -> bool:
    return any((one.passage.known_from or date.max) > day for one in (*verdict.citations, *verdict.against))


def test_a_day_decides(judged: Judged) -> None:
    """gpt-oss came on 5 August 2025: the same words were right the day before and wrong that day."""
    claim = "OpenAI has released no open-weight model since GPT-2."
    assert judged(claim, date(2025, 8, 4)).verdict.label == "supported"  # type: ignore[union-attr]
    assert judged(claim, date(2025, 8, 5)).verdict.label == "refuted"  # type: ignore[union-attr]


def test_what_the_claim_itself_says_on_air_is_no_evidence(judged: Judged) -> None:
    """The store holds a podcast's own figure of 400 million; it can't support the podcast."""
    assert (
        judged("The Qwen models had passed 400 million downloads by the end of July 2025.").verdict.label
        == "not_enough_evidence"
    )  # type: ignore[union-attr]


def test_sources_that_disagree_conflict(judged: Judged) -> None:
    verdict = judged(
        "In February 2025 the top U.S. model was about 23 points ahead of the top Chinese model on the Arena."
    ).verdict
    assert verdict is not None
    assert verdict.label == "conflicting"
    assert {one.stance for one in verdict.citations} == {"supports", "refutes"}


def test_readings_of_an_ambiguous_claim_are_named(judged: Judged) -> None:
    verdict = judged("China is only months behind the U.S. in AI models.").verdict
    assert verdict is not None
    assert verdict.label == "conflicting"
    assert {reading.label for reading in verdict.readings} == {"supported", "refuted"}


def test_undecided_says_what_would_have_settled_it(judged: Judged) -> None:
    verdict = judged("30 percent of Silicon Valley startups run on Chinese models.").verdict
    assert verdict is not None
    assert verdict.label == "not_enough_evidence"
    assert "a source that states or contradicts" in verdict.missing


def test_every_verdict_is_carried_by_a_real_quote(judged: Judged) -> None:
    for claim in (
        "R1 is MIT licensed.",
        "V3 has 671 billion parameters.",
        "Nvidia lost a trillion dollars in one day over DeepSeek.",
    ):
        verdict = judged(claim).verdict
        assert verdict is not None
        assert verdict.citations
        assert all(one.quote in one.passage.text for one in verdict.citations)


def test_the_gold_claims_hold_their_floor(judged: Judged) -> None:
    """At least 24 of the 30 checkable development claims are right, and no supported one is called refuted."""
    if not GOLD.exists():
        pytest.skip("the gold claims lie in ../shared, which is not here")
    rows = [json.loads(line) for line in GOLD.read_text().splitlines()]
    outcomes = [
        (row["verdict"], judged(row["claim"], date.fromisoformat(row["as_of"])).verdict.label)  # type: ignore[union-attr]
        for row in rows
        if row["verdict"]
    ]
    assert len(outcomes) == 30
    assert sum(wanted == got for wanted, got in outcomes) >= 27
    assert ("supported", "refuted") not in outcomes
