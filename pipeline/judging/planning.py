"""What to compare, proposed by a language model for claims that the rules could not read; code checks it and computes.

The model links words of the claim to names of the store ("the R1 model" → DeepSeek-R1) and says which comparison is meant.
`gated` is the gate: the words must stand in the claim and fit the name, or fit no other name that has such a figure. Every
figure is the claim's or the store's own, the arithmetic and the verdict are the rules', and the reader is told.
"""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pipeline.judging.comparisons import joined, uncovered
from pipeline.judging.mentions import Mention, is_name, pieces, signatures
from pipeline.judging.pairs import check_pair
from pipeline.judging.ranks import check_rank
from pipeline.judging.reading import ClaimReading, Direction
from pipeline.judging.values import check_value
from pipeline.judging.verdict import checked_claim, knowledge_of, reading_of, verdict_of
from pipeline.judging.view import Finding, Knowledge, View, typed_figures
from pipeline.llm.hostile import is_to_a_machine
from pipeline.models import CheckedClaim, Claim, Doubt, Fact, LlmStep, Operation, Verdict

if TYPE_CHECKING:
    from pipeline.evidence import Store
    from pipeline.llm import LanguageModel
    from prompts.schemas import Plan

SUBJECTS, METRICS = 16, 16
"""Names that are shown at most."""
WEIGHT = 0.15
"""How much a proposed comparison lowers confidence, beside one that the rules saw."""
_PLAIN_NAME = re.compile(r"[\w .,+()/@:'’&-]{2,60}")
_GENERIC = frozenset(
    (
        "the a an and or of for in on to with its their this that new latest model models chip chips version open reasoning family one series"
    ).split()
)


class Refusal(NamedTuple):
    """Why a proposal is not used."""

    reason: str


class Linked(NamedTuple):
    """A proposal that passed: what the claim's words mean, and what is to be computed."""

    operation: Operation
    subjects: tuple[Mention, ...]
    metrics: tuple[str, ...]
    direction: Direction | None
    told: str
    """What was taken for what, for the reader."""


def planned(
    checked: Sequence[CheckedClaim], store: Store, model: LanguageModel
) -> tuple[tuple[CheckedClaim, ...], LlmStep]:
    """The claims, undecided ones with the verdict that follows from a proposed comparison, and how the model did.

    Raises:
        SettingsError: the provider refuses the key or the model.
        StoreError: the store can't be read.
    """
    from prompts.schemas import Plan

    knowledge = knowledge_of(store)
    asked = [(i, names) for i, one in enumerate(checked) if (names := names_for(one, knowledge)) is not None]
    answers = model.ask_all("plan", [_question(checked[i].claim, names) for i, names in asked], Plan)
    found = list(checked)
    used = refused = 0
    for (i, names), answer in zip(asked, answers, strict=True):
        if answer is None or answer.value.operation == "none":
            continue
        linked = gated(answer.value, reading_of(checked[i].claim, knowledge, checked[i].claim.as_of), names)
        outcome = None if isinstance(linked, Refusal) else _computed(checked[i], linked, knowledge)
        refused += outcome is None
        if outcome is not None:
            used += 1
            found[i] = outcome
    failed = sum(answer is None for answer in answers)
    return tuple(found), LlmStep(asked=len(asked), used=used, refused=refused, failed=failed)


def names_for(checked: CheckedClaim, knowledge: Knowledge) -> tuple[Fact, ...] | None:
    """The facts whose names a claim may mean, the likeliest first; None: there is nothing to propose.

    Asked about are only undecided claims that share a telling part of a name with facts of the store that hold a figure.
    """
    verdict, claim = checked.verdict, checked.claim
    if verdict is None or verdict.label != "not_enough_evidence" or is_to_a_machine(claim.claim):
        return None
    said = {piece for piece, _, _ in pieces(claim.claim)} - _GENERIC
    ranked: list[tuple[int, str, str, Fact]] = []
    for fact in knowledge.view(None).usable():
        if not (typed_figures(fact) and is_name(fact.subject) and _shown(fact.subject) and _shown(fact.metric)):
            continue
        shared = said & (_named(fact) - _GENERIC)
        if any(len(piece) > 2 or piece[-1].isdigit() for piece in shared):
            on_metric = len(said & {piece for piece, _, _ in pieces(fact.metric)})
            ranked.append((-len(shared) - on_metric, fact.subject, fact.metric, fact))
    return tuple(fact for *_, fact in sorted(ranked, key=lambda row: row[:3])) or None


