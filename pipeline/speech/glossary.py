"""Names that may be said in an episode: as they are told to the recogniser, and found in what it heard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

_LIKE_PROMPT, _PROMPTED = 0.4, 8
"""How like a name has to be to be told in a prompt, and how many are: a long list costs time, and Whisper may repeat it."""
_SHORT = 8
_FAMILY = re.compile(r"[^\W\d_]{3,}")

_PART = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN = re.compile(r"[\s'’.-]*")
_PARTS = 3
"""Parts of what was heard that may be one name: "live code bench"."""
_LONGEST = 24
_LIKE, _LIKE_PLAIN, _LIKE_WORDS, _LIKE_DIGITS = 0.55, 0.75, 0.75, 0.85
"""How like a name has to be to what was heard, of 1: to a strange word; to a plain one; a name of several words; one with
digits, as there are many of those."""
_DIGITS = ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been before but by can could did do does for from get gets got
    had has have he her him his how i if in into is it its just like made make me more most my no not of on one or our
    out over said say says she so some such than that the their them then there these they this those to told too two
    under up us very was we were what when where which who why will with would you your
    """.split()  # noqa: SIM905 - words, not a list of quoted strings
)
"""A name neither begins nor ends with one of these: "that GPT" is not ChatGPT, "in video" not Nvidia."""


class Place(NamedTuple):
    """A piece of text, from one character up to another, that may stand for a name."""

    start: int
    end: int
    name: str
    likeness: float
    """From 0 to 1: the mean of how alike the letters are and how alike the consonants."""
    sure: bool = False
    """The same letters, and written as a name: only the spelling is another."""


class _Key(NamedTuple):
    letters: str
    sound: str


class Expected:
    """Names to be found by their sound in what was heard.

    Args:
        names: as they should be written; those with numbers stand for their family.
        is_word: whether a lower-case word is one that the recogniser knows well. Names that are nothing else are left out.
    """

    def __init__(self, names: Sequence[str], is_word: Callable[[str], bool]) -> None:
        self.is_word = is_word
        self._names: dict[str, tuple[str, _Key]] = {}
        for name in _with_first_words(_families(names)):
            key = _key(name)
            before = self._names.get(key.letters)
            if len(key.letters) < 2 or (name.islower() and name.isalpha() and is_word(name)):
                continue
            if before is None or (before[0].islower() and not name.islower()):
                self._names[key.letters] = name, key

    def __bool__(self) -> bool:
        return bool(self._names)

    def is_name(self, text: str) -> bool:
        """Whether a text is one of the names, in whatever spelling."""
        return _letters(text) in self._names

    def places(self, text: str) -> list[Place]:
        """Pieces of the text that sound like a name and are not written like it, the likest first; they may overlap."""
        spans = list(_spans(text))
        if not spans or not self._names:
            return []
        keys = [_key(text[start:end]) for start, end in spans]
        names = list(self._names.values())
        found = []
        for row, column in zip(*(likeness := _alike(keys, [key for _, key in names])).nonzero(), strict=True):
            (start, end), name = spans[row], names[column][0]
            same = keys[row].letters == names[column][1].letters
            if same or self._may_be(text[start:end], name, float(likeness[row, column])):
                sure = same and text[start].isupper() and not name.islower() and not self.is_plain(text[start:end])
                found.append(Place(start, end, name, float(likeness[row, column]), sure))
        found.sort(key=lambda place: (-place.likeness, place.start))
        return [place for place in _likest(found) if text[place.start : place.end] != place.name]

    def is_plain(self, text: str) -> bool:
        """Whether a text has nothing but words that the recogniser knows well, written as such, and numbers beside them."""
        first, *others = _PART.findall(text)
        plain = all(part.isdigit() or self.is_word(part) for part in (first, *others))
        return (
            plain
            and not text.isdigit()
            and first[1:] == first[1:].lower()
            and "".join(others) == "".join(others).lower()
        )

    def _may_be(self, heard: str, name: str, likeness: float) -> bool:
        """Not when it is another name, nor when one has all words of the other, so that a word would be lost or doubled."""
        least = _LIKE_PLAIN if self.is_plain(heard) else 0.0
        if likeness < max(_least(name), least) or (name.isupper() and heard.islower()):
            return False
        few, many = sorted((_words(heard), _words(name)), key=len)
        within = any(many[at : at + len(few)] == few for at in range(len(many)))
        return not (within and len(few) < len(many)) and not self.is_name(heard)


