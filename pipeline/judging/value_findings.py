"""What figures that match or differ from a claim's come to: a finding with its arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.judging.boards import is_board
from pipeline.judging.quantities import Quantity
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, cite, operand, spoken_day, spoken_number
from pipeline.models import Derivation, Fact, Frozen

NOISE = 3.0
"""Points by which two runs of one benchmark may differ without contradicting each other."""
_ALL_IN = re.compile(r"\b(?:including|all[- ]in|everything|whole|entire|total cost|in total)\b", re.I)
_PARTIAL = re.compile(r"\b(?:exclud\w+|only|not includ\w+|does not include|on top of)\b[^.]*", re.I)


class Match(Frozen):
    """One figure of one fact that can be held against the claim's."""

    fact: Fact
    figure: Quantity
    agrees: bool
    near: float
    exact_subject: bool
    same_setting: int


def agreeing_finding(
    reading: ClaimReading, quantity: Quantity, agreeing: list[Match], differing: list[Match]
) -> Finding:
    best = max(agreeing, key=_weight)
    scope = _scope_conflict(reading, best.fact)
    others = _independent_of(best, differing, quantity) if not best.same_setting else []
    against = tuple(cite(match.fact.passage, "refutes") for match in (others or differing)[:3])
    derivation = _derivation(quantity, [best, *others][:3])
    covers = (quantity.text,)
    if scope:
        return Finding(
            check="scope",
            label="refuted",
            citations=(cite(best.fact.passage, "refutes"),),
            explanation=f"{_said(best)}, but the source says of this figure: “{scope}”.",
            derivation=derivation,
            certainty=0.8,
            covers=covers,
        )
    supports = tuple(cite(match.fact.passage, "supports") for match in sorted(agreeing, key=_weight, reverse=True)[:3])
    if others:
        return Finding(
            check="value",
            label="conflicting",
            citations=supports,
            against=against,
            explanation=f"{_said(best)}, as said; but {_said(others[0])}. The sources disagree.",
            derivation=derivation,
            certainty=0.75,
            covers=covers,
        )
    return Finding(
        check="value",
        label="supported",
        citations=supports,
        against=against if others else (),
        explanation=f"{_said(best)}; the statement says {quantity.text}.",
        derivation=derivation,
        certainty=0.9 if best.exact_subject else 0.75,
        covers=covers,
    )


def differing_finding(reading: ClaimReading, quantity: Quantity, differing: list[Match]) -> Finding:
    ordered = sorted(
        differing, key=lambda match: (_weight(match), -abs(match.figure.value - quantity.value)), reverse=True
    )
    best = ordered[0]
    return Finding(
        check="value",
        label="refuted",
        citations=tuple(cite(match.fact.passage, "refutes") for match in ordered[:3]),
        explanation=f"{_said(best)}; the statement says {quantity.text}.",
        derivation=_derivation(quantity, [best]),
        certainty=0.85 if best.exact_subject else 0.7,
        covers=(quantity.text,),
    )


def _weight(match: Match) -> tuple[float, bool, int, float]:
    rank = {"independent": 2, "self_reported": 1, "secondary": 0}[match.fact.passage.rank]
    return match.same_setting, match.exact_subject, rank, match.near


def _independent_of(best: Match, differing: Sequence[Match], quantity: Quantity) -> list[Match]:
    """Figures from other publishers that differ by more than two runs of one thing do."""
    return [
        match
        for match in differing
        if match.fact.passage.origin != best.fact.passage.origin
        and match.fact.passage.publisher != best.fact.passage.publisher
        and abs(match.figure.value - best.figure.value)
        > max(NOISE if is_board(match.fact) else 0.0, 0.05 * abs(quantity.value))
    ]


def _scope_conflict(reading: ClaimReading, fact: Fact) -> str:
    """What a fact's text says its figure leaves out, when the claim says that everything is in."""
    if not _ALL_IN.search(reading.text):
        return ""
    match = _PARTIAL.search(fact.passage.text)
    return match[0].strip() if match else ""


def _said(match: Match) -> str:
    """“DeepSeek-R1, MATH-500 (pass@1): 97.3 percent (20 January 2025)”."""
    fact = match.fact
    setting = f" ({fact.setting})" if fact.setting else ""
    unit = match.figure.unit or ("" if is_board(fact) else match.figure.noun.split(" ")[0])
    unit = fact.unit if is_board(fact) else unit
    value = spoken_number(match.figure.value, unit)
    return f"{fact.subject}, {fact.metric}{setting}: {value} ({spoken_day(fact.date)})"


def _derivation(quantity: Quantity, matches: Sequence[Match]) -> Derivation:
    steps = []
    for match in matches:
        difference = match.figure.value - quantity.value
        sign = "is within" if match.agrees else "is outside"
        bound = {
            "over": "more than ",
            "at_least": "at least ",
            "under": "less than ",
            "at_most": "at most ",
            "about": "about ",
        }
        said = bound.get(quantity.bound, "") + spoken_number(quantity.value)
        steps.append(
            f"{spoken_number(match.figure.value)} − {spoken_number(quantity.value)} = {spoken_number(difference)}"
            f" {match.figure.unit or quantity.unit}".rstrip().replace("gpu_hours", "GPU hours")
            + f"; {sign} “{said}”"
        )
    return Derivation(
        operation="compare a figure",
        operands=tuple(operand(match.fact, match.figure.value, match.figure.unit) for match in matches),
        steps=tuple(steps),
        conclusion="the figure holds" if matches[0].agrees else "the figure does not hold",
    )
