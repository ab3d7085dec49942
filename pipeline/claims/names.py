"""Things that a statement is about: names of the glossary, names the grammar sees, and phrases such as "the Qwen models"."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.claims import lexicon as words
from pipeline.models import Frozen

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

Kind = Literal["model", "company", "country", "chip", "policy", "test", "tool", "person", "thing"]
_CODE = re.compile(r"(?<![\w.])(?:[A-Z][A-Za-z]*-?\d+(?:\.\d+)?[A-Za-z]?|o[1-9](?:-\w+)?|[A-Z]{2,}[A-Za-z]*)(?!\w)")
_CHIP = re.compile(r"^(?:nvidia )?(?:[ahblv]\d{2,4}|gb?\d{3}|ascend|blackwell|hopper)\w*$", re.I)
_POLICY = re.compile(r"\b(?:act|order|plan|rules?|controls?|law|bill)$", re.I)
_TEST = re.compile(r"mmlu|gpqa|aime|swe-?bench|livecode|math|arena|leaderboard|humaneval|\beci\b", re.I)
_COMMON = frozenset(
    """open the best united export state chinese american china america us u.s first all new top big large gap model models
    average api artificial human max total frontier public data market share index test math code usa""".split()
)
_PARTS = re.compile(r"[-\s_/]+")


class Thing(Frozen):
    """A phrase that a later pronoun may point back to."""

    text: str
    kind: Kind
    plural: bool
    subject: bool
    named: bool
    start: int
    """Token index."""
    end: int
    carried: bool = False
    """Is it only what the talk goes on about, not spoken of here?"""
    introduced: bool = False
    """Was it just given its name: "one of those is called Docling"?"""
    source: str = ""
    """The sentence that gave the words, when this one only points to them."""


class Glossary:
    """Names that are expected, found in text in the ways they are said: "DeepSeek-V3", "DeepSeek V3", "V3"."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(name.strip() for name in names if _looks_named(name)))[:5000]
        spoken = sorted({way for name in self.names for way in _ways(name)}, key=lambda way: (-len(way), way))
        joined = "|".join(r"[-\s]?".join(re.escape(part) for part in _PARTS.split(way)) for way in spoken)
        self._pattern = re.compile(rf"(?<![\w.])(?:{joined})(?!\w)", re.I) if joined else None

    def found(self, text: str) -> list[str]:
        """Names of the glossary, and codes such as H20 or o1, that stand in the text, in order."""
        places = [(m.start(), m.group()) for p in (self._pattern, _CODE) if p is not None for m in p.finditer(text)]
        return list(dict.fromkeys(name for _, name in sorted(places) if name not in {"I", "AI", "OK"}))


def _looks_named(name: str) -> bool:
    return 1 < len(name.strip()) <= 60 and any(char.isupper() or char.isdigit() for char in name)


def _ways(name: str) -> set[str]:
    parts = [part for part in _PARTS.split(name.strip()) if part]
    ways = {name.strip()} if len(name.strip()) > 3 or re.search(r"\d", name) else set()
    if parts and len(parts[0]) > 3 and parts[0][0].isupper() and parts[0].lower() not in _COMMON:
        ways.add(parts[0])
    ways |= {part for part in parts[1:] if re.fullmatch(r"[A-Za-z]{1,4}\d+(?:\.\d+)?", part)}
    return ways


def persons(docs: Iterable[Doc]) -> frozenset[str]:
    """Words that are mostly names of persons in this talk: one sentence's grammar often errs, their majority seldom."""
    votes: dict[str, int] = {}
    for doc in docs:
        for token in doc:
            if token.pos_ == "PROPN" and token.text[:1].isupper():
                votes[token.text] = votes.get(token.text, 0) + (1 if token.ent_type_ == "PERSON" else -1)
    return frozenset(
        word for word, balance in votes.items() if balance > 0 and word.lower() not in words.COMPANIES | words.FAMILIES
    )


def things(doc: Doc, glossary: Glossary, humans: frozenset[str]) -> list[Thing]:
    """The phrases of a sentence that it is about, or tells of, in order."""
    found = [
        _thing(chunk, glossary, humans) for chunk in doc.noun_chunks if chunk.root.pos_ in {"NOUN", "PROPN", "NUM", "X"}
    ]
    return [thing for thing in found if thing is not None]


