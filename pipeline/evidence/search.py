"""Hybrid search: the ranks of dense and lexical search fused, then a light rerank that favours the names in the query.

Fusion is reciprocal rank (Cormack, Clarke and Büttcher 2009, https://doi.org/10.1145/1571941.1572114) with the scores of
each half, brought between 0 and 1, mixed in: a clear winner of one half stays one. A name with a number in it
(GLM-4.5, o1, R1-0528) means exactly that thing, so passages that hold it go before their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from pipeline.evidence.catalogue import MANY, Catalogue
from pipeline.evidence.dense import DenseIndex
from pipeline.evidence.filters import Filters
from pipeline.evidence.lexical import search_words
from pipeline.evidence.words import index_words, query_words

if TYPE_CHECKING:
    import numpy as np

Mode = Literal["hybrid", "dense", "lexical"]
Ranking = list[tuple[int, float]]
"""(row of the catalogue, score), best first."""
MODES: tuple[Mode, ...] = ("hybrid", "dense", "lexical")

RANK_CONSTANT = 60
SCORE_SHARE = 0.7
"""How much of the fusion is normalised score; the rest is reciprocal rank. Chosen on SciFact's 809 queries."""
DEPTH = 100
"""Passages that each half brings to the fusion, at least."""
RERANKED, NAME_BONUS = 60, 0.3
_NUMBERED = re.compile(r"[a-z].*\d|\d.*[a-z]")
EXACT_UP_TO = 4000
"""Filters that leave fewer passages than this are searched among just those."""


def find_many(
    catalogue: Catalogue,
    dense: DenseIndex,
    queries: Sequence[str],
    filters: Sequence[Filters],
    embed: Callable[[Sequence[str]], np.ndarray],
    limit: int,
    mode: Mode = "hybrid",
) -> list[Ranking]:
    """The best passages of each query, best first. The words are looked up beside the embedding, which takes as long."""
    depth = max(DEPTH, 2 * limit)
    scopes = [Scope(catalogue, one) for one in filters]
    with ThreadPoolExecutor(max_workers=1) as beside:
        asked = zip(scopes, queries, strict=True)
        lexical = [beside.submit(scope.lexical, query, depth) for scope, query in asked] if mode != "dense" else []
        if mode == "lexical" or not queries:
            return [words.result()[:limit] for words in lexical]
        near = [dense.nearest(vector, depth, scope) for vector, scope in zip(embed(queries), scopes, strict=True)]
        if mode == "dense":
            return [meaning[:limit] for meaning in near]
        return [
            _names_first(catalogue, query, fuse(meaning, words.result()))[:limit]
            for query, meaning, words in zip(queries, near, lexical, strict=True)
        ]


def _names_first(catalogue: Catalogue, query: str, ranked: Ranking) -> Ranking:
    """The ranking with passages raised by the share of the query's numbered names that they hold."""
    names = {term for term in query_words(query) if _NUMBERED.search(term)}
    if not names:
        return ranked
    sql = "SELECT p.row, p.context, p.text FROM passages p WHERE p.row IN ({})"
    texts = catalogue.by_rows(sql, [row for row, _ in ranked[:RERANKED]])
    raised: Ranking = []
    for row, score in ranked[:RERANKED]:
        held = set(index_words(f"{texts[row]['context']}\n{texts[row]['text']}").split()) if row in texts else set()
        raised.append((row, score + NAME_BONUS * len(names & held) / len(names)))
    return sorted(raised, key=lambda pair: (-pair[1], pair[0])) + ranked[RERANKED:]


def fuse(meaning: Sequence[tuple[int, float]], words: Sequence[tuple[int, float]]) -> Ranking:
    """One ranking out of two, best first; scores lie between 0 and 1."""
    total: dict[int, float] = {}
    for ranking in (meaning, words):
        if not ranking:
            continue
        best, worst = ranking[0][1], ranking[-1][1]
        for place, (row, score) in enumerate(ranking):
            level = (score - worst) / (best - worst) if best > worst else 1.0
            ranked = (RANK_CONSTANT + 1) / (RANK_CONSTANT + 1 + place)
            total[row] = total.get(row, 0.0) + 0.5 * (SCORE_SHARE * level + (1 - SCORE_SHARE) * ranked)
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))


class Scope:
    """The passages that the filters let through, as each half of the search needs to know them."""

    def __init__(self, catalogue: Catalogue, filters: Filters) -> None:
        self._catalogue = catalogue
        self._condition, self._values = filters.condition()
        self.narrow = filters.narrow

    def eligible(self, rows: Sequence[int]) -> set[int]:
        """Which of these rows pass."""
        passing: set[int] = set()
        for start in range(0, len(rows), MANY):
            some = rows[start : start + MANY]
            marks = ",".join("?" * len(some))
            sql = f"SELECT p.row FROM passages p WHERE p.row IN ({marks}) AND {self._condition}"
            passing.update(row["row"] for row in self._catalogue.query(sql, (*some, *self._values)))
        return passing

    def few(self) -> list[int] | None:
        """All rows that pass, when they are few; else None."""
        sql = f"SELECT p.row FROM passages p WHERE {self._condition} LIMIT ?"
        rows = [row["row"] for row in self._catalogue.query(sql, (*self._values, EXACT_UP_TO + 1))]
        return rows if len(rows) <= EXACT_UP_TO else None

    def lexical(self, query: str, depth: int) -> Ranking:
        """The best passages by words among those that pass."""
        found = search_words(self._catalogue, query, 3 * depth)
        passing = self.eligible([row for row, _ in found])
        kept = [pair for pair in found if pair[0] in passing]
        if len(kept) < depth and len(found) == 3 * depth:
            kept = search_words(self._catalogue, query, depth, self._condition, self._values)
        return kept[:depth]
