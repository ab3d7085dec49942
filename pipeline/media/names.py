"""Names that are safe on any file system, made from titles that strangers wrote."""

from __future__ import annotations

import re
import unicodedata

_SLUG_LENGTH = 60
_LONGEST, _MOST_TAGS = 100_000, 1000
"""Characters of a stranger's text that are looked at, and tags that are read as such."""
_TAG = re.compile(r"<[^<>]{0,1000}>")
_BLOCK = re.compile(r"(?i)<(?=/?(?:p|div|li|ul|ol|br|tr|td|th|h[1-6]|blockquote)\b)")


def slug(title: str) -> str:
    """Lower-case ASCII letters, digits and dashes, at most 60; "episode" when nothing of the title is left.

    No dots, slashes, controls or direction marks survive, so the result is a safe file name anywhere; the short hash
    that `episode_id` adds keeps reserved names (CON, NUL) from standing alone.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:_SLUG_LENGTH].rstrip("-") or "episode"


def episode_id(title: str, sha256: str) -> str:
    """The slug of the title and eight digits of the content's hash: stable for the same content."""
    return f"{slug(title)}-{sha256[:8]}"


def plain_text(value: str, limit: int = 2000) -> str:
    """One line of text without tags, controls or direction marks, at most `limit` characters."""
    import html

    import nh3

    whole = value[:_LONGEST].encode("utf-8", "ignore").decode()  # without halves of characters, as JSON can hold them
    if whole.count("<") > _MOST_TAGS:  # nested a thousand times, tags take nh3 seconds
        whole = _TAG.sub(" ", whole)
    spaced = _BLOCK.sub(" <", whole)
    text = html.unescape(nh3.clean(spaced, tags=set(), clean_content_tags={"script", "style"}))
    kinds = ((character, unicodedata.category(character)) for character in text)
    kept = (" " if kind in ("Cc", "Zl", "Zp") else c for c, kind in kinds if kind not in ("Cf", "Cn", "Co", "Cs"))
    return re.sub(r"\s+", " ", "".join(kept)).strip()[:limit]
