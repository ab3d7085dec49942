"""All the evidence on a claim, weighed twice: as of the day it was said, and as of today.

What can be computed over typed facts is computed; only what is left is read by the stance model. Then the quotes pass the
gate, doubts lower the confidence, and the verdict says what decided it, what speaks against and what was missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.judging.calibration import calibrated
from pipeline.judging.citations import gated, mark_later, one_a_source
from pipeline.judging.comparisons import compute, joined, uncovered
from pipeline.judging.mentions import is_name
from pipeline.judging.reading import ClaimReading, read_claim
from pipeline.judging.stance import load_stance
from pipeline.judging.terms import content_words
from pipeline.judging.view import Finding, Knowledge, View, cite, is_hearsay, spoken_day
from pipeline.judging.weighing import stances, weigh, weigh_given
from pipeline.models import (
    CheckedClaim,
    Citation,
    Claim,
    DecidedBy,
    Doubt,
    Hit,
    Passage,
    Verdict,
    stable_id,
)

if TYPE_CHECKING:
    from pipeline.evidence import Store
    from pipeline.settings import Settings

NO_STANCE = "none"
READ_AT_MOST = 10
"""Passages that the stance model reads for one claim."""
NEAR = 0.25
"""The share of a claim's telling words that a passage must hold to be read for it."""
GENERIC = frozenset(
    content_words(
        "make take get use give come go show see know find call put bring work run try need want new good have say do be"
    )
)
"""Words that two sentences may share and still be about different things."""


def judge(claim: Claim, store: Store, *, settings: Settings) -> CheckedClaim:
    """A claim with its verdict as of the day it was made and its verdict as of today.

    Raises:
        WeightsError: the stance model is needed and missing or damaged.
        StoreError: the store can't be read.
    """
    if not claim.checkable:
        return CheckedClaim(claim=claim, doubts=claim.doubts)
    knowledge = knowledge_of(store)
    then = _decide(claim, store, knowledge, claim.as_of, settings)
    today = _decide(claim, store, knowledge, None, settings)
    return checked_claim(claim, then, today)


def checked_claim(claim: Claim, then: Verdict, today: Verdict) -> CheckedClaim:
    """A claim with both its verdicts, what came after the statement told apart."""
    later = tuple(
        one
        for one in mark_later((*today.citations, *today.against), claim.as_of)
        if one.later and one.stance != "neutral"
    )
    today = today.model_copy(
        update={
            "citations": mark_later(today.citations, claim.as_of),
            "against": mark_later(today.against, claim.as_of),
        }
    )
    doubts = (*claim.doubts, *_undated(today.citations, then))
    return CheckedClaim(claim=claim, verdict=then, verdict_today=today, later=later, doubts=doubts)


def judge_given(asked: Sequence[tuple[Claim, Sequence[str]]], *, settings: Settings) -> list[CheckedClaim]:
    """Each claim with its verdict from just the texts beside it, read in one batch.

    Both verdicts of a claim are the same, since the texts have no dates.

    Raises:
        WeightsError: the stance model is missing or damaged.
    """
    given = [_passages(texts) for _, texts in asked]
    texts = [_read_texts(passages) for passages in given]
    pairs = [(claim.claim, text) for (claim, _), mine in zip(asked, texts, strict=True) for text in mine]
    scores = iter(
        stances(pairs, load_stance(settings.stance), given=True) if pairs and settings.stance != NO_STANCE else []
    )
    checked = []
    for (claim, _), passages, mine in zip(asked, given, texts, strict=True):
        found = list(islice(scores, len(mine)))
        finding = weigh_given(claim.claim, passages, found[: len(passages)], found[-1]) if found else None
        verdict = verdict_of(claim, finding, claim.as_of, "stance", [])
        today = verdict.model_copy(update={"as_of": None})
        checked.append(CheckedClaim(claim=claim, verdict=verdict, verdict_today=today, doubts=claim.doubts))
    return checked


def _read_texts(passages: Sequence[Passage]) -> list[str]:
    """What is read of given passages: each alone, and when there are several, all as one text at the end."""
    texts = [passage.text for passage in passages]
    return [*texts, "\n".join(texts)] if len(texts) > 1 else texts


def _passages(texts: Sequence[str]) -> list[Passage]:
    return [
        Passage(
            id=stable_id("given", number, text),
            source_id="given",
            text=text,
            title=f"evidence {number}",
            origin=f"given {number}",
        )
        for number, text in enumerate(texts, 1)
        if text.strip()
    ]


_KNOWN: dict[str, Knowledge] = {}
"""What the store last read holds, by its generation: the same for every claim of an episode."""


def knowledge_of(store: Store) -> Knowledge:
    """The facts of a store made ready for reading claims, kept while the store stays as it is."""
    generation = store.generation
    if generation not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[generation] = Knowledge(store.facts())
    return _KNOWN[generation]


