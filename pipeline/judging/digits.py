"""Number words as digits: "two point eight million" → "2.8 million", read by text2num; scales stay words."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD_SCALE = re.compile(r"\b(?:an?)\s+(trillion|billion|million|thousand|hundred)\b", re.I)
_SPLIT_SCALE = re.compile(r"\b(\d+(?:\.\d+)?)( and a half)? (1(?:0{3}){1,4})\b")
_KEPT_WORD = re.compile(
    r"(?<=\d)[ -]?(?:hundred|thousand|million|billion|trillion)\b|\b(?:tens|dozens|hundreds|thousands)(?= of\b)", re.I
)
"""Words that text2num would turn into numbers of their own: the scale after digits, and loose plurals."""
_HIDE = {code: code + 0xE100 for code in range(0x41, 0x7B)}
_SHOW = {hidden: code for code, hidden in _HIDE.items()}


_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_YEAR = re.compile(rf"\btwenty[ -](?:(?P<teen>{'|'.join(_TEENS)})|twenty(?:[ -](?P<one>{'|'.join(_ONES)}))?)\b", re.I)
"""A year in words: "twenty twenty four"."""


def _year(match: re.Match[str]) -> str:
    if match["teen"]:
        return f"20{10 + _TEENS.index(match['teen'].lower())}"
    return f"202{_ONES.index(match['one'].lower()) + 1 if match['one'] else 0}"


def normalise_numbers(text: str) -> str:
    """The text with number words as digits: "four point five" → "4.5", "five and a half billion" → "5.5 billion"."""
    text = text.replace("\u2009", " ").replace("\u00a0", " ").replace("\u202f", " ")
    text = _YEAR.sub(_year, text)
    text = re.sub(r"-something\b", " something", text)
    text = re.sub(r"\b(\d+) point (\d+)\b", r"\1.\2", text)
    text = re.sub(r"\bone and a half\b(?! (?:hundred|thousand|million|billion|trillion))", "1.5", text, flags=re.I)
    text = _WORD_SCALE.sub(lambda match: f"1 {match[1]}", text)
    return _to_digits(text)


def _join_scale(match: re.Match[str]) -> str:
    scale = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}[len(match[3]) - 1]
    number = float(match[1]) + (0.5 if match[2] else 0.0)
    return f"{number:g} {scale}"


@lru_cache(maxsize=4096)
def _to_digits(text: str) -> str:
    from text_to_num import alpha2digit

    hidden = _KEPT_WORD.sub(lambda match: f"\ue000{match[0]}\ue001", text)
    hidden = re.sub(
        r"\ue000([ -]?[A-Za-z]+)\ue001", lambda match: "\ue000" + match[1].translate(_HIDE) + "\ue001", hidden
    )
    converted: str = alpha2digit(hidden, "en")
    converted = re.sub(r"\ue000([^\ue001]*)\ue001", lambda match: match[1].translate(_SHOW), converted)
    return _long_numbers(_SPLIT_SCALE.sub(_join_scale, converted), text)


def _long_numbers(converted: str, original: str) -> str:
    """Digits that text2num wrote out, with their scale again: 671000000000 → 671 billion; the text's own stay."""

    def shorten(match: re.Match[str]) -> str:
        if match[0] in original:
            return match[0]
        number = int(match[0])
        for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
            if number >= size and number % (size // 1000) == 0:
                return f"{number / size:g} {name}"
        return match[0]

    return re.sub(r"\b\d{7,}\b", shorten, converted)
