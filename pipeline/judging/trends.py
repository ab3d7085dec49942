"""How a dated figure changed: "the gap has narrowed", "downloads have doubled since August", "shrank to a tenth"."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from pipeline.judging.mentions import metric_matches
from pipeline.judging.quantities import Quantity
from pipeline.judging.reading import ClaimReading
from pipeline.judging.value_findings import NOISE
from pipeline.judging.view import Finding, View, cite, operand, spoken_day
from pipeline.models import Derivation, Fact

_GROWS = re.compile(
    r"\b(?:grew|grown|growing|risen|rose|increas\w+|widen\w*|went up|gone up|climbed|expand\w*|soar\w*)\b", re.I
)
_SHRINKS = re.compile(
    r"\b(?:shr(?:ank|unk|ink\w*)|narrow(?:ed|s|ing)|clos(?:ed|ing)|fell|fallen|dropp\w+|declin\w+|decreas\w+|tighten\w*|went down|gone down)\b",
    re.I,
)
_FACTORS = {"doubled": 2.0, "tripled": 3.0, "quadrupled": 4.0, "halved": 0.5}
_FACTOR = re.compile(
    r"\b(?P<more>more than |over |nearly |almost |about )?(?P<word>doubled|tripled|quadrupled|halved)\b", re.I
)
_FOLD = re.compile(
    r"\b(?:grew|grown|rose|risen|increased|up)\b[^.;]{0,20}?(?P<times>\d+(?:\.\d+)?)(?:-?fold| ?x\b| times)", re.I
)
_BY = re.compile(r"\bby (?:about |around |roughly |nearly |almost |some |over |more than |only |just )?$", re.I)
CLOSE = 0.15
"""Share by which a factor said in talk may be off."""
NEAR = 0.4
"""The share of the claim's telling words that a fact must hold to be of its series."""
MOVED = 0.02
"""Change, as a share of the earlier value, under which a figure has not moved."""


def check_trend(reading: ClaimReading, view: View) -> Finding | None:
    """Whether a figure changed as the claim says between the days it names, or else since the first that is known.

    None when the claim tells no change or no series of one subject, metric and setting is known on two days.
    """
    factor, loose = _factor(reading.text)
    by = _by(reading)
    if by is None and any(quantity.unit != "ratio" for quantity in reading.quantities):
        return None
    rising = bool(_GROWS.search(reading.text))
    if factor is None and rising == bool(_SHRINKS.search(reading.text)):
        return None
    ends = [pair for series in _series(reading, view) if (pair := _ends(reading, series)) is not None]
    if not ends:
        return None
    outcomes = [(pair, _held(pair, factor, loose, by, rising=rising) != reading.negated) for pair in ends]
    labels = {held for _, held in outcomes}
    label = "conflicting" if len(labels) > 1 else "supported" if True in labels else "refuted"
    steps = tuple(_step(*pair) for pair, _ in outcomes)
    return Finding(
        check="trend",
        label="supported" if label == "supported" else "refuted" if label == "refuted" else "conflicting",
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for pair, held in outcomes for fact in pair),
        explanation="; ".join(steps) + ".",
        derivation=Derivation(
            operation="compare two days",
            operands=tuple(operand(fact, fact.number or 0.0, fact.unit) for pair, _ in outcomes for fact in pair),
            steps=steps,
            conclusion={"supported": "the change is as said", "refuted": "the change is not as said"}.get(label, "the figures disagree"),
        ),
        certainty=0.75,
        covers=("trend", *(quantity.text for quantity in reading.quantities)),
    )  # fmt: skip


def _factor(text: str) -> tuple[float | None, bool]:
    """(the factor that a claim gives, whether it is only a lower bound)."""
    match = _FACTOR.search(text)
    if match:
        return _FACTORS[match["word"].lower()], (match["more"] or "").strip().lower() in ("more than", "over")
    fold = _FOLD.search(text)
    return (float(fold["times"]), False) if fold else (None, False)


def _series(reading: ClaimReading, view: View) -> list[list[Fact]]:
    """The facts near the claim that repeat one figure over time, by subject, metric and setting; the nearest series."""
    found: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    near: dict[tuple[str, str, str], float] = {}
    for fact in view.usable():
        if fact.number is None or fact.date is None or fact.kind == "benchmark":
            continue
        if reading.metrics and not (metric_matches(reading.metrics, fact, reading.text) or _within(reading, fact)):
            continue
        key = fact.subject, fact.metric, fact.setting
        near[key] = max(near.get(key, 0.0), view.nearness(reading.words, fact))
        found[key].append(fact)
    best = max((near[key] for key, facts in found.items() if len(facts) > 1), default=0.0)
    return [facts for key, facts in found.items() if near[key] >= max(NEAR, best - 0.1)]


def _within(reading: ClaimReading, fact: Fact) -> bool:
    """Whether a fact's metric shares a word with one that the claim names: "Arena gap" for the Chatbot Arena."""
    words = set(fact.metric.casefold().split())
    return any(word in words for name in reading.metrics for word in name.casefold().split() if len(word) > 3)


def _ends(reading: ClaimReading, series: list[Fact]) -> tuple[Fact, Fact] | None:
    """The first and the last value between the days that a claim names; None when there are not two."""
    spans = [span for span in reading.dates if span.relation in ("in", "since", "after", "by", "as_of", "before")]
    first = min((span.first for span in spans if span.relation in ("in", "since", "after")), default=date.min)
    bounded = len(spans) > 1 or any(span.relation in ("by", "as_of", "before") for span in spans)
    last = max((span.last for span in spans), default=date.max) if bounded else date.max
    inside = sorted(
        (fact for fact in series if fact.date and first <= fact.date <= last), key=lambda f: (str(f.date), f.passage.id)
    )
    return (inside[0], inside[-1]) if len(inside) > 1 and inside[0].date != inside[-1].date else None


def _by(reading: ClaimReading) -> Quantity | None:
    """By how much a figure is said to have changed: "fell by about 7.5 percentage points"."""
    found = [q for q in reading.quantities if q.unit in ("points", "percent") and _BY.search(reading.text[: q.start])]
    return found[0] if len(found) == 1 == len(reading.quantities) else None


def _held(pair: tuple[Fact, Fact], factor: float | None, loose: bool, by: Quantity | None, *, rising: bool) -> bool:
    before, after = (fact.number or 0.0 for fact in pair)
    if by is not None:
        return by.agrees(abs(after - before)) and (after > before) == rising
    if factor is not None and before:
        ratio = after / before
        return ratio >= factor if loose else abs(ratio - factor) <= CLOSE * factor
    moved = abs(after - before) > (NOISE if pair[0].unit.casefold() == "elo" else MOVED * abs(before))
    return moved and (after > before) == rising


def _step(before: Fact, after: Fact) -> str:
    one, two = before.number or 0.0, after.number or 0.0
    ratio = f", {two / one:.3g} times" if one else ""
    name = f"{before.subject}, {before.metric}"
    change = f"{two - one:+.4g}".replace("-", "−")
    return f"{name}: {one:g} ({spoken_day(before.date)}) to {two:g} ({spoken_day(after.date)}): {change}{ratio}"
