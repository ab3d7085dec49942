"""Drafts of sources go into the catalogue: new ones, new versions of known ones, and what a file no longer holds.

One source is one transaction, with its lexical index; vectors are marked pending in it and put into Chroma afterwards, so
a process killed at any moment leaves whole sources and a list of what is still to be done.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256

from pipeline.evidence import rows
from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.dates import to_number
from pipeline.evidence.embed import Embedder
from pipeline.evidence.lexical import add_words, count_terms, remove_words
from pipeline.evidence.records import PassageDraft, SourceDraft
from pipeline.models import Frozen, Source, stable_id

EMBED_AT_ONCE = 512
"""Texts embedded between two commits: what a killed ingest has to do again at most."""
OWN_WORDS = {"title", "publisher", "author", "url", "published", "licence", "rank", "sha256", "kind"}
Progress = Callable[[int, int], None]


def embedded_text(context: str, text: str) -> str:
    """What is embedded of a passage: its context (title, heading path, date) and its text."""
    return f"{context}\n{text}" if context else text


def vector_key(text: str) -> bytes:
    """The key under which a text's vector is kept."""
    return sha256(text.encode()).digest()[:16]


class Written(Frozen):
    """A source as it was stored, with how many passages and facts are new."""

    source: Source
    passages: int
    facts: int


def embed_missing(
    catalogue: Catalogue, texts: Iterable[str], embedder: Callable[[], Embedder], on_progress: Progress | None
) -> None:
    """Leave a vector in the catalogue for every text, embedding only those that have none."""
    import numpy as np

    wanted = {vector_key(text): text for text in texts}
    keys = list(wanted)
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        marks = ",".join("?" * len(some))
        for row in catalogue.query(f"SELECT key FROM vectors WHERE key IN ({marks})", some):
            del wanted[row["key"]]
    missing = list(wanted.items())
    for start in range(0, len(missing), EMBED_AT_ONCE):
        some_texts = missing[start : start + EMBED_AT_ONCE]
        vectors: np.ndarray = embedder().embed([text for _, text in some_texts]).astype(np.float16)
        with catalogue.transaction():
            catalogue.execute_many(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
                ((key, vector.tobytes()) for (key, _), vector in zip(some_texts, vectors, strict=True)),
            )
        if on_progress:
            on_progress(min(start + EMBED_AT_ONCE, len(missing)), len(missing))


def newest(catalogue: Catalogue, draft: SourceDraft) -> Source | None:
    """The current version of the source that a draft is of."""
    row = catalogue.one(rows.SOURCE + "WHERE id = ? AND current = 1", (source_id(draft),))
    return rows.to_source(row) if row else None


def source_id(draft: SourceDraft) -> str:
    """The id of a source: the same for the same address (or path) on every machine."""
    return stable_id("source", draft.key)


def same(catalogue: Catalogue, draft: SourceDraft, before: Source | None) -> bool:
    """Whether the stored version says all that the draft says: the same bytes, and the same of itself."""
    names = ("sha256", "title", "publisher", "author", "published", "rank", "licence", "kind")
    return before is not None and all(getattr(draft, name) == getattr(before, name) for name in names)


def vanished(catalogue: Catalogue, container: str, drafts: Sequence[SourceDraft]) -> list[Source]:
    """Current sources of a file that is among the drafts no longer."""
    held = {source_id(draft) for draft in drafts}
    found = catalogue.query(rows.SOURCE + "WHERE container = ? AND current = 1", (container,))
    return [rows.to_source(row) for row in found if row["id"] not in held]


def write_source(catalogue: Catalogue, draft: SourceDraft, before: Source | None, today: date) -> Written:
    """The source as stored; a later version supersedes what the draft no longer says."""
    last = catalogue.one("SELECT max(version) AS version FROM sources WHERE id = ?", (source_id(draft),))
    version = int(last["version"] or 0) + 1 if last else 1
    source = Source(
        id=source_id(draft),
        version=version,
        retrieved=today,
        **draft.model_dump(include=OWN_WORDS),
    )
    with catalogue.transaction():
        if before:
            catalogue.execute("UPDATE sources SET current = 0 WHERE id = ?", (source.id,))
        _insert_source(catalogue, draft, source)
        fresh = _write_passages(catalogue, draft, source, before, today)
        catalogue.touched()
    return Written(source=source, passages=len(fresh), facts=sum(1 for passage in fresh if passage.fact))


def withdraw(catalogue: Catalogue, source: Source, today: date) -> None:
    """Keep a source for the as_of view only: what it said is superseded from today."""
    with catalogue.transaction():
        catalogue.execute("UPDATE sources SET current = 0 WHERE id = ?", (source.id,))
        _supersede(catalogue, "source_id = ?", (source.id,), today)
        catalogue.touched()


