"""What a speaker takes back: "R1 was February. No, sorry, R1 was January." leaves only the second."""

from __future__ import annotations

import re

from pipeline.claims.sentences import Sentence

_TAKEN_BACK = re.compile(
    r"^(?:oh,? )?(?:no,? (?:sorry|wait|actually)|sorry,|wait,? no|correction|scratch that|i misspoke|let me correct)",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)\b", re.I
)
_WORD = re.compile(r"[^\W_]{2,}", re.UNICODE)
_MENDED = re.compile(
    r"\s*(?:,|--|—|\.\.\.|;)\s*(?P<said>no,? (?:wait,? )?sorry|sorry|wait,? no|no,? wait|i mean|correction|or rather)\s*,?\s+",
    re.I,
)
"""What stands between the wrong words and the right ones inside one sentence."""
_MONTH = re.compile(r"(?:january|february|march|april|may|june|july|august|september|october|november|december)$", re.I)
_SPOKEN = re.compile(r"[\w'’%$-]+(?:[.,]\d+)*%?")
_BACK = 6
"""Words before it among which the wrong ones begin."""


def mended(text: str) -> tuple[int, int] | None:
    """The place of the words that a speaker takes back within a sentence: "in May, no sorry, in June" loses "in May, …".

    They begin with the word that is said again, or with one of the same sort (a number, a month, a name); where neither
    is near, nothing is taken away.
    """
    mark = _MENDED.search(text)
    after = _SPOKEN.match(text, mark.end()) if mark is not None else None
    if mark is None or after is None:
        return None
    before = list(_SPOKEN.finditer(text, 0, mark.start()))[-_BACK:]
    again = next((word for word in reversed(before) if word.group().lower() == after.group().lower()), None)
    sort = _sort(after.group())
    alike = next((word for word in reversed(before) if sort and _sort(word.group()) == sort), None)
    first = again or (alike if mark["said"].lower() != "i mean" else None)
    return (first.start(), mark.end()) if first is not None else None


def _sort(word: str) -> str:
    if _NUMBER.search(word):
        return "number"
    if _MONTH.match(word):
        return "month"
    return "name" if word[:1].isupper() else ""


def superseded(sentence: Sentence, following: Sentence) -> bool:
    """Does the same speaker take the sentence back in the next one, by saying it again in other words?"""
    if sentence.speaker != following.speaker or not _TAKEN_BACK.search(following.text):
        return False
    return bool(_content(sentence.text) & _content(following.text)) and len(following.text.split()) >= 4


def _content(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)} - {
        "no",
        "sorry",
        "the",
        "was",
        "is",
        "and",
        "wait",
        "actually",
        "it",
        "of",
        "in",
    }
