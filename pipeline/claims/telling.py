"""What a clause tells of its subject: what it is, has, holds, is made of, was made for, or lets people do."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.claims import lexicon as words
from pipeline.claims.grammar import head, subject, subject_words

if TYPE_CHECKING:
    from spacy.tokens import Token

_HOLDING = frozenset(
    """have offer provide include contain use run come allow enable support integrate depend rely cover serve host handle generate
    consist belong employ work base compose comprise intend design name title extend compete partner collaborate
    promise attack propose describe announce report talk""".split()
)
_STATES = frozenset("open-source free available private proprietary licensed compatible closed based trained".split())
_EMPTY = frozenset(
    """thing one lot kind sort bit question point part example story case idea time place person people issue problem matter
    trend sense reason fan""".split()
)
_USING = frozenset(
    """download run use deploy fine-tune finetune host self-host modify inspect buy access plug load export train install
    redistribute license""".split()
)
_LOOSE = frozenset({"know", "think", "do", "see", "go", "be", "concern", "involve", "happen", "surprise", "excite"})


def tells(tokens: Sequence[Token]) -> bool:
    """Does it say what its subject is, has, is made of or was made for?"""
    root = head(tokens)
    if root is None or subject(root) is None or _own_story(tokens):
        return False
    if subject_words(root) == {"there"}:
        return True
    if any(
        c.dep_ == "neg" and tokens[-1].doc[c.i + 1].lower_ in {"only", "just"}
        for c in root.children
        if c.i < tokens[-1].i
    ):
        return False
    if _quotes(root, tokens) or _has_got(root):
        return True
    if root.lemma_ == "be":
        return _says_what(root)
    if _passive(root):
        return root.lemma_ not in _LOOSE and any(_has_object(c) for c in root.children if c.dep_ in {"prep", "agent"})
    objects = {"dobj", "prep", "xcomp", "ccomp", "dative"}
    return root.lemma_ in _HOLDING and any(child.dep_ in objects for child in root.children)


def permits(tokens: Sequence[Token], named: bool = False) -> bool:
    """Does it say what anybody can do with a named thing: "you can download the weights of R1"?"""
    root = head(tokens)
    if root is None or root.lemma_ not in _USING or subject_words(root) != {"you"}:
        return False
    able = {child.lower_ for child in root.children if child.dep_ == "aux"} == {"can"}
    first = min((t.i for t in tokens if t.is_alpha and t.dep_ not in {"cc", "advmod"}), default=-1)
    conditional = any(child.dep_ == "advcl" and child.i < root.i for child in root.children)
    named = named or any(t.ent_type_ in words.NAMED or t.pos_ == "PROPN" for t in root.subtree if t.i > root.i)
    return able and named and not conditional and first == min(t.i for t in subject_tokens(root))


def subject_tokens(root: Token) -> list[Token]:
    """The words of a verb's subject, in order."""
    found = subject(root)
    return list(found.subtree) if found is not None else []


def _quotes(root: Token, tokens: Sequence[Token]) -> bool:
    return root.lemma_ in words.SAYING and any(token.text in {'"', "“"} for token in tokens if token.i > root.i)


def _has_got(root: Token) -> bool:
    have = any(child.dep_ == "aux" and child.lemma_ in {"have", "’ve", "'ve"} for child in root.children)
    return root.lower_ == "got" and have and any(child.dep_ == "dobj" for child in root.children)


def _own_story(tokens: Sequence[Token]) -> bool:
    """Do the speakers themselves come into it, other than in a quotation?"""
    quoted = False
    for token in tokens:
        quoted = quoted != (token.text in {'"', "“", "”"})
        if token.lower_ in words.FIRST_PERSON and not quoted:
            return True
    return False


def _says_what(be: Token) -> bool:
    """Is it told to be a thing of some kind, like one, from somebody, or in a plain state?"""
    for child in be.children:
        if child.dep_ == "attr" and child.pos_ in {"NOUN", "PROPN"} and child.lemma_.lower() not in _EMPTY:
            return not any(c.lower_ == "your" or c.lower_ in words.PRAISE for c in child.children)
        if child.dep_ == "acomp" and child.lemma_.lower() in _STATES:
            return True
        if child.dep_ == "prep" and child.lower_ in {"from", "by"} and child.i > be.i:
            return any(c.dep_ == "pobj" and c.pos_ == "PROPN" for c in child.children)
        if child.dep_ == "prep" and child.lower_ == "like" and _has_object(child):
            return True
    return False


def _passive(root: Token) -> bool:
    return root.tag_ == "VBN" and any(child.dep_ == "auxpass" for child in root.children)


def _has_object(preposition: Token) -> bool:
    found = [c for c in preposition.children if c.dep_ in {"pobj", "pcomp"}]
    return any(c.pos_ in {"NOUN", "PROPN", "VERB", "NUM"} and c.lemma_.lower() not in _EMPTY for c in found)
