"""Generated training pairs: each label follows from the passage, whatever the dice say."""

import random
import re
from datetime import date
from typing import Any

import pytest

from pipeline.judging.training.data import NEUTRAL, REFUTES, SUPPORTS, Pair, claim_key, clean
from pipeline.judging.training.flips import flip_direction, flip_number, numbers_in, other_number
from pipeline.judging.training.generate import pairs_from_facts, pairs_from_flips, score_pairs
from pipeline.judging.training.spoken import say_day, say_number, shifted_month

SEEDS = range(40)


def fact(subject: str, value: float, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "benchmark",
        "subject": subject,
        "developer": "DeepSeek",
        "metric": "MMLU",
        "value": value,
        "unit": "percent",
        "setting": "EM",
        "date": "2024-12-26",
        "source_url": "https://example.org/table",
        "text": f"{subject} scored {value}% on MMLU (EM), according to the comparison table published by DeepSeek.",
    } | changes


def stated_number(claim: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?(?=%| percent| on|\.$)", claim)
    return float(found.group()) if found else None


def test_bounds_in_generated_claims_hold_or_fail_as_labelled() -> None:
    checked = 0
    for seed in SEEDS:
        for pair in score_pairs(fact("ModelX", 88.5), random.Random(seed)):
            number = stated_number(pair.claim)
            above = re.search(r"above|more than|beats|over", pair.claim)
            below = re.search(r"below|less than|under|failed to reach", pair.claim)
            if number is not None and (above or below):
                true = number < 88.5 if above else number > 88.5
                assert (pair.allowed == (SUPPORTS,)) == true, pair.claim
                checked += 1
    assert checked > 50


def test_a_claim_with_the_passages_number_is_supported_and_another_number_refuted() -> None:
    seen = set()
    for seed in SEEDS:
        for pair in score_pairs(fact("ModelX", 88.5), random.Random(seed)):
            plain_claim = not re.search(r"above|more|beats|over|below|less|under|failed|about|rough|around", pair.claim)
            if plain_claim and (number := stated_number(pair.claim)) is not None:
                assert (pair.allowed == (SUPPORTS,)) == (number == 88.5), pair.claim
                seen.add(pair.allowed)
    assert seen == {(SUPPORTS,), (REFUTES,)}


def test_the_same_number_for_another_model_is_neutral_not_refuted() -> None:
    pairs = pairs_from_facts([fact("DeepSeek-V3", 88.5), fact("Qwen2.5", 85.3)])
    crossed = [p for p in pairs if "DeepSeek-V3" in p.passage and "Qwen2.5" not in p.passage and "Qwen2.5" in p.claim]
    assert crossed
    assert all(pair.allowed == (NEUTRAL,) for pair in crossed)


def test_comparisons_follow_the_numbers() -> None:
    pairs = pairs_from_facts([fact("Alpha-1", 90.0), fact("Beta-2", 70.0)])
    both = [p for p in pairs if "Alpha-1" in p.passage and "Beta-2" in p.passage]
    assert {p.allowed for p in both} == {(SUPPORTS,), (REFUTES,)}
    for pair in both:
        first = "Alpha-1" if pair.claim.lower().find("alpha") < pair.claim.lower().find("beta") else "Beta-2"
        losing = re.search(r"trails|lower|behind", pair.claim) is not None
        assert (pair.allowed == (SUPPORTS,)) == ((first == "Alpha-1") != losing), pair.claim


def test_release_claims_name_the_right_month_only_when_supported() -> None:
    text = "Alibaba's Qwen team released the Qwen2 series on 2024-06-06."
    released = fact("Qwen2", 0, kind="release", unit="date", date="2024-06-06", developer="Alibaba", text=text)
    for pair in pairs_from_facts([released]):
        if re.search(r"\b(June 2024)\b", pair.claim) and "before" not in pair.claim:
            assert pair.allowed == (SUPPORTS,), pair.claim
        if "OpenAI" in pair.claim or "2023" in pair.claim or "2025" in pair.claim:
            assert pair.allowed == (REFUTES,), pair.claim


def test_the_same_facts_give_the_same_pairs() -> None:
    facts = [fact("Alpha-1", 90.0), fact("Beta-2", 70.0)]
    assert pairs_from_facts(facts) == pairs_from_facts(facts)
    assert pairs_from_facts(facts, seed=1) != pairs_from_facts(facts, seed=2)


@pytest.mark.parametrize("written", ["88.5", "1,474", "671", "2024", "5.576", "3", "99"])
def test_another_number_differs_by_more_than_rounding(written: str) -> None:
    value = float(written.replace(",", ""))
    for seed in SEEDS:
        new = float(other_number(written, random.Random(seed)).replace(",", ""))
        assert abs(new - value) >= min(0.3, 0.02 * value)


def test_numbers_inside_names_are_left_alone() -> None:
    assert numbers_in("GPT-4 and Qwen2.5 cost 1,474 dollars and 88.5 cents in 2024") == ["1,474", "88.5", "2024"]
    assert flip_number("GPT-4 beat Qwen2.5", random.Random(0)) is None


def test_a_direction_is_turned_and_not_is_only_ever_taken_away() -> None:
    rng = random.Random(0)
    assert flip_direction("sales were above plan", rng) == "sales were below plan"
    assert flip_direction("it is not a film", rng) == "it is a film"
    assert flip_direction("it is a film", rng) is None


def test_flips_are_made_from_supported_pairs_only() -> None:
    kept = Pair("It has 671 billion parameters.", "It has 671 billion parameters.", (SUPPORTS,), "fm2")
    other = Pair("It has 671 billion parameters.", "It has 600 billion parameters.", (REFUTES,), "fm2")
    (made,) = pairs_from_flips([kept, other])
    assert made.allowed == (REFUTES,)
    assert made.claim != kept.claim


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (88.5, "eighty-eight point five"),
        (671, "six hundred seventy-one"),
        (1426, "one thousand four hundred twenty-six"),
        (0.3, "zero point three"),
        (20.0, "twenty"),
    ],
)
def test_numbers_as_spoken(value: float, words: str) -> None:
    assert say_number(value) == words


def test_days_and_months_as_spoken() -> None:
    said = {say_day(date(2025, 1, 22), random.Random(seed)) for seed in SEEDS}
    assert {"January 22, 2025", "22 January 2025", "the 22nd of January 2025", "2025-01-22"} <= said
    assert shifted_month(date(2025, 1, 20), -2) == "November 2024"


def test_tokeniser_marks_are_removed_and_the_same_claim_has_one_key() -> None:
    assert clean("He -LRB- born 1947 -RRB- is n't a painter .") == "He (born 1947) isn't a painter."
    assert claim_key("He is a painter .") == claim_key("he is a painter.")
