"""A sentence without the words that only fill time or are taken back, and where each of its characters stands in what was said."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.claims.corrections import mended

LONGEST = 2_000
"""Characters; a longer sentence is left as it is: it is a transcript without punctuation, or none at all."""
_FILLED = re.compile(
    r"\\?\[[^\]]{0,40}\\?\]\s*"
    r"|(?<=, )that is,? (?=(?:they|it|he|she)\b)"
    r"|(?P<before>,\s*)?(?<![^\W_])(?:you know|i mean|um+|uh+|erm?)\s*(?P<after>,|\.\.\.|--?|—|(?=[.;]|$))\s*",
    re.I,
)
"""Time marks; "you know", "I mean", "um" where a comma or a dash shows that nothing hangs on them; "kind of" before a verb."""


_CLAUSE = re.compile(
    r"(?:i|you|we|they|it|he|she|there|this|that|these|those|the|an?|and|but|so|or|because|if|when|what|how)\b", re.I
)
"""A comma before a filler stays where a clause may begin after it."""
_LOOSELY = re.compile(r"(?<!\w)(?:kind|sort) of (?=(\w+))", re.I)
_NOUN_BEFORE = frozenset(
    """a an the one any this that these those some what every same other another certain different new whole only right first last
    next which each no all of""".split()
)
"""After these "kind" is a noun: "a kind of model"."""
_VERB_AFTER = frozenset("it he she that this which who".split())
_VIEW = r"(?:(?P<hedge>from (?:my|our) (?:own )?(?:perspective|point of view)|in my (?:own )?(?:opinion|view))(?:, at least)?,\s*)"
_ANNOUNCED = re.compile(
    rf"^(?:\W|and\b|so\b|yeah\b|but\b|well\b){{0,12}}{_VIEW}?"
    r"(?:(?:one|the(?: first| other)?) thing [^,.;?]{0,45}\bis (?:that )?(?=(?:the|an?) |(?-i:[A-Z]))"
    r"|what (?:that|this|it) means is,? (?:that )?"
    r"|(?:[^.;?]{0,120}\b(?:but|and) )?there's (?:another|one|a new|also an?) [\w ]{2,30}, which is "
    r"(?=(?-i:[A-Z])[\w-]+ (?:(?:now|just|also|recently) )?[a-z]+s ))",
    re.I,
)
"""What only announces a statement: "one thing that's happening is", "there's another entrant, which is"."""


class Fluent(NamedTuple):
    """The sentence to be parsed."""

    text: str
    places: tuple[int, ...]
    """For each character of the text its place in the sentence as spoken."""
    hedge: str = ""
    """Words taken away that say it is only a view."""

    def said(self, spoken: str, first: int, last: int) -> str:
        """The words as spoken from character `first` up to `last` of the text."""
        return spoken[self.places[first] : self.places[last - 1] + 1].strip(" ,;-—").strip() if last > first else ""


def fluent(spoken: str) -> Fluent:
    """The sentence without fillers and announcement; the sentence as it is when nothing else is in it."""
    if len(spoken) > LONGEST:
        return Fluent(spoken, tuple(range(len(spoken))))
    places = _without(spoken, list(range(len(spoken))), _taken_back)
    places = _without(spoken, places, _filled)
    places = _without(spoken, places, _loose)
    announced = _ANNOUNCED.search("".join(spoken[place] for place in places))
    kept = places[announced.end() :] if announced else places
    if not any(spoken[place].isalnum() for place in kept):
        return Fluent(spoken, tuple(range(len(spoken))))
    hedge = (announced["hedge"] or "") if announced else ""
    return Fluent("".join(spoken[place] for place in kept), tuple(kept), hedge)


def _without(spoken: str, places: list[int], idle: Callable[[str], Iterator[tuple[int, int]]]) -> list[int]:
    """The places that are left when what is idle in their text is taken out."""
    taken = {n for first, last in idle("".join(spoken[place] for place in places)) for n in range(first, last)}
    return [place for n, place in enumerate(places) if n not in taken]


def _taken_back(text: str) -> Iterator[tuple[int, int]]:
    if (span := mended(text)) is not None:
        yield span


def _filled(text: str) -> Iterator[tuple[int, int]]:
    for match in _FILLED.finditer(text):
        first, last = match.span()
        if match["before"] and match["after"]:
            goes_on = bool(_CLAUSE.match(text, last))
            first, last = (match.end("before"), last) if goes_on else (first, last - (text[last - 1] == " "))
        yield first, last


def _loose(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _LOOSELY.finditer(text) if _is_filler(text, match))


def _is_filler(spoken: str, match: re.Match[str]) -> bool:
    """Does "kind of" only loosen the verb or adjective after it?"""
    before = spoken[: match.start()].split()
    last = before[-1].strip(',.;-—"“”') if before else ""
    if match[1].lower() in {"is", "was", "are", "has", "does"}:
        return bool(last)
    if not last or last.lower() in _NOUN_BEFORE:
        return not last and bool(before)
    several = match[1].endswith("s") and not match[1].endswith("ss")
    return not several or last[0].isupper() or last.lower() in _VERB_AFTER
