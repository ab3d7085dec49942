"""A transcript while it is being read: rows so far, and what was not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_WORD = r"[A-Z0-9][\w.'’-]*"
_MORE = rf"{_WORD}|[a-z]{{1,3}}[A-Z]\w*|\([^)\n]{{1,30}}\)|de|da|van|von|der|bin|al|and|&"
_LABEL = re.compile(rf"(?P<name>\?|{_WORD}(?:[ \t]+(?:{_MORE})){{0,4}}):(?=\s|$)[ \t]*")
_NOT_NAMES = frozenset(
    """
    note notes warning source sources question answer example update disclaimer summary transcript episode title date
    link links sponsor sponsors chapter chapters music applause laughter time times speakers http https kind language
    region style
    """.split()  # noqa: SIM905 - words, not a list of quoted strings
)


@dataclass
class Row:
    """One stretch of talk as it was found; times in seconds."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None


@dataclass
class Draft:
    """Rows in order, and complaints such as "line 12: …"."""

    rows: list[Row] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    language: str | None = None


def split_label(text: str) -> tuple[str | None, str, bool]:
    """Speaker, the rest, and whether there was a label at all ("?:" is a label that names nobody)."""
    match = _LABEL.match(text)
    if match is None or match["name"].lower().rstrip(".") in _NOT_NAMES or len(match["name"]) > 50:
        return None, text, False
    return (None if match["name"] == "?" else match["name"]), text[match.end() :], True


def with_label(text: str, speaker: str | None) -> str:
    """`Name: text`, or the bare text, so that `split_label` finds the same again."""
    if speaker:
        return f"{speaker}: {text}"
    return f"?: {text}" if split_label(text)[2] else text


def one_line(text: str) -> str:
    """The text with every run of white space as one blank, without halves of characters, which JSON can hold."""
    return re.sub(r"\s+", " ", text.encode("utf-8", "ignore").decode()).strip()
