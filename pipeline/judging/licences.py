"""A licence that a claim gives to a model against the licence that facts record."""

from __future__ import annotations

import re

from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, spoken_day
from pipeline.models import Fact

_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Modified MIT", re.compile(r"\b(?<!un)modified MIT\b", re.I)),
    ("MIT", re.compile(r"\bMIT\b(?! (?:Media|researchers?|study|professor|scientists?|Sloan|Technology Review))")),
    ("Apache 2.0", re.compile(r"\bApache(?:[ -]?(?:2(?:\.0)?|two|license|licence))?\b", re.I)),
    ("Llama licence", re.compile(r"\bLlama\b[^.]{0,20}\b(?:Community )?Licen[cs]e\b", re.I)),
    ("DeepSeek Model License", re.compile(r"\bDeepSeek Model Licen[cs]e\b", re.I)),
    ("Qwen licence", re.compile(r"\bQwen (?:Research )?Licen[cs]e\b", re.I)),
    ("GPL", re.compile(r"\b[AL]?GPL(?:v?[23])?\b")),
    ("Creative Commons", re.compile(r"\bCC[ -]BY\b|\bCreative Commons\b", re.I)),
)
_SAYS_OPEN = re.compile(
    r"\b(?:is|are|was|were|been|went|fully|completely) (?:\w+ ){0,2}?open(?:[- ](?:source|weight)\w*)|\bopen[- ]sourced\b|\bhas open weights\b"
    r"|\b(?:as|with) (?:an? )?(?:fully )?open[- ](?:weights?|source)\b"
    r"|\b(?:download|get|run|load) (?:\w+ ){0,2}?weights (?:of|for)\b"
    r"|\bweights (?:of (?:\S+ ){1,4}?)?(?:are|were) (?:\w+ ){0,2}?(?:available|public|released|published|downloadable)"
    r"|\bweights (?:of (?:\S+ ){1,4}?|(?:\w+ ){0,2}?)(?:c[ao]me|go|went) out\b|\bweights and all\b",
    re.I,
)
_SAYS_CLOSED = re.compile(r"\b(?:is|are|was|were) (?:\w+ ){0,2}?(?:closed|proprietary)\b", re.I)
_NOT_OPEN = re.compile(
    r"(?:\bnot|\bnever|n't) (?:\w+ ){0,2}?(?:open|closed|proprietary)|\bweights (?:\w+ )?(?:not|never|\w+n't)\b", re.I
)
_CODE_ONLY = re.compile(r"\bcode\b", re.I)
_WEIGHTS = re.compile(r"\bweights?\b", re.I)


def licences_in(text: str) -> tuple[str, ...]:
    """The licences that a text names."""
    found = [name for name, pattern in _NAMES if pattern.search(text)]
    if "Modified MIT" in found and not re.search(r"\bunmodified MIT|\bnot (?:a )?modified", text, re.I):
        found.remove("MIT")
    return tuple(found)


