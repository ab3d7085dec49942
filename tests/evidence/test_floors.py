"""Hybrid search holds its floor on a sample of judged queries.

Among so few documents dense search alone is better; on the whole set hybrid beats both halves (tests/benchmarks/retrieval.py).
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.evidence import open_store
from pipeline.evidence.search import MODES
from pipeline.settings import Settings
from tests.benchmarks.retrieval import measure, read_qrels, read_queries, sample, scores
from tests.conftest import SHARED

FLOORS = tomllib.loads((Path(__file__).parent.parent / "benchmarks" / "floors.toml").read_text("utf-8"))["retrieval"]
DATA = SHARED / "data" / "retrieval" / "scifact"
QUERIES, OTHERS = 60, 60


def test_hybrid_search_holds_its_floor(tmp_path: Path) -> None:
    if not DATA.exists():
        pytest.skip("the judged queries lie in ../shared, which is not here")
    queries, qrels = read_queries(DATA), read_qrels(next((DATA / "qrels").glob("*.tsv")))
    asked = [query for query in queries if query in qrels][:QUERIES]
    corpus = sample(DATA / "corpus.jsonl", tmp_path, {doc for query in asked for doc in qrels[query]}, OTHERS)
    with open_store(Settings(home=tmp_path)) as store:
        assert store.add(corpus).passages > OTHERS
        found = {mode: scores(measure(store, mode, {q: queries[q] for q in asked})[0], qrels) for mode in MODES}
    assert found["hybrid"]["queries"] == QUERIES
    assert found["hybrid"]["ndcg@10"] >= FLOORS["hybrid_sample_ndcg"], found
    assert found["hybrid"]["ndcg@10"] > found["lexical"]["ndcg@10"], found
    assert found["hybrid"]["recall@100"] >= FLOORS["hybrid_sample_recall"], found
