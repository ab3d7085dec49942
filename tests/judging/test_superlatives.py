"""The largest, the cheapest: one figure against all others of its group."""

from __future__ import annotations

from datetime import date

import pytest

from tests.judging.conftest import Judged

CLAIMS = [
    ("supported", "DeepSeek-V4-Pro is the largest Chinese open-weight model by total parameters."),
    (
        "supported",
        "DeepSeek-V4-Pro is the largest Chinese open-weight model by total parameters, about 60 percent bigger than Kimi K2.",
    ),
    ("refuted", "Kimi K2 is the largest Chinese open-weight model by total parameters."),
    (
        "refuted",
        "Kimi K2 is the largest Chinese open-weight model by total parameters, about 34 percent bigger than GLM-5.",
    ),
    ("not_enough_evidence", "DeepSeek-V4-Pro is the second-largest Chinese open-weight model by total parameters."),
    (
        "supported",
        "Kimi K2 is smaller than DeepSeek-V4-Pro, the largest Chinese open-weight model by total parameters.",
    ),
    ("not_enough_evidence", "Kimi K2 is the largest coding model by total parameters."),
    ("not_enough_evidence", "Qwen3-235B-A22B is the largest model of its family by total parameters."),
]


@pytest.mark.parametrize(("label", "claim"), CLAIMS)
def test_superlatives_of_size(judged: Judged, label: str, claim: str) -> None:
    verdict = judged(claim, date(2026, 5, 15)).verdict
    assert verdict is not None
    assert verdict.label == label


def test_the_largest_on_that_day(judged: Judged) -> None:
    """What came out later does not count."""
    claim = "Kimi K2 is the largest Chinese open-weight model by total parameters."
    verdict = judged(claim, date(2025, 8, 1)).verdict
    assert verdict is not None
    assert verdict.label == "supported"


def test_one_of_the_largest_is_no_superlative(judged: Judged) -> None:
    claim = "GLM-5 is one of the largest Chinese open-weight models by total parameters."
    verdict = judged(claim, date(2026, 5, 15)).verdict
    assert verdict is not None
    assert verdict.label == "not_enough_evidence"


def test_the_largest_of_a_family_is_that_familys(judged: Judged) -> None:
    verdict = judged("The largest ERNIE 4.5 model has 424 billion parameters.", date(2025, 7, 31)).verdict
    assert verdict is not None
    assert verdict.label == "supported"
