"""Names heard wrongly become names that the store knows: Quinn is Qwen, "oh one" is o1, "GLM four point five" is GLM-4.5.

Only words that no passage holds are looked at, and only names of the facts' subjects and developers are offered; the words
as heard stay in the query. Nearness is sound first (consonants as English speaks them), then Jaro-Winkler.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.models import Frozen

MIN_LETTERS = 3
NEAR = 0.88
"""Jaro-Winkler similarity from which a name is offered when the sounds differ."""
_WORD = re.compile(r"[A-Za-z][A-Za-z']*")
_DIGITS = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ]
    )
} | {"oh": "0", "twenty": "20", "thirty": "30", "seventy": "70"}
_NUMBER_WORDS = "|".join(sorted((word for word in _DIGITS if word != "oh"), key=len, reverse=True))
_SPOKEN_O = re.compile(rf"(?<!\d )(?<!ty )(?<!teen )\b(?:oh|o)[ -]({_NUMBER_WORDS}|\d)\b", re.IGNORECASE)
_SPELT = re.compile(r"\b(?:[A-Z] ){2,}[A-Z]\b")
_SPOKEN_MONTH = re.compile(
    r"\btwenty[ -](three|four|five|six|seven)[ -]oh[ -](one|two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE
)
"""A version named by its month: "Codestral twenty five oh one" is 25.01."""
_SPOKEN_NUMBER = re.compile(
    r"\b(Claude|Codestral|ERNIE|Gemini|Gemma|GLM|GPT|Grok|Haiku|Kimi|Llama|Mixtral|Opus|Phi|Qwen|Sonnet)[ -](one|two)\b"
)
"""The small number of a family, which elsewhere may be a word: "Grok one", "Gemini two Flash"."""
_SPOKEN_LETTER = re.compile(
    rf"\b([A-Za-z])[ -]({_NUMBER_WORDS}|\d)\b(?!\s+(?:point|percent|billion|million))", re.IGNORECASE
)
_SPOKEN_VERSION = re.compile(
    rf"(?<!ty[ -])(?<!hundred )(?<!hundred and )(?<!thousand )\b({_NUMBER_WORDS}|\d+) point ({_NUMBER_WORDS}|\d+)\b"
    rf"(?![ -](?:{_NUMBER_WORDS}|oh|zero)\b)",
    re.IGNORECASE,
)
"""A version in words; "seventy nine point eight" and "two point one nine" are figures, and read elsewhere."""


class Heard(Frozen):
    """A word of a query that the store lacks, and the name it may stand for."""

    heard: str
    could_be: str


class Names:
    """The names of a store, to be found by sound."""

    def __init__(self, subjects: Iterable[str], is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._names: dict[str, str] = {}
        for subject in subjects:
            for word in _WORD.findall(subject):
                if len(word) >= MIN_LETTERS and any(char.isupper() for char in word):
                    self._names.setdefault(word.casefold(), word)
        self._sounds: dict[str, list[str]] = {}
        for word in self._names.values():
            self._sounds.setdefault(sound(word), []).append(word)

    def hear(self, query: str) -> list[Heard]:
        """What the unknown words of a query, alone or two together, may stand for."""
        words = _WORD.findall(query)
        found: list[Heard] = []
        taken: set[int] = set()
        for index in range(len(words) - 1):
            pair = words[index] + words[index + 1]
            if (
                len(words[index + 1]) >= 3
                and len(pair) <= 12
                and self._strange(pair)
                and (name := self._nearest(pair, strict=True))
            ):
                found.append(Heard(heard=f"{words[index]} {words[index + 1]}", could_be=name))
                taken |= {index, index + 1}
        for index, word in enumerate(words):
            if index not in taken and len(word) >= MIN_LETTERS and self._strange(word):
                name = self._nearest(word, strict=not word[0].isupper())
                if name:
                    found.append(Heard(heard=word, could_be=name))
        return list(dict.fromkeys(found))

    def _strange(self, word: str) -> bool:
        return word.casefold() not in self._names and not self._is_known(word.casefold())

    def _nearest(self, word: str, *, strict: bool) -> str | None:
        """A name with the same sound and the same first letter's sound, or one spelled nearly alike."""
        from rapidfuzz.distance import JaroWinkler

        alike = self._sounds.get(sound(word), [])
        scored = sorted(
            (
                (JaroWinkler.similarity(word.casefold(), name.casefold()), name)
                for name in alike or self._names.values()
            ),
            key=lambda pair: (-pair[0], pair[1]),
        )
        if not scored:
            return None
        best, name = scored[0]
        enough = 0.55 if alike and not strict else 0.75 if alike else NEAR
        return name if best >= enough and (alike or len(word) >= 5) else None


def spoken_numbers(query: str) -> str:
    """A query with names as they are written: "R one" is R1, "oh one" o1, "four point five" 4.5, "M M L U" MMLU."""
    query = _SPELT.sub(lambda match: match[0].replace(" ", ""), query)
    query = _SPOKEN_MONTH.sub(lambda match: f"2{_digit(match[1])}.0{_digit(match[2])}", query)
    query = _SPOKEN_NUMBER.sub(lambda match: f"{match[1]} {_digit(match[2])}", query)
    text = _SPOKEN_VERSION.sub(lambda match: f"{_digit(match[1])}.{_digit(match[2])}", query)
    text = _SPOKEN_O.sub(lambda match: f"o{_digit(match[1])}", text)
    return _SPOKEN_LETTER.sub(
        lambda match: match[0] if match[1] in "aAI" else f"{match[1].upper()}{_digit(match[2])}", text
    )


def sound(word: str) -> str:
    """The consonants of a word as they are spoken in English, doubled ones once; a first vowel counts as one sound."""
    text = word.casefold().replace("'", "")
    for written, spoken in _SOUNDS:
        text = re.sub(written, spoken, text)
    first = "a" if text[:1] in "aeiouy" else text[:1]
    rest = re.sub(r"[aeiouyh]", "", text[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)


_SOUNDS = (
    (r"^kn", "n"),
    (r"^wr", "r"),
    (r"ph", "f"),
    (r"sch|sh|ch", "x"),
    (r"ck|cc", "k"),
    (r"q(?:u|w)", "kw"),
    (r"q", "k"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"g(?=[eiy])", "j"),
    (r"z", "s"),
    (r"x", "ks"),
    (r"au|aw", "a"),
)


def _digit(word: str) -> str:
    return _DIGITS.get(word.casefold(), word)
