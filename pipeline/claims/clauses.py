"""Clauses that could stand alone: the parts of a sentence that have a subject and a verb of their own.

"R1 is MIT licensed, you can do whatever you want with it" is two. Subordinate and relative clauses stay with the clause
they belong to, except what follows ", so".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.claims.grammar import subject
from pipeline.claims.lexicon import SAYING, SUBJECTS, THINKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_FINITE = frozenset({"VERB", "AUX"})


def clauses(doc: Doc) -> list[list[Token]]:
    """The clauses of a sentence in order; together they are all its words."""
    cuts = sorted({0, *(cut for token in doc if (cut := _cut(token)) is not None and not _quoted(doc, cut))})
    parts = [list(doc[begin:end]) for begin, end in zip(cuts, [*cuts[1:], len(doc)], strict=True)]
    return [part for part in parts if any(token.is_alpha or token.like_num for token in part)]


def _quoted(doc: Doc, place: int) -> bool:
    """Is the place inside quotation marks?"""
    before: str = doc[:place].text
    return (before.count('"') + before.count("“") + before.count("”")) % 2 == 1


def _cut(verb: Token) -> int | None:
    """The index of the first word of a clause that this verb opens, None when it opens none."""
    if verb.pos_ not in _FINITE or not _own_subject(verb):
        return None
    if verb.i > 0 and _spliced_chain(verb) and (cut := _after_spliced(verb)) is not None:
        return cut
    if verb.dep_ == "conj" and verb.head.pos_ in _FINITE and not _subordinate(verb.head):
        return _with_joiner(verb)
    if verb.dep_ in {"advcl", "ccomp"} and verb.i > verb.head.i and _so_before(verb):
        return _with_joiner(verb)
    if (
        verb.dep_ in {"ccomp", "parataxis"}
        and verb.i > verb.head.i
        and _comma_before(verb)
        and _tells_little(verb.head)
    ):
        return int(verb.left_edge.i)
    return None


def _spliced_chain(verb: Token) -> bool:
    """Is it the main verb, or one put before the main verb with a comma?"""
    while verb.dep_ == "ccomp" and verb.i < verb.head.i:
        verb = verb.head
    return bool(verb.dep_ == "ROOT")


def _own_subject(verb: Token) -> bool:
    return verb.lemma_ == "let" or any(child.dep_ in SUBJECTS for child in verb.children)


def _subordinate(verb: Token) -> bool:
    """Is the verb in a relative or subordinate clause, so that what is joined to it is too?"""
    chain = [verb, *verb.ancestors]
    return any(token.dep_ in {"relcl", "advcl", "acl", "pcomp", "csubj"} for token in chain) or (
        verb.dep_ == "ccomp" and verb.i > verb.head.i and not _comma_before(verb)
    )


def _after_spliced(root: Token) -> int | None:
    """Where the main clause begins after one that was only put in front of it with a comma."""
    first = next((c for c in root.children if c.dep_ == "ccomp" and c.i < root.i and _own_subject(c)), None)
    found = subject(root)
    if (
        first is None
        or (found is None and root.lemma_ != "let")
        or root.lemma_ in THINKING
        or first.right_edge.i >= root.i
        or _told_of_noun(root, first)
    ):
        return None
    return int(first.right_edge.i) + 1


def _told_of_noun(root: Token, first: Token) -> bool:
    """Does it only tell more of the noun just before it: "in one article I was reading"?"""
    before = root.doc[first.right_edge.i]
    return before.pos_ in {"NOUN", "PROPN"} and root.doc[before.i + 1].lower_ in {"i", "we", "you"}


def _with_joiner(verb: Token) -> int:
    """The clause's first word with the "and", "but", "so" before it."""
    begin = int(verb.left_edge.i)
    while begin > 0 and (verb.doc[begin - 1].dep_ == "cc" or verb.doc[begin - 1].lower_ in {"so", "but", "and"}):
        begin -= 1
    return begin


def _so_before(verb: Token) -> bool:
    begin = verb.left_edge.i
    around = {token.lower_ for token in verb.doc[max(0, begin - 1) : begin + 1]}
    return "so" in around and not any(token.lower_ == "that" for token in verb.doc[begin : begin + 2])


def _comma_before(verb: Token) -> bool:
    begin = verb.left_edge.i
    return begin > 0 and verb.doc[begin - 1].text in {",", ";", "-", "--", "—", "..."}


def _tells_little(verb: Token) -> bool:
    return verb.lemma_ not in SAYING | THINKING


def text_of(tokens: Sequence[Token]) -> str:
    """The clause as it stands in its sentence, without the comma that ended it."""
    text: str = tokens[0].doc[tokens[0].i : tokens[-1].i + 1].text
    return text.strip(" ,;-—").strip()
