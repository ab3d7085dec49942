"""Names that the recogniser is told to expect."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_CHARACTERS = 400
"""Whisper's prompt holds 223 tokens; beyond that the start would be cut off."""


def hotwords(names: Sequence[str]) -> str | None:
    """The names as one prompt, first ones first, whole names only, at most 400 characters; None when there are none."""
    kept: list[str] = []
    length = 0
    for name in dict.fromkeys(" ".join(name.split()) for name in names):
        length += len(name) + 2
        if name and length <= _MOST_CHARACTERS:
            kept.append(name)
    return ", ".join(kept) or None
