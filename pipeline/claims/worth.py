"""What makes a statement worth checking, in plain words; each predicate's docstring is the question it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.claims import lexicon as words

if TYPE_CHECKING:
    from spacy.tokens import Token

MANY = re.compile(r"\b(?:thousands|millions|billions|trillions|dozens|hundreds) (?:and \w+ )?of\b", re.I)


def reasons(tokens: Sequence[Token], text: str, named: bool = False) -> tuple[str, ...]:
    """Why a clause is worth checking, in plain words; `named` says that a name of the glossary is in it."""
    asked = (
        ("a quantity", quantity(tokens, text)),
        ("a comparison", comparison(tokens, text)),
        ("a named thing", named or any(token.ent_type_ in words.NAMED for token in tokens)),
        ("a date", dated(tokens)),
        ("a licence", bool(words.LICENCES.search(text))),
        ("an event", event(tokens)),
        ("a cause", bool(words.CAUSES.search(text))),
    )
    return tuple(name for name, answer in asked if answer)


def quantity(tokens: Sequence[Token], text: str) -> bool:
    """Does it give a number of something (not a year, not "one of those")?"""
    return (
        any(
            token.pos_ == "NUM"
            and token.lower_ not in {"one", "ones"}
            and token.ent_type_ not in {"DATE", "TIME"} | words.NAMED
            and not re.search(r"^[A-Za-z]+-?\d", token.text)
            for token in tokens
        )
        or bool(MANY.search(text))
        or any(
            token.ent_type_ in {"PERCENT", "MONEY", "QUANTITY"} or (token.ent_type_ == "DATE" and _lasts(token))
            for token in tokens
        )
    )


def _lasts(token: Token) -> bool:
    """Is it the number in a length of time: six months (behind), not six months ago?"""
    unit = token.head
    counted = token.pos_ == "NUM" and unit.lower_ in {"days", "weeks", "months", "years"}
    return counted and not any(t.lower_ == "ago" for t in token.doc[unit.i : unit.i + 2])


def comparison(tokens: Sequence[Token], text: str) -> bool:
    """Does it set one thing against others, or rank it?"""
    if any(token.tag_ in {"JJS", "RBS"} and token.lower_ not in {"least", "latest", "best-known"} for token in tokens):
        return True
    if any(token.tag_ in {"JJR", "RBR"} and _said_of_subject(token) for token in tokens):
        return True
    if any(token.lemma_ in words.COMPARING and token.pos_ in {"VERB", "AUX"} for token in tokens):
        return True
    return bool(words.RANKS.search(text)) or any(
        token.ent_type_ == "ORDINAL" and token.lower_ not in {"first", "second"} for token in tokens
    )


def _said_of_subject(more: Token) -> bool:
    """Is it what the clause says of its subject: "models are better", "are more efficient"?"""
    told = more.head if more.dep_ == "advmod" and more.head.pos_ == "ADJ" else more
    return bool(told.dep_ == "acomp")


def measured(tokens: Sequence[Token], text: str) -> bool:
    """Does it compare by "than", or rank two things by place?"""
    return bool(re.search(r"\b(?:than|ahead of|behind|on par with)\b", text, re.I)) and comparison(tokens, text)


def dated(tokens: Sequence[Token]) -> bool:
    """Does it say when?"""
    return any(
        token.ent_type_ == "DATE" and (token.pos_ in {"NUM", "PROPN"} or token.lower_ in {"ago", "last", "yesterday"})
        for token in tokens
    )


def event(tokens: Sequence[Token]) -> bool:
    """Does something happen that leaves a record: a release, a deal, a ban, a score?"""
    return any(
        token.pos_ == "VERB" and (token.lemma_ in words.CHANGES or (token.lemma_ == "come" and _out(token)))
        for token in tokens
    )


def _out(verb: Token) -> bool:
    return any(child.lower_ == "out" for child in verb.children)
