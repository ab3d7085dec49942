"""A claim's words as they are written: referents in the place of pronouns, verbs that agree with them, no opening words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.claims.lexicon import FILLERS, LEADING

if TYPE_CHECKING:
    from spacy.tokens import Token

_SHORT_FORMS = {"'re": " are", "'s": " is", "'ve": " have", "’re": " are", "’s": " is", "’ve": " have"}
_SINGULAR = {"are": "is", "have": "has", "were": "was", "do": "does"}
_MARKS = re.compile(r"\\?\[[^\]]{0,40}\\?\]\s*|\s*\.\.\.(?=\s|$)")


def written(tokens: Sequence[Token], edits: dict[int, tuple[int, str]], several: set[int]) -> str:
    """The words with those of `edits` (first token → end, new words) changed; `several` holds ends of plural ones."""
    parts: list[str] = []
    skip_to, replaced = -1, ""
    for token in tokens:
        if token.i < skip_to:
            continue
        if token.i in edits:
            skip_to, new = edits[token.i]
            last = token.doc[skip_to - 1]
            parts.append(new + last.whitespace_)
            replaced = "several" if skip_to in several else "one"
            continue
        parts.append((_agreeing(token, replaced) if replaced else token.text) + token.whitespace_)
        replaced = ""
    return "".join(parts)


def _agreeing(verb: Token, number: str) -> str:
    """The verb after a replaced pronoun, written out, in the number of what replaced it: "they've" → "OpenAI has"."""
    if verb.dep_ == "case":
        return str(verb.text)
    written: str = _SHORT_FORMS.get(verb.lower_, verb.text)
    told = verb.dep_ == "auxpass" and any(child.dep_ == "ccomp" for child in verb.head.children)
    after = {t.lower_ for t in verb.doc[verb.i + 1 : verb.i + 5]}
    told = told or bool(after & {"been", "gone", "got", "become", "had"})
    if verb.lower_ in {"'s", "’s"} and verb.head.tag_ in {"VBN", "VBD"} and (told or verb.dep_ == "aux"):
        written = " has"
    plain = written.strip()
    blank = " " if written.startswith(" ") else ""
    return blank + (_SINGULAR.get(plain, plain) if number == "one" else plain)


def tidy(text: str) -> str:
    """The words without time marks, fillers and the small words that only joined them to what came before."""
    text = _MARKS.sub(" ", text)
    text = re.sub(r"\b(\w{2,}|[a-z\d])( \1\b)+", r"\1", FILLERS.sub(" ", text))
    text = re.sub(r"(?<!\b[A-Z] )\b([A-Z])( \1\b)+(?! [A-Z]\b)", r"\1", text)  # a letter of "M M L U" is not said twice
    text = " ".join(text.split()).strip(" ,;-—")
    text = LEADING.sub("", text, count=1).strip(" ,;-—.")
    text = re.sub(r"\s+([,.;:%])", r"\1", text)
    text = re.sub(r"^(.{3,60}?), \1\b", r"\1", text, flags=re.I)
    text = re.sub(r"(?:[\s,;—-]+(?:or|and|but|so|because|which))+$", "", text, flags=re.I)
    if not text:
        return ""
    text = text if text.count('"') % 2 == 0 else text.replace('"', "")
    first = text.split()[0]
    start = text[0].upper() + text[1:] if not re.match(r"^[a-z]+\d", first) else text
    return start if re.search(r"[.!?][\"”’)]*$", start) else start + "."
