"""Parts of a store as lists to leaf through: a page of the facts, the passages of one source. Reads what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from pipeline.evidence import fact_table, rows
from pipeline.models import Fact, Passage

if TYPE_CHECKING:
    from pipeline.evidence.store import Store

Order = Literal["-date", "date", "-value", "value", "subject", "-subject", "metric", "-metric"]
_ORDER = {
    "date": "f.day IS NULL, f.day {}, p.row",
    "value": "f.number IS NULL, f.number {}, p.row",
    "subject": "f.subject {}, p.row",
    "metric": "f.metric {}, p.row",
}
"""How the catalogue sorts; facts without the field last."""


def fact_rows(
    store: Store,
    *,
    subject: str | None = None,
    metric: str | None = None,
    kind: str | None = None,
    country: str | None = None,
    as_of: date | None = None,
    sort: Order = "-date",
) -> list[int]:
    """Row numbers of the facts that meet every condition, in order; `facts_in` reads some of them."""
    wanted = {"subject": subject, "metric": metric, "kind": kind, "country": country}
    condition, values = fact_table.meeting(wanted, as_of)
    order = _ORDER[sort.lstrip("-")].format("DESC" if sort.startswith("-") else "ASC")
    # CROSS JOIN keeps SQLite from going through the dates of all passages, of which facts may be a small part
    sql = f"SELECT f.row FROM facts f CROSS JOIN passages p ON p.row = f.row WHERE {condition} ORDER BY {order}"
    return [row["row"] for row in store.catalogue.query(sql, values)]


def facts_in(store: Store, numbers: Sequence[int]) -> list[Fact]:
    """The facts with these row numbers, in this order; those that are gone by now are left out."""
    known = store.catalogue.by_rows(rows.PASSAGE + "WHERE p.row IN ({})", numbers)
    return [fact for row in numbers if row in known and (fact := rows.to_fact(known[row])) is not None]


def passages_of(store: Store, source_id: str, first: int = 0, most: int = 50) -> tuple[int, list[Passage]]:
    """How many current passages a source has, and at most `most` of them from number `first` on, as they were read."""
    condition = "WHERE p.source_id = ? AND p.superseded_from IS NULL"
    row = store.catalogue.one(f"SELECT count(*) AS n FROM passages p {condition}", (source_id,))
    sql = f"{rows.PASSAGE} {condition} ORDER BY p.row LIMIT ? OFFSET ?"
    found = [rows.to_passage(one) for one in store.catalogue.query(sql, (source_id, most, first))]
    return int(row["n"]) if row else 0, found


def countries(store: Store) -> list[str]:
    """The countries that facts name, most frequent first."""
    sql = "SELECT country AS name, count(*) AS n FROM facts WHERE country != '' GROUP BY country ORDER BY n DESC, name"
    return [str(row["name"]) for row in store.catalogue.query(sql)]
