"""Which clauses are claims: the questions of `checkability` and the model's score put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.claims import checkability as asks
from pipeline.claims import grammar
from pipeline.claims import lexicon as words
from pipeline.claims.telling import permits, tells
from pipeline.claims.worth import reasons as reasons_of
from pipeline.models import NotCheckable

if TYPE_CHECKING:
    from spacy.tokens import Token

HARD = frozenset({"a quantity", "a comparison", "a date", "a licence", "an event"})
"""What a source could settle; a name or a cause alone is not enough."""
LONGEST = 60
"""Words; a longer clause is a story, or a transcript without punctuation."""
TOLD = "what a thing is or has"
_TELLING_WORDS = range(5, 36)
_DROPPED = frozenset({"question", "small_talk", "joke", "anecdote"})
_SURE, _LIKELY, _UNLIKELY = 0.65, 0.5, 0.12


class Chosen(NamedTuple):
    """A clause that is worth showing, and why."""

    reasons: tuple[str, ...]
    kind: NotCheckable | None


def choose(
    lead: Sequence[Token],
    tokens: Sequence[Token],
    text: str,
    names: Sequence[str],
    score: float,
    attributed: bool = False,
    about_name: bool = False,
) -> Chosen | None:
    """The clause's reasons and kind; None when it is no claim and no opinion worth showing.

    `about_name` says that its subject is a pronoun that stands for a name.
    """
    if not 3 <= len(text.split()) <= LONGEST:
        return None
    kind = asks.not_checkable(lead, text)
    allowed = permits(lead, bool(names))
    if kind in _DROPPED or (asks.is_instruction(lead, text) and not allowed):
        return None
    reasons = reasons_of(tokens, text, bool(names))
    if kind is not None:
        return Chosen(reasons, kind) if _worth_showing(lead, text, reasons) else None
    if not allowed and (asks.is_vague(lead) or asks.is_speculation(lead, text)):
        return None
    root = grammar.head(lead)
    bare = root is None or root.pos_ not in {"VERB", "AUX"}
    if bare and ("a quantity" not in reasons and ("a licence" not in reasons or len(text.split()) > 10)):
        return None
    acts = _acts(lead, names)
    named = acts or about_name or asks.names_what_there_is(lead)
    named = named or ("a named thing" in reasons and bool(words.GENERIC.search(text)))
    if allowed or (len(text.split()) in _TELLING_WORDS and tells(lead) and named):
        return Chosen(reasons or (TOLD,), None)
    return Chosen(reasons or (TOLD,), None) if _is_claim(text, reasons, score, attributed, acts) else None


def _acts(tokens: Sequence[Token], names: Sequence[str]) -> bool:
    """Is its subject a name?"""
    root = grammar.head(tokens)
    found = grammar.subject(root) if root is not None else None
    opening = " ".join(token.lower_ for token in tokens[:2])
    if opening in words.COMPANIES:
        return True
    if found is None:
        return False
    phrase = found.doc[found.left_edge.i : found.i + 1].text
    if any(c.dep_ == "prep" and c.lower_ in {"from", "by", "of"} and _names(c) for c in found.children):
        return True
    return (
        found.pos_ == "PROPN"
        or found.ent_type_ in words.NAMED
        or found.lower_ in words.COMPANIES
        or any(name in phrase for name in names)
    )


def _names(preposition: Token) -> bool:
    return any(c.dep_ == "pobj" and (c.pos_ == "PROPN" or c.ent_type_ in words.NAMED) for c in preposition.children)


def _is_claim(text: str, reasons: Sequence[str], score: float, attributed: bool, acts: bool) -> bool:
    """Could a source settle it, and is it about something in particular?"""
    hard = HARD & set(reasons)
    anchored = "a named thing" in reasons
    if len(text.split()) > _TELLING_WORDS[-1] and not acts:
        hard -= {"an event"}  # of some clause far down in it
    if not hard and score < _SURE:
        return anchored and score >= _UNLIKELY and (acts or attributed)
    if "a quantity" in hard and (score >= _LIKELY or (anchored and score >= 0.1) or (acts and score >= 0.02)):
        return True
    if anchored and (len(hard) >= 2 or ("a licence" in hard and score >= 0.02)):
        return True
    about_kind = acts or bool(words.GENERIC.search(text) or words.RANKS.search(text))
    if anchored and "a comparison" in hard and (attributed or (score >= 0.03 and about_kind)):
        return True
    if anchored and hard & {"an event", "a date"}:
        return score >= (0.05 if acts else _UNLIKELY)
    if {"a comparison", "an event"} & hard and words.GENERIC.search(text):
        return True
    about_field = bool(words.TOPIC.search(text))
    return score >= _LIKELY and about_field and (score >= _SURE or bool(hard - {"an event"}))


def _worth_showing(tokens: Sequence[Token], text: str, reasons: Sequence[str]) -> bool:
    """Is an opinion or prediction about the subject, whole, and said as one?"""
    root = grammar.head(tokens)
    if root is None or not 6 <= len(text.split()) <= 40:
        return False
    inner = grammar.main_verbs(root)[-1]
    subject = grammar.subject(inner)
    if (
        subject is None
        or subject.pos_ == "PRON"
        or subject.lemma_.lower() in words.VAGUE
        or asks.is_speculation(tokens, text)
        or asks.is_speculation([inner], "")
    ):
        return False
    about = bool(words.TOPIC.search(" ".join(token.text for token in subject.subtree))) or any(
        token.ent_type_ in words.NAMED for token in subject.subtree
    )
    return about and bool({"a comparison", "a quantity", "a date", "a cause", "an event"} & set(reasons))
