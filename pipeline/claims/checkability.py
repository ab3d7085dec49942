"""Can a statement be checked: the answers in plain words, from its grammar.

Each predicate's docstring is the question it answers. They read a parsed clause; none looks at who is speaking.
"""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipeline.claims import lexicon as words
from pipeline.claims.grammar import head, main_verbs, subject, subject_words
from pipeline.claims.worth import MANY, measured, quantity
from pipeline.models import NotCheckable

if TYPE_CHECKING:
    from spacy.tokens import Token

_YEARS_AHEAD = re.compile(r"\bby the end of (?:this|next)|\bby next\b|\b(?:years?|decades?) from now\b", re.I)
_WEATHER = frozenset("cold colder cool cooler warm warmer hot hotter rainy sunny windy late early".split())
_IDLE = re.compile(
    r"\b(?:(?:this|that|our|another|last) (?:episode|podcast|show|conversation)|show notes|on (?:the|this) show"
    r"|the other way a?round|vice versa|the same (?:thing|way|here)|so to say|what i mean)\b",
    re.I,
)
_CONDITION = re.compile(
    r"^\W*(?:(?:and|but|so|or|because)\s+)?(?:if(?! you (?:just )?(?:look|think|see|compare))|maybe|perhaps|whenever|once|unless|when you|let's say|say)\b",
    re.I,
)


def not_checkable(tokens: Sequence[Token], text: str) -> NotCheckable | None:
    """Why this clause can't be checked, or None when it can (sponsor reads are found elsewhere)."""
    for kind, asks in _KINDS:
        if asks(tokens, text):
            return kind
    return None


def is_question(tokens: Sequence[Token], text: str) -> bool:
    """Is something being asked?"""
    if text.rstrip("\"'”’) ").endswith("?"):
        return True
    spoken = [token for token in tokens if token.is_alpha]
    if len(spoken) < 3:
        return False
    plain = [token for token in spoken if token.dep_ != "cc"]
    if plain and plain[0].lower_ in {"how", "what", "why", "whether"}:
        return True
    first, second = spoken[0].lower_, spoken[1]
    inverted = second.dep_ in words.SUBJECTS and first in words.AUXILIARIES
    asking = first in words.WH and second.lower_ in words.AUXILIARIES and spoken[0].dep_ != "nsubj"
    return inverted or (asking and not text.rstrip().endswith("."))


def is_joke(tokens: Sequence[Token], text: str) -> bool:
    """Does the speaker say that it was a joke, or is laughter written down?"""
    return bool(words.JOKE.search(text))


def is_small_talk(tokens: Sequence[Token], text: str) -> bool:
    """Is it a greeting, thanks, or a word that only keeps the talk going?"""
    return bool(words.GREETING.search(text)) or sum(token.is_alpha or token.like_num for token in tokens) < 3


def is_prediction(tokens: Sequence[Token], text: str) -> bool:
    """Is it about what has not happened yet?"""
    root = head(tokens)
    if root is None:
        return False
    if root.lemma_ in words.PREDICTING and subject_words(root) & words.FIRST_PERSON:
        return True
    if any(_future(verb) for verb in main_verbs(root)):
        return True
    return bool(_YEARS_AHEAD.search(text)) and not _past(root)


def is_anecdote(tokens: Sequence[Token], text: str) -> bool:
    """Is it about the speakers' own lives and doings?"""
    root = head(tokens)
    return root is not None and bool(subject_words(root) & words.FIRST_PERSON) and root.lemma_ not in words.THINKING


def is_opinion(tokens: Sequence[Token], text: str) -> bool:
    """Is it a judgement of worth, a duty or a feeling?"""
    root = head(tokens)
    if root is None:
        return False
    if words.OPINION_FRAME.search(text):
        return True
    if subject_words(root) & words.FIRST_PERSON and root.lemma_ in words.THINKING:
        return True
    verbs = main_verbs(root)
    if any(child.lower_ in words.DUTY for verb in verbs for child in verb.children if child.dep_ == "aux"):
        return True
    return any(_evaluates(verb) for verb in verbs) and not quantity(tokens, text) and not measured(tokens, text)


def is_instruction(tokens: Sequence[Token], text: str) -> bool:
    """Does it tell the listener what to do, or describe what "you" do in general?"""
    root = head(tokens)
    if root is None:
        return False
    subjects = subject_words(root)
    if subjects & words.SECOND_PERSON:
        return True
    first = min((token.i for token in tokens if token.is_alpha), default=-1)
    return not subjects and root.tag_ == "VB" and root.i == first


def is_speculation(tokens: Sequence[Token], text: str) -> bool:
    """Is it only said that something might or would be so, or under a condition?"""
    root = head(tokens)
    if root is None:
        return False
    told = next((c for c in root.children if c.dep_ == "conj" and c.pos_ == "VERB" and _is_what(root)), root)
    chances = {child.lower_ for child in told.children if child.dep_ == "aux"} & words.CHANCE
    passive = root.tag_ in {"VB", "VBN"} and any(
        c.dep_ == "auxpass" or (c.dep_ == "acomp" and c.tag_ == "VBN") for c in root.children
    )
    able = chances <= {"can", "could"} and bool(chances) and passive
    hedged = chances <= {"may", "might"} and root.tag_ in {"VBG", "VBN"} and not passive
    return bool(_CONDITION.search(text)) or bool(chances and not able and not hedged)


