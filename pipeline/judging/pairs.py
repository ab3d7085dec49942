"""Two named models or chips compared: on one metric, in one setting, from one publisher at a time."""

from __future__ import annotations

import re
from collections import defaultdict

from pipeline.judging.boards import is_board
from pipeline.judging.mentions import Mention, metric_matches
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_day, spoken_number
from pipeline.models import Citation, Derivation, Fact

EVEN = 1.5
"""Points within which two scores count as matched."""
_RATIO = re.compile(
    r"(?:roughly |about |around |nearly )?(\d+(?:\.\d+)?)\s?(?:%|percent) of (?:the |an? )?(?P<of>[\w ().-]{2,40})",
    re.I,
)
_AGAINST = re.compile(
    r"(?P<one>\d[\d,.]*\d|\d) (?P<unit>[\w/]+)[^.;]{0,40}?\b(?:against|instead of|versus|compared (?:with|to)) (?P<two>\d[\d,.]*\d|\d) (?P=unit)"
    r"(?P<of>[^.;]*)"
)
_PRICE = re.compile(r"\b(?:cheap|expensive|price|pric|cost)", re.I)
_MORE_OF = re.compile(
    r"\b(?:more|less|fewer) (?!than\b|capable|powerful|accurate|intelligent|advanced|competitive|impressive|often\b)[a-z]+\b",
    re.I,
)
"""More of something ("more text", "fewer chips") is no score, whatever benchmark the two share."""
_RANK = {"independent": 2, "self_reported": 1, "secondary": 0}


