"""Text becomes index words: plain words for BM25, and names such as GLM-4.5, o1 and R1-0528 kept findable.

A name with a hyphen, a slash or an underscore is indexed whole, in parts, and in every run of neighbouring parts, so that
R1-0528 finds DeepSeek-R1-0528. A capitalised word followed by a version number is indexed joined as well, so that
"GLM 4.5" and "GLM-4.5" meet.
"""

from __future__ import annotations

import re
import unicodedata

VERSION = 1
"""Raise it when the words change: stores then rebuild their lexical index."""

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.\-_/+][A-Za-z0-9]+)*")
_PARTS = re.compile(r"[\-_/+]")
_LETTERS_DIGITS = re.compile(r"^([a-z]+)(\d+(?:\.\d+)*)([a-z]*)$")
_VERSION_NUMBER = re.compile(r"^(?:[a-z]?\d+(?:\.\d+)*[a-z]?)$")
_MAX_RUN = 4

STOPWORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "down",
        "during",
        "each",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "s",
        "same",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def index_words(text: str) -> str:
    """The words of a passage, separated by spaces, as they go into the lexical index."""
    return " ".join(_words(text))


def query_words(text: str) -> list[str]:
    """The distinct words of a query, stop words left out unless nothing else is there."""
    words = list(dict.fromkeys(_words(text)))
    return [word for word in words if word not in STOPWORDS] or words


def fold(text: str) -> str:
    """Lower-case text without accents, typographic hyphens made plain."""
    plain = unicodedata.normalize("NFKD", text.translate(_HYPHENS))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()


_HYPHENS = {ord(char): "-" for char in "‐‑‒–—−"}


def _words(text: str) -> list[str]:
    words: list[str] = []
    previous = ""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", text.translate(_HYPHENS)) if not unicodedata.combining(char)
    )
    for match in _TOKEN.finditer(plain):
        raw = match.group()
        token = raw.lower()
        words.extend(_forms(token))
        if previous[:1].isupper() and _VERSION_NUMBER.match(token) and plain[match.start() - 1 : match.start()] == " ":
            words.append(f"{previous.lower()}-{token}")
        previous = raw
    return words


def _forms(token: str) -> list[str]:
    """A token, the parts of it, and the runs of neighbouring parts."""
    parts = [part for part in _PARTS.split(token) if part]
    forms = list(parts)
    for length in range(2, min(len(parts), _MAX_RUN) + 1):
        forms.extend("-".join(parts[start : start + length]) for start in range(len(parts) - length + 1))
    for part in parts:
        split = _LETTERS_DIGITS.match(part)
        if split and len(split.group(1)) > 1:
            forms.extend((split.group(1), split.group(2)))
        elif "." in part and not part.replace(".", "").isdigit():
            forms.extend(piece for piece in part.split(".") if piece)
    return forms
