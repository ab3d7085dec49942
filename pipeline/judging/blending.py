"""The model's stance put together with what can be seen without it: words, names and figures of the claim in the passage.

A multinomial logistic regression over the model's log-probabilities and a few signals between 0 and 1. It is fitted on
validation pairs (`pipeline/judging/training/blend.py`), which also makes its probabilities calibrated; the coefficients
lie in `weights/blend.json`. There are two sets: for evidence that was given with a claim, and for passages that a search
found, many of which are about something else.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from pathlib import Path

from pipeline.judging.digits import normalise_numbers
from pipeline.judging.quantities import Quantity, find_quantities
from pipeline.judging.terms import content_words
from pipeline.judging.view import figures_in
from pipeline.judging.windows import most_relevant
from pipeline.models import Frozen, StanceScores

PARAMETERS = Path(__file__).parent / "weights" / "blend.json"
SIGNALS = (
    "log supports",
    "log refutes",
    "log neutral",
    "words",
    "strange",
    "names missing",
    "figures missing",
    "figure differs",
)
"""What the coefficients multiply, in this order."""
STRANGE = 0.3
"""Share of the claim's words in the passage under which the passage is more and more about something else."""
READ = 4000
"""Characters of a passage that are searched for figures; of a longer one, its NEAREST most relevant words."""
NEAREST = 150

_LEAST = 1e-4
_NAME = re.compile(
    r"(?<![.!?] )(?<!^)\b(?:[A-Z][\w-]*\w|[A-Z])\b|\b\w*\d[\w.-]*[A-Za-z]\w*\b|\b[A-Za-z]+[-]?\d[\w.]*\b"
)


class Blend(Frozen):
    """One set of weights/blend.json: a row of coefficients and an intercept for supports, refutes, neutral."""

    signals: tuple[str, ...]
    coefficients: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]


def blended(claim: str, passage: str, scores: StanceScores, *, given: bool = False) -> StanceScores:
    """The stance of a passage by model and signals together; a passage that shares no word with the claim is neutral.

    `given`: the passage was given as the evidence for this claim, not found by a search.
    """
    blend = _blends()["given" if given else "found"]
    seen = signals(claim, passage, scores)
    if not passage.strip() or not claim.strip() or seen[3] == 0:
        return StanceScores(supports=0.0, refutes=0.0, neutral=1.0)
    logits = [
        sum(c * x for c, x in zip(row, seen, strict=True)) + intercept
        for row, intercept in zip(blend.coefficients, blend.intercepts, strict=True)
    ]
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    supports, refutes, neutral = (power / sum(powers) for power in powers)
    return StanceScores(supports=supports, refutes=refutes, neutral=neutral)


def signals(claim: str, passage: str, scores: StanceScores) -> tuple[float, ...]:
    """The values of SIGNALS for a claim, a passage and the model's scores of the two."""
    words = _share(set(content_words(claim)), set(content_words(passage)))
    low = passage.lower()
    names = {name.lower() for name in _NAME.findall(claim)}
    missing = sum(name not in low for name in names) / len(names) if names else 0.0
    return (
        *(math.log(max(_LEAST, p)) for p in (scores.supports, scores.refutes, scores.neutral)),
        words,
        max(0.0, STRANGE - words) / STRANGE,
        missing,
        *_figures(claim, passage if len(passage) <= READ else most_relevant(passage, claim, NEAREST)[:READ]),
    )


def same_notation(claim: str, passage: str) -> str:
    """The passage with its figures written as the claim writes them, where they are the same: "80 GB" for "0.08 TB".

    What is equal is decided here, by conversion; a model only sees that "5,000 metres" is not "5 kilometres".
    """
    if len(passage) > READ:
        return passage
    wanted = [one for one in find_quantities(claim) if one.unit and one.text not in passage]
    if not wanted:
        return passage
    text = normalise_numbers(passage)
    for figure in reversed(find_quantities(text, normalise=False)):
        said = next((one for one in wanted if one.unit == figure.unit and _equal(one, figure)), None)
        if said is not None:
            text = text[: figure.start] + said.text + text[figure.end :]
    return text


def _equal(one: Quantity, other: Quantity) -> bool:
    return other.bound == "exact" and abs(one.value - other.value) <= 1e-6 * abs(other.value)


def _share(wanted: set[str], offered: set[str]) -> float:
    return len(wanted & offered) / len(wanted) if wanted else 1.0


def _figures(claim: str, passage: str) -> tuple[float, float]:
    """(share of the claim's figures that the passage has not, 1 when it has exactly one of that kind and it differs)."""
    wanted = find_quantities(claim)
    if not wanted:
        return 0.0, 0.0
    offered = figures_in(passage)
    missing = sum(
        not any(one.unit == other.unit and one.agrees(other.value, figure_bound=other.bound) for other in offered)
        for one in wanted
    )
    return missing / len(wanted), float(any(_differs(one, offered) for one in wanted if one.unit or one.noun))


def _differs(wanted: Quantity, offered: tuple[Quantity, ...]) -> bool:
    same = [figure for figure in offered if _same_thing(wanted, figure)]
    return len(same) == 1 and not wanted.agrees(same[0].value, figure_bound=same[0].bound)


def _same_thing(one: Quantity, other: Quantity) -> bool:
    if one.unit or other.unit:
        return one.unit == other.unit and one.unit not in ("months", "days", "hours", "ratio")
    return bool(set(content_words(one.noun)[:1]) & set(content_words(other.noun)[:1]))


@lru_cache(maxsize=1)
def _blends() -> dict[str, Blend]:
    read = json.loads(PARAMETERS.read_text("utf-8"))
    return {name: Blend.model_validate(blend) for name, blend in read.items()}
