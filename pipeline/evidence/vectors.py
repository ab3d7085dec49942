"""The vector index: a Chroma collection derived from the catalogue, embedded or on a Chroma server.

A row of the catalogue is an id in Chroma, and rows are never used twice, so whatever Chroma holds too much is ignored when
the catalogue is asked for it, and whatever it lacks is found by `Catalogue` (see dense.py) until it is put in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from pipeline.errors import SettingsError, StoreError
from pipeline.evidence.dates import epoch, from_number

if TYPE_CHECKING:
    import numpy as np

BATCH = 2000
HNSW = {"space": "cosine", "ef_construction": 100, "ef_search": 120, "max_neighbors": 16, "sync_threshold": 4000}


class _Collection(Protocol):
    metadata: dict[str, object]
    configuration_json: dict[str, dict[str, object]]

    def count(self) -> int: ...
    def upsert(self, *, ids: list[str], embeddings: object, metadatas: list[dict[str, object]]) -> None: ...
    def delete(self, *, ids: list[str]) -> None: ...
    def get(self, *, include: list[str]) -> dict[str, list[str]]: ...
    def query(self, **arguments: object) -> dict[str, list[list[float]]]: ...


class VectorIndex:
    """An open Chroma collection of one store."""

    def __init__(self, place: Path, server: str | None, store_id: str, model_id: str) -> None:
        self.place = place
        self.server = server
        self._name = f"claimcast-{store_id}"
        self._client = _connect(place, server)
        self._collection = self._open(model_id)

    def _open(self, model_id: str) -> _Collection:
        collection: _Collection = self._client.get_or_create_collection(  # type: ignore[attr-defined]
            self._name, configuration={"hnsw": HNSW}, metadata={"embedding": model_id}, embedding_function=None
        )
        made_with = str((collection.metadata or {}).get("embedding", ""))
        if made_with != model_id:
            raise StoreError(
                f"the vector index was made with {made_with or 'an unknown model'}, the settings say {model_id}; "
                "run `claimcast evidence reindex`, or set CLAIMCAST_EMBEDDING back"
            )
        space = (collection.configuration_json.get("hnsw") or {}).get("space")
        if space != HNSW["space"]:
            raise StoreError(f"the vector index measures {space}, not cosine; run `claimcast evidence reindex`")
        return collection

    def count(self) -> int:
        """How many vectors it holds.

        Raises:
            StoreError: the Chroma server has gone; all methods say so.
        """
        with _reached(self.server):
            return self._collection.count()

    def rows(self) -> set[int]:
        """The catalogue rows it holds a vector of."""
        with _reached(self.server):
            return {int(identifier) for identifier in self._collection.get(include=[])["ids"]}

    def put(self, rows: Sequence[tuple[int, int | None]], vectors: np.ndarray) -> None:
        """Hold one vector a (row, known_from), in batches that Chroma accepts."""
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            with _reached(self.server):
                self._collection.upsert(
                    ids=[str(row) for row, _ in some],
                    embeddings=vectors[start : start + BATCH],
                    metadatas=[_metadata(known) for _, known in some],
                )

    def remove(self, rows: Sequence[int]) -> None:
        """Forget these rows; those it does not hold are no error."""
        for start in range(0, len(rows), BATCH):
            with _reached(self.server):
                self._collection.delete(ids=[str(row) for row in rows[start : start + BATCH]])

    def nearest(self, vector: np.ndarray, limit: int, among: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """(row, cosine similarity) of the nearest passages, best first; only `among` these rows when given."""
        arguments: dict[str, object] = {
            "query_embeddings": [vector],
            "n_results": max(1, min(limit, self.count() or 1)),
            "include": ["distances"],
        }
        if among is not None:
            arguments["ids"] = [str(row) for row in among]
        with _reached(self.server):
            found = self._collection.query(**arguments)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(int(identifier), 1.0 - float(distance)) for identifier, distance in pairs]

    @staticmethod
    def delete(place: Path, server: str | None, store_id: str) -> None:
        """Delete the store's collection, if there is one."""
        client = _connect(place, server)
        names = {str(getattr(found, "name", found)) for found in client.list_collections()}  # type: ignore[attr-defined]
        if f"claimcast-{store_id}" in names:
            client.delete_collection(f"claimcast-{store_id}")  # type: ignore[attr-defined]

    def close(self) -> None:
        """Let go of the client, so that another process's writes are seen by the next one."""
        self._client.close()  # type: ignore[attr-defined]


def forget_files(place: Path) -> None:
    """Delete an embedded index's files; the catalogue makes them again."""
    shutil.rmtree(place, ignore_errors=True)


def _metadata(known: int | None) -> dict[str, object]:
    day = from_number(known)
    return {"dated": day is not None, "known_from": epoch(day) if day else 0}


@contextmanager
def _reached(server: str | None) -> Iterator[None]:
    """A block in which a Chroma server that has gone is a line a person can act on."""
    from httpx import TransportError

    try:
        yield
    except TransportError as error:
        raise StoreError(_no_answer(server, error)) from error


def _no_answer(server: str | None, error: BaseException) -> str:
    return (
        f"no Chroma server answers at {server} ({_line(error)}); start one with `chroma run`, or unset CLAIMCAST_CHROMA"
    )


def _connect(place: Path, server: str | None) -> object:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if server is None:
        try:
            place.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(str(place), settings=quiet)
        except Exception as error:
            raise StoreError(
                f"the vector index in {place} can't be opened ({_line(error)}); run `claimcast evidence reindex`"
            ) from error
    address = urlsplit(server if "//" in server else f"http://{server}")
    if address.scheme not in ("http", "https") or not address.hostname:
        raise SettingsError(f"CLAIMCAST_CHROMA: {server!r} is no address; write it as http://host:port")
    try:
        client = chromadb.HttpClient(
            address.hostname, address.port or 8000, ssl=address.scheme == "https", settings=quiet
        )
        client.heartbeat()
    except Exception as error:
        raise StoreError(_no_answer(server, error)) from error
    return client


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
