"""Names that the recogniser is told to expect."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOST_CHARACTERS = 300
"""Whisper's prompt holds 223 tokens and rare names cost several each; beyond that its start would be cut off."""
_SHORT = 8
_FAMILY = re.compile(r"[^\W\d_]{3,}")


def hotwords(names: Sequence[str]) -> str | None:
    """The names as one prompt, first ones first, whole ones only, at most 300 characters; None when there are none.

    Long names with numbers in them (DeepSeek-R1-0528) stand for their family (DeepSeek): how the family is written is
    what has to be known, its numbers are heard anyway.
    """
    kept: dict[str, str] = {}
    length = 0
    for name in (_family(" ".join(name.split())) for name in names):
        if name and name.casefold() not in kept and length + len(name) + 2 <= _MOST_CHARACTERS:
            kept[name.casefold()] = name
            length += len(name) + 2
    return ", ".join(kept.values()) or None


def _family(name: str) -> str:
    """What of a name is worth telling: all of a short or plain one, a versioned one's first word, else nothing."""
    if len(name) <= _SHORT:
        return name
    if any(character.isdigit() for character in name):
        first = _FAMILY.match(name)
        return first[0] if first else ""
    return name if len(name.split()) <= 3 else ""
