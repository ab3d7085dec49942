"""Nearest passages by meaning: Chroma, completed from the catalogue with what this process's Chroma has not seen yet.

An embedded Chroma client does not see rows that another process put in after it was opened, and a killed ingest may leave
rows out of it. Both are rows of the catalogue that are newer than the open index or marked pending; they are compared
exactly, so a search sees all that was committed before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock

from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.vectors import VectorIndex, forget_files

if TYPE_CHECKING:
    import numpy as np

REOPEN_AFTER = 3000
"""Rows compared exactly before the index is opened again."""
WIDE = 5000
"""Neighbours looked through when the filters reject nearly all of the nearest."""
FILL = 1024


class Scope(Protocol):
    """The passages that a search may return."""

    narrow: bool

    def eligible(self, rows: Sequence[int]) -> set[int]: ...
    def few(self) -> list[int] | None: ...


class DenseIndex:
    """The vector index of a store, opened when it is first needed."""

    def __init__(self, catalogue: Catalogue, folder: Path, server: str | None, model_id: str) -> None:
        self._catalogue = catalogue
        self._place = folder / "chroma"
        self._server = server
        self._model_id = model_id
        self._lock = threading.RLock()
        self._file_lock = FileLock(folder / ".chroma.lock")
        self._index: VectorIndex | None = None
        self._seen = 0
        """The highest row that the open index knows."""

    def index(self) -> VectorIndex:
        """The open index; it is opened while no other process writes to it."""
        with self._lock:
            if self._index is None:
                with self._file_lock:
                    seen = self._highest()
                    self._index = VectorIndex(
                        self._place, self._server, self._catalogue.meta("store_id"), self._model_id
                    )
                    self._index.count()
                self._seen = seen
            return self._index

    def nearest(self, vector: np.ndarray, limit: int, scope: Scope) -> list[tuple[int, float]]:
        """(row, cosine similarity) of the nearest passages in scope, best first."""
        with self._lock:
            among = scope.few() if scope.narrow else None
            found = dict(self.index().nearest(vector, 3 * limit)) if among is None else {}
            fresh = self._unseen()
            if len(fresh) > REOPEN_AFTER and self._server is None:
                self.close()
                return self.nearest(vector, limit, scope)
            found.update(self._exact(vector, fresh))
            if among is None:
                kept = scope.eligible(list(found))
                among = scope.few() if len(kept) < min(limit, self.index().count()) else None
                if among is None and len(kept) < limit:
                    found.update(self.index().nearest(vector, WIDE))
                    kept = scope.eligible(list(found))
            if among is not None:
                found.update(self.index().nearest(vector, limit, among) if among else [])
                kept = set(among)
        best = sorted(
            ((row, score) for row, score in found.items() if row in kept), key=lambda pair: (-pair[1], pair[0])
        )
        return best[:limit]

    def fill(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Put every pending passage into the index; how many there were. The caller holds the store's write lock."""
        rows = [row["row"] for row in self._catalogue.query("SELECT row FROM pending ORDER BY row")]
        if not rows:
            return 0
        with self._lock, self._file_lock:
            if self._index is not None and self._unseen_by_others():
                self.close()
            index = self.index()
            for start in range(0, len(rows), FILL):
                self._put(index, rows[start : start + FILL])
                if on_progress:
                    on_progress(min(start + FILL, len(rows)), len(rows))
            self._seen = self._highest()
        return len(rows)

    def forget(self, rows: Sequence[int]) -> None:
        """Take rows out of the index; the catalogue has forgotten them already."""
        if rows:
            with self._lock, self._file_lock:
                if self._index is not None and self._unseen_by_others():
                    self.close()
                self.index().remove(rows)

    def reconcile(self) -> None:
        """Make index and catalogue agree: missing rows become pending, rows too many are taken out."""
        total = self._count("SELECT count(*) AS n FROM passages")
        pending = self._count("SELECT count(*) AS n FROM pending")
        with self._lock:
            index = self.index()
            if index.count() != total - pending:
                held = index.rows()
                wanted = {row["row"] for row in self._catalogue.query("SELECT row FROM passages")}
                self._catalogue.execute_many(
                    "INSERT OR IGNORE INTO pending VALUES (?)", ((row,) for row in sorted(wanted - held))
                )
                with self._file_lock:
                    index.remove(sorted(held - wanted))
        self.fill()

    def rebuild(self) -> None:
        """Throw the index away; every passage is pending then."""
        with self._lock, self._file_lock:
            if self._server is None:
                self.close()
                forget_files(self._place)
            else:
                VectorIndex.delete(self._place, self._server, self._catalogue.meta("store_id"))
            self._index = None

    def use_model(self, model_id: str) -> None:
        """Open with another embedding model from now on."""
        self._model_id = model_id

    def close(self) -> None:
        """Let go of Chroma."""
        with self._lock:
            if self._index is not None:
                self._index.close()
                self._index = None

    # --- inside ----------------------------------------------------------------------------------------------------

    def _count(self, sql: str) -> int:
        row = self._catalogue.one(sql)
        return int(row["n"]) if row else 0

    def _highest(self) -> int:
        return self._count("SELECT coalesce(max(row), 0) AS n FROM passages")

    def _unseen_by_others(self) -> bool:
        """Whether rows went into the index since it was opened here."""
        sql = "SELECT count(*) AS n FROM passages WHERE row > ? AND row NOT IN (SELECT row FROM pending)"
        row = self._catalogue.one(sql, (self._seen,))
        return self._server is None and row is not None and row["n"] > 0

    def _unseen(self) -> list[int]:
        self.index()
        seen = self._seen if self._server is None else self._highest()
        sql = "SELECT row FROM passages WHERE row > ? UNION SELECT row FROM pending"
        return [row["row"] for row in self._catalogue.query(sql, (seen,))]

    def _exact(self, vector: np.ndarray, rows: Sequence[int]) -> list[tuple[int, float]]:
        if not rows:
            return []
        names, vectors = self._vectors(rows)
        return list(zip(names, (vectors @ vector).tolist(), strict=True))

    def _vectors(self, rows: Sequence[int]) -> tuple[list[int], np.ndarray]:
        import numpy as np

        sql = "SELECT p.row, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key WHERE p.row IN ({})"
        found = self._catalogue.by_rows(sql, list(rows))
        names = sorted(found)
        if not names:
            return [], np.zeros((0, 0), dtype=np.float32)
        stored = np.frombuffer(b"".join(found[name]["vector"] for name in names), dtype=np.float16)
        return names, stored.reshape(len(names), -1).astype(np.float32)

    def _put(self, index: VectorIndex, rows: list[int]) -> None:
        sql = "SELECT p.row, p.known_from FROM passages p WHERE p.row IN ({})"
        dates = self._catalogue.by_rows(sql, rows)
        names, vectors = self._vectors(rows)
        if names:
            index.put([(name, dates[name]["known_from"]) for name in names], vectors)
        with self._catalogue.transaction():
            self._catalogue.execute_many("DELETE FROM pending WHERE row = ?", ((row,) for row in rows))
