"""What is known on a day: the facts and passages that may decide a claim, and how near each is to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from pipeline.judging.mentions import SubjectIndex
from pipeline.judging.quantities import Quantity, find_quantities
from pipeline.judging.terms import Rarity, content_words
from pipeline.models import Citation, Derivation, Fact, Frozen, Hit, Label, Operand, Passage, Reading, Stance

_HEARSAY = re.compile(
    r"\b(?:episode|podcast|interview|on air|tweet|post)\b[^.]{0,80}\b(?:said|says|claimed|claims)\b", re.I
)


class Finding(Frozen):
    """What one check says of a claim, with its evidence and its arithmetic."""

    check: str
    label: Label
    citations: tuple[Citation, ...] = ()
    against: tuple[Citation, ...] = ()
    explanation: str
    derivation: Derivation | None = None
    readings: tuple[Reading, ...] = ()
    certainty: float = 0.8
    """How sure this kind of check is, 0 to 1, before calibration."""
    covers: tuple[str, ...] = ()
    """The parts of the claim that were checked, in words."""
    missing: str = ""


class Knowledge:
    """The facts of a store, with the names and word weights that reading claims needs; made once per store state."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = tuple(facts)
        self.index = SubjectIndex(facts)
        self.words = {fact.passage.id: fact_words(fact) for fact in facts}
        self.rarity = Rarity(_described(fact) for fact in facts)
        self.makers = _makers(self.facts)
        self.testers = _testers(self.facts, self.makers)

    def view(self, as_of: date | None, hits: Sequence[Hit] = ()) -> View:
        """What was known on a day (None: all that is known)."""
        facts = tuple(
            fact
            for fact in self.facts
            if as_of is None or (fact.passage.known_from is not None and fact.passage.known_from <= as_of)
        )
        return View(self, facts, as_of, hits)


class View:
    """The facts known on a day and the passages that a search found among what was known then."""

    def __init__(self, knowledge: Knowledge, facts: tuple[Fact, ...], as_of: date | None, hits: Sequence[Hit]) -> None:
        self.facts = facts
        self.as_of = as_of
        self.hits = tuple(hits)
        self.knowledge = knowledge

    def usable(self) -> Iterable[Fact]:
        """The facts that may decide: neither doubtful at their source nor mere report of the claim being made."""
        return (fact for fact in self.facts if not fact.doubtful and not is_hearsay(fact))

    def nearness(self, words: Sequence[str], fact: Fact) -> float:
        """The share, by rarity, of a claim's words that a fact holds."""
        return self.knowledge.rarity.coverage(words, self.knowledge.words[fact.passage.id])


def is_hearsay(fact: Fact) -> bool:
    """Whether a fact only says that somebody said so: an opinion, or a figure "claimed" in talk."""
    return "claimed" in fact.metric or fact.unit == "opinion" or bool(_HEARSAY.search(fact.passage.text))


def fact_words(fact: Fact) -> frozenset[str]:
    """The content words of a fact's text, subject, metric, developer and country."""
    country = {"CN": "china", "US": "us"}.get(fact.country, "")
    return frozenset((*content_words(_described(fact)), *content_words(f"{fact.developer} {country}")))


def _makers(facts: Iterable[Fact]) -> tuple[str, ...]:
    """The makers that facts name, longest first, each also by its first word: "Moonshot AI" and "Moonshot"."""
    names = {name for fact in facts if (name := fact.developer.strip()) and name[0].isupper() and "," not in name}
    return tuple(sorted(names | {name.split()[0] for name in names}, key=lambda name: (-len(name), name)))


def _testers(facts: Iterable[Fact], makers: Iterable[str]) -> tuple[str, ...]:
    """Publishers of scores who make no model themselves ("Epoch AI"): whoever names one means that one's runs."""
    own = {name.split()[0].casefold() for name in makers}
    names = {
        fact.passage.publisher.split("/")[0].split(" via ")[0].strip()
        for fact in facts
        if fact.kind in ("benchmark", "leaderboard")
    }
    boards = " ".join({fact.metric.casefold() for fact in facts})
    return tuple(sorted(n for n in names if n and n.split()[0].casefold() not in own and n.casefold() not in boards))


def _described(fact: Fact) -> str:
    return f"{fact.subject} {fact.metric} {fact.passage.text}"


@lru_cache(maxsize=8192)
def figures_in(text: str) -> tuple[Quantity, ...]:
    """The quantities in a passage's text."""
    return tuple(find_quantities(text))


def typed_figures(fact: Fact) -> tuple[Quantity, ...]:
    """A fact's own value as quantities: one, or several for a price of input and output."""
    number = {} if fact.number is None else {fact.metric: fact.number}
    values = fact.value if isinstance(fact.value, dict) else number
    unit = fact.unit
    if fact.metric.endswith("parameters") and unit == "billion":
        unit = "billion parameters"
    found: list[Quantity] = []
    for noun, value in values.items():
        text = f"${value:.10g}" if unit.startswith("USD per") else f"{value:.10g} {unit}"
        found += [quantity.model_copy(update={"noun": noun}) for quantity in find_quantities(text, normalise=False)[:1]]
    return tuple(found)


def cite(passage: Passage, stance: Stance, *, strength: float = 1.0, quote: str = "") -> Citation:
    """A citation of a passage; without a quote, of its whole text when it is short, else of its first sentence."""
    if not quote:
        quote = (
            passage.text if len(passage.text) <= 400 else re.split(r"(?<=[.!?])\s", passage.text, maxsplit=1)[0][:400]
        )
    return Citation(passage=passage, quote=quote, stance=stance, strength=strength)


def operand(fact: Fact, value: float | str, unit: str) -> Operand:
    """A fact's value as a cited number of a derivation."""
    setting = f", {fact.setting}" if fact.setting else ""
    return Operand(
        label=f"{fact.subject}, {fact.metric}{setting}",
        value=value,
        unit=unit,
        date=fact.date,
        passage_id=fact.passage.id,
    )


def spoken_day(day: date | None) -> str:
    """A day as people write it: "28 July 2025"; "undated" for None."""
    return f"{day.day} {day:%B %Y}" if day else "undated"


def spoken_number(value: float, unit: str = "") -> str:
    """A number as people write it, with its unit: "5.576 million USD", "97.3 percent", "48 points"."""
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            text = f"{value / size:.6g} {name}"
            break
    else:
        text = f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.0f}"
    if unit == "USD":
        return f"${text}"
    return f"{text} {unit.replace('gpu_hours', 'GPU hours')}".strip()


Side = Literal["supports", "refutes"]