def remove(catalogue: Catalogue, identifier: str) -> list[int]:
    """Forget a source in all its versions; the rows that the vector index has to forget."""
    gone = catalogue.query("SELECT row, text, context FROM passages WHERE source_id = ?", (identifier,))
    with catalogue.transaction():
        for row in gone:
            remove_words(catalogue, row["row"], row["context"], row["text"])
        count_terms(catalogue, [(row["context"], row["text"]) for row in gone], sign=-1)
        for table in ("facts", "pending"):
            catalogue.execute(
                f"DELETE FROM {table} WHERE row IN (SELECT row FROM passages WHERE source_id = ?)",
                (identifier,),
            )
        catalogue.execute("DELETE FROM passages WHERE source_id = ?", (identifier,))
        catalogue.execute("DELETE FROM sources WHERE id = ?", (identifier,))
        catalogue.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")
        catalogue.touched()
    return [row["row"] for row in gone]


# --- inside --------------------------------------------------------------------------------------------------------


def _insert_source(catalogue: Catalogue, draft: SourceDraft, source: Source) -> None:
    catalogue.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
        (
            source.id,
            source.version,
            draft.key,
            draft.container,
            source.title,
            source.publisher,
            source.author,
            source.url,
            to_number(source.published),
            to_number(source.retrieved),
            source.licence,
            source.rank,
            source.sha256,
            source.kind,
            zlib.compress(draft.text.encode()),
        ),
    )


def _write_passages(
    catalogue: Catalogue, draft: SourceDraft, source: Source, before: Source | None, today: date
) -> list[PassageDraft]:
    current = catalogue.query(
        "SELECT row, id, external_id, known_from FROM passages WHERE source_id = ? AND superseded_from IS NULL",
        (source.id,),
    )
    old = {row["id"]: row for row in current}
    new = {passage_id(source.id, passage): passage for passage in draft.passages}
    first_seen = _first_seen(source, before, today)
    by_external = {p.external_id: p for identifier, p in new.items() if p.external_id and identifier not in old}
    for identifier, row in old.items():
        if identifier not in new:
            replacement = by_external.get(row["external_id"]) if row["external_id"] else None
            day = (replacement.known_from if replacement else None) or first_seen or today
            _supersede(catalogue, "row = ?", (row["row"],), day)
    fresh = [(identifier, passage) for identifier, passage in new.items() if identifier not in old]
    for identifier, passage in fresh:
        _insert_passage(catalogue, identifier, passage, source, first_seen if before else None)
    count_terms(catalogue, [(passage.context, passage.text) for _, passage in fresh])
    if old:
        kept = [row["row"] for identifier, row in old.items() if identifier in new]
        catalogue.execute_many("UPDATE passages SET version = ? WHERE row = ?", ((source.version, row) for row in kept))
    return [passage for _, passage in fresh]


def passage_id(identifier: str, passage: PassageDraft) -> str:
    """The id of a passage: the same for the same words and fields in the same source."""
    return stable_id(
        identifier, passage.external_id, passage.location, passage.context, passage.text, rows.fact_json(passage.fact),
        passage.known_from, passage.origin, passage.rank,
    )  # fmt: skip


def _first_seen(source: Source, before: Source | None, today: date) -> date | None:
    """From when a new version's new words could be known: its own later date, else the day it was fetched."""
    if before is None:
        return source.published
    if source.published and (before.published is None or source.published > before.published):
        return source.published
    return today


def _insert_passage(
    catalogue: Catalogue, identifier: str, passage: PassageDraft, source: Source, first_seen: date | None
) -> None:
    known = passage.known_from
    if first_seen is not None and passage.fact is None and not passage.external_id:
        known = max(known or first_seen, first_seen)
    again = catalogue.one("SELECT row FROM passages WHERE id = ?", (identifier,))
    if again:
        catalogue.execute(
            "UPDATE passages SET superseded_from = NULL, version = ? WHERE row = ?", (source.version, again["row"])
        )
        return
    fact = passage.fact
    row = catalogue.execute(
        "INSERT INTO passages (id, source_id, version, external_id, text, context, location, origin, known_from, precision, "
        "published, kind, subject, country, publisher, rank, fact, vector_key) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identifier,
            source.id,
            source.version,
            passage.external_id,
            passage.text,
            passage.context,
            passage.location,
            passage.origin or source.publisher,
            to_number(known),
            passage.date_precision,
            to_number(passage.published or source.published),
            fact.kind if fact else source.kind,
            fact.subject if fact else "",
            fact.country if fact else "",
            source.publisher,
            passage.rank or source.rank,
            rows.fact_json(fact),
            vector_key(embedded_text(passage.context, passage.text)),
        ),
    )
    catalogue.execute("INSERT INTO pending VALUES (?)", (row,))
    add_words(catalogue, row, passage.context, passage.text)
    if fact:
        number = float(fact.value) if isinstance(fact.value, int | float) else None
        values = (fact.kind, fact.subject, fact.metric, fact.country, fact.open_weights, number, to_number(fact.date))
        catalogue.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (row, *values))


def _supersede(catalogue: Catalogue, condition: str, values: Sequence[object], day: date) -> None:
    catalogue.execute(
        f"UPDATE passages SET superseded_from = ? WHERE {condition} AND superseded_from IS NULL",
        (to_number(day), *values),
    )
