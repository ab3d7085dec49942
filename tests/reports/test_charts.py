from datetime import date

from pipeline.evidence.gap_result import Board, GapResult
from pipeline.evidence.gap_result import Mark as GapMark
from pipeline.models import Derivation, Operand, Reading
from reports.charts import between, chart, months_chart
from reports.gapchart import gap_chart


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


def test_a_number_held_against_what_was_said_is_drawn_beside_it() -> None:
    held = Derivation(
        operation="compare a figure",
        operands=(operand("R1, GPQA", 71.7, "percent"),),
        steps=("71.7 − 84 = −12.3 percent; is outside “84”",),
        conclusion="",
    )
    drawn = chart(held, {})
    assert drawn is not None
    assert [(mark.label, mark.value) for mark in drawn.marks] == [("R1, GPQA", "71.7%"), ("as said", "84%")]


def behind(name: str, step: str, *operands: Operand) -> Reading:
    held = Derivation(operation="months behind", operands=operands, steps=(step,), conclusion="held")
    return Reading(name=name, label="supported", explanation="", derivation=held)


def test_days_that_the_steps_name_are_drawn_not_those_of_measurement() -> None:
    step = "R1 (76.3, 28 May 2025) against o1 (76.8, 17 December 2024): 5.3 months"
    measured = (operand("R1", 76.3, day=date(2025, 5, 29)), operand("o1", 76.8, day=date(2025, 2, 13)))
    drawn = chart(behind("GPQA", step, *measured).derivation or derivation(""), {})
    assert drawn is not None
    assert drawn.gap is not None
    assert drawn.gap.text == "5.3 months"
    assert [mark.when for mark in drawn.marks] == ["17 Dec 2024", "28 May 2025"]


def test_a_chart_that_would_tell_another_story_than_the_steps_is_not_drawn() -> None:
    measured = (operand("R1", 76.3, day=date(2025, 5, 29)), operand("o1", 76.8, day=date(2025, 2, 13)))
    assert chart(behind("GPQA", "R1 against o1: 5.3 months", *measured).derivation or derivation(""), {}) is None


def test_months_behind_under_each_reading() -> None:
    drawn = months_chart(
        [behind("on one board", "A against B: 2.7 months"), behind("on another", "C against D: 5.4 months")]
    )
    assert drawn is not None
    assert [(mark.label, mark.x) for mark in drawn.marks] == [("On one board", 50.0), ("On another", 100.0)]
    assert months_chart([behind("alone", "A against B: 2.7 months")]) is None


def test_a_short_gap_names_its_first_and_last_day() -> None:
    board = Board(metric="Elo", setting="", publisher="", unit="Elo", rated=True)

    def mark(subject: str, value: float, day: date) -> GapMark:
        return GapMark(subject=subject, value=value, day=day, passage_id=subject)

    us, cn = mark("A", 10, date(2025, 11, 6)), mark("B", 8, date(2025, 11, 20))
    result = GapResult(
        board=board, leader="US", follower="CN", day=date(2025, 11, 20), points=2, arithmetic="10 − 8 = 2",
        leader_best=us, follower_best=cn, leader_line=(us,), follower_line=(cn,), lags=(), left_out=(), open_only=False,
        as_of=None, basis="measured", months=None, mean_months=None,
    )  # fmt: skip
    assert [label for _, label, _ in gap_chart(result, date(2025, 11, 20)).ticks] == ["6 Nov 2025", "20 Nov 2025"]
