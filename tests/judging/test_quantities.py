"""Numbers as people say and write them."""

import pytest

from pipeline.judging.digits import normalise_numbers
from pipeline.judging.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("two point eight million GPU hours", 2.8e6, "gpu_hours", "exact"),
        ("a trillion parameters", 1e12, "parameters", "exact"),
        ("about 90 percent cheaper", 90.0, "percent", "about"),
        ("a lead of 1,474 points", 1474.0, "points", "exact"),
        ("five and a half billion dollars", 5.5e9, "USD", "exact"),
        ("under $6 million", 6e6, "USD", "under"),
        ("has never exceeded six months", 6.0, "months", "at_most"),
        ("passed 400 million downloads", 4e8, "", "over"),
        ("at least three years", 36.0, "months", "at_least"),
        ("671B total", 671e9, "parameters", "exact"),
        ("3.35 TB/s", 3.35e12, "bytes/s", "exact"),
        ("half of the startups", 50.0, "percent", "about"),
        ("a 15x speed-up", 15.0, "ratio", "exact"),
        ("55 cents", 0.55, "USD", "exact"),
        ("rose 0.3 percentage points", 0.3, "points", "exact"),
    ],
)
def test_what_a_number_says(text: str, value: float, unit: str, bound: str) -> None:
    quantity = find_quantities(text)[0]
    assert (quantity.value, quantity.unit, quantity.bound) == (pytest.approx(value), unit, bound)


@pytest.mark.parametrize(
    "text", ["DeepSeek R1", "GPT-4.1 is out", "in 2024", "on 7 October 2022", "MATH-500", "the 3rd place", "Qwen 2.5"]
)
def test_names_years_and_places_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


def test_a_rate_keeps_its_price_only() -> None:
    assert [quantity.text for quantity in find_quantities("$0.55 per million tokens")] == ["$0.55"]


def test_number_words_become_digits() -> None:
    assert normalise_numbers("GLM four point five has six hundred seventy one billion") == "GLM 4.5 has 671 billion"


@pytest.mark.parametrize(
    ("said", "figure", "agrees"),
    [
        ("97 percent", 97.3, True),
        ("99 percent", 97.3, False),
        ("88.5 percent", 85.8, False),
        ("about 23 points", 41.0, False),
        ("about 70 points", 69.0, True),
        ("almost 600 billion dollars", 589e9, True),
        ("1 trillion dollars", 589e9, False),
        ("more than 400 million downloads", 40e6, False),
        ("2.8 million GPU hours", 2.788e6, True),
        ("twenty-something points", 23.0, True),
    ],
)
def test_how_far_a_figure_may_be_off(said: str, figure: float, agrees: bool) -> None:
    assert find_quantities(said)[0].agrees(figure) is agrees
