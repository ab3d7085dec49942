"""Can a statement be checked, and what makes it worth checking: the answers in plain words, from its grammar.

Each predicate's docstring is the question it answers. They read a parsed clause; none looks at who is speaking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.models import NotCheckable

if TYPE_CHECKING:
    from spacy.tokens import Token

FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "mine", "ours", "myself", "ourselves"})
SECOND_PERSON = frozenset({"you", "your", "yours", "yourself", "y'all"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
NAMED = frozenset({"ORG", "PERSON", "GPE", "PRODUCT", "NORP", "LAW", "EVENT", "WORK_OF_ART", "FAC", "LOC"})

_EVALUATIVE = frozenset(
    [
        "amazing",
        "amazed",
        "appealing",
        "awesome",
        "awful",
        "bad",
        "beautiful",
        "boring",
        "brilliant",
        "clever",
        "confusing",
        "cool",
        "crazy",
        "crucial",
        "curious",
        "disappointing",
        "elegant",
        "exciting",
        "excited",
        "fantastic",
        "fascinating",
        "fine",
        "fun",
        "funny",
        "glad",
        "good",
        "great",
        "happy",
        "helpful",
        "horrible",
        "huge",
        "impressive",
        "incredible",
        "inspiring",
        "interesting",
        "intriguing",
        "ironic",
        "lovely",
        "neat",
        "nervous",
        "nice",
        "nuts",
        "obvious",
        "perfect",
        "practical",
        "problematic",
        "ridiculous",
        "sad",
        "scary",
        "sensible",
        "significant",
        "silly",
        "smart",
        "strange",
        "stupid",
        "super",
        "surprising",
        "surprised",
        "terrible",
        "terrific",
        "tough",
        "tricky",
        "useful",
        "weird",
        "wild",
        "wonderful",
        "worrying",
        "wrong",
    ]
)
_THINKING = frozenset(
    [
        "think",
        "believe",
        "feel",
        "guess",
        "hope",
        "wish",
        "wonder",
        "doubt",
        "suppose",
        "assume",
        "imagine",
        "suspect",
        "reckon",
        "fear",
        "love",
        "like",
    ]
)
_PREDICTING = frozenset(["predict", "forecast", "expect", "anticipate", "bet"])
_MODALS_OF_DUTY = frozenset(["should", "ought", "must", "shouldn"])
_MODALS_OF_CHANCE = frozenset(["might", "may", "could", "would", "can", "wouldn", "couldn"])
_CHANGES = frozenset(
    [
        "acquire",
        "announce",
        "approve",
        "award",
        "ban",
        "beat",
        "buy",
        "catch",
        "charge",
        "close",
        "cost",
        "cut",
        "declare",
        "double",
        "drop",
        "exceed",
        "fall",
        "fire",
        "fund",
        "grow",
        "halve",
        "hire",
        "hit",
        "introduce",
        "invest",
        "launch",
        "lead",
        "lose",
        "match",
        "open",
        "outperform",
        "overtake",
        "own",
        "pass",
        "pay",
        "plateau",
        "publish",
        "raise",
        "reach",
        "release",
        "repeal",
        "report",
        "require",
        "restrict",
        "rise",
        "scale",
        "score",
        "sell",
        "ship",
        "sign",
        "spend",
        "sue",
        "support",
        "surpass",
        "top",
        "train",
        "win",
        "write",
        "develop",
        "build",
        "produce",
        "create",
        "maintain",
        "found",
        "host",
        "own",
        "run",
        "extend",
        "sit",
        "rank",
        "cite",
        "quote",
        "attack",
        "benefit",
    ]
)
_COMPARING = frozenset(
    [
        "beat",
        "match",
        "surpass",
        "outperform",
        "lead",
        "trail",
        "exceed",
        "top",
        "overtake",
        "rival",
        "dominate",
        "outscore",
        "outrank",
        "tie",
        "equal",
    ]
)
_CAUSES = re.compile(
    r"\b(because|due to|led to|leads to|caused?|causes|thanks to|as a result|resulted in|results in)\b", re.I
)
_RANKS = re.compile(
    r"\b(ahead of|behind|on par|neck and neck|as \w+ as|number one|top (?:spot|\w+)|state of the art|than|versus|twice|half as)\b",
    re.I,
)
_UNITS = re.compile(
    r"\b\d[\d.,]*\s?(?:[kKmMbBtT]|x|%|GB|TB|nm)?\b|\b(?:percent|percentage|dollars?|bucks|cents|billion|million|trillion|thousand|hundred|dozen)\b"
)
_JOKE = re.compile(
    r"\b(just kidding|i'm kidding|i'm joking|just joking|joking aside)\b|[\[(](?:laughs?|laughter|laughing|chuckles?)[\])]",
    re.I,
)
_GREETING = re.compile(
    r"^(?:\W|so|well|yeah|yes|and|oh|ok(?:ay)?|alright|all right|right|hey|hi|hello|sure)*"
    r"(?:thanks?\b|thank you|welcome\b|good (?:to|morning|evening|afternoon|chat)|great to|nice to (?:meet|see|have)|how are you|"
    r"how's it going|take care|goodbye|bye\b|see you|talk (?:to you )?soon|what time is it|cheers|congrat)",
    re.I,
)
_OPINION_FRAME = re.compile(
    r"\b(in my (?:opinion|view|mind)|from my (?:perspective|point of view)|if you ask me|personally|hot take|my take)\b",
    re.I,
)
_AUX = frozenset(
    ["is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would", "should"]
)
_WH = frozenset(["what", "who", "whom", "whose", "which", "where", "when", "why", "how"])


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
    words = [token for token in tokens if token.is_alpha]
    if len(words) < 3:
        return False
    first, second = words[0].lower_, words[1]
    inverted = second.dep_ in SUBJECTS and first in _AUX
    return inverted or (
        first in _WH and second.lower_ in _AUX and words[0].dep_ != "nsubj" and not text.rstrip().endswith(".")
    )


def is_joke(tokens: Sequence[Token], text: str) -> bool:
    """Does the speaker say that it was a joke, or is laughter written down?"""
    return bool(_JOKE.search(text))


def is_small_talk(tokens: Sequence[Token], text: str) -> bool:
    """Is it a greeting, thanks, or a word that only keeps the talk going?"""
    return bool(_GREETING.search(text)) or sum(token.is_alpha or token.like_num for token in tokens) < 3


def is_prediction(tokens: Sequence[Token], text: str) -> bool:
    """Is it about what has not happened yet?"""
    root = head(tokens)
    if root is None:
        return False
    if root.lemma_ in _PREDICTING and _subject_words(root) & FIRST_PERSON:
        return True
    main = _main_verbs(root)
    if any(_future(verb) for verb in main):
        return True
    return bool(
        re.search(r"\bby the end of (?:this|next)|\bby next\b|\b(?:years?|decades?) from now\b", text, re.I)
    ) and not _past(root)


def is_anecdote(tokens: Sequence[Token], text: str) -> bool:
    """Is it about the speakers' own lives and doings?"""
    root = head(tokens)
    if root is None:
        return False
    subjects = _subject_words(root)
    return bool(subjects & FIRST_PERSON) and root.lemma_ not in _THINKING


