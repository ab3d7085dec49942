"""A verdict from passages that are only read: stances weighed by rank and independence.

From the store a passage must be strong to decide. Evidence that was given with the claim is weighed as it comes: the most
probable stance decides, also of all texts read together, since one may bear out one half of a claim and another the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.judging.blending import blended, same_notation
from pipeline.judging.citations import one_a_source
from pipeline.judging.terms import content_words
from pipeline.judging.view import Finding
from pipeline.models import Citation, Label, Passage, Stance, StanceScores

if TYPE_CHECKING:
    from pipeline.judging.stance import StanceModel

DECIDES, BOTH = 0.60, 0.50
"""Strength from which a passage of the store decides, and from which two passages on opposite sides are a conflict."""
LEANS = 0.15
"""Strength from which a passage is cited at all."""
TALK = 0.4
"""Share of its support that a passage keeps which only says that people say so, or does not say of the best that it is."""
_TALK = re.compile(
    r"\b(?:rumou?rs?|rumou?red|unconfirmed|allegedly|hearsay|gossip|it is said that|(?:is|are|was|were) said to|word is"
    r"|(?:some|many|people|users|commenters) (?:are )?say(?:ing)?|on social media|viral (?:post|claim|tweet|video)s?"
    r"|a (?:tweet|post|commenter|caller)|claims? circulat\w+)\b",
    re.I,
)
_FOREMOST = re.compile(
    r"\b(?:latest|newest|most recent|first|last|only|best|most|largest|biggest|highest|fastest|cheapest|strongest|smallest|lowest"
    r"|top|leading|number one|no other|record|ever|king|dominat\w+)\b",
    re.I,
)
"""Words that set one thing above or before all others: a passage without any does not bear such a statement out."""
RANK_WEIGHT = {"independent": 1.0, "self_reported": 0.95, "secondary": 0.95}


def stances(asked: Sequence[tuple[str, str]], model: StanceModel, *, given: bool = False) -> list[StanceScores]:
    """The stance of each (claim, passage) by model and signals together, scored in one go.

    `given`: the passages were given as evidence, not found by a search.
    """
    scores = model.score([(same_notation(claim, passage), claim) for claim, passage in asked])
    return [_read(claim, passage, one, given) for (claim, passage), one in zip(asked, scores, strict=True)]


def _read(claim: str, passage: str, scores: StanceScores, given: bool) -> StanceScores:
    """Model and signals together; less support from what is only passed on as talk, or puts nothing above all others as the
    claim does."""
    found = blended(claim, passage, scores, given=given)
    talk = _TALK.search(passage) and not _TALK.search(claim)
    plain = not given and _FOREMOST.search(claim) and not _FOREMOST.search(passage)
    if not (talk or plain):
        return found
    supports = found.supports * TALK
    return StanceScores(supports=supports, refutes=found.refutes, neutral=1.0 - supports - found.refutes)


def weigh(passages: Sequence[Passage], scores: Sequence[StanceScores]) -> Finding | None:
    """What passages of the store say of a claim; None when none is strong enough to take a side."""
    supports = one_a_source(_sided(passages, scores, "supports"))
    refutes = one_a_source(_sided(passages, scores, "refutes"))
    best_support, best_refute = _best(supports), _best(refutes)
    if len(passages) > 1 and min(best_support, best_refute) >= BOTH:
        return _conflict(supports, refutes)
    if max(best_support, best_refute) < DECIDES:
        return None
    label: Label = "supported" if best_support >= best_refute else "refuted"
    return _finding(label, supports, refutes)


def weigh_given(
    claim: str, passages: Sequence[Passage], scores: Sequence[StanceScores], together: StanceScores
) -> Finding:
    """What the given passages say of a claim; not_enough_evidence when the most probable is that they say nothing.

    `together` is the stance of all of them read as one text.
    """
    supports = one_a_source(_sided(passages, scores, "supports"))
    refutes = one_a_source(_sided(passages, scores, "refutes"))
    best_support, best_refute = max(_best(supports), together.supports), max(_best(refutes), together.refutes)
    if len(passages) > 1 and min(_best(supports), _best(refutes)) >= BOTH:
        return _conflict(supports, refutes)
    neutral = min([together.neutral, *(one.neutral for one in scores)])
    if neutral > max(best_support, best_refute):
        return Finding(
            check="reading",
            label="not_enough_evidence",
            explanation="The evidence that was given neither bears the statement out nor contradicts it.",
            certainty=neutral,
        )
    label: Label = "supported" if best_support >= best_refute else "refuted"
    side: Stance = "supports" if label == "supported" else "refutes"
    joint = together.supports if label == "supported" else together.refutes
    carrying: Sequence[Citation] = supports if label == "supported" else refutes
    if joint > _best(carrying):
        carrying = _carried_together(claim, passages, side, joint)
    return _finding(label, *((carrying, refutes) if label == "supported" else (supports, carrying)))


def _finding(label: Label, supports: Sequence[Citation], refutes: Sequence[Citation]) -> Finding:
    decisive, against = (refutes, supports) if label == "refuted" else (supports, refutes)
    best = decisive[0].passage
    who = best.publisher or best.title or "The passage"
    verb = "supports" if label == "supported" else "contradicts"
    return Finding(
        check="reading",
        label=label,
        citations=tuple(decisive[:3]),
        against=tuple(one for one in against[:2] if one.strength > 0.3),
        explanation=f"{who} {verb} it: “{decisive[0].quote[:200]}”",
        certainty=decisive[0].strength,
    )


def _conflict(supports: Sequence[Citation], refutes: Sequence[Citation]) -> Finding:
    return Finding(
        check="reading",
        label="conflicting",
        citations=(*supports[:2], *refutes[:2]),
        explanation="The passages disagree: some support the statement, others contradict it.",
        certainty=min(supports[0].strength, refutes[0].strength),
    )


def _best(citations: Sequence[Citation]) -> float:
    return citations[0].strength if citations else 0.0


def _sided(passages: Sequence[Passage], scores: Sequence[StanceScores], side: Stance) -> list[Citation]:
    """A citation for every passage that leans to a side."""
    found = []
    for passage, score in zip(passages, scores, strict=True):
        strength = (score.supports if side == "supports" else score.refutes) * RANK_WEIGHT[passage.rank]
        if strength > LEANS:
            found.append(_citation(passage, side, strength))
    return found


def _carried_together(claim: str, passages: Sequence[Passage], side: Stance, strength: float) -> list[Citation]:
    """Citations of the passages that share words with the claim, the ones that share most first; at least one."""
    wanted = set(content_words(claim))
    shared = [len(wanted & set(content_words(passage.text))) for passage in passages]
    order = sorted(range(len(passages)), key=lambda i: (-shared[i], i))
    return [_citation(passages[i], side, strength) for i in order[:3] if shared[i] or i == order[0]]


def _citation(passage: Passage, side: Stance, strength: float) -> Citation:
    return Citation(passage=passage, quote=quote_of(passage.text), stance=side, strength=min(strength, 1.0))


def quote_of(text: str, limit: int = 400) -> str:
    """The passage when it is short, else its first sentences up to the limit: always a part of the text."""
    if len(text) <= limit:
        return text.strip()
    end = max((match.end() for match in re.finditer(r"[.!?](?=\s)", text[:limit])), default=limit)
    return text[:end].strip()
