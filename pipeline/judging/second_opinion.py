"""A second reading of the passage that decided a claim, by a language model: agreement is silent, disagreement is a doubt.

It never touches the verdict. A passage may be hostile and a model obedient; all that the two can do together is to lower the
confidence and to have the reader told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.judging.citations import is_quoted
from pipeline.models import CheckedClaim, Citation, Doubt, LlmStep, Stance, Verdict

if TYPE_CHECKING:
    from pipeline.llm import LanguageModel

WEIGHT = 0.2
"""How much a differing second reading lowers confidence."""
_SAID: dict[Stance, str] = {
    "supports": "as support",
    "refutes": "as contradiction",
    "neutral": "as saying nothing of it",
}


def second_opinions(checked: Sequence[CheckedClaim], model: LanguageModel) -> tuple[tuple[CheckedClaim, ...], LlmStep]:
    """The claims, with a doubt where the model reads the deciding passage otherwise, and how it did.

    Raises:
        SettingsError: the provider refuses the key or the model.
    """
    from prompts.schemas import Opinion

    read = [(i, one) for i, claim in enumerate(checked) if (one := deciding(claim)) is not None]
    questions = [{"claim": checked[i].claim.claim, "passage": one.passage.text} for i, one in read]
    answers = model.ask_all("stance", questions, Opinion)
    found = list(checked)
    used = refused = 0
    for (i, citation), answer in zip(read, answers, strict=True):
        if answer is None:
            continue
        opinion = answer.value
        quote = citation.model_copy(update={"quote": opinion.words})
        if opinion.stance != "neutral" and not is_quoted(quote):
            refused += 1
            continue
        used += 1
        if opinion.stance != citation.stance:
            found[i] = _doubted(checked[i], opinion.stance)
    failed = sum(answer is None for answer in answers)
    return tuple(found), LlmStep(asked=len(read), used=used, refused=refused, failed=failed)


def deciding(checked: CheckedClaim) -> Citation | None:
    """The passage that decided a claim by being read, when one did."""
    verdict = checked.verdict
    if verdict is None or verdict.decided_by != "stance" or verdict.label not in ("supported", "refuted"):
        return None
    return next((one for one in verdict.citations if one.stance != "neutral"), None)


def _doubted(checked: CheckedClaim, stance: Stance) -> CheckedClaim:
    doubt = Doubt(
        kind="reading",
        text=f"A language model, asked as a second reader, took the passage {_SAID[stance]}.",
        weight=WEIGHT,
    )
    return checked.model_copy(
        update={
            "verdict": _lowered(checked.verdict),
            "verdict_today": _lowered(checked.verdict_today),
            "doubts": (*checked.doubts, doubt),
        }
    )


def _lowered(verdict: Verdict | None) -> Verdict | None:
    """The same verdict, less sure when it was read rather than computed."""
    if verdict is None or verdict.decided_by != "stance":
        return verdict
    return verdict.model_copy(update={"confidence": round(verdict.confidence * (1 - WEIGHT), 3)})