def is_opinion(tokens: Sequence[Token], text: str) -> bool:
    """Is it a judgement of worth, a duty or a feeling?"""
    root = head(tokens)
    if root is None:
        return False
    if _OPINION_FRAME.search(text):
        return True
    if _subject_words(root) & FIRST_PERSON and root.lemma_ in _THINKING:
        return True
    if any(
        child.lower_ in _MODALS_OF_DUTY for verb in _main_verbs(root) for child in verb.children if child.dep_ == "aux"
    ):
        return True
    return any(_evaluates(verb) for verb in _main_verbs(root)) and not quantity(tokens, text)


def is_instruction(tokens: Sequence[Token], text: str) -> bool:
    """Does it tell the listener what to do, or describe what "you" do in general?"""
    root = head(tokens)
    if root is None:
        return False
    subjects = _subject_words(root)
    if subjects & SECOND_PERSON:
        return True
    return not subjects and root.tag_ == "VB" and root.i == min(t.i for t in tokens if t.is_alpha)


def is_speculation(tokens: Sequence[Token], text: str) -> bool:
    """Is it only said that something might or would be so?"""
    root = head(tokens)
    return root is not None and any(
        child.lower_ in _MODALS_OF_CHANCE
        for verb in _main_verbs(root)[:1]
        for child in verb.children
        if child.dep_ == "aux"
    )


_KINDS: tuple[tuple[NotCheckable, Callable[[Sequence[Token], str], bool]], ...] = (
    ("joke", is_joke),
    ("question", is_question),
    ("small_talk", is_small_talk),
    ("prediction", is_prediction),
    ("anecdote", is_anecdote),
    ("opinion", is_opinion),
)


