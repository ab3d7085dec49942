"""Reasons to trust what was heard less: unlikely words, names that sound like known ones, guessed referents, unsure speakers."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.claims.lexicon import LICENCES
from pipeline.claims.names import Glossary
from pipeline.claims.sentences import Sentence
from pipeline.models import Doubt, DoubtKind, Word

if TYPE_CHECKING:
    from spacy.tokens import Token

UNLIKELY = 0.5
"""Recogniser's probability below which a number, a name or a negation is doubted; other words below half of it."""
_NUMBER = re.compile(
    r"\d|^(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|hundred|thousand|million|billion|trillion|half|double|twice)$",
    re.I,
)
_NEGATION = re.compile(r"^(?:not|no|never|none|nor|neither|nobody|nothing|without|hardly|cannot|\w+n['’]t)$", re.I)
_PLAIN = re.compile(r"^\W*(?:the|a|an|of|in|on|and|or|to|is|are|was|it|that|this|at|by|for|with|as|but|so)\W*$", re.I)


def doubts_about(
    clause: Sequence[Token],
    sentence: Sentence,
    spoken: Sequence[Word],
    glossary: Glossary,
    people: Iterable[str],
    unsure: Sequence[str],
    hedge: str = "",
) -> tuple[Doubt, ...]:
    """All doubts about one statement, the gravest first."""
    found = [*_misheard_names(clause, glossary, people), *_unlikely_words(spoken)]
    found += [Doubt(kind="referent", text=f"it is not certain what is meant: {guess}", weight=0.15) for guess in unsure]
    if hedge:
        found.append(Doubt(kind="word", text=f"said as a belief: “{hedge}”", weight=0.05))
    if not sentence.speaker_sure:
        found.append(Doubt(kind="speaker", text="it is not certain who said this", weight=0.05))
    if sentence.doubt:
        found.append(Doubt(kind="word", text=f"this stretch may be heard wrongly: {sentence.doubt}", weight=0.3))
    return tuple(sorted(found, key=lambda doubt: -doubt.weight))


def _unlikely_words(spoken: Sequence[Word]) -> list[Doubt]:
    found = []
    for i, word in enumerate(spoken):
        text = word.text.strip().strip(",.!?")
        if word.probability is None or word.probability >= UNLIKELY or _PLAIN.match(text):
            continue
        kind: DoubtKind = "number" if _NUMBER.search(text) else "name" if i > 0 and text[:1].isupper() else "word"
        negation = bool(_NEGATION.match(text))
        if kind == "word" and not negation and word.probability >= UNLIKELY / 2:
            continue
        found.append(
            Doubt(
                kind=kind,
                text=f"the recogniser was unsure of “{text}” ({word.probability:.0%})",
                heard=text,
                at=word.start if kind != "word" or negation else None,
                weight=0.2 if kind == "number" else 0.15 if negation else 0.1 if kind == "name" else 0.05,
            )
        )
    return found


def _misheard_names(clause: Sequence[Token], glossary: Glossary, people: Iterable[str]) -> list[Doubt]:
    """ "Quinn" where the glossary has Qwen: the words as heard, and the name they may be."""
    known = _known_words(glossary)
    humans = {part.lower() for name in people for part in name.split()}
    found: list[Doubt] = []
    for heard in dict.fromkeys(
        token.text for token in clause if token.pos_ == "PROPN" and len(token) > 2 and token.is_alpha
    ):
        if heard.lower() in known or heard.lower() in humans or LICENCES.search(heard):
            continue
        if (name := _nearest(heard, tuple(sorted(known.values())))) is None:
            continue
        found.append(
            Doubt(kind="name", text=f"“{heard}” may be {name}, heard wrongly", heard=heard, could_be=name, weight=0.15)
        )
    return found


@lru_cache(maxsize=4)
def _known_words(glossary: Glossary) -> dict[str, str]:
    """The words of the glossary's names, lower case → as written; plain words in them are no names."""
    parts = (part for name in glossary.names for part in re.findall(r"[A-Za-z]{3,}", name))
    return {part.lower(): part for part in parts if part[0].isupper() or any(char.isupper() for char in part)}


@lru_cache(maxsize=2048)
def _nearest(heard: str, names: tuple[str, ...]) -> str | None:
    from rapidfuzz.distance import JaroWinkler, Levenshtein

    best: tuple[float, str] | None = None
    for name in names:
        if len(name) < 4 or abs(len(name) - len(heard)) > 2 or name.lower() in _EVERYDAY or heard.lower() in _EVERYDAY:
            continue
        alike = JaroWinkler.similarity(heard.lower(), name.lower())
        steps = Levenshtein.distance(heard.lower(), name.lower())
        sounds = sound(heard) == sound(name) and heard[0].lower() == name[0].lower() and len(sound(name)) > 1
        if (sounds and steps <= 3) or (steps == 1 and alike >= 0.85 and _capitals_only(heard, name)):
            best = max(best or (0.0, ""), (alike + sounds, name))
    return best[1] if best else None


def _capitals_only(heard: str, name: str) -> bool:
    return heard.isupper() and name.isupper()


_EVERYDAY = frozenset(
    """open best chinese america american china united states average state model models data index market share price
    frontier first next human meta small large world gap code live test math arena time chat base turbo""".split()
)
_SOUNDS = (
    ("qu", "k"),
    ("qw", "k"),
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "s"),
    ("y", ""),
    ("w", ""),
    ("h", ""),
)


def sound(word: str) -> str:
    """The consonants of a word as English speaks them, doubles once: Quinn and Qwen are both "kn"."""
    spoken = word.lower()
    for written, said in _SOUNDS:
        spoken = spoken.replace(written, said)
    first = "a" if spoken[:1] in set("aeiou") else ""
    return first + re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiou]", "", spoken))
