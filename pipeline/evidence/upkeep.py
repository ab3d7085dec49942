"""Keeping a store in order: sources fetched again, indexes made again with the embedding model of the settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.evidence import lexical, rows
from pipeline.evidence.dates import to_number
from pipeline.evidence.documents import Given
from pipeline.evidence.embed import model_id
from pipeline.evidence.ingest import Progress, embed_missing, embedded_text
from pipeline.evidence.records import AddResult, Failure, SourceDraft
from pipeline.models import Source

if TYPE_CHECKING:
    from pipeline.evidence.store import Store

FETCHED = ("html", "pdf", "markdown", "table", "text")
"""Kinds of sources that were fetched from the address that is their key."""


def due(store: Store, older_than: timedelta, today: date) -> list[Source]:
    """Sources with an address that were fetched this long ago, longest first."""
    marks = ", ".join("?" * len(FETCHED))
    sql = rows.SOURCE + f"WHERE current = 1 AND key LIKE 'http%' AND kind IN ({marks}) AND retrieved <= ? "
    values = (*FETCHED, to_number(today - older_than))
    return [rows.to_source(row) for row in store.catalogue.query(sql + "ORDER BY retrieved, id", values)]


def refresh(
    store: Store,
    *,
    older_than: timedelta = timedelta(0),
    today: date | None = None,
    on_progress: Progress | None = None,
) -> AddResult:
    """Fetch sources with an address again; changed ones become new versions, the old ones stay for the as_of view."""
    from pipeline.evidence.known import names_of
    from pipeline.evidence.loaders import load

    today = today or date.today()
    known = names_of(store.catalogue)
    changed: list[SourceDraft] = []
    failed: list[Failure] = []
    seen: list[Source] = []
    sources = due(store, older_than, today)
    for done, source in enumerate(sources, start=1):
        given = Given(title=source.title, publisher=source.publisher, rank=source.rank, licence=source.licence)
        loaded = load(source.url, store.settings, given, known)
        failed += loaded.failed
        drafts = [draft for draft in loaded.drafts if draft.sha256 != source.sha256]
        changed += drafts
        if not loaded.failed and not drafts:
            seen.append(source)
        if on_progress:
            on_progress(done, len(sources))
    with store.writing():
        store.catalogue.execute_many(
            "UPDATE sources SET retrieved = ? WHERE id = ? AND current = 1", ((to_number(today), s.id) for s in seen)
        )
    result = store.put(changed, today=today)
    return result.model_copy(update={"failed": tuple(failed), "unchanged": len(seen) + result.unchanged})


def reindex(store: Store, on_progress: Progress | None = None) -> int:
    """Make both indexes again from the catalogue, with the settings' embedding model; how many passages they hold."""
    catalogue = store.catalogue
    wanted = model_id(store.settings.embedding)
    with store.writing():
        found = catalogue.query("SELECT row, context, text FROM passages ORDER BY row")
        if catalogue.meta("embedding") != wanted:
            store.embedder.embed(["a model that can't be loaded leaves the store as it was"])
            with catalogue.transaction():
                catalogue.execute("DELETE FROM vectors")
                catalogue.execute("INSERT OR IGNORE INTO pending SELECT row FROM passages")
                catalogue.set_meta(embedding=wanted)
        embed_missing(
            catalogue,
            (embedded_text(row["context"], row["text"]) for row in found),
            lambda: store.embedder,
            on_progress,
        )
        store.dense.use_model(wanted)
        store.dense.rebuild()
        with catalogue.transaction():
            lexical.rebuild(catalogue)
            catalogue.execute("INSERT OR IGNORE INTO pending SELECT row FROM passages")
        store.finish()
    return len(found)
