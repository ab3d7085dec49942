"""Names that the recogniser is told to expect."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOST_CHARACTERS = 500
"""Whisper's prompt holds 223 tokens and rare names cost several each; beyond that its start would be cut off."""
_SHORT = 8
_FAMILY = re.compile(r"[^\W\d_]{3,}")


def hotwords(names: Sequence[str]) -> str | None:
    """The names as one prompt, first ones first, whole ones only, at most 500 characters; None when there are none.

    Names with numbers in them (DeepSeek-R1-0528, GPT-4.1) stand for their family (DeepSeek, GPT): how the family is
    written is what has to be known, its numbers are heard anyway. A name whose words are all there already is left out.
    """
    kept: list[str] = []
    told: set[str] = set()
    length = 0
    for name in (_family(" ".join(name.split())) for name in names):
        words = set(re.findall(r"\w+", name.casefold()))
        if words - told and length + len(name) + 2 <= _MOST_CHARACTERS:
            kept.append(name)
            told |= words
            length += len(name) + 2
    return ", ".join(kept) or None


def _family(name: str) -> str:
    """What of a name is worth telling: all of a plain one, the first word of one with numbers, else nothing."""
    if any(character.isdigit() for character in name):
        first = _FAMILY.match(name)
        return first[0] if first else name if len(name) <= _SHORT else ""
    return name if len(name.split()) <= 3 else ""
