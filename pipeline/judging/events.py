"""When something happened, whether it happened at all, and on which chip: events in claims against dated facts."""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipeline.judging.dates import DateSpan
from pipeline.judging.mentions import is_name
from pipeline.judging.reading import ClaimReading
from pipeline.judging.terms import content_words
from pipeline.judging.view import Finding, View, cite, operand, spoken_day
from pipeline.models import Derivation, Fact

NEAR_NAMED = 0.3
NEAR_ALONE = 0.5
SAME_EVENT = 0.08
"""Facts this close to the nearest are about the same event."""
_EVENT = frozenset(
    [
        "release",
        "announce",
        "ban",
        "open",
        "lose",
        "require",
        "issue",
        "start",
        "begin",
        "effect",
        "come",
        "impose",
        "rescind",
        "resume",
        "sign",
        "agree",
        "approve",
        "allow",
        "cut",
        "control",
        "introduce",
        "unveil",
        "take",
        "say",
        "drop",
        "order",
        "tell",
        "fall",
        "rule",
        "publish",
        "end",
        "ship",
        "debut",
        "arrive",
    ]
)
_RELEASES = frozenset({"release", "come", "drop", "unveil", "introduce", "publish", "ship", "debut", "arrive"})
"""Words for a model's coming out, whichever of them its source used."""
_SINCE = re.compile(
    r"(?:\b(?:no|not|never|without)\b|n't\b)[^.;]*\b(?:open|release|put out|publish)\w*[^.;]*\bsince\b"
    r"|\bno open[- ](?:weight|source|model)|n't have (?:an?|any) open\b",
    re.I,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never)|n't)\s+(?:\w+\s+){0,1}(?:releas|announc|open|bann?|launch|impos|requir|publish|introduc|start|take effect)",
    re.I,
)
"""The event itself denied; a "never" elsewhere in the sentence does not count."""
_CLOSED = re.compile(r"\b(?:proprietary|closed)\b", re.I)
_CHIP = re.compile(r"\b(?:[AHB]\d{2,3}|Ascend \d{3}[A-Z]?|GB\d{3}|TPU ?v\d)\b")
_TRAINED = re.compile(r"\btrain(?:ed|ing|s)?\b", re.I)
KNOWN_MODELS = 3
"""Models of a developer that the store must know before silence about an open one means anything."""


def check_event(reading: ClaimReading, view: View) -> Finding | None:
    """Whether something happened when the claim says; None when no dated fact is about it."""
    spans = [span for span in reading.dates if span.relation in ("in", "before", "after", "since")]
    stems = set(reading.words) & _EVENT
    if not spans:
        return None
    scored = [(near, fact) for fact in view.usable() if (near := _nearness(reading, fact, view, stems)) > 0]
    if not scored:
        return None
    best = max(near for near, _ in scored)
    facts = [fact for near, fact in sorted(scored, key=_by_nearness) if near >= best - SAME_EVENT][:4]
    fitting = [fact for fact in facts if _fits(spans, fact)]
    if fitting:
        return _found(reading, fitting[:2], spans, "supported")
    exact = [fact for fact in facts if fact.passage.date_precision == "day" and _shared(stems, fact)]
    return _found(reading, exact[:2], spans, "refuted") if exact else None


def _by_nearness(pair: tuple[float, Fact]) -> tuple[float, str]:
    return -pair[0], pair[1].passage.id


def _nearness(reading: ClaimReading, fact: Fact, view: View, stems: set[str]) -> float:
    """How near a fact's event is to the claim's; 0 when it is another's, or no event."""
    if (
        fact.date is None
        or fact.kind in ("benchmark", "chip", "licence")
        or (fact.kind == "leaderboard" and fact.setting)
    ):
        return 0.0
    named = any(fact.subject in mention.exact for mention in reading.subjects)
    if is_name(fact.subject) and not named:
        return 0.0
    if not (_shared(stems, fact) or (fact.unit == "date" and fact.kind == "policy")):
        return 0.0
    if reading.open_only and _CLOSED.search(f"{fact.metric} {fact.passage.text}"):
        return 0.0
    out = named and fact.kind in ("release", "release date") and fact.unit == "date"
    near = view.nearness([word for word in reading.words if not (out and word in _RELEASES)], fact)
    return near if near >= (NEAR_NAMED if named and fact.unit == "date" else NEAR_ALONE) else 0.0


def _shared(stems: set[str], fact: Fact) -> set[str]:
    """The claim's words for what happened that a fact has too; all words for coming out are one."""
    if fact.kind in ("release", "release date") and fact.unit == "date" and stems & _RELEASES:
        return stems & _RELEASES
    return stems & set(content_words(f"{fact.metric} {fact.passage.text}"))


