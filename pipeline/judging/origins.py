"""Where a model or its maker comes from, and what is the latest of a family: plain statements that the typed facts settle.

Such a finding bears a claim out only when the claim says nothing else; a wrong country refutes whatever else is said.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from pipeline.judging.mentions import Mention, is_name, pieces
from pipeline.judging.reading import ClaimReading
from pipeline.judging.terms import content_words
from pipeline.judging.view import Finding, View, cite, operand, spoken_day
from pipeline.models import Derivation, Fact

_WORDS = {
    "CN": ("Chinese(?:[- ](?:made|built))?", "(?:mainland )?China"),
    "US": (
        r"American(?:[- ](?:made|built))?|U\.?S\.?(?=[ -])",
        r"(?:the )?(?:United States|U\.?S\.?(?:A\.?)?|America)",
    ),
    "FR": ("French", "France"),
}
"""Country -> what people call its things, and itself."""
_SPOKEN = {"CN": "China", "US": "the United States", "FR": "France"}
_KIND = (
    r"(?:AI |language |open |open[- ](?:source|weights?) |reasoning |large |frontier )*"
    r"(?:models?|LLMs?|compan(?:y|ies)|labs?|startups?|start-ups?|firms?|makers?|developers?|chatbots?|chips?|ones?)"
)
_BE = rf"\b(?:is|are|was|were|comes?|came)(?:n['’]t)?(?: (?:an?|the|all|both|not|never|really|also|actually|in|fact|{_KIND}))*"
_IS_FROM = {
    country: re.compile(
        rf"{_BE} (?P<kind>{called}) {_KIND}\b"
        rf"|{_BE} (?:(?:made|built|developed|created|released|being) ){{0,2}}(?:from|in|out of) (?P<place>{name})(?=[,.]|$)"
        rf"|\bby (?:an? |the )?(?P<by>{called}) {_KIND}\b|\bfrom (?:an? |the )?(?P<lab>{called}) {_KIND}\b"
    )
    for country, (called, name) in _WORDS.items()
}
_DENIED = re.compile(r"\b(?:not|never|no longer)\b|n['’]t\b", re.I)
_LATEST = re.compile(r"\b(?:latest|newest|most recent)\b", re.I)
_FILLER = frozenset(
    content_words(
        "model family series company lab startup firm maker developer developed made built created trained released launched "
        "being based language large AI open source weight reasoning frontier China Chinese American US United States America "
        "French France called named known comes coming latest newest recent version new current generation llm chatbot from "
        "introduced unveiled open-sourced flagship"
    )
)
"""Words that add nothing to a statement of origin."""


def says_only(reading: ClaimReading, names: tuple[str, ...]) -> bool:
    """Whether a claim says no more than who made its subjects, where, or that they are the latest."""
    if reading.quantities or reading.metrics or reading.direction or any(s.relation != "as_of" for s in reading.dates):
        return False
    named = {piece for name in (*names, *(m.text for m in reading.subjects)) for piece, _, _ in pieces(name)}
    own = {word for name in (*names, *(m.text for m in reading.subjects)) for word in content_words(name)}
    return all(word in _FILLER or word in own or word in named for word in reading.words)


def check_origin(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the one named model or maker is of the country that the claim gives it; None when the facts don't tell."""
    said = [(country, match) for country, pattern in _IS_FROM.items() if (match := pattern.search(reading.text))]
    if len(said) != 1:
        return None
    country, match = said[0]
    known = _about(reading, view, match.start())
    countries = Counter(fact.country for fact in known if fact.country)
    if len(countries) != 1:
        return None
    (recorded,) = countries
    denied = bool(_DENIED.search(reading.text[: match.end()]))
    held = (recorded == country) != denied
    makers = tuple(dict.fromkeys(fact.developer for fact in known))
    if held and not says_only(reading, makers):
        return None
    best = min(known, key=lambda fact: (fact.kind != "release", fact.passage.rank != "independent", fact.passage.id))
    place = _SPOKEN.get(recorded, recorded)
    return Finding(
        check="origin",
        label="supported" if held else "refuted",
        citations=(cite(best.passage, "supports" if held else "refutes"),),
        explanation=f"On record, {best.subject} is by {best.developer}, of {place} ({len(known)} facts).",
        derivation=Derivation(
            operation="compare countries",
            operands=(operand(best, place, "country"),),
            steps=(f"{best.developer} is of {place}; the statement says {'not ' * denied}{_SPOKEN[country]}",),
            conclusion="the country fits" if held else "the country is another",
        ),
        certainty=0.85,
        covers=("origin",),
    )


