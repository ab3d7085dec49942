"""The whole store as JSON Lines and back: every version of every source, its archived text, and its passages.

Vectors and the lexical index are derived and stay behind; the store that reads the lines makes them again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.evidence import lexical
from pipeline.evidence.ingest import Progress, embed_missing, embedded_text, vector_key
from pipeline.models import Frozen

if TYPE_CHECKING:
    import sqlite3

    from pipeline.evidence.store import Store

FORMAT = 1
SOURCE_FIELDS = (
    "id", "version", "key", "container", "title", "publisher", "author", "url", "published", "retrieved", "licence", "rank",
    "sha256", "kind", "current",
)  # fmt: skip
PASSAGE_FIELDS = (
    "id", "source_id", "version", "external_id", "text", "context", "location", "origin", "known_from", "precision",
    "superseded_from", "published", "kind", "subject", "country", "publisher", "rank", "fact",
)  # fmt: skip


class Imported(Frozen):
    """What an import brought that was not there."""

    sources: int
    passages: int


def export_lines(store: Store) -> Iterator[str]:
    """One JSON object a line: a head, the sources, the passages; the same store gives the same lines."""
    yield json.dumps({"claimcast_evidence": FORMAT, "generation": store.generation})
    for row in store.catalogue.query("SELECT * FROM sources ORDER BY id, version"):
        text = zlib.decompress(row["archive"]).decode()
        yield _line({"type": "source", **{name: row[name] for name in SOURCE_FIELDS}, "archive": text})
    for row in store.catalogue.query("SELECT * FROM passages ORDER BY source_id, version, row"):
        yield _line({"type": "passage", **{name: row[name] for name in PASSAGE_FIELDS}})


def import_lines(store: Store, lines: Iterable[str], on_progress: Progress | None = None) -> Imported:
    """Put exported lines in; what is there already stays.

    Raises:
        SourceError: a line is none of an export; the message has its number.
    """
    sources, passages = _read(lines)
    with store.writing():
        texts = (embedded_text(str(p["context"]), str(p["text"])) for p in passages)
        embed_missing(store.catalogue, texts, lambda: store.embedder, on_progress)
        with store.catalogue.transaction():
            new_sources = sum(_put_source(store, record) for record in sources)
            new_passages = sum(_put_passage(store, record) for record in passages)
            if new_sources or new_passages:
                store.catalogue.touched()
        store.finish()
    return Imported(sources=new_sources, passages=new_passages)


def _read(lines: Iterable[str]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    sources: list[dict[str, object]] = []
    passages: list[dict[str, object]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise SourceError(
                f"line {number} is no JSON ({error.msg}); is it an export of `claimcast evidence`?"
            ) from error
        kind = record.get("type") if isinstance(record, dict) else None
        if number == 1 and isinstance(record, dict) and record.get("claimcast_evidence") == FORMAT:
            continue
        wanted = {"source": (*SOURCE_FIELDS, "archive"), "passage": PASSAGE_FIELDS}.get(str(kind), ())
        if number == 1 or not wanted or any(name not in record for name in wanted):
            raise SourceError(f"line {number} is none of an export; make one with `claimcast evidence export`")
        (sources if kind == "source" else passages).append(record)
    return sources, passages


def _put_source(store: Store, record: dict[str, object]) -> int:
    known = store.catalogue.one("SELECT 1 FROM sources WHERE id = ? AND version = ?", (record["id"], record["version"]))
    if known:
        return 0
    values = [record[name] for name in SOURCE_FIELDS] + [zlib.compress(str(record["archive"]).encode())]
    names = ", ".join((*SOURCE_FIELDS, "archive"))
    store.catalogue.execute(f"INSERT INTO sources ({names}) VALUES ({_marks(len(values))})", values)
    return 1


def _put_passage(store: Store, record: dict[str, object]) -> int:
    catalogue = store.catalogue
    if catalogue.one("SELECT 1 FROM passages WHERE id = ?", (record["id"],)):
        return 0
    context, text = str(record["context"]), str(record["text"])
    values = [record[name] for name in PASSAGE_FIELDS] + [vector_key(embedded_text(context, text))]
    names = ", ".join((*PASSAGE_FIELDS, "vector_key"))
    row = catalogue.execute(f"INSERT INTO passages ({names}) VALUES ({_marks(len(values))})", values)
    catalogue.execute("INSERT INTO pending VALUES (?)", (row,))
    lexical.add_words(catalogue, row, context, text)
    lexical.count_terms(catalogue, [(context, text)])
    if record["fact"] is not None:
        found: sqlite3.Row | None = catalogue.one("SELECT fact FROM passages WHERE row = ?", (row,))
        assert found is not None
        _put_fact(store, row, json.loads(found["fact"]))
    return 1


def _put_fact(store: Store, row: int, said: dict[str, object]) -> None:
    from pipeline.evidence.dates import to_number
    from pipeline.evidence.records import FactDraft

    fact = FactDraft.model_validate(said)
    number = float(fact.value) if isinstance(fact.value, int | float) else None
    values = (fact.kind, fact.subject, fact.metric, fact.country, fact.open_weights, number, to_number(fact.date))
    store.catalogue.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (row, *values))


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False)
