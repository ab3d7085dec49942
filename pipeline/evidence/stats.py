"""The store in numbers, read from the catalogue."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.dates import from_number, to_number
from pipeline.evidence.records import StoreStats

STALE_AFTER = timedelta(days=30)


def count_all(catalogue: Catalogue, folder: Path, embedding: str) -> StoreStats:
    """Sources, passages, facts, days covered, what is undated, superseded, stale or pending."""
    current = "FROM passages WHERE superseded_from IS NULL"
    span = catalogue.one(f"SELECT min(known_from) AS low, max(known_from) AS high {current}")
    stale = to_number(date.today() - STALE_AFTER)
    return StoreStats(
        sources=_count(catalogue, "SELECT count(*) AS n FROM sources WHERE current = 1"),
        versions=_count(catalogue, "SELECT count(*) AS n FROM sources"),
        passages=_count(catalogue, f"SELECT count(*) AS n {current}"),
        facts=_count(catalogue, f"SELECT count(*) AS n {current} AND fact IS NOT NULL"),
        subjects=_count(catalogue, "SELECT count(DISTINCT subject) AS n FROM facts"),
        earliest=from_number(span["low"]) if span else None,
        latest=from_number(span["high"]) if span else None,
        undated=_count(catalogue, f"SELECT count(*) AS n {current} AND known_from IS NULL"),
        superseded=_count(catalogue, "SELECT count(*) AS n FROM passages WHERE superseded_from IS NOT NULL"),
        stale=_count(
            catalogue, "SELECT count(*) AS n FROM sources WHERE current = 1 AND url != '' AND retrieved < ?", (stale,)
        ),
        pending=_count(catalogue, "SELECT count(*) AS n FROM pending"),
        kinds=_groups(catalogue, f"SELECT kind AS name, count(*) AS n {current} GROUP BY kind ORDER BY n DESC"),
        ranks=_groups(catalogue, f"SELECT rank AS name, count(*) AS n {current} GROUP BY rank ORDER BY n DESC"),
        embedding=embedding,
        generation=catalogue.generation(),
        bytes_on_disk=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    )


def _count(catalogue: Catalogue, sql: str, values: tuple[object, ...] = ()) -> int:
    row = catalogue.one(sql, values)
    return int(row["n"]) if row else 0


def _groups(catalogue: Catalogue, sql: str) -> dict[str, int]:
    return {row["name"]: row["n"] for row in catalogue.query(sql)}
