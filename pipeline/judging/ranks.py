"""Places on a board: "the best open Chinese model", "in the top three", "number one"."""

from __future__ import annotations

import re

from pipeline.judging.boards import board_of
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_day
from pipeline.models import Derivation, Fact

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_TOP = re.compile(
    r"\b(?:in |among )?the top (?P<count>\d+|one|two|three|four|five|ten)\b|\btop[- ](?P<dash>\d+)\b", re.I
)
_PLACE = re.compile(
    r"\b(?:(?P<ordinal>\d+)(?:st|nd|rd|th)|(?P<word>first|second|third)|number (?P<number>\d+|one|two|three))\b(?! half| quarter)",
    re.I,
)
_BEST = re.compile(r"\b(?:the )?(?:best|top|leading|strongest|highest[- ](?:ranked|rated|scoring|placed))\b", re.I)


def check_rank(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the first named subject had the place that the claim gives it; None when the claim names no place.

    A place can be refuted by the models known to stand above it. It can be confirmed only as the first of its group:
    the store need not hold every row of a board.
    """
    place = _place(reading.text)
    if place is None or len(reading.subjects) != 1 or not reading.metrics:
        return None
    board = board_of(reading, view)
    mine = next((fact for fact in board if fact.subject in reading.subjects[0].names), None)
    if mine is None:
        return None
    above = [fact for fact in board if (fact.number or 0) > (mine.number or 0)]
    if len(above) >= place:
        return _finding(mine, above, place, "refuted")
    if place == 1 and (len(board) > 1 or _named_best(reading, mine)):
        return _finding(mine, [fact for fact in board if fact is not mine], place, "supported")
    return None


def _place(text: str) -> int | None:
    match = _TOP.search(text)
    if match:
        count = match["count"] or match["dash"] or "1"
        return int(count) if count.isdigit() else _NUMBERS[count.lower()]
    match = _PLACE.search(text)
    if match:
        if match["word"]:
            return ("first", "second", "third").index(match["word"].lower()) + 1
        number = match["ordinal"] or match["number"]
        return int(number) if number.isdigit() else _NUMBERS[number.lower()]
    return 1 if _BEST.search(text) else None


def _named_best(reading: ClaimReading, fact: Fact) -> bool:
    """Whether the fact itself says that its subject was the best of the claim's group."""
    group = "Chinese" if reading.china else "US|U.S." if reading.us else ""
    kind = "open-weight " if reading.open_only else "(?:open-weight )?"
    return bool(group) and bool(
        re.search(rf"\b(?:best|top) {kind}(?:{group}) model\b", f"{fact.passage.text} {fact.note}")
    )


def _finding(mine: Fact, others: list[Fact], place: int, label: str) -> Finding:
    others = sorted(others, key=lambda fact: -(fact.number or 0.0))[:3]
    stance = "supports" if label == "supported" else "refutes"
    steps = tuple(
        f"{fact.subject} {fact.number:g}" for fact in sorted([mine, *others], key=lambda fact: -(fact.number or 0.0))
    )
    return Finding(
        check="rank",
        label="supported" if label == "supported" else "refuted",
        citations=tuple(cite(fact.passage, stance) for fact in (mine, *others)),  # type: ignore[arg-type]
        explanation=f"{mine.metric}, {spoken_day(mine.date)}: "
        + ", ".join(steps)
        + f"; the statement puts {mine.subject} at place {place} or better.",
        derivation=Derivation(
            operation="rank",
            operands=tuple(operand(fact, fact.number or 0.0, fact.unit) for fact in (mine, *others)),
            steps=steps,
            conclusion="the place is held" if label == "supported" else f"at least {len(others)} stand above",
        ),
        certainty=0.75,
        covers=("rank",),
    )
