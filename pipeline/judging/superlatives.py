"""The largest, the cheapest, the longest: one subject's figure against that of all others of its group.

"V4-Pro is the largest Chinese open-weight model", "the cheapest of them". One rival refutes; that no rival is on record supports it only
weakly, since the store need not hold all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.judging.measures import EVEN, Measured, kind_of, measured
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_number
from pipeline.models import Derivation, Fact, Label

_MOST = re.compile(
    r"(?<!of )(?<!among )\bthe (?:single |world's |by far )?"
    r"(?P<word>largest|biggest|smallest|longest|shortest|cheapest|most expensive|priciest)\b",
    re.I,
)
_OF_ALL = re.compile(
    r"(?: (?:Chinese|American|U\.?S\.?|open(?:[- ](?:weights?|source))?|AI|language))*"
    r" (?:models?|LLMs?|context(?: windows?| lengths?)?)\b(?= by\b| yet\b| so far\b| to date\b| on record\b| out there\b| and\b|[,.;:]|$)",
    re.I,
)
"""What may follow for all of a country or openness to be meant: "the largest coding model", "of its family" set another group."""
_LEAST = frozenset({"smallest", "shortest", "cheapest"})
_IMPLIED = {"cheapest": "price", "priciest": "price", "most expensive": "price", "longest": "context length"}
_ENOUGH = 2
"""Rivals on record from which their being less says something."""
_SHOWN = 2


def superlative(reading: ClaimReading) -> str:
    """The superlative with which a claim sets something above all others, "" when there is none."""
    found = _MOST.search(reading.text)
    return found["word"].lower() if found else ""


def check_superlative(reading: ClaimReading, view: View) -> Finding | None:
    """Whether a subject's figure is the most, or least, of its group; None when too few are on record.

    Spoken of is the subject named last before the superlative ("than V4-Pro, the largest …"), or else the first after it.
    """
    found = _MOST.search(reading.text)
    if found is None or reading.negated or not reading.subjects or not _OF_ALL.match(reading.text, found.end()):
        return None
    word = found["word"].lower()
    kind = _kind(reading, word)
    before = [mention for mention in reading.subjects if mention.end <= found.start()]
    mention = max(before, key=lambda one: one.end, default=reading.subjects[0])
    everyone = measured(view, reading, kind) if kind else {}
    own = next((everyone[name] for name in mention.exact if name in everyone), None)
    if own is None:
        return None
    counts = _group(reading, view)
    sign = -1 if word in _LEAST else 1
    rivals = sorted(
        (
            one
            for one in everyone.values()
            if one[0].subject != own[0].subject and counts(one[0]) and own[1].keys() & one[1].keys()
        ),
        key=lambda one: (-sign * _level(one, own), one[0].passage.id),
    )
    beaten_by = [one for one in rivals if sign * (_level(one, own) - _level(own, own)) > EVEN * _level(own, own)]
    if not beaten_by and len(rivals) < _ENOUGH:
        return None
    return _finding(word, own, (beaten_by or rivals)[:_SHOWN], "refuted" if beaten_by else "supported", len(rivals))


def _kind(reading: ClaimReading, word: str) -> str | None:
    if word in _IMPLIED:
        return _IMPLIED[word]
    return kind_of(reading) or ("parameters" if re.search(r"\bmodels?\b", reading.text, re.I) else None)


def _group(reading: ClaimReading, view: View) -> Callable[[Fact], bool]:
    """Whether a fact's subject is of the country, and has the weights, that the claim speaks of."""
    country = "CN" if reading.china and not reading.us else "US" if reading.us and not reading.china else ""
    opened = {fact.subject for fact in view.usable() if fact.open_weights} if reading.open_only else set()
    return lambda fact: (not country or fact.country == country) and (not reading.open_only or fact.subject in opened)


def _level(one: Measured, own: Measured) -> float:
    """A figure of one subject that another has too: for prices, their sum."""
    return sum(one[1][part] for part in own[1].keys() & one[1].keys())


def _finding(word: str, own: Measured, shown: Sequence[Measured], label: Label, rivals: int) -> Finding:
    steps = tuple(
        f"{fact.subject}: {', '.join(f'{part} {spoken_number(value)}' for part, value in parts.items())}"
        for fact, parts in (own, *shown)
    )
    held = label == "supported"
    return Finding(
        check="superlative",
        label=label,
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for fact, _ in (own, *shown)),
        explanation=f"Of {rivals + 1} such models with a figure on record, {own[0].subject} is {'' if held else 'not '}the {word}: "
        f"{'; '.join(steps)}.",
        derivation=Derivation(
            operation=f"find the {word}",
            operands=tuple(
                operand(fact, value if fact.number is None else fact.number, fact.unit)
                for fact, parts in (own, *shown)
                for value in parts.values()
            ),
            steps=steps,
            conclusion=f"it is the {word} on record" if held else f"it is not the {word}",
        ),
        certainty=0.6 if held else 0.85,
        covers=("superlative",),
    )
