from datetime import date

import pytest

from pipeline.models import Derivation, Reading, Verdict
from reports import wording


def verdict(label: str, rationale: str, *readings: tuple[str, str, str]) -> Verdict:
    made = tuple(Reading.model_validate({"name": n, "label": v, "explanation": e}) for n, v, e in readings)
    return Verdict.model_validate(
        {"label": label, "confidence": 0.5, "as_of": date(2025, 7, 31), "rationale": rationale, "readings": made}
    )


MONTHS = (
    ("frontier models on Arena", "supported", "about 2.7 months"),
    ("frontier models on GPQA", "supported", "about 5.3 months"),
    ("open models on Arena", "refuted", "China is not behind"),
)


def test_readings_are_counted_instead_of_told_twice() -> None:
    told = "; ".join(f"{name}: {why}" for name, _, why in MONTHS) + "."
    assert wording.rationale(verdict("conflicting", told, *MONTHS)) == (
        "Of three ways to read it, two support it and one contradicts it."
    )


def test_a_rationale_that_says_more_than_its_readings_stays() -> None:
    told = "The boards differ. " + "; ".join(f"{name}: {why}" for name, _, why in MONTHS)
    assert wording.rationale(verdict("conflicting", told, *MONTHS)) == told


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("R1: 71.7 percent (26 May 2025); the statement says 84%.", "R1: 71.7% (26 May 2025); the statement says 84%."),
        (
            "R1: 97.3 percent (20 January 2025); the statement says 97.3%.",
            "R1: 97.3% (20 January 2025), as the statement says.",
        ),
        ("R1: MIT; the statement says MIT.", "R1: MIT, as the statement says."),
        ("best models: A (US) against B (CN): 1 [1]", "Best models: A (U.S.) against B (China): 1 [1]"),
        ("aiwiki.ai contradicts it: “No.”.", "aiwiki.ai contradicts it: “No.”"),
        ("12 percentage points apart", "12 percentage points apart"),
    ],
)
def test_short_forms_are_written_out(said: str, shown: str) -> None:
    assert wording.rationale(verdict("refuted", said)) == shown


def test_a_step_shows_its_sum_without_what_the_rationale_says() -> None:
    why = "DeepSeek-R1 90.8 against o1-1217 91.8 on MMLU, 20 January 2025: 90.8 − 91.8 = −1."
    assert wording.step(why.rstrip("."), why) == "90.8 − 91.8 = −1"
    assert wording.step("71.7 − 84 = -12.3 percent; is outside “84”", why) == "71.7 − 84 = −12.3%, outside “84”"
    assert wording.step("1474 − 1426 = 48 points, 28 July 2025", why) == "1474 − 1426 = 48 points, 28 July 2025"


def test_where_sources_disagree_no_sum_claims_to_hold() -> None:
    one = Derivation(operation="compare a figure", operands=(), steps=(), conclusion="the figure holds")
    assert wording.conclusion(one.conclusion, verdict("supported", "")) == "The figure holds."
    assert wording.conclusion(one.conclusion, verdict("conflicting", "")) == "The sources disagree."
