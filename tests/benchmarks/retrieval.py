"""Measures search on a BEIR-style set: nDCG@10 and recall@100 of dense, lexical and hybrid.

    python tests/benchmarks/retrieval.py --data ../shared/data/retrieval/scifact [--home DIR] [--out FILE.json]
        [--queries N] [--documents N]

The folder holds corpus.jsonl (`_id, title, text`), queries.jsonl (`_id, text`) and qrels/*.tsv (query, document, grade).
Every query with a judgement in any split is measured; the test split is printed apart. The store is kept in --home, so a
second run does not embed again. --queries and --documents take a sample for slow machines: the first N judged queries,
their documents and the first N others; such figures are higher than those of the whole set and are marked as a sample.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import tempfile
import time
from pathlib import Path

from pipeline.evidence import open_store
from pipeline.evidence.search import MODES, Mode
from pipeline.files import write_whole
from pipeline.settings import Settings

Qrels = dict[str, dict[str, int]]
CUT, DEEP = 10, 100


def read_queries(data: Path) -> dict[str, str]:
    """Query id → text."""
    records = (json.loads(line) for line in (data / "queries.jsonl").read_text("utf-8").splitlines())
    return {str(record["_id"]): record["text"] for record in records}


def read_qrels(path: Path) -> Qrels:
    """Query id → document id → grade, grades above zero only."""
    qrels: Qrels = {}
    with path.open(encoding="utf-8") as file:
        for row in list(csv.reader(file, delimiter="\t"))[1:]:
            if int(row[2]) > 0:
                qrels.setdefault(row[0], {})[row[1]] = int(row[2])
    return qrels


def ndcg(ranking: list[str], grades: dict[str, int]) -> float:
    """nDCG@10 with linear gains (trec_eval's `ndcg_cut`)."""
    gain = sum(grades.get(doc, 0) / math.log2(place + 2) for place, doc in enumerate(ranking[:CUT]))
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:CUT]))
    return gain / best


def recall(ranking: list[str], grades: dict[str, int]) -> float:
    """Share of the relevant documents among the first 100."""
    return len(set(ranking[:DEEP]) & set(grades)) / len(grades)


def scores(rankings: dict[str, list[str]], qrels: Qrels) -> dict[str, float]:
    """Means over the judged queries."""
    judged = [query for query in qrels if query in rankings]
    return {
        "queries": len(judged),
        "ndcg@10": round(sum(ndcg(rankings[q], qrels[q]) for q in judged) / len(judged), 4),
        "recall@100": round(sum(recall(rankings[q], qrels[q]) for q in judged) / len(judged), 4),
    }


def main() -> None:
    """Print a table and write the run as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "claimcast-retrieval")
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--queries", type=int, default=None)
    parser.add_argument("--documents", type=int, default=None)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    options = parser.parse_args()
    queries = read_queries(options.data)
    splits = {path.stem: read_qrels(path) for path in sorted((options.data / "qrels").glob("*.tsv"))}
    merged = {query: grades for qrels in splits.values() for query, grades in qrels.items()}
    asked = [query for query in queries if query in merged][: options.queries]
    corpus = options.data / "corpus.jsonl"
    if options.documents is not None:
        corpus = sample(corpus, options.home, {doc for query in asked for doc in merged[query]}, options.documents)
    store = open_store(Settings(home=options.home))
    began = time.monotonic()
    added = store.add(corpus, on_progress=lambda done, total: print(f"\r{done}/{total}", end="", flush=True))
    run: dict[str, object] = {
        "data": options.data.name,
        "sample": options.documents is not None,
        "passages": store.stats().passages,
    }
    run["ingest_seconds"] = round(time.monotonic() - began, 1) if added.passages else None
    print(f"\n{'':8}  queries  nDCG@10  recall@100  ms/query")
    for mode in options.modes:
        result, milliseconds = measure(store, mode, {query: queries[query] for query in asked})
        for name, qrels in {"all": merged, **splits}.items():
            found = scores(result, qrels)
            run[f"{mode}/{name}"] = found
            if name in ("all", "test"):
                print(f"{mode:8}  {found['queries']:7.0f}  {found['ndcg@10']:7.4f}  {found['recall@100']:10.4f}  {milliseconds:8.1f}  {name}")  # fmt: skip
        run[f"{mode}/ms_per_query"] = milliseconds
    if options.out:
        write_whole(options.out, json.dumps(run, indent=2) + "\n")


def sample(corpus: Path, home: Path, needed: set[str], others: int) -> Path:
    """A smaller corpus: the documents that are needed, and the first few others."""
    kept: list[str] = []
    left = others
    for line in corpus.read_text("utf-8").splitlines():
        wanted = str(json.loads(line)["_id"]) in needed
        if wanted or left > 0:
            kept.append(line)
            left -= not wanted
    path = home / f"sample-{len(needed)}-{others}.jsonl"
    write_whole(path, "\n".join(kept) + "\n")
    return path


def measure(store: object, mode: Mode, queries: dict[str, str]) -> tuple[dict[str, list[str]], float]:
    """Rankings of document ids, and milliseconds a query (embedding included)."""
    from pipeline.evidence import Store

    assert isinstance(store, Store)
    began = time.monotonic()
    hits = store.search_many(list(queries.values()), k=DEEP, mode=mode)
    seconds = time.monotonic() - began
    rankings = {query: [hit.passage.external_id for hit in found] for query, found in zip(queries, hits, strict=True)}
    return rankings, round(seconds * 1000 / max(1, len(queries)), 1)


if __name__ == "__main__":
    main()
