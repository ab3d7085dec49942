"""The catalogue: sources with their versions, passages, facts, vectors and the lexical index in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.evidence import schema, words
from pipeline.models import stable_id

MANY = 500
"""Rows named in one statement; SQLite allows many more, plans stay simple."""


class Catalogue:
    """An open catalogue; safe to share between threads, and between processes when writers hold the store's lock."""

    def __init__(self, path: Path, *, create: bool) -> None:
        if not create and not path.exists():
            raise StoreError(f"no evidence store at {path.parent}; add evidence first: claimcast evidence add PATH")
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA cache_size = -65536")
            self._prepare()
        except (OSError, sqlite3.DatabaseError) as error:
            raise StoreError(
                f"evidence store {path} can't be opened ({error}); restore it, or move it away and add the evidence again"
            ) from error

    def _prepare(self) -> None:
        known = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        if known is None:
            with self.transaction():
                for statement in schema.TABLES.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(schema.LEXICAL)
                self.set_meta(
                    schema=str(schema.SCHEMA_VERSION),
                    words=str(words.VERSION),
                    store_id=uuid.uuid4().hex[:12],
                    changes="0",
                )
        if self.meta("schema") != str(schema.SCHEMA_VERSION):
            self._upgrade()

    def _upgrade(self) -> None:
        """Nothing; the tables of an earlier layout are today's, or, when a step fails, as they were."""
        with self.transaction():  # another process may have done it in the meantime
            found = int(self.meta("schema") or 0)
            if found > schema.SCHEMA_VERSION:
                raise StoreError(
                    f"evidence store {self.path} has layout {found}, and this claimcast reads up to "
                    f"{schema.SCHEMA_VERSION}: a later one made it; upgrade claimcast"
                )
            for step in range(found + 1, schema.SCHEMA_VERSION + 1):
                for statement in schema.STEPS[step].split(";\n"):
                    self._db.execute(statement)
            self.set_meta(schema=str(schema.SCHEMA_VERSION))

    # --- plain access ----------------------------------------------------------------------------------------------

    def query(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a statement."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        """The first row of a statement, or None."""
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return row

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a writing statement; the row that was inserted last."""
        with self._lock:
            return self._db.execute(sql, values).lastrowid or 0

    def execute_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Run a writing statement once for each set of values."""
        with self._lock:
            self._db.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def meta(self, key: str) -> str:
        """A value of the `meta` table; empty when it is not there."""
        row = self.one("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row["value"]) if row else ""

    def set_meta(self, **values: str) -> None:
        """Store values in the `meta` table."""
        self.execute_many("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    # --- content ---------------------------------------------------------------------------------------------------

    def touched(self) -> None:
        """Count one change of content; part of the transaction that makes it."""
        self.set_meta(changes=str(int(self.meta("changes") or 0) + 1))

    def generation(self) -> str:
        """A hash of what the store holds: the same content has the same generation on every machine."""
        rows = self.query(
            "SELECT id, version, sha256, current, published, rank, publisher FROM sources ORDER BY id, version"
        )
        return stable_id(*(tuple(row) for row in rows), length=16) if rows else "empty"

    def by_rows(self, sql: str, rows: Sequence[int]) -> dict[int, sqlite3.Row]:
        """Rows of a `… WHERE p.row IN ({})` statement, keyed by `row`."""
        found: dict[int, sqlite3.Row] = {}
        for start in range(0, len(rows), MANY):
            some = rows[start : start + MANY]
            marks = ",".join("?" * len(some))
            found.update((row["row"], row) for row in self.query(sql.format(marks), some))
        return found
