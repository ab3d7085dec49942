"""The evidence store: put sources in, search them as of a day, ask for typed facts.

The catalogue (SQLite) is the truth; Chroma and the lexical index are derived from it. Writers hold a lock file, so two
processes may write; readers need none and see everything that was committed before they asked.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from pipeline.errors import StoreError
from pipeline.evidence import fact_table, ingest, lexical, rows, words
from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.dense import DenseIndex
from pipeline.evidence.documents import Given
from pipeline.evidence.embed import Embedder, load_embedder, model_id
from pipeline.evidence.filters import Filters
from pipeline.evidence.names import Heard, Names, spoken_numbers
from pipeline.evidence.records import AddResult, SourceDraft, StoreStats
from pipeline.evidence.search import Mode, find_many
from pipeline.models import Fact, Hit, Passage, Rank, Source
from pipeline.settings import Settings


def open_store(settings: Settings, *, create: bool = True) -> Store:
    """The evidence store of this data home; `create` False refuses to make one.

    Raises:
        StoreError: it can't be read, was made by another version, or with another embedding model.
    """
    return Store(settings, create=create)


class Store:
    """An open evidence store; a context manager."""

    def __init__(self, settings: Settings, *, create: bool = True, any_model: bool = False) -> None:
        self.settings = settings
        self.folder = settings.store_path
        self.catalogue = Catalogue(self.folder / "catalogue.sqlite3", create=create)
        self.on_wait: Callable[[str], None] | None = None
        """Told in one line when another process holds the store's write lock."""
        self._write_lock = FileLock(self.folder / ".write.lock")
        self._embedder: Embedder | None = None
        self._names: tuple[str, Names] | None = None
        if not any_model:
            self._check_model()
        self.dense = DenseIndex(self.catalogue, self.folder, settings.chroma, model_id(settings.embedding))
        if self.catalogue.meta("words") != str(words.VERSION):
            with self.writing(), self.catalogue.transaction():
                lexical.rebuild(self.catalogue)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the catalogue and of Chroma."""
        self.dense.close()
        self.catalogue.close()

    # --- putting in ------------------------------------------------------------------------------------------------

    def add(
        self,
        *locations: str | Path,
        publisher: str = "",
        published: date | None = None,
        rank: Rank | None = None,
        licence: str = "",
        title: str = "",
        on_progress: ingest.Progress | None = None,
    ) -> AddResult:
        """Read files, folders and addresses into the store; what was there already stays as it is.

        A source that can't be read is named in `failed`; the others are in.
        """
        from pipeline.evidence.known import names_of
        from pipeline.evidence.loaders import load

        given = Given(publisher=publisher, published=published, rank=rank, licence=licence, title=title)
        known = names_of(self.catalogue)
        loaded = [load(str(location), self.settings, given, known) for location in locations]
        result = self.put(
            [draft for part in loaded for draft in part.drafts],
            containers=[container for part in loaded for container in part.containers],
            on_progress=on_progress,
        )
        return result.model_copy(update={"failed": tuple(failure for part in loaded for failure in part.failed)})

    def put(
        self,
        drafts: Sequence[SourceDraft],
        *,
        containers: Sequence[str] = (),
        today: date | None = None,
        on_progress: ingest.Progress | None = None,
    ) -> AddResult:
        """Store drafts: new sources, new versions of changed ones; the same ones stay as they are.

        `containers` are files whose drafts are all here: what they held before and hold no longer is kept for the as_of
        view only.
        """
        started = time.monotonic()
        today = today or date.today()
        with self.writing():
            plan = [(draft, ingest.newest(self.catalogue, draft)) for draft in drafts]
            changed = [(draft, before) for draft, before in plan if not ingest.same(self.catalogue, draft, before)]
            if changed:
                texts = (ingest.embedded_text(p.context, p.text) for draft, _ in changed for p in draft.passages)
                ingest.embed_missing(self.catalogue, texts, lambda: self.embedder, on_progress)
            written = [ingest.write_source(self.catalogue, draft, before, today) for draft, before in changed]
            gone = [source for one in containers for source in ingest.vanished(self.catalogue, one, drafts)]
            for source in gone:
                ingest.withdraw(self.catalogue, source, today)
            self.finish()
        return AddResult(
            added=tuple(one.source for one in written if one.source.version == 1),
            changed=tuple(one.source for one in written if one.source.version > 1),
            unchanged=len(drafts) - len(changed),
            withdrawn=tuple(gone),
            passages=sum(one.passages for one in written),
            facts=sum(one.facts for one in written),
            seconds=round(time.monotonic() - started, 3),
        )

    def seed(self, on_progress: ingest.Progress | None = None) -> AddResult:
        """Put the seed evidence in; nothing happens when it is there already."""
        from pipeline.evidence.seed import CONTAINER, load_seeds

        drafts, vectors = load_seeds(model_id(self.settings.embedding))
        with self.writing(), self.catalogue.transaction():
            self.catalogue.execute_many("INSERT OR IGNORE INTO vectors VALUES (?, ?)", vectors)
        return self.put(drafts, containers=[CONTAINER], on_progress=on_progress)

    def remove(self, identifier: str) -> list[Source]:
        """Forget sources in all their versions, by id, address, path or containing file; those that were forgotten."""
        place = identifier if "://" in identifier else Path(identifier).expanduser().resolve().as_posix()
        sql = rows.SOURCE + "WHERE (id = ? OR url = ? OR key IN (?, ?) OR container IN (?, ?)) AND version = ("
        sql += "SELECT max(version) FROM sources newest WHERE newest.id = sources.id)"
        values = (identifier, identifier, identifier, place, identifier, place)
        with self.writing():
            sources = [rows.to_source(row) for row in self.catalogue.query(sql, values)]
            for source in sources:
                self.dense.forget(ingest.remove(self.catalogue, source.id))
        return sources

    # --- getting out -----------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        as_of: date | None = None,
        k: int = 24,
        since: date | None = None,
        until: date | None = None,
        kind: str | None = None,
        publisher: str | None = None,
        country: str | None = None,
        subject: str | None = None,
        rank: Rank | None = None,
        mode: Mode = "hybrid",
    ) -> list[Hit]:
        """The k best passages for a query, best first; with `as_of` only what was known on that day."""
        filters = Filters(
            as_of=as_of,
            since=since,
            until=until,
            kind=kind,
            publisher=publisher,
            country=country,
            subject=subject,
            rank=rank,
        )
        return self.search_many([query], filters=[filters], k=k, mode=mode)[0]

    def search_many(
        self, queries: Sequence[str], *, filters: Sequence[Filters] | None = None, k: int = 24, mode: Mode = "hybrid"
    ) -> list[list[Hit]]:
        """One list of hits a query, in order; the queries are embedded together."""
        asked = [self.understood(query) for query in queries]
        wanted = filters or [Filters()] * len(asked)
        found = find_many(self.catalogue, self.dense, asked, wanted, lambda texts: self.embedder.embed(texts), k, mode)
        return [self._hits(ranking) for ranking in found]

    def heard(self, query: str) -> list[Heard]:
        """Words of a query that no passage holds, with the names they may stand for."""
        return self._known_names().hear(spoken_numbers(query))

    def understood(self, query: str) -> str:
        """The query that is searched for: spoken version numbers written out, names it may mean added."""
        return " ".join([spoken_numbers(query), *(guess.could_be for guess in self.heard(query))])

    def facts(
        self,
        *,
        subject: str | None = None,
        metric: str | None = None,
        kind: str | None = None,
        country: str | None = None,
        open_weights: bool | None = None,
        as_of: date | None = None,
        sort: str | None = None,
    ) -> list[Fact]:
        """Typed facts that meet every condition, case ignored; sorted by a field ("-value" descending), else by date."""
        return fact_table.select(
            self.catalogue,
            subject=subject,
            metric=metric,
            kind=kind,
            country=country,
            open_weights=open_weights,
            as_of=as_of,
            sort=sort,
        )

    def passage(self, identifier: str) -> Passage | None:
        """A passage by its id, or by the id that it had in its file; None when there is none."""
        row = self._row(identifier)
        return rows.to_passage(row) if row else None

    def fact(self, identifier: str) -> Fact | None:
        """A fact by the id of its passage, or by the id that it had in its file."""
        row = self._row(identifier)
        return rows.to_fact(row) if row else None

    def subjects(self) -> list[str]:
        """The names that facts are about, most frequent first."""
        return fact_table.subjects(self.catalogue)

    def metrics(self) -> list[str]:
        """The metrics that facts have, most frequent first."""
        return fact_table.metrics(self.catalogue)

    def proper_names(self) -> list[str]:
        """Names that may be spoken of: subjects, their makers, benchmarks; the most frequent of each first."""
        return fact_table.proper_names(self.catalogue)

    def sources(self) -> list[Source]:
        """The newest version of every source that is current, by title."""
        sql = rows.SOURCE + "WHERE current = 1 ORDER BY title, id"
        return [rows.to_source(row) for row in self.catalogue.query(sql)]

    @property
    def generation(self) -> str:
        """A hash of the content: it changes exactly when the content does, and is the same on every machine."""
        return self.catalogue.generation()

    @property
    def embedder(self) -> Embedder:
        """The store's embedding model, loaded when it is first needed."""
        if self._embedder is None:
            self._embedder = load_embedder(self.settings)
        return self._embedder

    def stats(self) -> StoreStats:
        """The store in numbers."""
        from pipeline.evidence.stats import count_all

        return count_all(self.catalogue, self.folder, self.catalogue.meta("embedding"))

    # --- for the rest of the room ----------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store's write lock; says so when another process holds it."""
        try:
            self._write_lock.acquire(timeout=0)
        except Timeout:
            if self.on_wait:
                self.on_wait(f"another process is writing to {self.folder}; waiting until it is done")
            self._write_lock.acquire()
        try:
            yield
        finally:
            self._write_lock.release()

    def finish(self) -> None:
        """Put into Chroma what is still pending, also from an ingest that was killed."""
        if self.catalogue.one("SELECT 1 FROM pending LIMIT 1"):
            self.dense.reconcile()

    # --- inside ----------------------------------------------------------------------------------------------------

    def _check_model(self) -> None:
        wanted = model_id(self.settings.embedding)
        made_with = self.catalogue.meta("embedding")
        if not made_with:
            self.catalogue.set_meta(embedding=wanted)
        elif made_with != wanted:
            raise StoreError(
                f"the evidence store was made with embedding model {made_with}, the settings say {wanted}; "
                "run `claimcast evidence reindex`, or set CLAIMCAST_EMBEDDING back"
            )

    def _known_names(self) -> Names:
        changes = self.catalogue.meta("changes")
        if self._names is None or self._names[0] != changes:
            names = [*self.subjects(), *fact_table.developers(self.catalogue)]
            self._names = changes, Names(names, lambda word: lexical.holds(self.catalogue, word))
        return self._names[1]

    def _row(self, identifier: str) -> sqlite3.Row | None:
        for column in ("p.id", "p.external_id"):
            order = "ORDER BY p.superseded_from IS NOT NULL, p.row DESC"
            row = self.catalogue.one(f"{rows.PASSAGE} WHERE {column} = ? {order} LIMIT 1", (identifier,))
            if row:
                return row
        return None

    def _hits(self, found: Sequence[tuple[int, float]]) -> list[Hit]:
        known = self.catalogue.by_rows(rows.PASSAGE + "WHERE p.row IN ({})", [row for row, _ in found])
        hits: list[Hit] = []
        for row, score in found:
            if row in known:
                passage = rows.to_passage(known[row])
                hits.append(Hit(passage=passage, score=score, fact=rows.to_fact(known[row], passage)))
        return hits
