"""A clause made to stand alone: its pronouns replaced by what the turns before (or the words just after) speak of.

Salience is simple and can be followed by a reader: the nearest sentence that holds a fitting thing, in it the subject
first. One fitting thing nearby is sure; several, or a far one, is said to be unsure (after centering theory: Grosz,
Joshi and Weinstein, Computational Linguistics 21, 1995).
"""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.claims.grammar import head, subject
from pipeline.claims.lexicon import ACTING, KIND_OF_NOUN, SUBJECTS
from pipeline.claims.names import Thing
from pipeline.claims.wording import tidy, written

if TYPE_CHECKING:
    from spacy.tokens import Token

REACH = 5
"""Sentences back that a pronoun may point."""
NEAR = 2
"""Sentences back that a bare "it" or "they" may point, and within which a single fitting thing is sure."""
_CLEAR = frozenset({"policy", "company", "chip", "model"})
"""Kinds that say enough without a name."""
_PEOPLE = frozenset({"he", "she", "him", "his", "her"})
_ONE = frozenset({"it", "its"})
_SEVERAL = frozenset({"they", "them", "their", "these", "those"})
_IDLE = frozenset("time year month week day thing way case lot kind sort bit question matter policy point".split())
_POINTING = frozenset({"this", "that", "these", "those"})


class Place(NamedTuple):
    """A sentence that a pronoun may point into."""

    text: str
    things: Sequence[Thing]
    later: bool = False


class Standalone(NamedTuple):
    """The clause in words that need nothing before them."""

    text: str
    context: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    """Pronouns whose referent is a guess."""
    open: tuple[str, ...] = ()
    """Pronouns that point to nothing that was found; the subject's first."""
    subject_open: bool = False
    named: tuple[str, ...] = ()
    """Named things that pronouns were replaced by."""
    subject_guessed: bool = False
    subject_named: bool = False
    """Was the subject a pronoun, and surely replaced by a name?"""
    found: tuple[Thing, ...] = ()
    """What the pronouns surely point to, at the pronouns' places: a later pronoun may point to it again."""


class _Pointer(NamedTuple):
    start: int
    end: int
    word: str
    kind: str
    possessive: bool
    is_subject: bool
    acts: bool
    """Is it what does something only people and companies do?"""


def stand_alone(tokens: Sequence[Token], lead: Sequence[Token], places: Sequence[Place]) -> Standalone:
    """The clause with what its pronouns point to in their stead; `places` are ordered, the nearest first."""
    edits: dict[int, tuple[int, str]] = {}
    context: list[str] = []
    unsure: list[str] = []
    left: list[str] = []
    named: list[str] = []
    found: list[Thing] = []
    guessed = subject_named = False
    several: set[int] = set()
    subject_open = False
    for pointer in _pointers(tokens, lead):
        thing, place, sure = _referent(pointer, places)
        if thing is None or place is None:
            left.append(pointer.word)
            subject_open = subject_open or pointer.is_subject
            continue
        edits[pointer.start] = (pointer.end, thing.text + ("'s" if pointer.possessive else ""))
        context += [text for text in (thing.source, place.text if _word_in(thing.text, place.text) else "") if text]
        if thing.plural:
            several.add(pointer.end)
        named += [thing.text] if thing.named or thing.kind in _CLEAR else []
        guessed = guessed or (pointer.is_subject and not (sure and (thing.named or thing.kind != "thing")))
        if not sure:
            unsure.append(f"{pointer.word} → {thing.text}")
        elif thing.named:
            subject_named = subject_named or pointer.is_subject
            found.append(_again(thing, pointer, place))
    text = tidy(written(tokens, edits, several))
    return Standalone(
        text,
        tuple(dict.fromkeys(context)),
        tuple(unsure),
        tuple(left),
        subject_open,
        tuple(named),
        guessed,
        subject_named,
        tuple(found),
    )


def _word_in(words: str, text: str) -> bool:
    return words.lower() in text.lower()


def _again(thing: Thing, pointer: _Pointer, place: Place) -> Thing:
    """The thing at the place of the pronoun that points to it."""
    place_of_words = thing.source or place.text
    here = {"start": pointer.start, "end": pointer.end, "subject": pointer.is_subject, "source": place_of_words}
    return thing.model_copy(update=here)


def _pointers(tokens: Sequence[Token], lead: Sequence[Token]) -> list[_Pointer]:
    root = head(lead)
    top = subject(root) if root is not None else None
    found: list[_Pointer] = []
    for token in tokens:
        word = token.lower_
        chosen = top is not None and token.i in {top.i, *(t.i for t in top.lefts)} and top.i >= tokens[0].i
        if _stands_for_noun(token) and not _explained_here(token, tokens):
            found.append(_Pointer(token.i, token.i + 1, word, "", token.dep_ == "poss", chosen, _does(token)))
        elif kind := _kind_of_phrase(token):
            phrase = f"{word} {token.head.text}"
            found.append(_Pointer(token.i, token.head.i + 1, phrase, kind, False, chosen, _does(token.head)))
    return found


def _does(token: Token) -> bool:
    return token.dep_ == "nsubj" and token.head.lemma_ in ACTING


def _stands_for_noun(token: Token) -> bool:
    if token.lower_ in _PEOPLE | _ONE | {"they", "them", "their"}:
        return token.dep_ != "expl" and token.pos_ in {"PRON", "DET"} and not _empty(token)
    return (
        token.lower_ in _POINTING
        and token.tag_ != "WDT"
        and token.pos_ in {"PRON", "DET"}
        and token.dep_ in SUBJECTS | {"pobj", "dobj"}
    )


