"""Rows of the catalogue become sources, passages and facts, and back."""

from __future__ import annotations

import json
import sqlite3

from pipeline.evidence.dates import from_number
from pipeline.evidence.records import FactDraft
from pipeline.models import Fact, Passage, Source

PASSAGE = """
SELECT p.*, s.title AS s_title, s.url AS s_url
FROM passages p JOIN sources s ON s.id = p.source_id AND s.version = p.version
"""
SOURCE = """
SELECT id, version, key, container, title, publisher, author, url, published, retrieved, licence, rank, sha256, kind,
       current FROM sources
"""


def to_source(row: sqlite3.Row) -> Source:
    """One version of a source."""
    return Source(
        id=row["id"],
        title=row["title"],
        publisher=row["publisher"],
        author=row["author"],
        url=row["url"],
        published=from_number(row["published"]),
        retrieved=from_number(row["retrieved"]),
        licence=row["licence"],
        rank=row["rank"],
        sha256=row["sha256"],
        version=row["version"],
        kind=row["kind"],
    )


def to_passage(row: sqlite3.Row) -> Passage:
    """A passage, with what its source says of itself (a row of `PASSAGE`)."""
    return Passage(
        id=row["id"],
        source_id=row["source_id"],
        external_id=row["external_id"],
        text=row["text"],
        context=row["context"],
        known_from=from_number(row["known_from"]),
        date_precision=row["precision"],
        title=row["s_title"],
        publisher=row["publisher"],
        url=row["s_url"],
        published=from_number(row["published"]),
        rank=row["rank"],
        location=row["location"],
        origin=row["origin"],
    )


def to_fact(row: sqlite3.Row, passage: Passage | None = None) -> Fact | None:
    """The typed fact of a passage, or None when it is only a passage."""
    if row["fact"] is None:
        return None
    fields = FactDraft.model_validate_json(row["fact"])
    return Fact(passage=passage or to_passage(row), **fields.model_dump())


def fact_json(fact: FactDraft | None) -> str | None:
    """A fact's fields as one line of JSON without its defaults; None stays None."""
    if fact is None:
        return None
    return json.dumps(fact.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, sort_keys=True)
