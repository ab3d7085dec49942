"""Parsed sentences, their heads and subjects: spaCy's small English pipeline, hash-checked, loaded when the first sentence comes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.claims.lexicon import FIRST_PERSON, SAYING, SUBJECTS
from pipeline.settings import get_settings
from pipeline.weights import locate

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

GRAMMAR = "en_core_web_sm"
_ARRAY_LIBRARIES = ("torch", "tensorflow", "mxnet", "cupy")


def parse(texts: Sequence[str]) -> list[Doc]:
    """One parsed document a text, in order; about 3,000 words a second on one core.

    Raises:
        WeightsError: the grammar model is not installed, or a file of it has a wrong hash.
    """
    return list(_language().pipe(texts, batch_size=64))


def head(tokens: Iterable[Token]) -> Token | None:
    """The word of the clause that no other word of it governs: its verb, when it has one."""
    members = list(tokens)
    inside = {token.i for token in members}
    tops = [token for token in members if token.dep_ == "ROOT" or token.head.i not in inside]
    verbs = [token for token in tops if token.pos_ in {"VERB", "AUX"}]
    return _over_contact((verbs or [token for token in tops if not token.is_punct] or [None])[0], inside)


def _over_contact(top: Token | None, inside: set[int]) -> Token | None:
    """The verb itself, but not one that only tells more of a noun: "is quoted in an article | I was reading"."""
    own = next((c for c in top.children if c.dep_ in SUBJECTS), None) if top is not None else None
    if top is None or own is None or own.lower_ not in FIRST_PERSON or own.i == 0:
        return top
    before = own.doc[own.i - 1]
    main = next((c for c in top.children if c.dep_ == "ccomp" and c.i < own.i and c.i in inside), None)
    return main if main is not None and before.pos_ == "NOUN" and main.is_ancestor(before) else top


def subject(root: Token) -> Token | None:
    """The subject of a verb, through auxiliaries and the verb it is joined to."""
    own = [child for child in root.children if child.dep_ in SUBJECTS]
    if own:
        before = [child for child in own if child.i < root.i and child.pos_ not in {"DET"}] or own
        return before[-1]
    return subject(root.head) if root.dep_ == "conj" and root.head.pos_ in {"VERB", "AUX"} else None


def subject_words(root: Token) -> set[str]:
    """The words of a verb's subject, lower case."""
    found = subject(root)
    kept = SUBJECTS | {"conj", "poss"}
    return {token.lower_ for token in found.subtree if token.dep_ in kept} if found is not None else set()


def main_verbs(root: Token) -> list[Token]:
    """The head and what it says: "I think it will" is about "will"."""
    told = root.lemma_ in SAYING and not subject_words(root) & FIRST_PERSON
    kept = {"conj"} if told else {"ccomp", "conj"}
    return [root, *(child for child in root.children if child.dep_ in kept and child.pos_ in {"VERB", "AUX"})]


@lru_cache(maxsize=1)
def _language() -> Language:
    with _without(_ARRAY_LIBRARIES):
        import spacy

        return spacy.load(locate(GRAMMAR, get_settings().models_path), exclude=["senter"])


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """Hide libraries that spaCy would import only to ask whether they are there: torch alone costs 180 MB and 3 s."""
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in absent:
            if sys.modules.get(name, ...) is None:
                del sys.modules[name]
