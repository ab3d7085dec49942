"""The same claim again: alike in words and equal in numbers ("six months" is not "nine months")."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.models import Claim

ALIKE = 0.72
"""Share of content words that two wordings of one claim have in common."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:\.\d+)?", re.UNICODE)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALED = re.compile(r"\b(\d+(?:\.\d+)?) (thousand|million|billion|trillion)\b", re.I)
_PLAIN = frozenset(
    """a an the of in on at by to for from and or but so is are was were be been has have had do does did it its they their this that these
    those with as than not no about around roughly just really very also already now percent per there""".split()
)
_OPPOSING = frozenset("not no never less fewer more behind ahead higher lower closed open".split())
_UP = frozenset("gained gain gains rose rise rises grew grow grows increased increase doubled raised up won".split())
_DOWN = frozenset(
    "lost lose loses fell fall falls dropped drop drops shrank decreased decrease halved cut down".split()
)
_COMPARED = re.compile(
    r"\b(?:behind|ahead|than|beats?|beaten|lead(?:s|ing)?|trails?|surpass\w*|outperform\w*|overt\w+|exceed\w*)\b", re.I
)


def same_claim(first: str, second: str) -> bool:
    """Whether two wordings say the same: numbers and opposing words equal, content words mostly shared."""
    if numbers_in(first) != numbers_in(second):
        return False
    if _turned_round(first, second):
        return False
    one, two = _stems(first), _stems(second)
    if (one ^ two) & _OPPOSING or _lower_words(first) & {"not", "never", "no"} != _lower_words(second) & {
        "not",
        "never",
        "no",
    }:
        return False
    return bool(one and two) and len(one & two) / len(one | two) >= ALIKE


def may_be_same(first: str, second: str) -> bool:
    """Whether nothing in the wording keeps two claims from being one: numbers, opposing words and names agree.

    Whether they mean the same is for an embedding to say ("six months" and "nine months" are near in meaning).
    """
    if numbers_in(first) != numbers_in(second) or _opposed(first) != _opposed(second):
        return False
    if {_way(first), _way(second)} == {"up", "down"} or _turned_round(first, second):
        return False
    one, two = frozenset(_names(first)), frozenset(_names(second))
    return not one or not two or (bool(one & two) and (one <= two or two <= one))


def shares_numbers(query: str, text: str) -> bool:
    """Whether the text has a number of the query's; true of a query without any."""
    wanted = set(numbers_in(query))
    return not wanted or bool(wanted & set(numbers_in(text)))


def _opposed(text: str) -> frozenset[str]:
    return frozenset(_lower_words(text) & _OPPOSING)


def _way(text: str) -> str:
    """Whether something went "up" or "down" in it; empty when neither or both."""
    words = _lower_words(text)
    up, down = bool(words & _UP), bool(words & _DOWN)
    return "up" if up and not down else "down" if down and not up else ""


def _turned_round(first: str, second: str) -> bool:
    """Do two comparisons name the same things the other way round: A behind B, B behind A?"""
    one, two = _names(first), _names(second)
    shared = [name for name in one if name in two]
    return bool(_COMPARED.search(first) and _COMPARED.search(second)) and shared != [n for n in two if n in one]


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    """Words that are written as names are, lower case, each once: with a capital or a digit, the first one unless it is plain."""
    found = re.findall(r"[A-Za-z][\w.]*\w|[A-Z]", text.replace("-", " "))
    return tuple(
        dict.fromkeys(
            word.lower()
            for n, word in enumerate(found)
            if any(char.isdigit() or char.isupper() for char in word[1:])
            or (word[0].isupper() and (n > 0 or not (word.lower() in _PLAIN or word.lower().endswith("er"))))
        )
    )


def merge_repeated(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Each claim once, at its first time, with the start times of the others."""
    kept: list[Claim] = []
    for claim in claims:
        at = next((i for i, other in enumerate(kept) if _repeats(claim, other)), None)
        if at is None:
            kept.append(claim)
        elif claim.start is not None:
            kept[at] = kept[at].model_copy(update={"also_at": (*kept[at].also_at, claim.start)})
    return tuple(kept)


def _repeats(claim: Claim, earlier: Claim) -> bool:
    return claim.checkable == earlier.checkable and same_claim(claim.claim, earlier.claim)


def rank(query: str, texts: Iterable[str]) -> list[tuple[float, int]]:
    """(Likeness 0 to 1, index) of the texts that share a content word with the query, best first."""
    from rapidfuzz import fuzz

    wanted = _stems(query)
    numbers = numbers_in(query)
    found = []
    for i, text in enumerate(texts):
        have = _stems(text)
        shared = len(wanted & have) / max(1, len(wanted))
        if not wanted & have:
            continue
        agree = 0.2 * len(set(numbers) & set(numbers_in(text))) / len(set(numbers)) if numbers else 0.0
        found.append(
            (
                round(
                    min(
                        1.0,
                        0.6 * shared
                        + 0.2 * fuzz.token_set_ratio(query.lower(), text.lower()) / 100
                        + agree
                        + 0.2 * (not numbers),
                    ),
                    4,
                ),
                i,
            )
        )
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


@lru_cache(maxsize=4096)
def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of a text in digits, sorted, also those it spells out; claims that are the same have the same ones."""
    return tuple(
        sorted(
            word.rstrip("0").rstrip(".") if "." in word else word
            for word in _WORD.findall(_digits(text))
            if word[0].isdigit()
        )
    )


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    found = (word.lower().split("'")[0] for word in _WORD.findall(_digits(text)) if not word[0].isdigit())
    return frozenset(
        re.sub(r"(?:ies|es|s|ed|ing)$", "", word) if len(word) > 4 else word for word in found if word not in _PLAIN
    )


def _lower_words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text.replace("n't", " not").replace("n’t", " not"))}


def _digits(text: str) -> str:
    """The text with its numbers written out in digits: "thirty two billion" and "32 billion" become the same."""
    from text_to_num import alpha2digit

    plain = re.sub(r"\b(\d+) point (\d+)\b", r"\1.\2", re.sub(r"(?<=\d),(?=\d{3})", "", text))
    digits: str = alpha2digit(
        _SCALED.sub(lambda match: f"{float(match[1]) * _SCALES[match[2].lower()]:.0f}", plain), "en"
    )
    return digits