def _thing(chunk: Span, glossary: Glossary, humans: frozenset[str]) -> Thing | None:
    root = chunk.root
    tokens = [token for token in chunk if token.lower_ not in {"this", "that", "these", "those", "some", "any", "such"}]
    if (
        re.fullmatch(r"(?:\w-)*\w?-?", chunk.text)
        or not tokens
        or tokens[0].lower_ in {"every", "each"}
        or any(token.pos_ == "PRON" for token in tokens)
    ):
        return None
    joined = [*_joined_with(root), *_of_a_name(root)]
    last = max([tokens[-1].i, *(token.i for token in joined)])
    text = chunk.doc[tokens[0].i : last + 1].text.strip()
    if root.lemma_.lower() in words.VAGUE and not any(token.pos_ == "PROPN" for token in tokens):
        return None
    named = bool(glossary.found(text)) or any(token.ent_type_ in words.NAMED for token in (*tokens, *joined))
    introduced = root.pos_ == "PROPN" and root.head.lemma_ == "call" and root.dep_ in {"oprd", "attr", "dobj", "nsubj"}
    named = named or introduced
    kind = "person" if root.text in humans else kind_of(text, tokens, root)
    every = any(token.lower_ in {"every", "each", "all"} for token in chunk)
    return Thing(
        text=_without_article_of_new(text),
        kind=kind,
        plural=root.tag_ in {"NNS", "NNPS"}
        or root.lower_ in {"family", "series", "line"}
        or bool(_joined_with(root))
        or every,
        subject=root.dep_ in words.SUBJECTS,
        named=named,
        introduced=introduced,
        start=tokens[0].i,
        end=last + 1,
    )


def _joined_with(root: Token) -> list[Token]:
    """The names joined to a name by "and", when they follow at once: "V3 and R1"."""
    found = [child for child in root.children if child.dep_ == "conj" and child.pos_ in {"PROPN", "NOUN"}]
    near = [
        child
        for child in found
        if child.i - root.i <= 4 and any(c.dep_ == "cc" and c.lower_ == "and" for c in root.children)
    ]
    return [token for child in near for token in (child, *_joined_with(child))]


def _of_a_name(root: Token) -> list[Token]:
    """The words of "of Distilabel" in "the first version of Distilabel"."""
    after = next((c for c in root.children if c.dep_ == "prep" and c.lower_ == "of" and c.i == root.i + 1), None)
    name = next((c for c in after.children if c.dep_ == "pobj"), None) if after is not None else None
    if name is None or name.pos_ != "PROPN" or name.i != name.right_edge.i or root.pos_ != "NOUN":
        return []
    return [root.doc[i] for i in range(root.i + 1, name.i + 1)]


def _without_article_of_new(text: str) -> str:
    return re.sub(r"^(?:an?|like|certainly|even|just|only)\s+", "", text, flags=re.I) or text


def kind_of(text: str, tokens: Sequence[Token], root: Token) -> Kind:
    """What sort of thing a phrase names, as far as its words tell."""
    lowered = text.lower()
    bare = re.sub(r"^(?:the|a|an)\s+", "", lowered)
    noun = words.KIND_OF_NOUN.get(root.lower_)
    if _CHIP.match(bare):
        return "chip"
    if bare in words.COMPANIES or (root.lower_ in words.COMPANIES and not re.search(r"\d", bare)):
        return "company"
    if noun is not None:
        return noun  # type: ignore[return-value]  # the table's keys are the kinds
    if _POLICY.search(lowered):
        return "policy"
    if _TEST.search(lowered):
        return "test"
    if re.search(r"\d", root.text) or any(part in words.FAMILIES for part in re.split(r"[\s-]", bare)):
        return "model"
    labels: dict[str, Kind] = {
        "PERSON": "thing",
        "GPE": "country",
        "NORP": "country",
        "ORG": "company",
        "LAW": "policy",
        "PRODUCT": "tool",
    }
    return labels.get(root.ent_type_, "thing")
