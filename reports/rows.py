"""Sources, facts and hits as rows: for tables in the explorer, and for the JSON and CSV beside them."""

from __future__ import annotations

from pipeline.models import Fact, Hit, Passage, Source
from reports import text as t
from reports.words import RANK


def flat(value: object) -> str:
    """A value as one cell: a mapping as name: number, …"""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {number}" for name, number in value.items())
    return str(value)


def source_view(source: Source) -> dict[str, object]:
    """A source for a table."""
    return {
        "id": source.id,
        "title": t.line(source.title) or "Untitled source",
        "publisher": t.line(source.publisher, 100),
        "url": t.safe_url(source.url),
        "site": t.site(source.url),
        "published": t.day(source.published),
        "retrieved": t.day(source.retrieved),
        "rank": RANK[source.rank],
        "kind": source.kind,
        "licence": t.line(source.licence, 60),
        "sha256": source.sha256,
        "version": source.version,
    }


def fact_view(fact: Fact | None) -> dict[str, object] | None:
    """A fact for a table, or None."""
    if fact is None:
        return None
    value = t.number(fact.number) if fact.number is not None else flat(fact.value) if fact.value is not None else ""
    return {
        "id": fact.passage.id,
        "subject": t.line(fact.subject, 100),
        "metric": t.line(fact.metric, 100),
        "value": t.line(value, 160),
        "unit": t.line(fact.unit, 60),
        "setting": t.line(fact.setting, 120),
        "date": t.day(fact.date, fact.passage.date_precision, short=True),
        "country": t.line(fact.country, 20),
        "open": {True: "open", False: "closed", None: ""}[fact.open_weights],
        "publisher": t.line(fact.passage.publisher, 80),
        "rank": RANK[fact.passage.rank],
        "note": t.line(fact.note, 200),
        "doubtful": "doubtful at its source" if fact.doubtful else "",
    }


def fact_row(fact: Fact) -> dict[str, object]:
    """A fact for JSON and CSV, with the id, words and address of its passage."""
    row = fact.model_dump(mode="json", exclude={"passage"})
    return {"passage_id": fact.passage.id, **row, "text": fact.passage.text, "url": fact.passage.url}


def hit_row(hit: Hit) -> dict[str, object]:
    """A search result for JSON and CSV."""
    return {"score": round(hit.score, 5), **passage_row(hit.passage)}


def passage_row(passage: Passage) -> dict[str, object]:
    """A passage for JSON and CSV."""
    return passage.model_dump(mode="json")