def check_pair(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the first named subject stands to the second as the claim says; None when no table has both."""
    if len(reading.subjects) < 2 or reading.direction is None:
        return None
    if reading.quantities and any(quantity.unit == "months" for quantity in reading.quantities):
        return None
    first, second = reading.subjects[0], reading.subjects[1]
    pairs = table_pairs(reading, view, first, second)
    if pairs:
        return _from_pairs(reading, pairs)
    for one, other, swapped in ((first, second, False), (second, first, True)):
        found = _from_ratio(reading, view, one, other, swapped=swapped) or _from_stated(
            reading, view, one, other, swapped=swapped
        )
        if found is not None:
            return found
    return None


def table_pairs(reading: ClaimReading, view: View, first: Mention, second: Mention) -> list[tuple[Fact, Fact]]:
    """Facts of both on the same metric, setting and publisher, each the best of its subject's variants there."""
    tables: dict[tuple[str, str, str], dict[int, Fact]] = defaultdict(dict)
    for fact in view.usable():
        side = 0 if fact.subject in first.names else 1 if fact.subject in second.names else None
        if side is None or fact.number is None or not _wanted(reading, fact):
            continue
        day = str(fact.date) if fact.unit.casefold() == "elo" else ""
        table = tables[fact.metric + day, fact.setting, fact.passage.publisher]
        mention = (first, second)[side]
        held = table.get(side)
        if held is None or (fact.subject in mention.exact, fact.number) > (
            held.subject in mention.exact,
            held.number or 0.0,
        ):
            table[side] = fact
    return [(table[0], table[1]) for table in tables.values() if len(table) == 2]


def _wanted(reading: ClaimReading, fact: Fact) -> bool:
    if _PRICE.search(reading.text):
        return fact.kind == "pricing"
    if reading.metrics:
        return metric_matches(reading.metrics, fact, reading.text)
    return is_board(fact) and not _MORE_OF.search(reading.text)


def _from_pairs(reading: ClaimReading, pairs: list[tuple[Fact, Fact]]) -> Finding:
    named = [pair for pair in pairs if _setting_named(reading, pair[0])]
    pairs = sorted(
        named or pairs, key=lambda pair: (_RANK[pair[0].passage.rank], pair[0].date or reading.as_of.min), reverse=True
    )
    holding = [pair for pair in pairs if holds(reading, *pair)]
    failing = [pair for pair in pairs if not holds(reading, *pair)]
    if holding and failing and not reading.metrics and len(holding) != len(failing):
        major, minor = (holding, failing) if len(holding) > len(failing) else (failing, holding)
        label = "conflicting" if len(minor) * 3 > len(major) else "supported" if major is holding else "refuted"
    else:
        label = "conflicting" if holding and failing else "supported" if holding else "refuted"
    decisive = holding if label == "supported" else failing if label == "refuted" else [*holding[:1], *failing[:1]]
    shown = decisive[:3]
    return Finding(
        check="pair",
        label=label,
        citations=tuple(
            cite(fact.passage, "supports" if holds(reading, *pair) else "refutes") for pair in shown for fact in pair
        ),
        against=_cited((failing if label == "supported" else holding)[:2], "refutes" if label == "supported" else "supports")
        if label != "conflicting" else (),
        explanation="; ".join(step_of(*pair) for pair in shown) + ".",
        derivation=derivation_of(shown, label),
        certainty=0.85 if reading.metrics else 0.65,
        covers=("comparison",),
    )  # fmt: skip


def _setting_named(reading: ClaimReading, fact: Fact) -> bool:
    words = [word for word in re.findall(r"[a-z@\d]+", fact.setting.casefold()) if len(word) > 3]
    return bool(words) and sum(word in reading.text.casefold() for word in words) >= max(1, len(words) // 2)


def holds(reading: ClaimReading, first: Fact, second: Fact) -> bool:
    difference = (first.number or 0.0) - (second.number or 0.0)
    even = EVEN if is_board(first) else 0.03 * abs(second.number or 0.0)
    margin = next((quantity for quantity in reading.quantities if quantity.unit == "points"), None)
    held = (
        abs(difference) <= even
        if reading.direction == "equal"
        else difference > 0
        if reading.direction == "above"
        else difference < 0
    )
    if margin is not None and held:
        held = margin.agrees(abs(difference))
    return held != (reading.negated and reading.direction != "equal")


def _cited(pairs: list[tuple[Fact, Fact]], stance: str) -> tuple[Citation, ...]:
    return tuple(
        cite(fact.passage, "supports" if stance == "supports" else "refutes") for pair in pairs for fact in pair
    )


def step_of(first: Fact, second: Fact) -> str:
    one, two = first.number or 0.0, second.number or 0.0
    setting = f" ({first.setting})" if first.setting else ""
    return (
        f"{first.subject} {spoken_number(one)} against {second.subject} {spoken_number(two)} on {first.metric}{setting}, "
        f"{first.passage.publisher}, {spoken_day(first.date)}: {one:g} − {two:g} = {one - two:.4g}".replace(
            "= -", "= −"
        )
    )


def derivation_of(pairs: list[tuple[Fact, Fact]], label: str) -> Derivation:
    return Derivation(
        operation="compare two subjects in one table",
        operands=tuple(operand(fact, fact.number or 0.0, fact.unit) for pair in pairs for fact in pair),
        steps=tuple(step_of(*pair) for pair in pairs),
        conclusion={"supported": "the comparison holds", "refuted": "the comparison does not hold"}.get(
            label, "the tables disagree"
        ),
    )


def _from_ratio(
    reading: ClaimReading, view: View, first: Mention, second: Mention, *, swapped: bool = False
) -> Finding | None:
    """A comparison that one passage states itself: "roughly 15% of an H100"."""
    for fact in view.usable():
        match = _RATIO.search(fact.passage.text) if fact.subject in first.names else None
        if match is None or not _names(second, match["of"]) or not _of_that_kind(reading, fact):
            continue
        share = float(match[1])
        equal = 90 <= share <= 110
        held = equal if reading.direction == "equal" else (share > 100) != (reading.direction == "below") != swapped
        label = "supported" if held != (reading.negated and reading.direction != "equal") else "refuted"
        return Finding(
            check="ratio",
            label=label,
            citations=(cite(fact.passage, "supports" if label == "supported" else "refutes"),),
            explanation=f"The source puts {fact.subject} at {match[0].strip()}.",
            derivation=Derivation(
                operation="read a ratio",
                operands=(operand(fact, share, "percent"),),
                steps=(f"{share:g} percent is {'about' if equal else 'not'} 100 percent",),
                conclusion="the comparison holds" if label == "supported" else "the comparison does not hold",
            ),
            certainty=0.8,
            covers=("comparison",),
        )
    return None


def _from_stated(
    reading: ClaimReading, view: View, first: Mention, second: Mention, *, swapped: bool
) -> Finding | None:
    """A comparison that one passage states with both figures: "400 GB/s against 900 GB/s for the H100"."""
    for fact in view.usable():
        match = _AGAINST.search(fact.passage.text) if fact.subject in first.names else None
        if match is None or not _names(second, match["of"]) or view.nearness(reading.words, fact) < 0.5:
            continue
        one, two = (float(match[name].replace(",", "")) for name in ("one", "two"))
        one, two = (two, one) if swapped else (one, two)
        wanted = (
            one == two if reading.direction == "equal" else one > two if reading.direction == "above" else one < two
        )
        held = wanted != (reading.negated and reading.direction != "equal")
        step = f"{one:g} − {two:g} = {one - two:g} {match['unit']}".replace("= -", "= −")
        return Finding(
            check="stated pair",
            label="supported" if held else "refuted",
            citations=(cite(fact.passage, "supports" if held else "refutes"),),
            explanation=f"One source gives both: {step}.",
            derivation=Derivation(
                operation="compare two stated figures",
                operands=(operand(fact, one, match["unit"]),),
                steps=(step,),
                conclusion="the comparison holds" if held else "the comparison does not hold",
            ),
            certainty=0.8,
            covers=("comparison",),
        )
    return None


def _of_that_kind(reading: ClaimReading, fact: Fact) -> bool:
    """Whether a fact is on the figure that the claim compares; any is when it names none."""
    return not reading.metrics or metric_matches(reading.metrics, fact, reading.text)


def _names(mention: Mention, text: str) -> bool:
    return any(part in text.casefold() for part in mention.signature if any(char.isdigit() for char in part))
