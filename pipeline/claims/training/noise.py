"""Sentences as speech recognition would have written them: lower case, no punctuation, fillers, false starts."""

import random
import re

_FILLERS = ("uh", "um", "you know", "I mean", "like", "well", "so", "sort of", "kind of", "look")
_PUNCTUATION = re.compile(r"(?<!\d)[.,;:!?\"“”()\[\]…—–](?!\d)|--+|[.!?]$")


def strip_punctuation(text: str) -> str:
    """The text without punctuation; decimal points and thousands separators stay."""
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def bare(text: str) -> str:
    """The text without case or punctuation: the plainest output of a recogniser, and the robustness benchmark's
    input."""
    return strip_punctuation(text).lower()


def add_disfluencies(text: str, rng: random.Random) -> str:
    """The text with one or two fillers or a stuttered word, as people speak."""
    words = text.split()
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(words) + 1)
        if rng.random() < 0.6 or at == len(words):
            words.insert(at, rng.choice(_FILLERS))
        else:
            words.insert(at, words[at])
    return " ".join(words)


def spoken(text: str, rng: random.Random) -> str:
    """One random degradation of the text: case, punctuation, fillers, each with its own chance."""
    if rng.random() < 0.35:
        text = add_disfluencies(text, rng)
    if rng.random() < 0.6:
        text = strip_punctuation(text)
    if rng.random() < 0.6:
        text = text.lower()
    return text or "uh"
