"""What wraps a statement: "people keep saying that …", "one thing you see is that …", "Stanford says …".

Hearsay of nobody in particular is unwrapped and its crowd kept as the attribution; where the speaker only tells how he
learned of it, or announces it, the wrapping goes; a named source's words stay whole, for the claim is then that the source says so.
"""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.claims import checkability as asks
from pipeline.claims.clauses import text_of
from pipeline.claims.grammar import head, subject
from pipeline.claims.lexicon import CROWD, FIRST_PERSON, LEARNING, PRAISE, SAYING, SUBJECTS
from pipeline.claims.telling import tells
from pipeline.claims.worth import measured
from pipeline.claims.worth import reasons as reasons_of

if TYPE_CHECKING:
    from spacy.tokens import Token


_BELIEVING = frozenset("think believe guess suppose suspect know say argue".split())
_ANNOUNCING = frozenset({"one", "thing", "things", "fact", "truth", "problem", "point"})


class Framed(NamedTuple):
    """What is stated, and on whose word."""

    tokens: list[Token]
    attributed_to: str = ""
    hedge: str = ""
    """The words that say it is only believed: "I think"."""


def unwrap(tokens: Sequence[Token]) -> Framed:
    """The clause inside its frame, with its attribution; the clause as it is when nothing wraps it."""
    members = list(tokens)
    root = head(members)
    if root is None:
        return Framed(members)
    framed = _hearsay(root, members) or _learned(root, members) or _announced(root, members) or _believed(root, members)
    return framed or _written_somewhere(members) or _by_name(root, members)


def _hearsay(root: Token, members: list[Token]) -> Framed | None:
    """ "People (keep) say(ing) that X": X, by people."""
    source = subject(root)
    verb = (
        next((c for c in root.children if c.dep_ == "xcomp"), root) if root.lemma_ in {"keep", "love", "like"} else root
    )
    if source is None or verb.lemma_ not in SAYING | {"think", "believe"} or source.lemma_.lower() not in CROWD:
        return None
    inner = _content(verb, members)
    crowd = "people" if source.lower_ in {"they", "everybody", "everyone", "folks", "some", "many"} else source.lower_
    return Framed(inner, crowd) if inner else None


def _learned(root: Token, members: list[Token]) -> Framed | None:
    """ "I just saw in the news that X": X."""
    source = subject(root)
    if source is None or source.lower_ not in FIRST_PERSON or root.lemma_ not in LEARNING:
        return None
    inner = _content(root, members)
    return Framed(inner) if inner else None


def _announced(root: Token, members: list[Token]) -> Framed | None:
    """ "One of the things you see is that X", "which means that X": X."""
    source = subject(root)
    means = root.lemma_ == "mean" and source is not None and source.lower_ in {"which", "that", "this"}
    if source is None or not (means or (root.lemma_ == "be" and source.lower_ in _ANNOUNCING)):
        return None
    inner = _content(root, members)
    return Framed(inner) if inner else None


def _believed(root: Token, members: list[Token]) -> Framed | None:
    """ "I think X": X with its hedge, when X itself can be checked; a judgement stays an opinion, whole."""
    source = subject(root)
    if source is None or source.lower_ != "i" or root.lemma_ not in _BELIEVING:
        return None
    inner = _content(root, members)
    if not inner:
        return None
    text = text_of(inner)
    praised = any(token.lower_ in PRAISE for token in inner)
    firm = (
        {"a quantity", "an event"} & set(reasons_of(inner, text))
        or measured(inner, text)
        or (tells(inner) and not praised)
    )
    if not firm or asks.not_checkable(inner, text) or asks.is_speculation(inner, text) or asks.is_vague(inner):
        return None
    return Framed(inner, hedge=" ".join(t.text for t in members if source.i <= t.i <= root.i).replace(" '", "'"))


def _written_somewhere(members: list[Token]) -> Framed | None:
    """ "There's a chart out there that says X": X, by a chart."""
    for verb in members:
        told = verb.lemma_ in SAYING and any(
            child.lower_ in {"that", "which"} and child.dep_ in SUBJECTS for child in verb.children
        )
        noun = next((token for token in members if token.dep_ == "attr" and token.i < verb.i), None)
        if told and noun is not None and (inner := _content(verb, members)):
            return Framed(inner, noun.doc[noun.left_edge.i : noun.i + 1].text)
    return None


def _by_name(root: Token, members: list[Token]) -> Framed:
    """ "Stanford says X": whole, by Stanford."""
    source = subject(root)
    if (
        source is None
        or root.lemma_ not in SAYING
        or not (_content(root, members) or any(token.text in {'"', "“"} for token in members if token.i > root.i))
        or source.pos_ not in {"PROPN", "NOUN"}
    ):
        return Framed(members)
    return Framed(members, source.doc[source.left_edge.i : source.i + 1].text)


def _content(verb: Token, members: list[Token]) -> list[Token]:
    """The words of the clause that a verb of saying governs, without its "that"."""
    said = next((c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i and _has_subject(c)), None)
    if said is None:
        return []
    inside = {token.i for token in members}
    found = [token for token in said.subtree if token.i in inside]
    while found and (found[0].dep_ == "mark" or found[0].is_punct):
        found = found[1:]
    return [token for token in members if found and found[0].i <= token.i <= found[-1].i]


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in SUBJECTS for child in verb.children)