def _empty(token: Token) -> bool:
    """Is it the "it" of time, weather, or "it is hard to …"?"""
    if token.lower_ != "it" or token.head.lemma_ != "be":
        return False
    if token.doc[token.head.i : token.head.i + 4].text.lower().endswith((" a while", " a minute")):
        return True
    said = [child for child in token.head.children if child.i > token.head.i]
    return any(child.dep_ in {"xcomp", "ccomp", "csubj"} for child in said) or any(
        child.dep_ in {"attr", "npadvmod"} and (child.ent_type_ in {"DATE", "TIME"} or child.lemma_ in _IDLE)
        for child in said
    )


def _kind_pointed_at(noun: Token) -> str:
    return "any" if noun.lower_ in {"one", "ones"} else KIND_OF_NOUN.get(noun.lower_, "")


def _kind_of_phrase(token: Token) -> str:
    """The kind of thing that "this model", "that one" or a bare "the company" points to; empty for other words."""
    if token.lower_ in _POINTING and token.dep_ == "det":
        return _kind_pointed_at(token.head)
    return _kind_of_bare(token) if token.lower_ == "the" else ""


def _kind_of_bare(the: Token) -> str:
    """The kind that "the model" or "the company" points to, when nothing more is said of it."""
    noun = the.head
    more = any(child.dep_ in {"prep", "relcl", "acl", "appos"} for child in noun.children)
    kind = _kind_pointed_at(noun) if noun.i == the.i + 1 and not more else ""
    return kind if kind in {"model", "company"} else ""


def _explained_here(token: Token, tokens: Sequence[Token]) -> bool:
    """Does a noun before the pronoun, in the same clause, already say what it points to?"""
    if token.lower_ in _POINTING:
        return token.dep_ not in SUBJECTS and any(t.i < token.i and t.pos_ == "PROPN" for t in tokens)
    return any(
        t.i < token.i
        and t.pos_ in {"PROPN", "NOUN"}
        and t.dep_ in SUBJECTS | {"dobj", "attr"}
        and not t.is_ancestor(token)
        for t in tokens
    )


def _referent(pointer: _Pointer, places: Sequence[Place]) -> tuple[Thing | None, Place | None, bool]:
    if pointer.word in {"this", "that"}:
        return _introduced(places) if pointer.word == "this" and pointer.is_subject else (None, None, False)
    if pointer.word in _PEOPLE:
        return _only_person(places)
    reach = REACH if pointer.kind or pointer.word in _PEOPLE else NEAR
    for distance, place in enumerate(places):
        if place.later and pointer.kind:
            break
        fitting = [thing for thing in place.things if _fits(pointer, thing)] if distance <= reach or place.later else []
        if fitting:
            best = min(fitting, key=lambda thing: _rank(pointer, thing))
            rivals = {thing.text.lower() for thing in fitting if _rank(pointer, thing)[:4] == _rank(pointer, best)[:4]}
            return best, place, distance <= NEAR and len(rivals) == 1 and not place.later
    return None, None, False


def _introduced(places: Sequence[Place]) -> tuple[Thing | None, Place | None, bool]:
    """The thing that was given its name within reach, and of which the talk then goes on."""
    for place in places:
        found = [thing for thing in place.things if thing.introduced and not place.later]
        if found:
            return found[-1], place, len(found) == 1
    return None, None, False


def _only_person(places: Sequence[Place]) -> tuple[Thing | None, Place | None, bool]:
    """The one person named nearby, or by full name just before; otherwise "he" is anybody's guess."""
    before = [place for place in places if not place.later]
    found = [(thing, place) for place in before for thing in place.things if thing.kind == "person"]
    others = [thing for place in before for thing in place.things if _could_be_person(thing)]
    if not others and len({thing.text.split()[-1].lower() for thing, _ in found}) == 1:
        return found[0][0], found[0][1], True
    for place in before[: NEAR + 1]:
        full = [t for t in place.things if t.kind == "person" and (" " in t.text or t.subject)]
        if any(thing.kind == "person" or _could_be_person(thing) for thing in place.things):
            parts = {part for thing in full for part in thing.text.lower().split()}
            single = all(set(t.text.lower().split()) <= parts for t in place.things if t.kind == "person")
            sure = single and len({thing.text for thing in full}) == 1
            return (full[0], place, True) if sure else (None, None, False)
    return None, None, False


def _could_be_person(thing: Thing) -> bool:
    """Is it one capitalised word that acts, of which the grammar does not know what it names?"""
    single = " " not in thing.text and thing.text[:1].isupper()
    return thing.named and thing.subject and single and thing.kind in {"thing", "company"}


def _fits(pointer: _Pointer, thing: Thing) -> bool:
    word = pointer.word.split()[0]
    if pointer.kind:
        wanted = pointer.kind in {"any", thing.kind}
        several = word in {"these", "those"}
        if word == "the" and not thing.named:
            return False
        return wanted and (thing.named or thing.plural) and (thing.plural or not several)
    if word in _PEOPLE:
        return thing.kind == "person"
    if word in _ONE:
        return not thing.plural and thing.kind not in {"person", "country"}
    if word in {"these", "those"} and not thing.named and thing.kind == "thing":
        return False
    return word in _SEVERAL and (thing.plural or (thing.kind in {"company", "country"} and thing.named))


def _rank(pointer: _Pointer, thing: Thing) -> tuple[bool, bool, bool, bool, int]:
    """The most salient thing sorts first: one that can do what is said, the subject, one that fits in number, a name."""
    several = pointer.word.split()[0] in _SEVERAL
    unable = pointer.acts and thing.kind not in {"company", "country", "person"}
    return (unable, not thing.subject, several and not thing.plural, not thing.named, thing.start)