def _days(fact: Fact) -> tuple[date, date]:
    """The first and last day on which a fact's event may lie, by the precision of its date."""
    day = fact.date
    assert day is not None
    if fact.passage.date_precision == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if fact.passage.date_precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def _fits(spans: list[DateSpan], fact: Fact) -> bool:
    return any(span.covers(*_days(fact)) for span in spans)


def _found(reading: ClaimReading, facts: list[Fact], spans: list[DateSpan], label: str) -> Finding:
    best, span = facts[0], spans[0]
    first, last = _days(best)
    apart = (first - span.last).days if first > span.last else (span.first - last).days
    held = label == "supported"
    if _DENIED.search(reading.text):
        held = not held
    step = (
        f"{spoken_day(best.date)} lies in “{span.text}”"
        if label == "supported"
        else f"{spoken_day(best.date)} is {apart} days away from “{span.text}”"
    )
    return Finding(
        check="event",
        label="supported" if held else "refuted",
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for fact in facts),
        explanation=f"{best.passage.text.rstrip('.')}: {step}.",
        derivation=Derivation(
            operation="compare days",
            operands=(operand(best, best.date.isoformat() if best.date else "", "date"),),
            steps=(step,),
            conclusion="the day fits" if held else "the day does not fit",
        ),
        certainty=0.85 if label == "supported" or (best.unit == "date" and is_name(best.subject)) else 0.75,
        covers=("date",),
    )


def check_absence(reading: ClaimReading, view: View) -> Finding | None:
    """Whether a developer released no open weights, as the claim says; None when it says no such thing."""
    if not (_SINCE.search(reading.text) and reading.open_only):
        return None
    day = max((span.last for span in reading.dates if span.relation in ("as_of", "by")), default=reading.as_of)
    text = reading.text.casefold()
    own = [
        fact
        for fact in view.usable()
        if fact.developer and fact.developer.casefold() in text and fact.date and fact.date <= day
    ]
    opened = [fact for fact in own if fact.open_weights and fact.kind in ("release", "licence")]
    if opened:
        shown = sorted(opened, key=lambda fact: (fact.unit != "date", fact.date or day))[:2]
        return Finding(
            check="absence",
            label="refuted",
            citations=tuple(cite(fact.passage, "refutes") for fact in shown),
            explanation=f"{shown[0].passage.text.rstrip('.')}; that is before {spoken_day(day)}.",
            certainty=0.85,
            covers=("absence",),
        )
    closed = {fact.subject: fact for fact in own if fact.open_weights is False}
    if len(closed) < KNOWN_MODELS:
        return None
    latest = sorted(closed.values(), key=lambda fact: (fact.date or day, fact.passage.id), reverse=True)[:3]
    return Finding(
        check="absence",
        label="supported",
        citations=tuple(cite(fact.passage, "supports", strength=0.5) for fact in latest),
        explanation=(
            f"Of {len(closed)} {latest[0].developer} models on record by {spoken_day(day)}, none has open weights; "
            "that is absence from the record, not proof."
        ),
        derivation=Derivation(
            operation="count",
            operands=tuple(operand(fact, "weights not open", "") for fact in latest),
            steps=(f"open-weight releases on record by {spoken_day(day)}: 0 of {len(closed)} models",),
            conclusion="no release contradicts the statement",
        ),
        certainty=0.6,
        covers=("absence",),
    )


def check_chip(reading: ClaimReading, view: View) -> Finding | None:
    """Whether a model was trained on the chip that the claim names; None when no fact names a chip for it."""
    chips = set(_CHIP.findall(reading.text))
    models = [mention for mention in reading.subjects if not _CHIP.fullmatch(mention.text)]
    if not (chips and models and _TRAINED.search(reading.text)):
        return None
    for fact in view.usable():
        text = f"{fact.passage.text} {fact.unit}"
        recorded = set(_CHIP.findall(re.sub(r"\b([AHB]\d{2,3})-\w+", r"\1", text)))
        if not recorded or not _TRAINED.search(text) or not any(fact.subject in mention.exact for mention in models):
            continue
        same = chips <= recorded
        held = same != bool(re.search(r"\bnot\b|n't\b", reading.text))
        return Finding(
            check="chip",
            label="supported" if held else "refuted",
            citations=(cite(fact.passage, "supports" if held else "refutes"),),
            explanation=f"The record names {', '.join(sorted(recorded))}; the statement names {', '.join(sorted(chips))}.",
            certainty=0.8,
            covers=("chip",),
        )
    return None
