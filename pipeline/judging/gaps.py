"""How far one country's best models are from another's: in points on a board, and in months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipeline.errors import InputError
from pipeline.evidence import GapResult, compute_gap
from pipeline.judging.mentions import metric_matches
from pipeline.judging.quantities import Quantity
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_day, spoken_number, typed_figures
from pipeline.models import Citation, Derivation, Fact, Label, Operand, Reading

NOISE = 6.0
"""Points of an Elo gap that two snapshots of one week may differ by."""
MONTHS_BOARDS = ("Chatbot Arena Elo", "GPQA-Diamond", "MATH Level 5", "OTIS Mock AIME 2024-2025")
"""Boards with enough models of both countries to count months on."""
BARELY, FAR = 0.0, 12.0
"""“Only months behind” holds for a lag above the first and up to the second, in months."""
_BEHIND = re.compile(r"\b(?:behind|trail\w*|lag\w*)\b", re.I)
_FIRST_LEADS = re.compile(
    r"\b(?:leads?|led|leading|ahead|above|beats?|beat|outscor\w*|tops?|topped|better|higher|surpass\w*|overt\w+|passed|outperform\w*)\b",
    re.I,
)
_GAP = re.compile(r"\b(?:gap|lead|lag|difference|distance|margin|advantage)\b", re.I)
_MOST = re.compile(r"\b(?:never|at most|max\w*|largest|biggest|widest|longest|always (?:under|less))\b", re.I)
_LEAST = re.compile(r"\b(?:min\w*|smallest|shortest|closest|narrowest|at least)\b", re.I)
_MEAN = re.compile(r"\b(?:average|on average|mean|averag\w+|typical\w*|usual\w*)\b", re.I)
_ONLY_MONTHS = re.compile(
    r"\b(?:only|just|mere(?:ly)?|matter of|couple(?: of)?|few|several)\b[^.]{0,15}\bmonths\b|\bmonths behind\b", re.I
)


def check_gap(reading: ClaimReading, view: View) -> list[Finding]:
    """What reported and computed gaps in points say of a claim on two countries; empty when it is none."""
    if (
        not (reading.us and reading.china)
        or any(q.unit == "months" for q in reading.quantities)
        or _ONLY_MONTHS.search(reading.text)
    ):
        return []
    leader = _leader(reading)
    quantity = next((q for q in reading.quantities if q.unit in ("points", "percent", "")), None)
    if leader is None or (quantity is None and not reading.metrics):
        return []
    reported = _reported(reading, view, quantity, leader) if quantity else None
    computed = _computed(reading, view, quantity, leader)
    found = [finding for finding in (reported, computed) if finding is not None]
    return found[:1] if len(found) == 2 and _close(*found) else found


def _close(reported: Finding, computed: Finding) -> bool:
    """Whether two findings give the same gap but for the noise between two measurements."""
    if reported.derivation is None or computed.derivation is None:
        return False
    first, second = (float(one.value) for one in computed.derivation.operands[:2])
    unit = computed.derivation.operands[0].unit.casefold()
    return abs(abs(first - second) - abs(float(reported.derivation.operands[0].value))) <= (
        NOISE if unit == "elo" else 3.0
    )


def _leader(reading: ClaimReading) -> str | None:
    """The country that the claim puts ahead: "US", "CN", or None when it only speaks of a gap (then the U.S.)."""
    first, second = ("CN", "US") if reading.china_first else ("US", "CN")
    if _BEHIND.search(reading.text):
        return second
    if _FIRST_LEADS.search(reading.text):
        return first
    return "US" if _GAP.search(reading.text) else None


def _moment(reading: ClaimReading) -> tuple[date | None, date]:
    """The days that the claim speaks of: from (None: not said) and to."""
    spans = [span for span in reading.dates if span.relation in ("in", "by", "as_of")]
    if not spans:
        return None, reading.as_of
    return spans[0].first if spans[0].relation == "in" else None, min(spans[0].last, reading.as_of) or reading.as_of


def _reported(reading: ClaimReading, view: View, quantity: Quantity, leader: str) -> Finding | None:
    """Gaps that a source itself states, for the board and the time of the claim."""
    first, last = _moment(reading)
    found: list[tuple[Fact, Quantity]] = []
    for fact in view.usable():
        if "gap" not in fact.metric.casefold() or not _same_board(reading, fact) or fact.date is None:
            continue
        if not (first or fact.date.replace(day=1)) <= fact.date <= last:
            continue
        found += [(fact, figure) for figure in typed_figures(fact) if figure.unit == quantity.unit or not quantity.unit]
    if not found:
        return None
    fact, figure = max(found, key=lambda pair: (pair[0].date or date.min, pair[0].passage.id))
    held = leader == "US" and quantity.agrees(figure.value)
    label: Label = "supported" if held else "refuted"
    return Finding(
        check="reported gap",
        label=label,
        citations=(cite(fact.passage, "supports" if held else "refutes"),),
        explanation=f"{fact.passage.publisher or fact.subject} reports a gap of {spoken_number(figure.value, figure.unit)}.",
        derivation=Derivation(
            operation="compare a reported gap",
            operands=(operand(fact, figure.value, figure.unit),),
            steps=(f"reported {spoken_number(figure.value, figure.unit)}, said {quantity.text}",),
            conclusion="the gap is as said" if held else "the gap is another",
        ),
        certainty=0.8,
        covers=(quantity.text,),
    )


def _same_board(reading: ClaimReading, fact: Fact) -> bool:
    named = [name.split()[0].casefold() if name != "Chatbot Arena Elo" else "arena" for name in reading.metrics]
    text = f"{fact.metric} {fact.subject}".casefold()
    return any(re.search(rf"\b{re.escape(name)}\b(?!-)", text) for name in named)


def _computed(reading: ClaimReading, view: View, quantity: Quantity | None, leader: str) -> Finding | None:
    """The gap between the best of each country on the board that the claim names, at its time."""
    first, last = _moment(reading)
    facts = [
        fact
        for fact in view.usable()
        if fact.date is not None and fact.date <= last and metric_matches(reading.metrics, fact, reading.text)
        and (not reading.open_only or reading.closed or fact.open_weights)
    ]  # fmt: skip
    result = _gap(facts, open_only=reading.open_only and not reading.closed)
    if result is None or (first and result.day < first):
        return None
    points = result.points if leader == "US" else -result.points
    held = points > 0 and (quantity is None or quantity.agrees(points))
    if reading.negated and quantity is None:
        held = not held
    passages = {fact.passage.id: fact for fact in facts}
    decisive = [passages[mark.passage_id] for mark in (result.leader_best, result.follower_best)]
    label: Label = "supported" if held else "refuted"
    unit = "points" if result.board.unit.casefold() in ("elo", "points") else "percentage points"
    step = f"{result.arithmetic} {unit}, {spoken_day(result.day)}"
    names = f"{result.leader_best.subject} ({result.leader}) against {result.follower_best.subject} ({result.follower})"
    kind = "open-weight models" if result.open_only else "models"
    return Finding(
        check="computed gap",
        label=label,
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for fact in decisive),
        explanation=f"On {result.board.metric}, best {kind}: {names}: {step}.",
        derivation=Derivation(
            operation="gap",
            operands=tuple(operand(fact, fact.number or 0.0, result.board.unit) for fact in decisive),
            steps=(step,),
            conclusion="the gap is as said" if held else "the gap is another",
        ),
        certainty=0.85,
        covers=("gap", quantity.text if quantity else ""),
    )


def _gap(facts: Sequence[Fact], *, open_only: bool = False) -> GapResult | None:
    try:
        return compute_gap(facts, leader="US", follower="CN", open_only=open_only)
    except InputError:
        return None


# --- months --------------------------------------------------------------------------------------------------------


def check_lag(reading: ClaimReading, view: View) -> list[Finding]:
    """What reported and computed lags in months say of a claim on two countries; empty when it is none."""
    if not (reading.china and (reading.us or _BEHIND.search(reading.text) or _GAP.search(reading.text))):
        return []
    quantity = next((q for q in reading.quantities if q.unit == "months"), None)
    if quantity is None and not _ONLY_MONTHS.search(reading.text):
        return []
    reported = _reported_lag(reading, view, quantity)
    return [reported] if reported else [finding for finding in (_computed_lag(reading, view, quantity),) if finding]


def _reported_lag(reading: ClaimReading, view: View, quantity: Quantity | None) -> Finding | None:
    kind = (
        "maximum"
        if _MOST.search(reading.text)
        else "average"
        if _MEAN.search(reading.text)
        else "minimum"
        if _LEAST.search(reading.text)
        else ""
    )
    facts = [
        fact
        for fact in view.usable()
        if fact.unit.startswith("months")
        and fact.number is not None
        and fact.metric.casefold().startswith(kind or "average")
    ]
    if not facts or quantity is None:
        return None
    fact = max(facts, key=lambda one: (one.date or date.min, one.passage.id))
    value = fact.number or 0.0
    held = quantity.agrees(value) or (kind != "maximum" and abs(value - quantity.value) <= 0.5 + 0.1 * quantity.value)
    return Finding(
        check="reported lag",
        label="supported" if held else "refuted",
        citations=(cite(fact.passage, "supports" if held else "refutes"),),
        explanation=f"{fact.passage.publisher}: {fact.metric} {value:g} months; the statement says {quantity.text}.",
        derivation=Derivation(
            operation="compare a reported lag",
            operands=(operand(fact, value, "months"),),
            steps=(f"{fact.metric} {value:g} months against {quantity.text}",),
            conclusion="the lag is as said" if held else "the lag is another",
        ),
        certainty=0.8 if kind else 0.6,
        covers=(quantity.text,),
    )


def _computed_lag(reading: ClaimReading, view: View, quantity: Quantity | None) -> Finding | None:
    """The lag counted on each board, best against best and open against open; readings that differ are named."""
    results = _lag_results(reading, view)
    if not results or _MEAN.search(reading.text) or _MOST.search(reading.text):
        return None  # an average or a maximum over years is a published estimate, not a count on a few boards
    readings, citations, operands = _readings(results, view, quantity)
    labels = {one.label for one in readings}
    wanted = "open-weight" if reading.open_only else "frontier"
    meant = [one for one in readings if one.name.startswith(wanted)] or list(readings)
    meant_labels = {one.label for one in meant}
    label: Label = (
        meant_labels.pop() if len(meant_labels) == 1 and (reading.open_only or len(labels) == 1) else "conflicting"
    )
    return Finding(
        check="computed lag",
        label=label,
        citations=citations,
        explanation="; ".join(f"{one.name}: {one.explanation}" for one in readings) + ".",
        derivation=Derivation(
            operation="months behind",
            operands=operands,
            steps=tuple(one.derivation.steps[0] for one in readings if one.derivation),
            conclusion="the readings agree" if len(labels) == 1 else "it depends on what is compared",
        ),
        readings=readings,
        certainty=0.65,
        covers=(quantity.text if quantity else "months",),
    )


def _lag_results(reading: ClaimReading, view: View) -> list[tuple[str, GapResult]]:
    _, last = _moment(reading)
    found = []
    for open_only in (False, True):
        for metric in MONTHS_BOARDS[: 1 if open_only else None]:
            facts = [fact for fact in view.usable() if fact.metric == metric and fact.date and fact.date <= last]
            result = _gap(facts, open_only=open_only) if facts else None
            if result is not None and (result.months is not None or result.points < 0):
                found.append((f"{'open-weight' if open_only else 'frontier'} models on {metric}", result))
    return found


def _readings(
    results: list[tuple[str, GapResult]], view: View, quantity: Quantity | None
) -> tuple[tuple[Reading, ...], tuple[Citation, ...], tuple[Operand, ...]]:
    passages = {fact.passage.id: fact for fact in view.facts}
    readings: list[Reading] = []
    citations: list[Citation] = []
    operands: list[Operand] = []
    for name, result in results:
        lag = result.lags[-1]
        ahead = result.points < 0 or lag.months is None or lag.leader is None
        months = 0.0 if ahead else (lag.months or 0.0)
        held = not ahead and (
            (quantity.agrees(months) or abs(quantity.value - months) <= 1.0) if quantity else BARELY < months <= FAR
        )
        follower, leader = passages[lag.follower.passage_id], passages[(lag.leader or result.leader_best).passage_id]
        step = (
            f"{result.follower_best.subject} is ahead: {result.arithmetic}"
            if ahead
            else f"{lag.follower.subject} ({lag.follower.value:g}, {spoken_day(lag.follower.day)}) against "
            f"{leader.subject} ({(lag.leader or result.leader_best).value:g}, {spoken_day((lag.leader or result.leader_best).day)}): {months:g} months"
        )
        cited = tuple(operand(fact, fact.number or 0.0, fact.unit) for fact in (follower, leader))
        readings.append(
            Reading(
                name=name,
                label="supported" if held else "refuted",
                explanation="China is not behind" if ahead else f"about {months:g} months",
                derivation=Derivation(
                    operation="months behind", operands=cited, steps=(step,), conclusion="held" if held else "not held"
                ),
            )
        )
        citations += [cite(fact.passage, "supports" if held else "refutes") for fact in (follower, leader)]
        operands += cited
    return tuple(readings), tuple({one.passage.id: one for one in citations}.values()), tuple(operands)
