"""How long one thing came out after another: "four months after o1-preview", "on the same day", "within two weeks of R1"."""

from __future__ import annotations

import re
from datetime import date

from pipeline.judging.mentions import Mention
from pipeline.judging.quantities import Bound, Quantity
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite, operand, spoken_day
from pipeline.models import Derivation, Fact

DAYS = 30.4375
_APART = re.compile(r"\b(?P<way>after|before|later than|earlier than|ahead of|of|from|since|between)\b", re.I)
_OUT = re.compile(
    r"\b(?:c[ao]me|coming|went|go(?:es)?|was|were|is|got) out\b|\breleas\w+|\blaunch\w*|\bdebut\w*|\bannounc\w+|\bland(?:ed|s)\b|\bshow(?:ed|s) up\b"
    r"|\barriv\w+|\bfollow(?:ed|s)\b|\banswer(?:ed|s)\b|\bunveil\w*|\bship(?:ped|s)\b|\bdropp?(?:ed|s)?\b|\bpublish\w*",
    re.I,
)
_ORDER = re.compile(
    r"\b(before|after|earlier than|later than|ahead of|prior to|already (?:out|there|released|available) (?:when|by the time))\b"
    r"[^,;]{0,20}$",
    re.I,
)
_SAME = re.compile(r"\bthe (?:very )?same (?P<unit>day|week|month)\b", re.I)
_A_UNIT = re.compile(
    r"(?:\b(?P<bound>less than|under|within|more than|over) )?\b(?P<one>(?:an?|the) (?:full |whole )?(?P<unit>day|week|month|year)) "
    r"(?=after|before|later|earlier|of\b)",
    re.I,
)
_SLIGHTLY = re.compile(r"\b(?:a (?:little|bit|shade|touch)|slightly|just|barely)\s*(?:bit )?$", re.I)
_LEEWAY = 0.12
"""Share of an interval by which one said plainly may be off, at least half a unit."""


def check_interval(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the first named thing came out as long after (or before) the second as the claim says; None when a day of
    release is not known for both."""
    same = _SAME.search(reading.text)
    quantity = next((one for one in reading.quantities if one.unit in ("months", "days")), None) or _one_unit(
        reading.text
    )
    if len(reading.subjects) < 2 or not _OUT.search(reading.text):
        return None
    order = _ORDER.search(reading.text[reading.subjects[0].end : reading.subjects[1].start])
    if same is None and quantity is None and order is None:
        return None
    first, second = (_release(view, mention) for mention in reading.subjects[:2])
    if first is None or second is None or first.date is None or second.date is None:
        return None
    days = (first.date - second.date).days
    if same is None and quantity is None and order is not None:
        held = days < 0 if order[1].lower().startswith(("before", "earlier", "ahead", "prior", "already")) else days > 0
    elif same is not None:
        held = _together(first.date, second.date, same["unit"].lower())
    else:
        assert quantity is not None
        way = next(
            (m["way"].lower() for m in _APART.finditer(reading.text, quantity.end) if m.start() - quantity.end < 12), ""
        )
        if not way or way in ("since", "from"):
            return None
        held = _holds(reading.text, quantity, -days if way in ("before", "earlier than", "ahead of") else days, way)
    held = held != reading.negated
    step = f"{spoken_day(second.date)} to {spoken_day(first.date)}: {days} days, {days / DAYS:.1f} months"
    return Finding(
        check="interval",
        label="supported" if held else "refuted",
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for fact in (first, second)),
        explanation=f"{second.subject} to {first.subject}: {step}.",
        derivation=Derivation(
            operation="count the days between",
            operands=tuple(operand(f, f.date.isoformat() if f.date else "", "date") for f in (second, first)),
            steps=(step,),
            conclusion="the interval fits" if held else "the interval does not fit",
        ),
        certainty=0.85,
        covers=("interval", *((quantity.text,) if quantity else ())),
    )


def _one_unit(text: str) -> Quantity | None:
    """ "A year after", "less than a month before": one of a unit, without a number."""
    match = _A_UNIT.search(text)
    if match is None:
        return None
    unit = match["unit"].lower()
    bound: Bound = {"less": "under", "under": "under", "within": "under", "more": "over", "over": "over"}.get(  # type: ignore[assignment]
        (match["bound"] or "").lower().split(" ")[0], "about"
    )
    days = {"day": 1.0, "week": 7.0}.get(unit)
    return Quantity(
        value=days or {"month": 1.0, "year": 12.0}[unit], unit="days" if days else "months", bound=bound, text=match["one"],
        start=match.start("one"), end=match.end("one"),
    )  # fmt: skip


def _release(view: View, mention: Mention) -> Fact | None:
    """The first dated release on record of a subject."""
    found = [
        f for f in view.usable() if f.kind == "release" and f.unit == "date" and f.date and f.subject in mention.exact
    ]
    return min(found, key=lambda fact: (fact.date or date.max, fact.passage.id), default=None)


def _together(one: date, other: date, unit: str) -> bool:
    if unit == "day":
        return one == other
    if unit == "week":
        return one.isocalendar()[:2] == other.isocalendar()[:2]
    return (one.year, one.month) == (other.year, other.month)


def _holds(text: str, said: Quantity, days: int, way: str) -> bool:
    """Whether so many days are what was said; for "within" both directions count."""
    size = DAYS if said.unit == "months" else 1.0
    wanted, unit = said.value * size, DAYS if said.unit == "months" else (7.0 if "week" in said.text else 1.0)
    slack = max(unit / 2, _LEEWAY * wanted)
    before = text[: said.start].rstrip()
    within = re.search(r"\bwithin\s*(?:the )?$", before, re.I)
    if within or way == "of":
        return abs(days) <= wanted
    edge = re.sub(r"\b(?:over|more than|under|less than)$", "", before, flags=re.I).rstrip()
    if said.bound in ("over", "at_least"):
        return wanted - 1 <= days <= (wanted + unit if _SLIGHTLY.search(edge) else float("inf"))
    if said.bound in ("under", "at_most"):
        return 0 <= days <= wanted + 1 and (not _SLIGHTLY.search(edge) or days >= wanted - unit)
    return abs(days - wanted) <= slack