def _is_what(root: Token) -> bool:
    """Is the subject a clause of its own: "what would have taken a year is done in a month"?"""
    found = subject(root)
    return found is not None and found.lower_ == "what"


def is_vague(tokens: Sequence[Token]) -> bool:
    """Is it about nobody in particular: people, somebody, things, "one of those"?"""
    root = head(tokens)
    if _IDLE.search(" ".join(token.text for token in tokens)):
        return True
    found = subject(root) if root is not None else None
    if root is None or found is None:
        return found is None and (root is None or root.pos_ not in {"VERB", "AUX", "NUM", "PROPN", "NOUN"})
    if found.lower_ == "it" and root.lemma_ == "be" and any(_time_or_weather(child) for child in root.children):
        return True
    if found.lower_ == "there" or found.dep_ == "expl":
        if _only_introduces(root):
            return True
        counted = any(token.pos_ == "NUM" and token.lower_ != "one" for token in tokens)
        return not counted and not MANY.search(found.doc.text) and not says_there_is(tokens)
    if _counts_nothing(root):
        return True
    if found.lower_ == "what" and quantity(tokens, found.doc.text):
        return False
    return found.lemma_.lower() in words.VAGUE and not any(t.pos_ == "PROPN" for t in found.subtree)


def _counts_nothing(root: Token) -> bool:
    """Does it break off after a number in words: "NLP has three"?"""
    last = next((c for c in root.children if c.dep_ == "dobj"), None)
    counts = last is not None and last.pos_ == "NUM" and last.is_alpha and not list(last.children)
    return last is not None and counts and not any(t.i > last.i and t.is_alpha for t in root.subtree)


def _only_introduces(be: Token) -> bool:
    """Is a name only brought up, for what is told of it: "there's Baidu, which …"?"""
    told = next((child for child in be.children if child.dep_ == "attr"), None)
    if told is None or told.pos_ != "PROPN" or any(c.dep_ == "det" and c.lower_ in {"a", "an"} for c in told.children):
        return False
    return any(c.dep_ == "relcl" and told.doc[c.left_edge.i - 1].text == "," for c in told.children)


def says_there_is(tokens: Sequence[Token]) -> bool:
    """Is it said, first of all, that there is some thing with a name, or one that was made or found?"""
    told = _there(tokens)
    made = told is not None and any(
        c.dep_ in {"relcl", "acl"} and (c.tag_ == "VBN" or any(g.dep_ in {"auxpass", "acomp"} for g in c.children))
        for c in told.children
    )
    return made or names_what_there_is(tokens)


def names_what_there_is(tokens: Sequence[Token]) -> bool:
    """Has the thing that is said to be there a name in it?"""
    told = _there(tokens)
    if told is None:
        return False
    whole = [t for c in told.children if c.dep_ == "prep" and c.lower_ == "of" for t in c.subtree]
    own = [*(t for t in told.subtree if t.i <= told.i), *whole]
    return any((t.pos_ == "PROPN" or t.ent_type_ in words.NAMED) and t.lower_ not in words.FIELD for t in own)


def _there(tokens: Sequence[Token]) -> Token | None:
    """What is said to be there, in a clause that begins so; None for views, for any and for none of them."""
    be = head(tokens)
    opening = [t for t in tokens if t.is_alpha and t.dep_ not in {"cc", "advmod", "intj"}]
    told = next((child for child in be.children if child.dep_ == "attr"), None) if be is not None else None
    if told is None or not opening or opening[0].lower_ != "there" or told.pos_ == "DET":
        return None
    idle = told.lemma_.lower() in words.VAGUE | words.EVALUATIVE | words.VIEWS
    some = any(t.lower_ in {"many", "such", "any", "no"} for t in told.subtree if t.i <= told.i)
    return None if idle or some else told


def _time_or_weather(said: Token) -> bool:
    weather = said.lower_ in _WEATHER or said.lemma_.lower() in _WEATHER
    return weather or (said.ent_type_ in {"DATE", "TIME"} and said.dep_ == "attr")


_KINDS: tuple[tuple[NotCheckable, Callable[[Sequence[Token], str], bool]], ...] = (
    ("joke", is_joke),
    ("question", is_question),
    ("small_talk", is_small_talk),
    ("prediction", is_prediction),
    ("anecdote", is_anecdote),
    ("opinion", is_opinion),
)


# --- grammar -------------------------------------------------------------------------------------------------------


def _future(verb: Token) -> bool:
    if any(child.dep_ == "aux" and child.lower_ in {"will", "'ll", "wo", "gonna"} for child in verb.children):
        return True
    return verb.lower_ in {"going", "gon"} and any(c.dep_ == "xcomp" and c.tag_ == "VB" for c in verb.children)


def _past(root: Token) -> bool:
    helped = any(child.tag_ == "VBD" for child in root.children if child.dep_ in {"aux", "auxpass"})
    return root.tag_ in {"VBD", "VBN"} or helped


def _evaluates(verb: Token) -> bool:
    return any(
        child.dep_ in {"acomp", "attr", "oprd", "xcomp", "dobj"}
        and (
            child.lemma_.lower() in words.EVALUATIVE
            or any(g.dep_ == "amod" and g.lower_ in words.EVALUATIVE for g in child.children)
        )
        for child in verb.children
    )
