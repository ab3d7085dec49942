"""Relative days become calendar ones, or stay as they are where that would be a guess."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.claims.dates import with_dates

THURSDAY = date(2025, 7, 31)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("It came out last week.", "It came out last week (July 2025)."),
        ("It came out yesterday.", "It came out yesterday (30 July 2025)."),
        ("It came out last year.", "It came out last year (2024)."),
        ("It came out two months ago.", "It came out two months ago (May 2025)."),
        ("It came out in November.", "It came out in November (November 2024)."),
        ("It came out in April 2023.", "It came out in April 2023."),
        ("It came out at the end of June.", "It came out at the end of June (June 2025)."),
        ("It has been out since November.", "It has been out since November (November 2024)."),
        ("It started in October of twenty two.", "It started in October of twenty two (October 2022)."),
        ("It came out in May, twenty twenty-five.", "It came out in May, twenty twenty-five (May 2025)."),
        ("It came out in March of '24.", "It came out in March of '24 (March 2024)."),
        ("It came out at the end of June 2023.", "It came out at the end of June 2023."),
        ("It came out this week.", "It came out this week."),
        ("It came out in 2023.", "It came out in 2023."),
    ],
)
def test_dates(said: str, written: str) -> None:
    assert with_dates(said, said, THURSDAY) == written
