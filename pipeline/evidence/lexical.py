"""BM25 over passages: SQLite's FTS5, kept in the transaction that writes the passage, rebuildable from the passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.evidence import schema, words
from pipeline.evidence.catalogue import Catalogue

NAME_WEIGHT, BODY_WEIGHT = 1.0, 1.0
COMMON_SHARE = 0.2
"""A word in more than this share of passages says little: it is left out while rarer words are there."""
COMMON_FROM = 2000
"""Stores smaller than this are searched with every word."""


def add_words(catalogue: Catalogue, row: int, name: str, text: str) -> None:
    """Index one passage (inside the transaction that writes it)."""
    indexed = words.index_words(name), words.index_words(text)
    catalogue.execute("INSERT INTO lexical (rowid, name, body) VALUES (?, ?, ?)", (row, *indexed))


def remove_words(catalogue: Catalogue, row: int, name: str, text: str) -> None:
    """Forget one passage; `name` and `text` must be those it was indexed with."""
    indexed = words.index_words(name), words.index_words(text)
    catalogue.execute("INSERT INTO lexical (lexical, rowid, name, body) VALUES ('delete', ?, ?, ?)", (row, *indexed))


def count_terms(catalogue: Catalogue, texts: Sequence[tuple[str, str]], sign: int = 1) -> None:
    """Keep how many passages each word is in (inside the transaction that writes them)."""
    counts: Counter[str] = Counter()
    for name, text in texts:
        counts.update(set(words.index_words(f"{name}\n{text}").split()))
    catalogue.execute_many(
        "INSERT INTO terms VALUES (?1, ?2) ON CONFLICT (term) DO UPDATE SET passages = passages + ?2",
        ((term, sign * count) for term, count in counts.items()),
    )


def rebuild(catalogue: Catalogue) -> None:
    """Make the lexical index again from the passages (inside a transaction)."""
    catalogue.execute("DROP TABLE IF EXISTS lexical")
    catalogue.execute(schema.LEXICAL)
    catalogue.execute("DELETE FROM terms")
    for row in catalogue.query("SELECT row, text, context FROM passages ORDER BY row"):
        add_words(catalogue, row["row"], row["context"], row["text"])
        count_terms(catalogue, [(row["context"], row["text"])])
    catalogue.set_meta(words=str(words.VERSION))


def search_words(
    catalogue: Catalogue, query: str, limit: int, condition: str = "", values: Sequence[object] = ()
) -> list[tuple[int, float]]:
    """(row, score) of the passages that hold words of the query, best first; higher is better.

    `condition` is an SQL condition on `passages p`; with it the search looks only at passages that meet it.
    """
    terms = _telling(catalogue, words.query_words(query))
    if not terms:
        return []
    match = " OR ".join(f'"{term}"' for term in terms)
    rank = f"bm25(lexical, {NAME_WEIGHT}, {BODY_WEIGHT})"
    join = "JOIN passages p ON p.row = lexical.rowid" if condition else ""
    where = f"AND {condition}" if condition else ""
    sql = f"SELECT lexical.rowid AS row, {rank} AS score FROM lexical {join} WHERE lexical MATCH ? {where} ORDER BY score LIMIT ?"
    return [(row["row"], -row["score"]) for row in catalogue.query(sql, (match, *values, limit))]


def _telling(catalogue: Catalogue, terms: list[str]) -> list[str]:
    """The query's words without those that nearly every passage has."""
    counted = catalogue.one("SELECT count(*) AS n FROM passages")
    total = int(counted["n"]) if counted else 0
    if total < COMMON_FROM:
        return terms
    marks = ",".join("?" * len(terms))
    found = catalogue.query(
        f"SELECT term FROM terms WHERE term IN ({marks}) AND passages > ?", (*terms, COMMON_SHARE * total)
    )
    common = {row["term"] for row in found}
    return [term for term in terms if term not in common] or terms


def holds(catalogue: Catalogue, word: str) -> bool:
    """Whether some passage holds this word."""
    return catalogue.one("SELECT 1 FROM terms WHERE term = ? AND passages > 0", (word,)) is not None