def _decide(claim: Claim, store: Store, knowledge: Knowledge, as_of: date | None, settings: Settings) -> Verdict:
    """The verdict on what was known by `as_of`; today, a statement that names no day is read as said today."""
    reading = reading_of(claim, knowledge, as_of)
    view = knowledge.view(as_of)
    findings = compute(reading, view)
    finding = joined(findings, uncovered(reading, findings))
    if finding is not None and finding.label != "not_enough_evidence":
        return verdict_of(claim, finding, as_of, "arithmetic", [])
    hits = store.search(claim.claim, as_of=as_of, k=settings.retrieve)
    hits = [hit for hit in hits if _readable(reading, view, hit)]
    if finding is None:
        finding = _read(claim.claim, [hit.passage for hit in hits[:READ_AT_MOST]], settings)
    return verdict_of(claim, finding, as_of, "stance", hits)


def reading_of(claim: Claim, knowledge: Knowledge, as_of: date | None) -> ClaimReading:
    """A claim taken apart; today (None), one that names no day is read as said today."""
    reading = read_claim(claim.claim, claim.as_of, knowledge.index)
    if as_of is None and not reading.dates:
        reading = reading.model_copy(update={"as_of": date.today()})
    return reading


def _readable(reading: ClaimReading, view: View, hit: Hit) -> bool:
    """Whether a passage may be read for a claim: near enough, not hearsay, and not on another named subject."""
    if hit.fact is None:
        return True
    if is_hearsay(hit.fact) or hit.fact.doubtful or reading.quantities or reading.metrics:
        return False  # a typed fact has been held against the claim's figures by computation
    named = {name for mention in reading.subjects for name in mention.names}
    telling = [word for word in reading.words if word not in GENERIC]
    about_another = named and hit.fact.subject not in named and is_name(hit.fact.subject)
    return not about_another and view.nearness(telling, hit.fact) >= NEAR


def _read(claim: str, passages: Sequence[Passage], settings: Settings) -> Finding | None:
    if not passages or settings.stance == NO_STANCE:
        return None
    return weigh(passages, stances([(claim, passage.text) for passage in passages], load_stance(settings.stance)))


def verdict_of(
    claim: Claim, finding: Finding | None, as_of: date | None, how: DecidedBy, hits: Sequence[Hit]
) -> Verdict:
    """The verdict that follows from a finding: not_enough_evidence without one, else less sure by the claim's doubts."""
    if finding is None or finding.label == "not_enough_evidence":
        return _undecided(claim, finding, as_of, hits)
    confidence = calibrated(finding.certainty, finding.check)
    for doubt in claim.doubts:
        confidence *= 1 - doubt.weight
    return gated(
        Verdict(
            label=finding.label,
            confidence=round(confidence, 3),
            as_of=as_of,
            citations=one_a_source(finding.citations) if how == "stance" else finding.citations,
            against=finding.against,
            rationale=finding.explanation,
            decided_by=how,
            derivation=finding.derivation,
            readings=finding.readings,
        )
    )


def _undecided(claim: Claim, finding: Finding | None, as_of: date | None, hits: Sequence[Hit]) -> Verdict:
    """not_enough_evidence, with the nearest passages and what would have settled it."""
    nearest = tuple(cite(hit.passage, "neutral", strength=0.2) for hit in hits[:2])
    when = f"known on {spoken_day(as_of)}" if as_of else "in the store"
    read = finding is not None and finding.check == "reading"
    if finding is not None and read:
        rationale = finding.explanation
    elif finding is not None:
        rationale = f"{finding.explanation} The rest of the statement has no source {when}."
        nearest = (*finding.citations, *nearest)[:3]
    elif nearest:
        rationale = f"Nothing {when} settles this; the nearest is “{nearest[0].quote[:160]}”."
    else:
        rationale = f"Nothing {when} speaks of this."
    missing = finding.missing if finding is not None and finding.missing else _wanted(claim, as_of)
    return gated(
        Verdict(
            label="not_enough_evidence",
            confidence=round(calibrated(finding.certainty, "reading"), 3)
            if finding is not None and read
            else calibrated(0.5, "nothing"),
            as_of=as_of,
            citations=nearest,
            rationale=rationale,
            missing=missing,
        )
    )


def _wanted(claim: Claim, as_of: date | None) -> str:
    by = f", dated on or before {spoken_day(as_of)}" if as_of else ""
    return f"a source that states or contradicts “{claim.claim[:160]}”{by}"


def _undated(citations: Sequence[Citation], then: Verdict) -> tuple[Doubt, ...]:
    """A doubt for evidence without a date: it may decide today, never as of the statement."""
    undated = [one for one in citations if one.passage.known_from is None and one.stance != "neutral"]
    if not undated or then.label != "not_enough_evidence":
        return ()
    name = undated[0].passage.publisher or undated[0].passage.title
    return (
        Doubt(
            kind="undated",
            text=f"The evidence from {name} carries no date, so it decides nothing as of the statement.",
            weight=0.0,
        ),
    )