def check_licence(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the subjects have the licence that the claim names; None when no fact tells."""
    named = licences_in(reading.text)
    if len(named) != 1 or not reading.subjects:
        return None
    outcomes: list[tuple[Fact, str]] = []
    for mention in reading.subjects:
        own = [fact for fact in view.usable() if fact.subject in mention.exact]
        facts = [fact for fact in own if fact.kind == "licence"] or [fact for fact in own if _tells(fact)]
        if not facts:
            return None if len(reading.subjects) == 1 else _partly(outcomes)
        fact = max(facts, key=lambda one: one.date or one.passage.known_from or reading.as_of.min)
        outcomes.append((fact, _outcome(named[0], fact, reading)))
    return _finding(named[0], outcomes, reading)


def check_openness(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the subject named before has open weights, as the claim says or denies; None when it says neither."""
    claimed = _SAYS_OPEN.search(reading.text)
    closed = _SAYS_CLOSED.search(reading.text)
    said = claimed or closed
    if said is None or not reading.subjects or (claimed and closed):
        return None
    mention = max(
        (m for m in reading.subjects if m.end <= said.start()), key=lambda m: m.end, default=reading.subjects[0]
    )
    facts = [fact for fact in view.usable() if fact.subject in mention.exact and fact.open_weights is not None]
    known = {fact.open_weights for fact in facts}
    if len(known) != 1:
        return None
    held = ((known == {True}) == bool(claimed)) != bool(_NOT_OPEN.search(reading.text))
    fact = min(facts, key=lambda one: ({"licence": 0, "release": 1}.get(one.kind, 2), one.passage.id))
    state = "open weights" if known == {True} else "no open weights"
    return Finding(
        check="openness",
        label="supported" if held else "refuted",
        citations=(cite(fact.passage, "supports" if held else "refutes", strength=0.6),),
        explanation=f"On record, {fact.subject} has {state} ({len(facts)} facts by {spoken_day(view.as_of) if view.as_of else 'today'}).",
        certainty=0.7,
        covers=("openness",),
    )


def _outcome(named: str, fact: Fact, reading: ClaimReading) -> str:
    """How a fact's licence stands to the one named: same, other, or some (of the variants, or the code only)."""
    recorded = _recorded(fact)
    for_weights = recorded.split(";")[-1] if ";" in recorded and not _code_claimed(reading) else recorded
    names = licences_in(for_weights)
    if named not in names:
        return "other"
    if re.search(r"\bexcept\b", f"{recorded} {fact.passage.text}"):
        return "other" if reading.universal else "some"
    return "same"


def _tells(fact: Fact) -> bool:
    """Whether a fact of another kind says in passing which licence its subject has."""
    return fact.kind != "benchmark" and len(licences_in(fact.passage.text)) == 1


def _recorded(fact: Fact) -> str:
    return str(fact.value) if fact.kind == "licence" else licences_in(fact.passage.text)[0]


def _code_claimed(reading: ClaimReading) -> bool:
    return bool(_CODE_ONLY.search(reading.text)) and not _WEIGHTS.search(reading.text)


def _partly(outcomes: list[tuple[Fact, str]]) -> Finding | None:
    """A finding from the subjects that have a licence on record, when one of them settles the claim alone."""
    wrong = [fact for fact, outcome in outcomes if outcome == "other"]
    if not wrong:
        return None
    return Finding(
        check="licence",
        label="refuted",
        citations=tuple(cite(fact.passage, "refutes") for fact in wrong),
        explanation=_explained(wrong),
        certainty=0.85,
        covers=("licence",),
    )


def _finding(named: str, outcomes: list[tuple[Fact, str]], reading: ClaimReading) -> Finding:
    wrong = [fact for fact, outcome in outcomes if outcome == "other"]
    mixed = [fact for fact, outcome in outcomes if outcome == "some"]
    right = [fact for fact, outcome in outcomes if outcome == "same"]
    denied = bool(
        re.search(rf"\b(?:not|isn't|aren't|never|n't)\b[^.]{{0,30}}{re.escape(named.split()[0])}", reading.text, re.I)
    )
    if denied:
        wrong, right = right, wrong
    label = "refuted" if wrong else "conflicting" if mixed else "supported"
    decisive, others = (wrong, right) if wrong else (mixed, right) if mixed else (right, [])
    return Finding(
        check="licence",
        label=label,
        citations=tuple(cite(fact.passage, "supports" if label == "supported" else "refutes") for fact in decisive),
        against=tuple(cite(fact.passage, "supports") for fact in others),
        explanation=_explained([*decisive, *others]) + f"; the statement says {named}.",
        certainty=0.9,
        covers=("licence",),
    )


def _explained(facts: list[Fact]) -> str:
    return "; ".join(f"{fact.subject}: {_recorded(fact)}" for fact in facts)
