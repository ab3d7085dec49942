"""Who made a model: "Google released Qwen3" is settled by the developer that every fact about Qwen3 names."""

from __future__ import annotations

import re

from pipeline.judging.mentions import Mention
from pipeline.judging.origins import says_only
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand
from pipeline.models import Derivation

_MADE = (
    r"(?:(?:has|had|have|just|also|first|then|recently) ){0,2}"
    r"(?:released|launched|developed|made|built|created|unveiled|open[- ]sourced|trained|introduced|makes|develops|builds)"
)
_ARTICLE = r"(?:(?:the|its|their|a|an|new|open|model|called|named) ){0,4}"
_BY = (
    r"(?:(?:is|was|were|are)(?: (?!not|never)\w+){0,3} (?:made|built|developed|released|created|launched|trained|open[- ]sourced) by"
    r"|comes? from|came from)(?: (?:an?|the)(?: \w+){1,3},)?"
)


def check_maker(reading: ClaimReading, view: View) -> Finding | None:
    """Whether a subject is by the maker that the claim names; None when the claim names none, or says more that is right.

    What a right maker is said to have done besides is for the other checks.
    """
    for mention in reading.subjects:
        said = _said_maker(reading.text, mention, view.knowledge.makers)
        known = [fact for fact in view.usable() if fact.developer and fact.subject in mention.exact]
        if said is None or not known:
            continue
        right = any(_same(said, fact.developer) for fact in known)
        if right and (reading.negated or not says_only(reading, view.knowledge.makers)):
            continue
        best = min(
            known, key=lambda fact: (fact.kind != "release", fact.passage.rank != "independent", fact.passage.id)
        )
        return Finding(
            check="maker",
            label="supported" if right else "refuted",
            citations=(cite(best.passage, "supports" if right else "refutes"),),
            explanation=f"{best.subject} is by {best.developer} on record; the statement says {said}.",
            derivation=Derivation(
                operation="compare makers",
                operands=(operand(best, best.developer, "maker"),),
                steps=(f"{best.developer} is {'' if right else 'not '}{said}",),
                conclusion="the maker fits" if right else "the maker is another",
            ),
            certainty=0.85,
            covers=("maker",),
        )
    return None


def _said_maker(text: str, mention: Mention, makers: tuple[str, ...]) -> str | None:
    before, after = text[: mention.start], text[mention.end :]
    for name in makers:
        escaped = re.escape(name)
        if re.search(rf"\b{escaped}(?:'s \w+)? {_MADE} {_ARTICLE}$", before):
            return name
        if re.match(rf"(?:'s)?(?: \w+)? {_BY} {escaped}\b", after):
            return name
    return None


def _same(said: str, developer: str) -> bool:
    """Whether two names are of one maker: "Moonshot" and "Moonshot AI", "Google" and "Google DeepMind"."""
    return said.split()[0].casefold() in developer.casefold() or developer.split()[0].casefold() in said.casefold()
