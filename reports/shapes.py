"""The shapes that a claim's page is drawn from: plain frozen values, ready for a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.charts import Chart
from reports.spoken import Spoken
from reports.words import Kind

Group = Literal["decided", "against", "later"]
"""What a citation did: decided the verdict, speaks against it, or did not count as of the statement."""


@dataclass(frozen=True)
class Cited:
    """One quotation, its paragraph and where it stands."""

    number: int
    group: Group
    stance: str
    stance_words: str
    before: str
    quote: str
    after: str
    archived: str
    """The whole stored passage, where only a part of it is shown."""
    title: str
    publisher: str
    url: str
    site: str
    known: str
    page_date: str
    rank: str
    rank_meaning: str
    location: str
    origin: str
    passage_id: str
    later: bool


@dataclass(frozen=True)
class Bit:
    """A run of rationale; a reference to a citation when `number` is set."""

    text: str
    number: int | None = None


@dataclass(frozen=True)
class Term:
    """One number that went into the arithmetic."""

    label: str
    value: str
    when: str
    number: int | None


@dataclass(frozen=True)
class Sum:
    """Arithmetic that a reader can redo."""

    terms: tuple[Term, ...]
    steps: tuple[str, ...]
    conclusion: str
    chart: Chart | None
    about: str = ""
    """What all the numbers are values of, when their labels share it."""


@dataclass(frozen=True)
class ReadingView:
    """One way to understand the claim and what follows."""

    name: str
    kind: Kind
    label: str
    explanation: str
    sum: Sum | None


@dataclass(frozen=True)
class VerdictView:
    """A verdict in words."""

    kind: Kind
    label: str
    confidence: str
    confidence_words: str
    level: str
    """low, fair or high: what the confidence filter uses."""
    as_of: str
    rationale: tuple[Bit, ...]
    how: str
    missing: str
    sum: Sum | None
    readings: tuple[ReadingView, ...]
    months: Chart | None = None
    """Months behind under each reading, where the readings are about that."""


@dataclass(frozen=True)
class DoubtView:
    """A reason to trust this less."""

    kind: str
    text: str
    heard: str
    could_be: str


@dataclass(frozen=True)
class CorrectionView:
    """One person's word against the verdict."""

    who: str
    when: str
    why: str
    label: str


@dataclass(frozen=True)
class EarlierView:
    """What the same claim was found to be in another episode."""

    kind: Kind
    label: str
    when: str
    who: str
    title: str
    claim: str
    link: str


@dataclass(frozen=True)
class Card:
    """Everything shown of one claim."""

    id: str
    position: int
    kind: Kind
    label: str
    claim: str
    spoken: Spoken
    speaker: str
    speaker_sure: bool
    attributed_to: str
    start: float | None
    end: float | None
    when: str
    also: tuple[tuple[float, str], ...]
    reasons: tuple[str, ...]
    context: tuple[str, ...]
    why_not: str
    then: VerdictView | None
    today: VerdictView | None
    """Set only when today's verdict differs from the one as of the statement."""
    changed: bool
    same_today: bool
    cited: tuple[Cited, ...]
    doubts: tuple[DoubtView, ...]
    weight: float
    corrections: tuple[CorrectionView, ...] = ()
    earlier: tuple[EarlierView, ...] = ()
    topics: tuple[str, ...] = ()
    by_model: str = ""
    """What of this card is a language model's, in words; empty when nothing is."""

    def group(self, name: Group) -> list[Cited]:
        """The citations of one group, in order of number."""
        return [cited for cited in self.cited if cited.group == name]

    @property
    def decided_title(self) -> str:
        """What to call the citations of the verdict as of the statement."""
        return "The nearest that was found" if self.kind == "not_enough_evidence" else "What decides it"

    @property
    def later_title(self) -> str:
        """What to call the evidence that did not count as of the statement."""
        later = all(cited.later for cited in self.group("later"))
        return "What came later" if later else "Later, undated or beside the point"