def _likest(places: Sequence[Place]) -> list[Place]:
    """Of places that overlap and stand for the same name the first."""
    kept: list[Place] = []
    for place in places:
        if not any(place.name == other.name and place.start < other.end and other.start < place.end for other in kept):
            kept.append(place)
    return kept


def hotwords(names: Sequence[str], heard: Sequence[str]) -> str | None:
    """The few names that sound most like a word that was heard, as a prompt for Whisper; None when none does."""
    known = list(_families(names))
    if not known or not heard:
        return None
    like = _alike([_key(name) for name in known], [_key(word) for word in heard]).max(axis=1)
    told = [known[row] for row in np.argsort(-like, kind="stable") if like[row] > 0]
    return ", ".join(told[:_PROMPTED]) or None


def apart(places: Sequence[Place]) -> list[Place]:
    """The places that don't overlap one that comes before them in the list."""
    kept: list[Place] = []
    for place in places:
        if all(place.end <= other.start or other.end <= place.start for other in kept):
            kept.append(place)
    return kept


def replaced(text: str, places: Sequence[Place]) -> tuple[str, list[Place]]:
    """The text with names in the place of what was heard, and where they stand in it; the places must not overlap."""
    pieces: list[str] = []
    now: list[Place] = []
    at, length = 0, 0
    for place in sorted(places):
        pieces += [text[at : place.start], place.name]
        length += place.start - at
        now.append(place._replace(start=length, end=length + len(place.name)))
        length += len(place.name)
        at = place.end
    return "".join((*pieces, text[at:])), now


def _families(names: Sequence[str]) -> Iterator[str]:
    """What of each name is worth telling.

    Names with numbers in them (DeepSeek-R1-0528, GPT-4.1) stand for their family (DeepSeek, GPT): how the family is
    written is what has to be known, its numbers are heard anyway.
    """
    yield from dict.fromkeys(family for name in names if (family := _family(" ".join(name.split()))))


def _family(name: str) -> str:
    """What of a name is worth telling: all of a plain one, the first word of one with numbers, else nothing."""
    if any(character.isdigit() for character in name):
        first = _FAMILY.match(name)
        return first[0] if first else name if len(name) <= _SHORT else ""
    return name if len(name.split()) <= 3 else ""


def _with_first_words(names: Iterator[str]) -> Iterator[str]:
    """The names, and of those with two words the first as well: "Mistral AI" is mostly called Mistral."""
    for name in names:
        yield name
        first, *rest = name.split()
        if len(rest) == 1 and len(first) >= 5:
            yield first


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Pieces of a text that may be names: one to three words or numbers that nothing but a space, hyphen or point parts."""
    parts = list(_PART.finditer(text))
    for first, part in enumerate(parts):
        for last in range(first, min(first + _PARTS, len(parts))):
            end = parts[last].end()
            if end - part.start() > _LONGEST:
                break
            if last > first and not _BETWEEN.fullmatch(text, parts[last - 1].end(), parts[last].start()):
                break
            number = first == last and part[0].isdigit() and len(part[0]) > 2
            ends = {part[0].casefold(), parts[last][0].casefold()}
            if not number and not ends & _FUNCTION_WORDS:
                yield part.start(), end


def _words(text: str) -> list[str]:
    return [part.casefold() for part in _PART.findall(text)]


def _least(name: str) -> float:
    if any(character.isdigit() for character in name):
        return _LIKE_DIGITS
    return _LIKE_WORDS if len(_PART.findall(name)) > 1 else _LIKE


def _key(text: str) -> _Key:
    import jellyfish

    letters = _letters(text)
    return _Key(letters, jellyfish.metaphone(letters) or letters)


def _letters(text: str) -> str:
    """What is said of a text, small letters only; digits as words, nought as people say it in names."""
    return "".join(
        _DIGITS[int(character)] if character in "0123456789" else character
        for character in text.casefold()
        if character.isalnum()
    )


def _alike(some: Sequence[_Key], others: Sequence[_Key]) -> Floats:
    """How like each key is to each other one, 0 where it is less than `_LIKE_PROMPT`: (keys, other keys)."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    spelt, spoken = (
        cdist(list(one), list(other), scorer=Levenshtein.normalized_similarity)
        for one, other in zip(zip(*some, strict=True), zip(*others, strict=True), strict=True)
    )
    mean = (spelt + spoken) / 2
    return np.where(mean >= _LIKE_PROMPT, mean, 0.0)