def gated(plan: Plan, reading: ClaimReading, facts: Sequence[Fact]) -> Linked | Refusal:
    """A proposal as far as the claim's own words bear it out; a refusal when they don't."""
    metric = plan.metric.strip()
    if metric and not reading.metrics and not _fits_metric(plan.metric_words, metric, reading.text, facts):
        return Refusal(f"the claim does not call {metric} “{plan.metric_words}”")
    metrics = reading.metrics or ((metric,) if metric else ())
    wanted = [(plan.subject_words, plan.subject)]
    if plan.operation == "comparison":
        wanted.append((plan.other_words, plan.other))
    mentions = []
    for words, name in wanted:
        mention = _mention(words, name, reading.text, [fact for fact in facts if not metric or fact.metric == metric])
        if mention is None:
            return Refusal(f"the claim does not call {name} “{words}”")
        mentions.append(mention)
    if len({mention.exact for mention in mentions}) < len(mentions):
        return Refusal("a thing is compared with itself")
    direction = reading.direction
    if plan.operation == "comparison" and direction is None:
        if plan.relation == "none" or reading.negated or not _stands(plan.relation_words, reading.text):
            return Refusal("nothing in the claim says which is above")
        direction = plan.relation
    told = [f"“{mention.text}” as {mention.exact[0]}" for mention in mentions if mention.text != mention.exact[0]]
    told += [f"“{plan.metric_words}” as {metric}"] if metric and not reading.metrics else []
    told += [f"“{plan.relation_words}” as “{direction}”"] if direction != reading.direction else []
    return Linked(plan.operation, tuple(mentions), metrics, direction, ", ".join(told))


def compute_planned(linked: Linked, reading: ClaimReading, view: View) -> Finding | None:
    """What the one proposed check says of a claim; None when the facts hold nothing for it."""
    reading = reading.model_copy(
        update={"subjects": linked.subjects, "metrics": linked.metrics, "direction": linked.direction}
    )
    if linked.operation == "figure":
        values = [check_value(reading, quantity, view) for quantity in reading.quantities]
        findings = [finding for finding in values if finding is not None]
    else:
        one = check_pair(reading, view) if linked.operation == "comparison" else check_rank(reading, view)
        findings = [one] if one is not None else []
    return joined(findings, uncovered(reading, findings))


def _question(claim: Claim, facts: Sequence[Fact]) -> dict[str, str]:
    subjects = list(dict.fromkeys(fact.subject for fact in facts))[:SUBJECTS]
    metrics = list(dict.fromkeys(fact.metric for fact in facts if fact.subject in subjects))[:METRICS]
    return {"claim": claim.claim, "subjects": "\n".join(subjects), "metrics": "\n".join(metrics)}


def _computed(checked: CheckedClaim, linked: Linked, knowledge: Knowledge) -> CheckedClaim | None:
    """The claim with what follows from the comparison, as of the statement and today; None when nothing does."""
    text = f"A language model proposed the comparison{': it read ' + linked.told if linked.told else ''}."
    doubt = Doubt(kind="reading", text=text, weight=WEIGHT)
    claim = checked.claim.model_copy(update={"doubts": (*checked.claim.doubts, doubt)})

    def decided(as_of: date | None, otherwise: Verdict) -> Verdict:
        if otherwise.label != "not_enough_evidence":
            return otherwise
        finding = compute_planned(linked, reading_of(claim, knowledge, as_of), knowledge.view(as_of))
        if finding is None or finding.label == "not_enough_evidence":
            return otherwise
        verdict = verdict_of(claim, finding, as_of, "arithmetic", [])
        return verdict.model_copy(update={"planned_by": "language model"})

    assert checked.verdict is not None
    assert checked.verdict_today is not None
    then, today = decided(claim.as_of, checked.verdict), decided(None, checked.verdict_today)
    if (then, today) == (checked.verdict, checked.verdict_today):
        return None
    return checked_claim(claim, then, today)


# --- names ---------------------------------------------------------------------------------------------------------


def _shown(name: str) -> bool:
    """Whether a name from the store is plain enough to be shown to a model."""
    return bool(_PLAIN_NAME.fullmatch(name)) and not is_to_a_machine(name)


def _named(fact: Fact) -> set[str]:
    """The parts of a fact's subject and of its maker."""
    return {piece for piece, _, _ in pieces(f"{fact.subject} {fact.developer}")}


def _mention(words: str, name: str, text: str, facts: Sequence[Fact]) -> Mention | None:
    """The claim's words as a mention of a subject; None when they don't stand there or may mean another."""
    place = _stands(words, text)
    own = [fact for fact in facts if fact.subject == name]
    if place is None or not own:
        return None
    said = {piece for piece, _, _ in pieces(words)} - _GENERIC
    if not said or not said <= _named(own[0]):
        return None
    if _numbered(said):
        fits = any(_numbered(set(signature)) <= said for signature in signatures(name))
    else:  # "DeepSeek's model": only when no other of theirs has such a figure
        fits = {fact.subject for fact in facts if said <= _named(fact)} == {name}
    if not fits:
        return None
    start, end = place
    return Mention(text=text[start:end], start=start, end=end, exact=(name,), signature=signatures(name)[0])


def _fits_metric(words: str, metric: str, text: str, facts: Sequence[Fact]) -> bool:
    """Whether words of the claim are a metric's name, run together or cut short."""
    said, named = _squashed(words), _squashed(metric)
    known = any(fact.metric == metric for fact in facts)
    return known and _stands(words, text) is not None and len(said) > 2 and (said in named or named in said)


def _stands(words: str, text: str) -> tuple[int, int] | None:
    """Where words stand in a text, as whole words."""
    words = " ".join(words.split()).strip(" .,;:“”\"'")
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.I) if len(words) > 1 else None
    return found.span() if found else None


def _numbered(parts: set[str]) -> set[str]:
    return {part for part in parts if any(character.isdigit() for character in part)}


def _squashed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