# --- what makes it worth checking ----------------------------------------------------------------------------------


def reasons(tokens: Sequence[Token], text: str, named: bool = False) -> tuple[str, ...]:
    """Why a clause is worth checking, in plain words; `named` says that a name of the glossary is in it."""
    found = []
    if quantity(tokens, text):
        found.append("a quantity")
    if comparison(tokens, text):
        found.append("a comparison")
    if named or any(token.ent_type_ in NAMED for token in tokens):
        found.append("a named thing")
    if dated(tokens):
        found.append("a date")
    if event(tokens):
        found.append("an event")
    if _CAUSES.search(text):
        found.append("a cause")
    return tuple(found)


def quantity(tokens: Sequence[Token], text: str) -> bool:
    """Does it give a number of something (not a year, not "one of those")?"""
    return any(
        token.pos_ == "NUM" and token.lower_ not in {"one", "2"} and token.ent_type_ not in {"DATE", "TIME"} | NAMED
        for token in tokens
    ) or any(_UNITS.fullmatch(token.text) and token.ent_type_ in {"PERCENT", "MONEY", "QUANTITY"} for token in tokens)


def comparison(tokens: Sequence[Token], text: str) -> bool:
    """Does it set one thing against others, or rank it?"""
    if any(token.tag_ in {"JJS", "RBS"} and token.lower_ not in {"least", "most"} for token in tokens):
        return True
    if any(token.lemma_ in _COMPARING and token.pos_ in {"VERB", "AUX"} for token in tokens):
        return True
    return bool(_RANKS.search(text)) or any(
        token.ent_type_ == "ORDINAL" and token.lower_ not in {"first", "second"} for token in tokens
    )


def dated(tokens: Sequence[Token]) -> bool:
    """Does it say when?"""
    return any(
        token.ent_type_ == "DATE" and (token.pos_ in {"NUM", "PROPN"} or token.lower_ in {"ago", "last", "yesterday"})
        for token in tokens
    )


def event(tokens: Sequence[Token]) -> bool:
    """Does something happen that leaves a record: a release, a deal, a ban, a score?"""
    return any(token.lemma_ in _CHANGES and token.pos_ == "VERB" for token in tokens)


# --- grammar -------------------------------------------------------------------------------------------------------


def head(tokens: Iterable[Token]) -> Token | None:
    """The word of the clause that no other word of it governs: its verb, when it has one."""
    members = list(tokens)
    inside = {token.i for token in members}
    tops = [token for token in members if token.dep_ == "ROOT" or token.head.i not in inside]
    verbs = [token for token in tops if token.pos_ in {"VERB", "AUX"}]
    return (verbs or tops or [None])[0]


def subject(root: Token) -> Token | None:
    """The subject of a verb, through auxiliaries and the verb it is joined to."""
    for child in root.children:
        if child.dep_ in SUBJECTS:
            return child
    return subject(root.head) if root.dep_ == "conj" and root.head.pos_ in {"VERB", "AUX"} else None


def _subject_words(root: Token) -> set[str]:
    found = subject(root)
    return (
        {token.lower_ for token in found.subtree if token.dep_ in SUBJECTS | {"conj", "poss"}}
        if found is not None
        else set()
    )


def _main_verbs(root: Token) -> list[Token]:
    """The head and what it says: "I think it will" is about "will"."""
    return [
        root,
        *(child for child in root.children if child.dep_ in {"ccomp", "conj"} and child.pos_ in {"VERB", "AUX"}),
    ]


def _future(verb: Token) -> bool:
    if any(child.dep_ == "aux" and child.lower_ in {"will", "'ll", "wo", "gonna"} for child in verb.children):
        return True
    return verb.lower_ in {"going", "gon"} and any(
        child.dep_ == "xcomp" and child.tag_ == "VB" for child in verb.children
    )


def _past(root: Token) -> bool:
    return root.tag_ in {"VBD", "VBN"} or any(
        child.tag_ == "VBD" for child in root.children if child.dep_ in {"aux", "auxpass"}
    )


def _evaluates(verb: Token) -> bool:
    return any(
        child.dep_ in {"acomp", "attr", "oprd", "xcomp"}
        and (
            child.lemma_.lower() in _EVALUATIVE
            or any(g.dep_ == "amod" and g.lower_ in _EVALUATIVE for g in child.children)
        )
        for child in verb.children
    )
