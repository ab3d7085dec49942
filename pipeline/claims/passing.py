"""Statements made in passing, as sentences of their own: "Ben, who is an engineer at Argilla", "I'm the CEO of Acme".

Only words that were said make them up; they are parsed again, for their grammar is not that of the clause they hang on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.claims.lexicon import FIRST_PERSON, NAMED, SECOND_PERSON, SUBJECTS
from pipeline.claims.sentences import Sentence

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SHORTEST = 3
"""Words that must be told of the name."""
NEAR = 3
"""Sentences back that the name of who says "I" may have been given."""
_PEOPLE = frozenset({"he", "she", "his", "her", "him"})
_MARKS = frozenset({",", "-", "--", "—", "("})
_ROLE = re.compile(
    r"\b(?:I am|I'm|I’m)(?P<told> (?:the |an? )?(?:[\w-]+ ){0,4}?(?:co-?founder|founder|CEO|CTO|COO|CFO|chief|president|director|head|professor|lecturer|fellow"
    r"|\w*scientist|researcher|engineer|developer|strategist|analyst|architect|manager|principal|lead|editor|author|chair|partner)\b"
    r"[^,.;]{0,60}? (?:at|of|for|with) (?:the )?[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*)*)"
)


class Passing(NamedTuple):
    """A statement in passing: its words, where in the sentence they were said, and the sentence that gave a name."""

    text: str
    spoken: Sequence[Token]
    context: tuple[str, ...] = ()


def in_passing(doc: Doc) -> Iterator[Passing]:
    """What ", who …" or ", which …" tells of a name just said."""
    for verb in doc:
        pronoun = next((c for c in verb.children if c.dep_ in SUBJECTS and c.lower_ in {"who", "which"}), None)
        if verb.dep_ != "relcl" or pronoun is None or pronoun.i < 2 or doc[pronoun.i - 1].text not in _MARKS:
            continue
        name = _name_before(doc, pronoun.i - 1)
        told = [token for token in verb.subtree if token.i > pronoun.i]
        after = [t.lower_ for t in doc[told[-1].i + 1 : told[-1].i + 3]] if told else []
        if "or" in after or (told and told[-1].dep_ == "cc"):
            continue
        whole = bool(told) and told[-1].i - told[0].i + 1 == len(told)
        whose = _PEOPLE if pronoun.lower_ == "which" else frozenset()
        own = any(token.lower_ in FIRST_PERSON | whose for token in told)
        if whole and not own and name and sum(token.is_alpha for token in told) >= SHORTEST:
            words = doc[told[0].i : told[-1].i + 1].text.strip(" ,;-—.")
            yield Passing(f"{doc[name[0].i : name[-1].i + 1].text} {words}.", doc[name[0].i : told[-1].i + 1])


def shown(doc: Doc) -> Iterator[Passing]:
    """What "you have this trend where …" shows: the clause after "where"."""
    for verb in doc:
        where = next((c for c in verb.children if c.lower_ == "where" and c.dep_ == "advmod"), None)
        if verb.dep_ != "relcl" or where is None or doc[where.i - 1].text == ",":
            continue
        about = {c.lower_ for c in verb.head.head.children if c.dep_ in SUBJECTS}
        told = [token for token in verb.subtree if token.i > where.i]
        if about and about <= SECOND_PERSON | {"we"} and told and told[0].lower_ not in FIRST_PERSON | SECOND_PERSON:
            spoken = doc[told[0].i : told[-1].i + 1]
            yield Passing(f"{spoken.text.strip(' ,;-—.')}.", spoken)


def reasons_given(doc: Doc) -> Iterator[Passing]:
    """What follows "because" where the clause before it only judges: "it's odd here, because these models are …"."""
    for verb in doc:
        mark = next((c for c in verb.children if c.dep_ == "mark" and c.lower_ == "because"), None)
        told = [token for token in verb.subtree if mark is not None and token.i > mark.i]
        about = {c.lower_ for c in verb.head.children if c.dep_ in SUBJECTS and c.i < verb.i}
        if verb.dep_ != "advcl" or not told or not about & {"it", "that", "this", "there"} or mark is None:
            continue
        whole = told[-1].i - told[0].i + 1 == len(told)
        if whole and told[0].lower_ not in {"i", "we", "you"}:
            spoken = doc[told[0].i : told[-1].i + 1]
            yield Passing(f"{spoken.text.strip(' ,;-—.')}.", spoken)


def _name_before(doc: Doc, mark: int) -> list[Token]:
    """The phrase that ends at a mark, when a name is in it: "Ben Burtenshaw", "a blog post from Stripe"."""
    for chunk in doc.noun_chunks:
        if chunk.end != mark:
            continue
        first = chunk.start
        if any(token.pos_ == "PRON" for token in chunk):
            first = next((t.i + 1 for t in reversed(list(chunk)) if t.pos_ != "PROPN"), first)
        outer = chunk.root.head
        if outer.dep_ == "prep" and outer.lower_ in {"from", "by", "of"} and outer.i == chunk.start - 1:
            first = next((c.start for c in doc.noun_chunks if c.end == outer.i and _is_noun(c.root)), first)
        found = list(doc[first:mark])
        if not found:
            return []
        indefinite = found[0].lower_ in {"a", "an"} and first == chunk.start
        if _is_noun(chunk.root) and not indefinite and _named(found) and found[0].lower_ not in {"which", "that"}:
            return found
        return []
    return _full_name(doc, mark)


def _full_name(doc: Doc, mark: int) -> list[Token]:
    """The two or more words of a name that end at a mark, where the grammar saw no phrase."""
    first = mark
    while first > 0 and doc[first - 1].pos_ == "PROPN" and doc[first - 1].text[:1].isupper():
        first -= 1
    return list(doc[first:mark]) if mark - first >= 2 else []


def _is_noun(token: Token) -> bool:
    return token.pos_ in {"NOUN", "PROPN"}


def _named(tokens: Sequence[Token]) -> bool:
    return any(t.pos_ == "PROPN" or (t.ent_type_ in NAMED and t.text[:1].isupper()) for t in tokens)


def of_oneself(doc: Doc, sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Passing]:
    """What a speaker whose name was just given says to be: "I'm the CEO of Acme"."""
    name = sentence.speaker or ""
    match = _ROLE.search(doc.text)
    if match is None or " " not in name or "," in match["told"]:
        return
    introduced = next(
        (s.text for s in (sentence, *before) if s.speaker == name and name.lower() in s.text.lower()), None
    )
    span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
    if introduced is not None and span is not None:
        yield Passing(f"{name} is{match['told']}.", span, (introduced,))
