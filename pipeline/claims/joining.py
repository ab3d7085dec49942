"""Clauses that are nothing without the one before them are put back: "… and that's better than GPT-4.1"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.claims import checkability as asks
from pipeline.claims import grammar
from pipeline.claims import lexicon as words
from pipeline.claims.clauses import text_of
from pipeline.claims.names import Glossary
from pipeline.claims.worth import reasons as reasons_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def joined(parts: Sequence[list[Token]], glossary: Glossary) -> list[tuple[list[Token], list[Token]]]:
    """The clauses of a sentence, each with those that lean on it (apart, for grammar is asked of the first)."""
    whole: list[tuple[list[Token], list[Token]]] = []
    for part in parts:
        if whole and _leans(part, glossary):
            whole[-1][1].extend(part)
        else:
            whole.append((part, []))
    return whole


def _leans(part: Sequence[Token], glossary: Glossary) -> bool:
    """Does it have a figure or a comparison, but no subject of its own to be about?"""
    text = text_of(part)
    root = grammar.head(part)
    if (
        root is None
        or asks.not_checkable(part, text)
        or asks.is_instruction(part, text)
        or asks.is_speculation(part, text)
    ):
        return False
    found = grammar.subject(root)
    named = bool(glossary.found(text)) or any(token.ent_type_ in words.NAMED for token in part)
    figures = {"a quantity", "a comparison"} & set(reasons_of(part, text))
    if found is not None and found.lower_ in {"that", "this", "which"}:
        return named or bool(figures)
    if not figures:
        return False
    return not named and (found is None or found.pos_ not in {"PRON", "DET"})
