from datetime import date

from pipeline.models import Derivation, Operand
from reports.charts import between, chart


def operand(label: str, value: float | str, unit: str = "points", day: date | None = None) -> Operand:
    return Operand(label=label, value=value, unit=unit, date=day, passage_id=label)


def derivation(operation: str, *operands: Operand) -> Derivation:
    return Derivation(operation=operation, operands=operands, steps=(), conclusion="")


def test_two_scores_are_dots_with_their_gap() -> None:
    drawn = chart(derivation("difference", operand("A", 1474.0), operand("B", 1426.0)), {"A": 1, "B": 2})
    assert drawn is not None
    assert (drawn.kind, drawn.bars) == ("scale", False)
    assert drawn.gap is not None
    assert drawn.gap.text == "48 points"
    assert [mark.cited for mark in drawn.marks] == [1, 2]
    assert drawn.words == "A: 1474 points and B: 1426 points; apart: 48 points."


def test_the_higher_value_lies_further_right_and_all_lie_on_the_axis() -> None:
    drawn = chart(derivation("difference", operand("A", 97.3, "percent"), operand("B", 99.0, "percent")), {})
    assert drawn is not None
    low, high = (mark.x for mark in drawn.marks)
    assert 0 <= low < high <= 100
    assert drawn.gap is not None
    assert drawn.gap.text == "1.7 percentage points"


def test_a_ratio_is_drawn_from_zero() -> None:
    drawn = chart(derivation("ratio", operand("o1", 60.0, "USD"), operand("R1", 2.19, "USD")), {})
    assert drawn is not None
    assert drawn.bars
    assert drawn.gap is not None
    assert drawn.gap.text == "27.4 ×"
    assert abs(drawn.marks[1].x - 2.19 / 60 * 100) < 0.01


def test_months_between_two_dates_are_a_timeline() -> None:
    first, last = date(2023, 3, 14), date(2024, 5, 14)
    drawn = chart(derivation("months between", operand("GPT-4", "2023-03-14"), operand("next", 1.0, day=last)), {})
    assert drawn is not None
    assert drawn.kind == "timeline"
    assert drawn.gap is not None
    assert drawn.gap.text == between(first, last) == "14 months"
    assert drawn.marks[0].x < drawn.marks[1].x
    assert drawn.ticks


def test_days_are_days_until_nine_weeks() -> None:
    assert between(date(2024, 12, 17), date(2025, 1, 20)) == "34 days"


def test_numbers_of_different_units_are_not_compared() -> None:
    assert chart(derivation("difference", operand("A", 1.0, "points"), operand("B", 2.0, "percent")), {}) is None


def test_equal_values_and_words_draw_nothing() -> None:
    assert chart(derivation("same", operand("A", 3.0), operand("B", 3.0)), {}) is None
    assert chart(derivation("licence", operand("A", "MIT", ""), operand("B", "Apache", "")), {}) is None
