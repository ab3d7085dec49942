"""Days and stretches of days in talk."""

from datetime import date

import pytest

from pipeline.judging.dates import find_dates

SAID = date(2025, 7, 31)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 7 October 2022", date(2022, 10, 7), date(2022, 10, 7)),
        ("October of 22", date(2022, 10, 1), date(2022, 10, 31)),
        ("mid-July 2025", date(2025, 7, 10), date(2025, 7, 20)),
        ("in April they came", date(2025, 4, 1), date(2025, 4, 30)),
        ("in November", date(2024, 11, 1), date(2024, 11, 30)),
        ("last fall", date(2024, 9, 1), date(2024, 11, 30)),
        ("in Q2 2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("last year", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_spans(text: str, first: date, last: date) -> None:
    span = find_dates(text, SAID)[0]
    assert (span.first, span.last) == (first, last)


def test_relations_decide_what_fits() -> None:
    by, before = find_dates("by January 2026")[0], find_dates("before March 2025")[0]
    assert by.covers(date(2025, 12, 1))
    assert not by.covers(date(2026, 2, 1))
    assert before.covers(date(2025, 2, 28))
    assert not before.covers(date(2025, 3, 1))


def test_relative_days_need_a_day_to_start_from() -> None:
    assert find_dates("three months ago") == []
    assert find_dates("three months ago", SAID)[0].covers(date(2025, 5, 1))


def test_impossible_days_are_left_alone() -> None:
    assert find_dates("2025-02-31") == []
