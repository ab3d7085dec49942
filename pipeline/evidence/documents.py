"""A document as a loader read it, before it is cut into passages: what it says of itself, and its blocks in order."""

from __future__ import annotations

from datetime import date

from pipeline.models import Frozen, Rank


class Block(Frozen):
    """A paragraph, list or heading's worth of running text."""

    text: str
    path: tuple[str, ...] = ()
    """Headings above it, outermost first."""
    location: str = ""
    """A page or the like; the heading path when empty."""


class Table(Frozen):
    """A table as it was written: every cell as text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    path: tuple[str, ...] = ()
    location: str = ""


class Document(Frozen):
    """One source as it was read."""

    key: str
    title: str
    kind: str
    sha256: str
    text: str
    """What is archived: enough to check a citation when the original is gone."""
    blocks: tuple[Block | Table, ...]
    publisher: str = ""
    author: str = ""
    url: str = ""
    published: date | None = None
    licence: str = ""
    rank: Rank | None = None


class Given(Frozen):
    """What the person who adds a source says of it; it goes before what the source says of itself."""

    title: str = ""
    publisher: str = ""
    published: date | None = None
    rank: Rank | None = None
    licence: str = ""
