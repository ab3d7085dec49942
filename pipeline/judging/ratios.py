"""How many times one subject's price or figure is another's: "27 times cheaper", "a twenty-fifth of the price"."""

from __future__ import annotations

import re

from pipeline.judging.mentions import Mention
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand
from pipeline.models import Derivation, Fact

CLOSE = 0.15
"""Share by which a ratio said in talk may be off."""
_PRICE = re.compile(r"\b(?:cheap|expensive|pric|cost)", re.I)
_PART = re.compile(r"\b(?:an? |one )?(\d+)(?:th|st|nd|rd) (?:of )?(?:the |its )?(?:price|cost)", re.I)


def check_ratio(reading: ClaimReading, view: View) -> Finding | None:
    """Whether one subject's price is as many times another's as the claim says; None when a price is missing.

    Where both are named only after the ratio ("a 25th of the price: o1 was 15, R1 was .55"), the cheaper one is meant.
    """
    said = _said(reading)
    if said is None or len(reading.subjects) < 2 or not _PRICE.search(reading.text):
        return None
    times, words = said
    first, second = (_price(view, mention) for mention in reading.subjects[:2])
    if first is None or second is None:
        return None
    if reading.text.find(words) < reading.subjects[0].start and reading.direction != "above":
        first, second = sorted((first, second), key=lambda fact: sum(_parts(fact).values()))
    shared = sorted(_parts(first).keys() & _parts(second).keys())
    ratios = {part: _parts(second)[part] / _parts(first)[part] for part in shared if _parts(first)[part]}
    if not ratios:
        return None
    ratios = ratios if reading.direction != "above" else {part: 1 / ratio for part, ratio in ratios.items()}
    held = any(abs(ratio - times) <= CLOSE * times for ratio in ratios.values())
    steps = tuple(
        f"{part}: {_parts(second)[part]:g} / {_parts(first)[part]:g} = {_parts(second)[part] / _parts(first)[part]:.3g}"
        for part in ratios
    )
    return Finding(
        check="ratio of prices",
        label="supported" if held else "refuted",
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for fact in (first, second)),
        explanation=f"{second.subject} against {first.subject}, {first.unit}: "
        + "; ".join(steps)
        + f"; the statement says {words}.",
        derivation=Derivation(
            operation="divide two prices",
            operands=tuple(
                operand(fact, value, fact.unit) for fact in (first, second) for value in _parts(fact).values()
            ),
            steps=steps,
            conclusion="the ratio holds" if held else "the ratio does not hold",
        ),
        certainty=0.8,
        covers=(words,),
    )


def _said(reading: ClaimReading) -> tuple[float, str] | None:
    quantity = next((one for one in reading.quantities if one.unit == "ratio"), None)
    if quantity is not None:
        return quantity.value, quantity.text
    match = _PART.search(reading.text)
    return (float(match[1]), match[0]) if match else None


def _price(view: View, mention: Mention) -> Fact | None:
    found = [
        fact
        for fact in view.usable()
        if fact.kind == "pricing" and fact.subject in mention.exact and isinstance(fact.value, dict)
    ]
    return max(found, key=lambda fact: (fact.passage.known_from is not None, fact.passage.id), default=None)


def _parts(fact: Fact) -> dict[str, float]:
    return fact.value if isinstance(fact.value, dict) else {}
