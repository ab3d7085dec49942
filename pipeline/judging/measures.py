"""Two subjects' figures held against each other: prices, tokens, GPU hours, parameters, context, bandwidth.

"R1 is 27 times cheaper than o1", "trained on more tokens than", "a bit less than half the output price of", "60 percent larger".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.judging.boards import is_board
from pipeline.judging.mentions import Mention, metric_matches
from pipeline.judging.quantities import Bound
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_number, typed_figures
from pipeline.models import Derivation, Fact

CLOSE = 0.15
"""Share by which a ratio said in talk may be off."""
EVEN = 0.03
"""Share by which two figures may differ and still be the same."""
KINDS = (
    "price", "training tokens", "training compute", "parameters", "context length", "bandwidth", "memory", "compute", "training cost",
    "downloads",
)  # fmt: skip
_PRICE = re.compile(r"\b(?:cheap\w*|expensive|pric\w+|costs?|charg\w+)\b", re.I)
_TRAINED = re.compile(r"\btrain(?:ed|ing|s)?\b", re.I)
_TIMES = re.compile(
    r"(?:times|x|-?fold) (?:(?P<up>as (?:much|many|expensive|large|big|long|high|costly)|more|larger|bigger|higher|longer|the)"
    r"|(?P<down>cheaper|less|smaller|lower|fewer|shorter))\b",
    re.I,
)
_PART_OF = re.compile(
    r"\b(?:an? |one )?(?P<part>half|3rd|third|quarter|5th|fifth|\d+th|tenth)\b (?:of )?(?:the |its |that |those |what |as (?:much|many|large|big))",
    re.I,
)
_PARTS = {"half": 2.0, "3rd": 3.0, "third": 3.0, "quarter": 4.0, "5th": 5.0, "fifth": 5.0, "tenth": 10.0, "10th": 10.0}
_SHARE = re.compile(
    r"(?P<percent>\d+(?:\.\d+)?) ?(?:%|percent) (?:(?P<up>more|bigger|larger|higher|longer)"
    r"|(?P<down>less|cheaper|smaller|lower|fewer|shorter))\b",
    re.I,
)
_MORE = re.compile(
    r"\b(?:an? |one )?(?P<part>half|3rd|third|quarter|5th|fifth|tenth|10th) (?:again )?(?:(?P<up>more|bigger|larger|higher|longer)"
    r"|(?P<down>less|cheaper|smaller|lower|fewer|shorter))\b",
    re.I,
)
_UNDER = re.compile(r"\b(?:less than|under|below|not even)\s*(?:an? |one )?$", re.I)
_OVER = re.compile(r"\b(?:more than|over|above|at least)\s*(?:an? |one )?$", re.I)
_SLIGHTLY = re.compile(r"\b(?:a (?:little|bit|shade|touch)|slightly|just)\s*$", re.I)
_ACTIVE = re.compile(r"\bactiv\w+", re.I)


class Said(NamedTuple):
    """How the first figure stands to the second, as the claim says: their ratio, or only which is larger."""

    ratio: float | None
    direction: Literal["above", "below", "equal"] | None
    bound: Bound
    words: str


def check_measure(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the first subject's figure stands to the second's as the claim says; None when one is missing.

    Where both are named only after the ratio ("a 25th of the price: o1 was 15, R1 was .55"), the smaller one is meant.
    """
    said = _said(reading)
    kind = kind_of(reading)
    if said is None or kind is None or len(reading.subjects) < 2:
        return None
    first, second = (_figures(view, reading, mention, kind) for mention in reading.subjects[:2])
    if first is None or second is None or first[0] is second[0]:
        return None
    if said.ratio is not None and said.ratio < 1 and reading.text.find(said.words) < reading.subjects[0].start:
        first, second = sorted((first, second), key=lambda one: sum(one[1].values()))
    shared = [part for part in first[1] if part in second[1] and second[1][part]]
    asked = [part for part in shared if re.search(rf"\b{re.escape(part)}", reading.text, re.I)] or shared
    if not asked:
        return None
    ratios = {part: first[1][part] / second[1][part] for part in asked}
    results = [_holds(said, ratio) for ratio in ratios.values()]
    held = (any(results) if said.ratio is not None else all(results)) != reading.negated
    found = _finding(first, second, ratios, said, held=held)
    return found.model_copy(
        update={"covers": (*found.covers, *(q.text for q in reading.quantities if q.text in said.words))}
    )


def kind_of(reading: ClaimReading) -> str | None:
    """Which figure the claim compares."""
    if _PRICE.search(reading.text) and not ("training cost" in reading.metrics or _TRAINED.search(reading.text)):
        return "price"
    return next((kind for kind in KINDS if kind in reading.metrics), None)


