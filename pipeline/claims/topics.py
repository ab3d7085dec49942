"""What is being talked about: the named thing that the sentences before keep coming back to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.claims.checkability import names_what_there_is, says_there_is
from pipeline.claims.grammar import head, subject
from pipeline.claims.lexicon import KIND_OF_NOUN, NAMED
from pipeline.claims.names import Thing

if TYPE_CHECKING:
    from spacy.tokens import Token

BACK = 12
"""Sentences that are looked back."""
OFTEN = 2
"""Times a name must have been said in them."""
_PARTS = frozenset({"tool"})
"""Kinds of things that belong to something: the UI, the SDK, the dataset."""
_ARTICLE = re.compile(r"^(?:the|an?|this|that|these|those)\s+|['’]s$", re.I)


class Topic(NamedTuple):
    """A name, and the sentence that gave it last."""

    name: str
    number: int
    mention: Thing


def topic_before(number: int, things: Sequence[Sequence[Thing]], people: Sequence[str]) -> Topic | None:
    """The name said most in the sentences before, when it leads; the newest of equals does not lead."""
    humans = {part.lower() for person in people for part in person.split()}
    counts: dict[str, int] = {}
    newest: dict[str, Topic] = {}
    for n in range(max(0, number - BACK), number + 1):
        for thing in things[n]:
            name = _ARTICLE.sub("", thing.text)
            if _may_lead(thing, name, humans):
                counts[name.lower()] = counts.get(name.lower(), 0) + 1
                newest[name.lower()] = Topic(name, n, thing)
    ranked = sorted(counts, key=lambda name: (-counts[name], -newest[name].number))
    if not ranked or counts[ranked[0]] < OFTEN or (len(ranked) > 1 and counts[ranked[1]] == counts[ranked[0]]):
        return None
    return newest[ranked[0]]


def _may_lead(thing: Thing, name: str, humans: set[str]) -> bool:
    if not thing.named or thing.plural or thing.kind in {"person", "country", "policy", "test"}:
        return False
    words = name.split()
    return (
        len(words) <= 3
        and all(w[:1].isupper() for w in words)
        and not ({w.lower() for w in words} & humans)
        and (KIND_OF_NOUN.get(words[-1].lower()) is None)
    )


def wants_topic(tokens: Sequence[Token]) -> bool:
    """Is it about a part of something that it does not name: "the UI has shortcuts", "there's a Python SDK"?"""
    root = head(tokens)
    found = subject(root) if root is not None else None
    if root is None or found is None:
        return False
    told = next((c for c in root.children if c.dep_ == "attr"), None) if found.dep_ == "expl" else found
    if found.dep_ == "expl" and says_there_is(tokens) and not names_what_there_is(tokens):
        return True
    if told is None or KIND_OF_NOUN.get(told.lower_) not in _PARTS:
        return False
    article = next((c.lower_ for c in told.children if c.dep_ == "det"), "")
    owned = any(
        c.dep_ == "poss" or (c.dep_ == "prep" and c.lower_ in {"of", "from", "by", "for"}) for c in told.children
    )
    return article in {"the", "a", "an"} and not owned and (found.dep_ == "expl" or not _named_more(told))


def is_part(text: str) -> bool:
    """Does a claim begin with a part of something, unnamed: "The UI can be deployed"?"""
    first = re.match(r"(?:the|an?) (\w+) (?!of|for|from|by|that|which|in\b)", text, re.I)
    return first is not None and KIND_OF_NOUN.get(first[1].lower()) in _PARTS


def _named_more(noun: Token) -> bool:
    return any(c.pos_ == "PROPN" and c.ent_type_ in NAMED and c.dep_ == "compound" for c in noun.children)
