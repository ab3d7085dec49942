"""The evidence store: put sources in, search them as of a day, ask for typed facts.

The catalogue (SQLite) is the truth; Chroma and the lexical index are derived from it. Writers hold a lock file, so two
processes may write; readers need none and see everything that was committed before they asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from pipeline.errors import SourceError, StoreError
from pipeline.evidence import ingest, lexical, rows, words
from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.dates import to_number
from pipeline.evidence.dense import DenseIndex
from pipeline.evidence.embed import Embedder, load_embedder, model_id
from pipeline.evidence.filters import Filters
from pipeline.evidence.records import AddResult, Failure, SourceDraft, StoreStats
from pipeline.evidence.search import Mode, find
from pipeline.models import Fact, Hit, Passage, Rank, Source
from pipeline.settings import Settings

SEEDS = "seeds/evidence"
"""How the seed evidence is named in the store, wherever it lies."""
STALE_DAYS = 30


def open_store(settings: Settings, *, create: bool = True) -> Store:
    """The evidence store of this data home; `create` False refuses to make one.

    Raises:
        StoreError: it can't be read, was made by another version, or with another embedding model.
    """
    return Store(settings, create=create)


class Store:
    """An open evidence store; a context manager."""

    def __init__(self, settings: Settings, *, create: bool = True) -> None:
        self.settings = settings
        self.folder = settings.store_path
        self._catalogue = Catalogue(self.folder / "catalogue.sqlite3", create=create)
        self._write_lock = FileLock(self.folder / ".write.lock")
        self._check_model()
        self._dense = DenseIndex(self._catalogue, self.folder, settings.chroma, model_id(settings.embedding))
        self._embedder: Embedder | None = None
        self.on_wait: Callable[[str], None] | None = None
        """Told in one line when another process holds the store's write lock."""
        if self._catalogue.meta("words") != str(words.VERSION):
            with self._writing(), self._catalogue.transaction():
                lexical.rebuild(self._catalogue)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the catalogue and of Chroma."""
        self._dense.close()
        self._catalogue.close()

    # --- putting in ------------------------------------------------------------------------------------------------

    def add(
        self,
        *locations: str | Path,
        publisher: str = "",
        published: date | None = None,
        rank: Rank | None = None,
        licence: str = "",
        on_progress: ingest.Progress | None = None,
    ) -> AddResult:
        """Read files, folders and addresses into the store; what was there already stays as it is.

        A source that can't be read is named in `failed`; the others are in.
        """
        from pipeline.evidence.loaders import load

        given = {"publisher": publisher, "published": published, "rank": rank, "licence": licence}
        drafts: list[SourceDraft] = []
        failed: list[Failure] = []
        for location in locations:
            try:
                loaded = load(str(location), self.settings)
                drafts.extend(draft.model_copy(update={k: v for k, v in given.items() if v}) for draft in loaded.drafts)
                failed.extend(loaded.failed)
            except SourceError as error:
                failed.append(Failure(location=str(location), reason=str(error)))
        result = self.put(drafts, on_progress=on_progress)
        return result.model_copy(update={"failed": tuple(failed)})

    def put(
        self, drafts: Sequence[SourceDraft], *, today: date | None = None, on_progress: ingest.Progress | None = None
    ) -> AddResult:
        """Store drafts: new sources, new versions of changed ones; the same ones stay as they are."""
        started = time.monotonic()
        today = today or date.today()
        with self._writing():
            changed = [(draft, before) for draft in drafts if not _same(draft, before := self._newest(draft))]
            texts = (ingest.embedded_text(p.context, p.text) for draft, _ in changed for p in draft.passages)
            ingest.embed_missing(self._catalogue, texts, self.embedder, on_progress) if changed else None
            added: list[Source] = []
            updated: list[Source] = []
            passages = facts = 0
            for draft, before in changed:
                source, count = ingest.write_source(self._catalogue, draft, before, today)
                (updated if before else added).append(source)
                passages += count
                facts += sum(1 for passage in draft.passages if passage.fact) if count else 0
            self._finish()
        return AddResult(
            added=tuple(added),
            changed=tuple(updated),
            unchanged=len(drafts) - len(changed),
            passages=passages,
            facts=facts,
            seconds=time.monotonic() - started,
        )

    def seed(self, on_progress: ingest.Progress | None = None) -> AddResult:
        """Put the seed evidence in; nothing happens when it is there already."""
        from pipeline.evidence.seed import load_seeds

        drafts, vectors = load_seeds(self._dense_model)
        with self._writing():
            self._catalogue.execute_many("INSERT OR IGNORE INTO vectors VALUES (?, ?)", vectors)
        return self.put(drafts, on_progress=on_progress)

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
        vectors = self.embedder.embed(queries) if mode != "lexical" and queries else None
        found: list[list[Hit]] = []
        for number, query in enumerate(queries):
            vector = vectors[number] if vectors is not None else None
            wanted = filters[number] if filters else Filters()
            found.append(self._hits(find(self._catalogue, self._dense, query, vector, k, wanted, mode)))
        return found

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
        """Typed facts that meet every condition, case ignored; sorted by a field ("-value" for descending), else by date."""
        condition, values = Filters(as_of=as_of).condition()
        for column, value in (("subject", subject), ("metric", metric), ("kind", kind), ("country", country)):
            if value is not None:
                condition += f" AND f.{column} = ? COLLATE NOCASE"
                values.append(value)
        if open_weights is not None:
            condition += " AND f.open_weights = ?"
            values.append(open_weights)
        sql = f"{rows.PASSAGE} JOIN facts f ON f.row = p.row WHERE {condition} ORDER BY f.day, p.row"
        found = [fact for row in self._catalogue.query(sql, values) if (fact := rows.to_fact(row)) is not None]
        return _sorted(found, sort) if sort else found

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
        sql = "SELECT subject, count(*) AS n FROM facts GROUP BY subject ORDER BY n DESC, subject"
        return [row["subject"] for row in self._catalogue.query(sql)]

    def sources(self) -> list[Source]:
        """The newest version of every source, by title."""
        return [
            rows.to_source(row) for row in self._catalogue.query(rows.SOURCE + "WHERE current = 1 ORDER BY title, id")
        ]

    @property
    def generation(self) -> str:
        """A hash of the content: it changes exactly when the content does, and is the same on every machine."""
        return self._catalogue.generation()

    @property
    def embedder(self) -> Embedder:
        """The store's embedding model, loaded when it is first needed."""
        if self._embedder is None:
            self._embedder = load_embedder(self.settings)
        return self._embedder

    def stats(self) -> StoreStats:
        """The store in numbers."""
        from pipeline.evidence.stats import count_all

        return count_all(self._catalogue, self.folder, self._dense_model)

    # --- inside ----------------------------------------------------------------------------------------------------

    @property
    def _dense_model(self) -> str:
        return model_id(self.settings.embedding)

    def _check_model(self) -> None:
        wanted = model_id(self.settings.embedding)
        made_with = self._catalogue.meta("embedding")
        if not made_with:
            self._catalogue.set_meta(embedding=wanted)
        elif made_with != wanted:
            raise StoreError(
                f"the evidence store was made with embedding model {made_with}, the settings say {wanted}; "
                "run `claimcast evidence reindex`, or set CLAIMCAST_EMBEDDING back"
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the store's write lock; says so when another process holds it."""
        try:
            self._write_lock.acquire(timeout=0)
        except Timeout:
            if self.on_wait:
                self.on_wait(f"another process is writing to {self.folder}; waiting for it")
            self._write_lock.acquire()
        try:
            yield
        finally:
            self._write_lock.release()

    def _finish(self) -> None:
        if self._catalogue.one("SELECT 1 FROM pending LIMIT 1"):
            self._dense.fill()

    def _newest(self, draft: SourceDraft) -> Source | None:
        return ingest.newest(self._catalogue, draft)

    def _row(self, identifier: str) -> rows.sqlite3.Row | None:
        for column in ("p.id", "p.external_id"):
            order = "ORDER BY p.superseded_from IS NOT NULL, p.row DESC"
            row = self._catalogue.one(f"{rows.PASSAGE} WHERE {column} = ? {order} LIMIT 1", (identifier,))
            if row:
                return row
        return None

    def _hits(self, found: Sequence[tuple[int, float]]) -> list[Hit]:
        known = self._catalogue.by_rows(rows.PASSAGE + "WHERE p.row IN ({})", [row for row, _ in found])
        hits: list[Hit] = []
        for row, score in found:
            passage = rows.to_passage(known[row])
            hits.append(Hit(passage=passage, score=score, fact=rows.to_fact(known[row], passage)))
        return hits


def _same(draft: SourceDraft, before: Source | None) -> bool:
    names = ("sha256", "title", "publisher", "published", "rank", "licence")
    return before is not None and all(getattr(draft, name) == getattr(before, name) for name in names)


def _sorted(facts: list[Fact], sort: str) -> list[Fact]:
    name = sort.lstrip("-")

    def key(fact: Fact) -> tuple[bool, float, str]:
        value = fact.number if name == "value" else getattr(fact, name, None)
        if value is None:
            return (True, 0.0, "")
        number = (
            float(value)
            if isinstance(value, int | float)
            else float(to_number(value) or 0)
            if isinstance(value, date)
            else 0.0
        )
        return (False, -number if sort.startswith("-") else number, str(value))

    return sorted(facts, key=key)