def _said(reading: ClaimReading) -> Said | None:
    text = reading.text
    if share := _SHARE.search(text):
        part = float(share["percent"]) / 100
        return Said(1 + part if share["up"] else 1 - part, None, _bound(text[: share.start()]), share[0])
    if more := _MORE.search(text):
        size = _PARTS[more["part"].lower()]
        return Said(1 + 1 / size if more["up"] else 1 - 1 / size, None, _bound(text[: more.start()]), more[0])
    times = next((q for q in reading.quantities if q.unit == "ratio"), None)
    if times is not None:
        way = _TIMES.search(text, times.start)
        down = (bool(way["down"]) if way else reading.direction == "below") or (
            way is None and reading.direction is None
        )
        bound: Bound = times.bound
        if down:
            bound = "under" if bound in ("over", "at_least") else "over" if bound in ("under", "at_most") else bound
        return Said(1 / times.value if down and times.value else times.value, None, bound, times.text)
    if part_of := _PART_OF.search(text):
        word = part_of["part"].lower()
        size = _PARTS.get(word) or float(word.removesuffix("th"))
        return Said(1 / size, None, _bound(text[: part_of.start()]), part_of[0].strip()) if size else None
    plain = [q for q in reading.quantities if q.unit not in ("", "days", "months")]
    return Said(None, reading.direction, "exact", reading.direction) if reading.direction and not plain else None


def _bound(before: str) -> Bound:
    edge = re.sub(r"(?:less|more) than\s*(?:an? |one )?$|(?:under|over)\s*(?:an? |one )?$", "", before, flags=re.I)
    if _SLIGHTLY.search(edge):
        return "about"
    return "under" if _UNDER.search(before) else "over" if _OVER.search(before) else "about"


def _holds(said: Said, ratio: float) -> bool:
    if said.ratio is None:
        if said.direction == "equal":
            return abs(ratio - 1) <= EVEN
        return ratio > 1 if said.direction == "above" else ratio < 1
    if said.bound in ("under", "at_most"):
        return ratio <= said.ratio
    if said.bound in ("over", "at_least"):
        return ratio >= said.ratio
    return abs(ratio - said.ratio) <= CLOSE * said.ratio


Measured = tuple[Fact, dict[str, float]]
"""A fact and its figures by part: input and output prices, else one."""


def measured(view: View, reading: ClaimReading, kind: str, names: Sequence[str] = ()) -> dict[str, Measured]:
    """The newest fact on such a figure by subject, of the subjects with these names, or of all."""
    found: dict[str, Measured] = {}
    for fact in view.usable():
        if (names and fact.subject not in names) or is_board(fact):
            continue
        parts = _parts(fact, reading, kind)
        held = found.get(fact.subject)
        if parts and (held is None or _newness(fact) > _newness(held[0])):
            found[fact.subject] = (fact, parts)
    return found


def _parts(fact: Fact, reading: ClaimReading, kind: str) -> dict[str, float]:
    if kind == "price":
        return dict(fact.value) if fact.kind == "pricing" and isinstance(fact.value, dict) else {}
    active = bool(_ACTIVE.search(reading.text)) == bool(_ACTIVE.search(fact.metric))
    if not active or not metric_matches((kind,), fact, reading.text):
        return {}
    return {one.unit or kind: one.value for one in typed_figures(fact)[:1]}


def _newness(fact: Fact) -> tuple[bool, bool, str, str]:
    return fact.passage.known_from is not None, fact.date is not None, str(fact.date), fact.passage.id


def _figures(view: View, reading: ClaimReading, mention: Mention, kind: str) -> Measured | None:
    found = measured(view, reading, kind, mention.exact).values()
    return max(found, key=lambda one: _newness(one[0]), default=None)


def _finding(
    first: Measured,
    second: Measured,
    ratios: dict[str, float],
    said: Said,
    *,
    held: bool,
) -> Finding:
    one, other = first[0], second[0]
    steps = tuple(
        f"{part.replace('gpu_hours', 'GPU hours')}: {spoken_number(first[1][part])} / {spoken_number(second[1][part])} = {ratio:.3g}"
        for part, ratio in ratios.items()
    )
    means = f" ({said.ratio:.3g})" if said.ratio is not None else ""
    return Finding(
        check="ratio",
        label="supported" if held else "refuted",
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for fact in (one, other)),
        explanation=f"{one.subject} against {other.subject}, {one.unit}: {'; '.join(steps)}; the statement says {said.words}{means}.",
        derivation=Derivation(
            operation="divide two figures",
            operands=tuple(operand(fact, parts[part], fact.unit) for fact, parts in (first, second) for part in ratios),
            steps=steps,
            conclusion="the ratio holds" if held else "the ratio does not hold",
        ),
        certainty=0.85,
        covers=(said.words, "comparison"),
    )
