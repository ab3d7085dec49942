"""A verdict from passages that are only read: stances weighed by rank and independence, figures checked as a guard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.judging.citations import one_a_source
from pipeline.judging.quantities import Quantity, find_quantities
from pipeline.judging.terms import content_words
from pipeline.judging.view import Finding, figures_in
from pipeline.models import Citation, Label, Passage, StanceScores

if TYPE_CHECKING:
    from pipeline.judging.stance import StanceModel

SUPPORTS_FROM, REFUTES_FROM, BOTH_FROM = 0.60, 0.60, 0.55
"""Strengths from which a passage decides; set on validation data (tests/benchmarks/judge.py prints them beside others)."""
RANK_WEIGHT = {"independent": 1.0, "self_reported": 0.95, "secondary": 0.95}
STRANGE, ABOUT = 0.1, 0.35
"""Shares of the claim's words that a passage holds: up to the first it is about something else, from the second it counts
in full."""
SHIFTED = 0.7
"""Share of the support that goes over to refutation when the claim's figure is another than the passage's."""


def weigh(claim: str, passages: Sequence[Passage], model: StanceModel, *, alone: bool = False) -> Finding | None:
    """What the passages say of a claim; None when none takes a side.

    `alone`: the passages were given as the evidence, so the most probable stance counts even when it is not strong.
    """
    if not passages:
        return None
    scores = model.score([(passage.text, claim) for passage in passages])
    scores = [guarded(claim, passage.text, one) for passage, one in zip(passages, scores, strict=True)]
    supports = one_a_source(_sided(passages, scores, "supports"))
    refutes = one_a_source(_sided(passages, scores, "refutes"))
    best_support = supports[0].strength if supports else 0.0
    best_refute = refutes[0].strength if refutes else 0.0
    label = _label(best_support, best_refute, len(passages), alone=alone)
    if label is None:
        return None
    decisive = refutes if label == "refuted" else supports
    against = supports if label == "refuted" else refutes
    citations = (*supports[:2], *refutes[:2]) if label == "conflicting" else decisive[:3]
    certainty = min(best_support, best_refute) if label == "conflicting" else max(best_support, best_refute)
    return Finding(
        check="reading",
        label=label,
        citations=tuple(citations),
        against=() if label == "conflicting" else tuple(one for one in against[:2] if one.strength > 0.3),
        explanation=_explained(label, decisive),
        certainty=certainty,
    )


def guarded(claim: str, text: str, scores: StanceScores) -> StanceScores:
    """The scores as far as the passage is about the claim, support moved to refutation where its figure is another."""
    near = relevance(claim, text)
    supports, refutes = scores.supports * near, scores.refutes * near
    if supports >= 0.2 and _figure_differs(claim, text):
        supports, refutes = supports * (1 - SHIFTED), refutes + supports * SHIFTED
    return StanceScores(supports=supports, refutes=refutes, neutral=1.0 - supports - refutes)


def relevance(claim: str, text: str) -> float:
    """How far a passage is about a claim, 0 to 1, by the share of the claim's words that it holds.

    A passage on something else takes no side, whatever the model reads into it.
    """
    wanted = set(content_words(claim))
    if not wanted:
        return 1.0
    shared = len(wanted & set(content_words(text))) / len(wanted)
    return min(1.0, max(0.0, (shared - STRANGE) / (ABOUT - STRANGE)))


def _figure_differs(claim: str, text: str) -> bool:
    wanted = [quantity for quantity in find_quantities(claim) if quantity.unit or quantity.noun]
    offered = figures_in(text[:4000])
    for quantity in wanted:
        same = [figure for figure in offered if _same_thing(quantity, figure)]
        if len(same) == 1 and not quantity.agrees(same[0].value, figure_bound=same[0].bound):
            return True
    return False


def _same_thing(one: Quantity, other: Quantity) -> bool:
    if one.unit or other.unit:
        return one.unit == other.unit and one.unit not in ("months", "days", "hours", "ratio")
    return bool(set(content_words(one.noun)[:1]) & set(content_words(other.noun)[:1]))


def _sided(passages: Sequence[Passage], scores: Sequence[StanceScores], side: str) -> list[Citation]:
    """A citation for every passage that leans to a side, with the sentence nearest to that side's words quoted."""
    found = []
    for passage, score in zip(passages, scores, strict=True):
        strength = (score.supports if side == "supports" else score.refutes) * RANK_WEIGHT[passage.rank]
        if strength > 0.15:
            found.append(
                Citation(
                    passage=passage,
                    quote=quote_of(passage.text),
                    stance="supports" if side == "supports" else "refutes",
                    strength=min(strength, 1.0),
                )
            )
    return found


def quote_of(text: str, limit: int = 400) -> str:
    """The passage when it is short, else its first sentences up to the limit: always a part of the text."""
    if len(text) <= limit:
        return text.strip()
    end = max((match.end() for match in re.finditer(r"[.!?](?=\s)", text[:limit])), default=limit)
    return text[:end].strip()


def _label(support: float, refute: float, count: int, *, alone: bool) -> Label | None:
    if count > 1 and support >= BOTH_FROM and refute >= BOTH_FROM:
        return "conflicting"
    if alone:
        neutral = 1.0 - support - refute if count == 1 else 0.5
        best = max(support, refute)
        return None if neutral > best else "supported" if support == best else "refuted"
    if support >= SUPPORTS_FROM and support >= refute:
        return "supported"
    return "refuted" if refute >= REFUTES_FROM else None


def _explained(label: Label, decisive: Sequence[Citation]) -> str:
    if label == "conflicting":
        return "The passages disagree: some support the statement, others contradict it."
    best = decisive[0].passage
    who = best.publisher or best.title or "The passage"
    verb = "supports" if label == "supported" else "contradicts"
    return f"{who} {verb} it: “{decisive[0].quote[:200]}”"