def _about(reading: ClaimReading, view: View, before: int) -> list[Fact]:
    """The facts on the one model named before a place in the claim, or, where none is named, on its one maker."""
    models = [mention for mention in reading.subjects if mention.start < before and is_name(mention.text)]
    if len(models) == 1:
        return [fact for fact in view.usable() if fact.developer and fact.subject in models[0].exact]
    if models:
        return []
    opening = reading.text[:before]
    named = [name for name in view.knowledge.makers if re.search(rf"\b{re.escape(name)}\b", opening)]
    wanted = named[0] if named else None
    return [fact for fact in view.usable() if wanted and fact.developer.startswith(wanted) and is_name(fact.subject)]


def check_latest(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the one named model was the last of its family or maker to come out; None when that can't be told.

    A later variant of the same model (Qwen2.5-Coder after Qwen2.5) is the model; the store need not know every release,
    so that a refutation is surer than a support.
    """
    if not _LATEST.search(reading.text) or len(reading.subjects) != 1:
        return None
    mention = reading.subjects[0]
    day = max((span.last for span in reading.dates if span.relation in ("in", "by", "as_of")), default=reading.as_of)
    releases = [f for f in view.usable() if f.kind == "release" and f.unit == "date" and f.date and f.date <= day]
    own = [fact for fact in releases if _variant(fact, mention)]
    if not own or not any(fact.subject in mention.names for fact in own):
        return None
    mine = max(own, key=_day_of)
    rivals = [fact for fact in releases if fact not in own and _same_family(fact, mine, reading)]
    later = sorted((fact for fact in rivals if _day_of(fact) > _day_of(mine)), key=_day_of, reverse=True)
    if not later and not says_only(reading, (mine.developer,)):
        return None
    shown = [mine, *(later or sorted(rivals, key=_day_of, reverse=True))[:2]]
    steps = tuple(f"{fact.subject}: {spoken_day(fact.date)}" for fact in shown)
    return Finding(
        check="latest",
        label="refuted" if later else "supported",
        citations=tuple(cite(fact.passage, "refutes" if later else "supports") for fact in shown),
        explanation=f"Releases on record by {spoken_day(day)}: {'; '.join(steps)}.",
        derivation=Derivation(
            operation="order releases",
            operands=tuple(operand(fact, fact.date.isoformat() if fact.date else "", "date") for fact in shown),
            steps=steps,
            conclusion=f"{shown[1].subject} came later" if later else "none on record came later",
        ),
        certainty=0.8 if later else 0.7,
        covers=("latest",),
    )


def _variant(fact: Fact, mention: Mention) -> bool:
    """Is it the model itself or one that carries its whole name?"""
    return mention.signature <= {piece for piece, _, _ in pieces(fact.subject)}


def _same_family(fact: Fact, mine: Fact, reading: ClaimReading) -> bool:
    """Is it by the same maker, and of the family when the claim names one: "the latest Qwen"?"""
    if fact.developer != mine.developer or not is_name(fact.subject):
        return False
    mention = reading.subjects[0]
    rest = {piece for piece, _, _ in pieces(f"{reading.text[: mention.start]} {reading.text[mention.end :]}")}
    family = next((piece for piece, _, _ in pieces(mine.subject) if piece.isalpha()), "")
    return family not in rest or family in {piece for piece, _, _ in pieces(fact.subject)}


def _day_of(fact: Fact) -> date:
    assert fact.date is not None
    return fact.date
