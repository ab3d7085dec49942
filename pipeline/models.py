"""Every type that passes between the stages: frozen pydantic models, written to JSON as they are.

Times are seconds from the start of the audio. Dates are ISO days. Words are as in the README: a *statement* is what was
said, a *claim* is the standalone sentence checked, a *stance* is one passage's, a *verdict* is all the evidence's.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.migrations import SCHEMA_VERSION, upgraded

Label = Literal["supported", "refuted", "conflicting", "not_enough_evidence"]
Stance = Literal["supports", "refutes", "neutral"]
Rank = Literal["independent", "self_reported", "secondary"]
NotCheckable = Literal["opinion", "prediction", "anecdote", "question", "joke", "advertisement", "small_talk"]
DoubtKind = Literal["word", "name", "number", "speaker", "referent", "undated", "date", "reading"]
PublishedBasis = Literal["given", "file", "feed", "transcript", "today"]
DecidedBy = Literal["arithmetic", "stance", "nothing"]
MadeBy = Literal["rules", "language model"]
Operation = Literal["figure", "comparison", "rank", "none"]
Relation = Literal["above", "below", "equal", "none"]
DatePrecision = Literal["day", "month", "year"]

Day = date
"""A calendar day; an alias because two types have a field called `date`."""

LABELS: tuple[Label, ...] = ("supported", "refuted", "conflicting", "not_enough_evidence")


class Frozen(BaseModel):
    """A value that never changes after it was made and rejects fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Versioned(Frozen):
    """What a file of its own holds: read from every earlier layout, written in today's.

    Raises:
        SchemaError: a later claimcast wrote it.
    """

    schema_version: int = Field(default=SCHEMA_VERSION, ge=1, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _todays(cls, fields: Any) -> Any:
        return upgraded(cls.__name__, fields) if isinstance(fields, dict) else fields


# --- what is listened to -------------------------------------------------------------------------------------------


class Person(Frozen):
    """Somebody named by the feed, the file or the transcript."""

    name: str
    role: str = ""
    link: str = ""


class Chapter(Frozen):
    """A named stretch of an episode; `start` in seconds."""

    start: float
    title: str
    link: str = ""


class Offered(Frozen):
    """A file that the publisher offers with an episode: its address without secrets, and its media type."""

    url: str
    type: str = ""


class Episode(Versioned):
    """One recording or its transcript: what it is, when it was published, where it lies."""

    id: str
    title: str
    show: str = ""
    published: date
    published_basis: PublishedBasis = "given"
    source: str
    """The path or address that was given, without secrets."""
    kind: Literal["audio", "transcript"] = "audio"
    content_sha256: str
    """Hash of the audio, or of the transcript when there is no audio."""
    duration: float | None = None
    people: tuple[Person, ...] = ()
    language: str | None = None
    link: str = ""
    guid: str = ""
    show_guid: str = ""
    season: str = ""
    number: str = ""
    """The episode's number in its season, as the feed writes it."""
    description: str = ""
    chapters: tuple[Chapter, ...] = ()
    transcripts: tuple[Offered, ...] = ()
    alternates: tuple[Offered, ...] = ()
    """Other versions of the audio."""
    synthetic: bool = False
    """True when the file says of itself that its voices are made by a machine."""
    warnings: tuple[str, ...] = ()


class Word(Frozen):
    """One word with its times and the recogniser's probability (None where the transcript came from elsewhere)."""

    text: str
    start: float
    end: float
    probability: float | None = None


class Segment(Frozen):
    """A stretch of transcript by one speaker; `start` and `end` are None in a transcript without times."""

    id: int
    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    speaker_sure: bool = True
    words: tuple[Word, ...] = ()
    doubt: str = ""
    """Why this stretch may be heard wrongly ("repetition loop", "speech without words"); empty when all is well."""


class Turn(Frozen):
    """One speaker's uninterrupted stretch: consecutive segments of the same speaker."""

    speaker: str | None
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        return " ".join(segment.text.strip() for segment in self.segments)


class Transcript(Versioned):
    """What was said: segments in order."""

    segments: tuple[Segment, ...]
    language: str | None = None
    origin: Literal["recogniser", "file", "publisher"] = "file"
    model: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        turns: list[list[Segment]] = []
        for segment in self.segments:
            if turns and turns[-1][-1].speaker == segment.speaker:
                turns[-1].append(segment)
            else:
                turns.append([segment])
        return tuple(Turn(speaker=group[0].speaker, segments=tuple(group)) for group in turns)

    @property
    def text(self) -> str:
        return " ".join(segment.text.strip() for segment in self.segments)


# --- what is claimed -----------------------------------------------------------------------------------------------


class Doubt(Frozen):
    """A reason to trust a claim or a verdict less; `text` is shown to the reader."""

    kind: DoubtKind
    text: str
    heard: str = ""
    could_be: str = ""
    at: float | None = None
    """When the doubted word was said, in seconds; None where the doubt is not about one word as heard."""
    weight: float = 0.1
    """How much it lowers confidence: confidence × (1 − weight)."""


class Claim(Frozen):
    """A statement as spoken, and the standalone claim that is checked."""

    id: str
    statement: str
    """The words as heard, never changed."""
    claim: str
    speaker: str | None = None
    speaker_sure: bool = True
    start: float | None = None
    end: float | None = None
    sentence_ids: tuple[int, ...] = ()
    segment_ids: tuple[int, ...] = ()
    score: float = 1.0
    """Check-worthiness, 0 to 1."""
    checkable: bool = True
    not_checkable: NotCheckable | None = None
    reasons: tuple[str, ...] = ()
    """Why it is worth checking, in plain words."""
    context: tuple[str, ...] = ()
    """Earlier sentences that a pronoun or topic was resolved from."""
    attributed_to: str = ""
    """Whose word it is, when the speaker reports somebody else's."""
    also_at: tuple[float, ...] = ()
    """Start times of the other occasions in the episode, when it was said again."""
    as_of: date
    doubts: tuple[Doubt, ...] = ()
    worded_by: MadeBy = "rules"


# --- what is known -------------------------------------------------------------------------------------------------


class Source(Frozen):
    """A document in the evidence store, one version of it."""

    id: str
    title: str
    publisher: str = ""
    author: str = ""
    url: str = ""
    published: date | None = None
    retrieved: date | None = None
    licence: str = ""
    rank: Rank = "secondary"
    sha256: str
    version: int = 1
    kind: str = ""
    """How it was read: facts, markdown, html, pdf, table, text, jsonl."""


class Passage(Frozen):
    """A retrievable piece of a source."""

    id: str
    source_id: str
    external_id: str = ""
    text: str
    context: str = ""
    """Title and heading path; embedded with the text, not quoted."""
    known_from: date | None = None
    """The first day on which this could be known: what the as_of filter compares. None: undated."""
    date_precision: DatePrecision = "day"
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: date | None = None
    """When the cited page was published; may be later than `known_from` (a page on an earlier event)."""
    rank: Rank = "secondary"
    location: str = ""
    """Where in the source: a heading path, a page, a table cell."""
    origin: str = ""
    """Whose word it is at bottom; passages of one origin count once."""


class Fact(Frozen):
    """A passage with typed fields: one value of one metric of one subject on one day."""

    passage: Passage
    kind: str
    subject: str
    metric: str
    value: float | str | dict[str, float] | None = None
    unit: str = ""
    setting: str = ""
    date: Day | None = None
    developer: str = ""
    country: str = ""
    open_weights: bool | None = None
    self_reported: bool | None = None
    reported_by: str = ""
    model_release_date: Day | None = None
    note: str = ""
    valid_from: Day | None = None
    """For prices and rules with a start: the first day on which the value holds."""
    valid_until: Day | None = None
    doubtful: bool = False
    """True when the number is probably wrong at its source (below the guessing rate): shown, never compared."""

    @property
    def number(self) -> float | None:
        """The value as a number, or None when it is a word, a date or a set of numbers."""
        return float(self.value) if isinstance(self.value, int | float) else None


class Hit(Frozen):
    """One search result; higher scores are better, and comparable only within one search."""

    passage: Passage
    score: float
    fact: Fact | None = None


# --- what is decided -----------------------------------------------------------------------------------------------


class StanceScores(Frozen):
    """Probabilities that a passage supports, refutes or is neutral towards a claim; they sum to 1."""

    supports: float
    refutes: float
    neutral: float

    @property
    def label(self) -> Stance:
        best = max(self.supports, self.refutes, self.neutral)
        return "neutral" if self.neutral == best else "supports" if self.supports == best else "refutes"


class Citation(Frozen):
    """A passage quoted for or against a claim. `quote` is a substring of `passage.text`; a gate checks it."""

    passage: Passage
    quote: str
    stance: Stance
    strength: float = 1.0
    later: bool = False
    """True when it could be known only after the statement was made."""


class Operand(Frozen):
    """One cited number in a derivation."""

    label: str
    value: float | str
    unit: str = ""
    date: Day | None = None
    passage_id: str


class Derivation(Frozen):
    """Arithmetic a reader can redo: operands with their sources, steps in order, and what follows."""

    operation: str
    operands: tuple[Operand, ...]
    steps: tuple[str, ...]
    conclusion: str


class Reading(Frozen):
    """One way to understand an ambiguous claim, with what follows under it."""

    name: str
    label: Label
    explanation: str
    derivation: Derivation | None = None


class Verdict(Frozen):
    """What the evidence known by `as_of` says of a claim (`as_of` None: all that is known today)."""

    label: Label
    confidence: float = Field(ge=0.0, le=1.0)
    as_of: date | None
    citations: tuple[Citation, ...] = ()
    """What decided it; never empty unless the label is not_enough_evidence."""
    against: tuple[Citation, ...] = ()
    rationale: str
    rationale_by: MadeBy = "rules"
    missing: str = ""
    """What evidence would have settled it."""
    decided_by: DecidedBy = "nothing"
    planned_by: MadeBy = "rules"
    """Who said what was to be compared; what came out of it was computed either way."""
    derivation: Derivation | None = None
    readings: tuple[Reading, ...] = ()


class EarlierVerdict(Frozen):
    """The verdict that the same claim got in another episode."""

    episode_id: str
    title: str
    claim_id: str
    claim: str
    speaker: str | None = None
    as_of: date
    label: Label
    confidence: float
    report: str = ""
    """Where that episode's report lies, from this one's folder; empty where it can't be reached."""


class CheckedClaim(Frozen):
    """A claim with both verdicts; both are None when the claim is not checkable."""

    claim: Claim
    verdict: Verdict | None = None
    verdict_today: Verdict | None = None
    later: tuple[Citation, ...] = ()
    """Evidence that came after the statement, listed apart."""
    doubts: tuple[Doubt, ...] = ()
    """The claim's doubts and those that judging added."""
    earlier: tuple[EarlierVerdict, ...] = ()
    """What the same claim was found to be in other episodes, in order of the day it was said."""


class ModelUse(Frozen):
    """One model that took part."""

    job: str
    name: str
    sha256: str = ""
    licence: str = ""
    device: str = ""


class LlmStep(Frozen):
    """How a language model did in one step; what it did not do, the rules did."""

    asked: int = 0
    used: int = 0
    refused: int = 0
    """Answers that did not pass the gates."""
    failed: int = 0
    """Questions without a usable answer."""


class LlmUse(Frozen):
    """What a language model took part in, what that cost, and what it was sent."""

    model: str
    where: str
    """The host that was sent the questions, or "this machine"."""
    leaves_machine: bool
    sha256: str = ""
    licence: str = ""
    steps: dict[str, LlmStep] = {}
    sent: tuple[str, ...] = ()
    """What the questions held, in words."""
    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    """US dollars; None: no price was known."""
    failures: dict[str, int] = {}
    """Why questions went unanswered → how often."""
    stopped: str = ""
    """Why it was not asked further; empty when it was."""


class Provenance(Frozen):
    """All that is needed to make the report again."""

    claimcast_version: str
    made_at: datetime
    models: tuple[ModelUse, ...] = ()
    prompts: dict[str, str] = {}
    llm: LlmUse | None = None
    """None: no language model took part."""
    settings: dict[str, str] = {}
    store_generation: str = ""
    packages: dict[str, str] = {}
    seconds: dict[str, float] = {}
    counts: dict[str, int] = {}
    warnings: tuple[str, ...] = ()


class Report(Versioned):
    """Everything a page needs: written as report.json, rendered as report.html."""

    episode: Episode
    transcript: Transcript
    claims: tuple[CheckedClaim, ...]
    provenance: Provenance

    @property
    def counts(self) -> dict[str, int]:
        """How many claims got each verdict as of the statement, and how many were not checkable."""
        counts: dict[str, int] = dict.fromkeys(LABELS, 0)
        for checked in self.claims:
            if checked.verdict is not None:
                counts[checked.verdict.label] += 1
        counts["not_checkable"] = sum(1 for checked in self.claims if checked.verdict is None)
        return counts


def stable_id(*parts: object, length: int = 12) -> str:
    """A short hexadecimal id that is the same for the same parts on every machine."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:length]
