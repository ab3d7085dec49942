"""What is said of all of a board at once: "no Chinese model has passed 90", "the only one above 80", "the best score is over 30",
"three of the top four are OpenAI's".

The store need not hold every row of a board, so what one row refutes is surer than what no row contradicts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.judging.boards import board_of
from pipeline.judging.quantities import Quantity
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_day
from pipeline.models import Derivation, Fact, Label

_THING = r"(?:models?|entr(?:y|ies)|systems?|labs?|one|ones|LLMs?|AIs?|scores?|results?)"
_NONE = re.compile(rf"\b(?:no|none of the|not (?:1|one|a single))(?: [\w.'’-]+){{0,4}}? {_THING}\b", re.I)
_ONLY = re.compile(
    rf"\b(?:the )?(?:only|1 and only|sole)(?: [\w.'’-]+){{0,3}}? {_THING}\b|\bexactly (?:1|one) {_THING}\b", re.I
)
_BEST = re.compile(
    r"\b(?:best|highest|top|record)(?: [\w.'’-]+){0,3}? (?:score|result|mark|rating|run)\b|\b(?:best|highest|top score)\b[^.]{0,40}\bis\b",
    re.I,
)
_SOME = re.compile(
    r"\b(?:an?|some|one|1|another|at least (?:one|1)) (?:[\w-]+ ){0,2}?(?:model|system|AI|LLM)\b|\bsome(?:body|one)\b",
    re.I,
)
_SHARE = re.compile(
    r"\b(?P<some>\d+|two|three|four|all|none|most|both)(?: out)? of (?:the )?"
    r"(?:top (?P<top>\d+)|(?P<best>\d+|two|three|four|five) (?:highest[- ]\w+|best|top|leading))\b"
    r"|\bthe top (?P<whole>\d+)[^.]{0,40}\bare all\b",
    re.I,
)
_ENOUGH = 2
"""Rows that a board must have before it says anything of all."""


def is_extreme(reading: ClaimReading) -> bool:
    """Whether a claim speaks of all rows of a named board, so that no single row can bear it out."""
    if not reading.metrics:
        return False
    bounded = _figure(reading) is not None
    return bool(_SHARE.search(reading.text)) or (
        bounded and bool(_NONE.search(reading.text) or _ONLY.search(reading.text) or _best(reading))
    )


def check_extreme(reading: ClaimReading, view: View) -> Finding | None:
    """What the board says of such a claim; None when it has too few rows or the claim is another."""
    board = board_of(reading, view)
    if len(board) < _ENOUGH:
        return None
    if _SHARE.search(reading.text):
        return _share(reading, view)
    figure = _figure(reading)
    if figure is None:
        return None
    reaching = [fact for fact in board if _reaches(figure, fact.number or 0.0)]
    if _NONE.search(reading.text):
        return _finding(
            "refuted" if reaching else "supported", reaching or board[:1], figure, f"{len(reaching)} on record do"
        )
    if _ONLY.search(reading.text) and len(reading.subjects) == 1:
        others = [fact for fact in reaching if fact.subject not in reading.subjects[0].names]
        own = [fact for fact in reaching if fact.subject in reading.subjects[0].names]
        if not own and not others:
            return None
        label: Label = "supported" if own and not others else "refuted"
        shown = [*own[:1], *others[:2]]
        return _finding(label, shown, figure, f"{len(reaching)} on record do")
    if _best(reading):
        return _finding(
            "supported" if _reaches(figure, board[0].number or 0.0) else "refuted",
            board[:2],
            figure,
            "the best on record counts",
        )
    return None


def _best(reading: ClaimReading) -> bool:
    """Whether the best row settles a claim: it speaks of the best score, or of some model above a mark."""
    figure = _figure(reading)
    some = figure is not None and figure.bound in ("over", "at_least") and _SOME.search(reading.text[: figure.end])
    return bool(some or _BEST.search(reading.text)) and not reading.subjects


def _figure(reading: ClaimReading) -> Quantity | None:
    """The score that a claim sets as the mark, as a bound."""
    found = [
        one
        for one in reading.quantities
        if one.unit in ("percent", "points", "") and one.value <= 5000 and not one.noun.startswith("of")
    ]
    if len(found) != 1:
        return None
    return found[0] if found[0].bound != "exact" else found[0].model_copy(update={"bound": "at_least"})


def _reaches(mark: Quantity, score: float) -> bool:
    """Whether a score is on the side of the mark that is spoken of; 59.6 has not reached 60."""
    if mark.bound == "about":
        return mark.agrees(score)
    if mark.bound in ("under", "at_most"):
        return score < mark.value or (mark.bound == "at_most" and score == mark.value)
    return score > mark.value or (mark.bound == "at_least" and score == mark.value)


def _share(reading: ClaimReading, view: View) -> Finding | None:
    """How many of a board's first rows are of a maker or country."""
    match = _SHARE.search(reading.text)
    assert match is not None
    top = _count(match["top"] or match["best"] or match["whole"])
    makers = [name for name in view.knowledge.makers if re.search(rf"\b{re.escape(name)}\b", reading.text)]
    ungrouped = reading if makers else reading.model_copy(update={"us": False, "china": False, "open_only": False})
    everyone = board_of(ungrouped, view)
    if len(everyone) < top:
        return None
    if not makers and not (reading.us or reading.china or reading.open_only):
        return None
    first = everyone[:top]
    own = [fact for fact in first if _counts(reading, fact, makers)]
    words = (match["some"] or "all").lower()
    wanted = {"all": top, "none": 0, "both": top, "most": -1}.get(words)
    wanted = _count(words) if wanted is None else wanted
    held = len(own) * 2 > top if wanted < 0 else len(own) == wanted
    steps = tuple(f"{place}. {fact.subject} {fact.number:g} ({fact.developer})" for place, fact in enumerate(first, 1))
    found = _told("supported" if held else "refuted", first, steps, f"{len(own)} of the first {top}")
    counted = tuple(q.text for q in reading.quantities if match.start() <= q.start < match.end())
    return found.model_copy(update={"covers": (*found.covers, *counted)})


def _count(word: str) -> int:
    return int(word) if word.isdigit() else {"two": 2, "three": 3, "four": 4, "five": 5}[word.lower()]


def _counts(reading: ClaimReading, fact: Fact, makers: Sequence[str]) -> bool:
    if makers:
        return any(fact.developer.startswith(name) for name in makers)
    country = "CN" if reading.china else "US" if reading.us else ""
    return (not country or fact.country == country) and (not reading.open_only or fact.open_weights is True)


def _finding(label: Label, facts: Sequence[Fact], figure: Quantity, why: str) -> Finding:
    steps = tuple(f"{fact.subject}: {fact.number:g} ({spoken_day(fact.date)})" for fact in facts[:3])
    found = _told(label, facts[:3], steps, why)
    return found.model_copy(update={"covers": (*found.covers, figure.text)})


def _told(label: Label, facts: Sequence[Fact], steps: tuple[str, ...], why: str) -> Finding:
    stance = "supports" if label == "supported" else "refutes"
    board = f"{facts[0].metric}, {facts[0].passage.publisher}"
    return Finding(
        check="board",
        label=label,
        citations=tuple(cite(fact.passage, stance) for fact in facts),  # type: ignore[arg-type]
        explanation=f"{board}: {'; '.join(steps)}; {why}.",
        derivation=Derivation(
            operation="look through a board",
            operands=tuple(operand(fact, fact.number or 0.0, fact.unit) for fact in facts),
            steps=steps,
            conclusion=why,
        ),
        certainty=0.85 if label == "refuted" else 0.75,
        covers=("rank",),
    )
