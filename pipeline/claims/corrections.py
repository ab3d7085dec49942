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
REACH = re.compile(
    r"(?:,|--|—|\.\.\.|;)\s*(?:no,? sorry|sorry|wait,? no|no,? wait|i mean|correction|or rather)\s*,?\s+", re.I
)
"""What stands between the wrong words and the right ones inside one sentence."""


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
