from datetime import date

import pytest

from reports import text as t


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, ""), (7.9, "0:07"), (425, "7:05"), (3753.2, "1:02:33"), (-1, "0:00")]
)
def test_a_place_in_the_audio(seconds: float | None, shown: str) -> None:
    assert t.clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(132, "2 min 12 s"), (45, "45 s"), (2700, "45 min"), (11_100, "3 h 5 min"), (7200, "2 h")]
)
def test_a_length_in_words(seconds: float, shown: str) -> None:
    assert t.length(seconds) == shown


def test_a_date_says_no_more_than_is_known() -> None:
    when = date(2025, 7, 31)
    assert [t.day(when, p) for p in ("day", "month", "year")] == ["31 July 2025", "July 2025", "2025"]
    assert t.day(None) == "undated"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1474.0, "1474"), (97.3, "97.3"), (125_000, "125,000"), (-1.5, "−1.5"), (2.19, "2.19"), (589e9, "589 billion")],
)
def test_numbers_carry_no_needless_digits(value: float, shown: str) -> None:
    assert t.number(value) == shown


@pytest.mark.parametrize(
    "bad",
    ["javascript:alert(1)", "data:text/html,x", "//host/x", "https://a b", "ftp://x", "https://", "http://x\u202e"],
)
def test_addresses_that_are_not_links(bad: str) -> None:
    assert t.safe_url(bad) == ""


def test_a_web_address_is_a_link() -> None:
    assert t.safe_url(" https://example.org/a?b=c#d ") == "https://example.org/a?b=c#d"


def test_steering_characters_are_shown_or_dropped() -> None:
    assert t.clean("a\x00b\u202ec\u200fd") == "a�b�cd"


def test_a_quote_keeps_its_surroundings_within_bounds() -> None:
    text = "before " * 200 + "the quoted words" + " after" * 200
    before, quote, after = t.around(text, "the quoted words", 200)
    assert quote == "the quoted words"
    assert before.startswith("… before")
    assert after.endswith("after …")
    assert len(before + quote + after) < 240


def test_a_short_paragraph_is_shown_whole() -> None:
    assert t.around("It was 5.", "was 5") == ("It ", "was 5", ".")


def test_a_quote_that_is_not_in_its_passage_is_not_marked() -> None:
    assert t.around("Something else.", "absent") == ("Something else.", "", "")


def test_ids_become_file_names() -> None:
    assert t.slug("c-12_a") == "c-12_a"
    assert t.slug("../../etc/passwd") not in {"", "../../etc/passwd"}
    assert "/" not in t.slug("../x")
