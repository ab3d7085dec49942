"""What loaders hand to the store: drafts of sources, passages and facts, and what came of adding them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from pipeline.models import DatePrecision, Day, Frozen, Rank, Source


class FactDraft(Frozen):
    """The typed fields of a fact, before it has a place in the store."""

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
    valid_until: Day | None = None
    doubtful: bool = False


class PassageDraft(Frozen):
    """A piece of a source; fields left empty are the source's own."""

    text: str = Field(min_length=1)
    context: str = ""
    location: str = ""
    external_id: str = ""
    known_from: date | None = None
    date_precision: DatePrecision = "day"
    origin: str = ""
    rank: Rank | None = None
    published: date | None = None
    fact: FactDraft | None = None


class SourceDraft(Frozen):
    """One document as it was read: what it says of itself, its archived text and its passages."""

    key: str
    """What stays the same when the document changes: its address, or its path."""
    container: str = ""
    """The file or folder it came in, when that holds many sources."""
    title: str
    publisher: str = ""
    author: str = ""
    url: str = ""
    published: date | None = None
    licence: str = ""
    rank: Rank = "secondary"
    sha256: str
    kind: str
    text: str
    passages: tuple[PassageDraft, ...]


class Failure(Frozen):
    """One source that could not be loaded, and why."""

    location: str
    reason: str


class AddResult(Frozen):
    """What came of adding: sources that are new, changed, the same, or could not be loaded."""

    added: tuple[Source, ...] = ()
    changed: tuple[Source, ...] = ()
    unchanged: int = 0
    withdrawn: tuple[Source, ...] = ()
    """Sources that the same file held before and no longer does; kept for the as_of view."""
    failed: tuple[Failure, ...] = ()
    passages: int = 0
    facts: int = 0
    seconds: float = 0.0


class StoreStats(Frozen):
    """The store in numbers."""

    sources: int
    versions: int
    passages: int
    facts: int
    subjects: int
    earliest: date | None
    latest: date | None
    undated: int
    """Current passages without a day from which they could be known."""
    superseded: int
    stale: int
    """Sources with an address that were fetched more than 30 days ago."""
    pending: int
    """Passages that the vector index does not hold yet; they are found all the same."""
    kinds: dict[str, int]
    ranks: dict[str, int]
    embedding: str
    generation: str
    bytes_on_disk: int
