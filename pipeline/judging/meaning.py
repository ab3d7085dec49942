"""Which of several readings of a claim was meant, by a language model; the verdict goes on counting all of them.

A claim that holds in some readings only is conflicting. What the model says is told to the reader beside the readings, with
the speaker's words that show it, and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.llm.hostile import is_to_a_machine
from pipeline.models import CheckedClaim, Doubt, LlmStep, Reading

if TYPE_CHECKING:
    from pipeline.llm import LanguageModel
    from prompts.schemas import Meant

LONGEST = 200
"""Characters of the speaker's words that are shown."""
_LABEL = {
    "supported": "supported",
    "refuted": "refuted",
    "conflicting": "conflicting",
    "not_enough_evidence": "not settled",
}


def meant(checked: Sequence[CheckedClaim], model: LanguageModel) -> tuple[tuple[CheckedClaim, ...], LlmStep]:
    """The claims, ambiguous ones with a word on the reading that was meant, and how the model did.

    Raises:
        SettingsError: the provider refuses the key or the model.
    """
    from prompts.schemas import Meant

    asked = [(i, readings) for i, one in enumerate(checked) if (readings := differing(one))]
    answers = model.ask_all("reading", [_question(checked[i], readings) for i, readings in asked], Meant)
    found = list(checked)
    used = refused = 0
    for (i, readings), answer in zip(asked, answers, strict=True):
        if answer is None or not answer.value.reading.strip():
            continue
        chosen = gated(answer.value, readings, checked[i])
        refused += chosen is None
        if chosen is not None:
            used += 1
            found[i] = _told(checked[i], chosen, answer.value.words)
    failed = sum(answer is None for answer in answers)
    return tuple(found), LlmStep(asked=len(asked), used=used, refused=refused, failed=failed)


def differing(checked: CheckedClaim) -> tuple[Reading, ...]:
    """The readings of a claim that come to different ends; empty when it has one meaning."""
    verdict = checked.verdict
    readings = verdict.readings if verdict is not None and verdict.label == "conflicting" else ()
    return readings if len({reading.label for reading in readings}) > 1 else ()


def gated(answer: Meant, readings: Sequence[Reading], checked: CheckedClaim) -> Reading | None:
    """The reading that is named, when it is one of them and the words beside it were spoken."""
    words = " ".join(answer.words.split()).casefold()
    spoken = [" ".join(text.split()).casefold() for text in (checked.claim.statement, *checked.claim.context)]
    if not 3 < len(words) <= LONGEST or is_to_a_machine(words) or not any(words in text for text in spoken):
        return None
    wanted = answer.reading.strip().casefold()
    return next((reading for reading in readings if reading.name.casefold() == wanted), None)


def _question(checked: CheckedClaim, readings: Sequence[Reading]) -> dict[str, str]:
    claim = checked.claim
    return {
        "before": "\n".join(text for text in claim.context if not is_to_a_machine(text)) or "(none)",
        "statement": claim.statement,
        "claim": claim.claim,
        "readings": "\n".join(reading.name for reading in readings),
    }


def _told(checked: CheckedClaim, reading: Reading, words: str) -> CheckedClaim:
    text = (
        f"A language model took it to be about {reading.name}, because of the words “{' '.join(words.split())}”. "
        f"Read so, it is {_LABEL[reading.label]}; the verdict counts every reading."
    )
    doubt = Doubt(kind="reading", text=text, weight=0.0)
    return checked.model_copy(update={"doubts": (*checked.doubts, doubt)})
