"""What a language model did to a report, in words: where it ran, what it was sent, what came of it, what that cost."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.models import CheckedClaim, LlmUse
from reports import text as t

STEP: dict[str, str] = {
    "claims": "wording of claims",
    "plan": "proposing what to compare",
    "reading": "telling readings apart",
    "stance": "second readings",
    "rationale": "rationales",
}


@dataclass(frozen=True)
class StepRow:
    """How one step went; what was not taken over was done by the rules."""

    name: str
    asked: str
    used: str
    refused: str
    failed: str


@dataclass(frozen=True)
class Assistance:
    """The account of a language model, ready for a template."""

    where: str
    """Whether anything left the machine, and what."""
    steps: tuple[StepRow, ...]
    spent: str
    failures: str
    stopped: str


def assistance(use: LlmUse | None) -> Assistance | None:
    """The account of what a language model did; None when none took part."""
    if use is None:
        return None
    steps = tuple(
        StepRow(STEP.get(name, t.line(name, 40)), *(f"{n:,}" for n in (s.asked, s.used, s.refused, s.failed)))
        for name, s in use.steps.items()
    )
    failures = ", ".join(f"{t.line(kind, 60)}: {count:,}" for kind, count in sorted(use.failures.items()))
    stopped = t.line(use.stopped, 300)
    return Assistance(_where(use), steps, _spent(use), failures, stopped[:1].upper() + stopped[1:])


def parts_by_model(checked: CheckedClaim) -> str:
    """What of a claim's card is a language model's, in words; empty when all of it is the rules'."""
    verdicts = [verdict for verdict in (checked.verdict, checked.verdict_today) if verdict is not None]
    parts = {
        "the wording of the claim": checked.claim.worded_by == "language model",
        "what was compared": any(verdict.planned_by == "language model" for verdict in verdicts),
        "the words of the rationale": any(verdict.rationale_by == "language model" for verdict in verdicts),
    }
    mine = [part for part, is_model in parts.items() if is_model]
    return f"By a language model: {t.listed(mine)}. All else by rules" if mine else ""


def _where(use: LlmUse) -> str:
    name = t.line(use.model, 120)
    if not use.leaves_machine:
        return f"{name} ran on the machine that made this report. Nothing was sent anywhere."
    sent = "; ".join(t.line(part, 200) for part in use.sent)
    return f"{name}: {t.line(use.where, 120)} was sent {sent or 'nothing'}. Nothing else left the machine."


def _spent(use: LlmUse) -> str:
    cost = "at a price that is not known" if use.cost is None else f"${use.cost:.4f}" if use.cost else "free of charge"
    again = f"; {use.cached:,} answers were kept from before" if use.cached else ""
    return f"{use.calls:,} calls, {use.tokens_in:,} tokens in and {use.tokens_out:,} out, {cost}{again}."
