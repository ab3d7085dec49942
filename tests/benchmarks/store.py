"""Measures the store as it grows: ingest with and without embedding, hybrid search with an as_of filter, size and memory.

    python tests/benchmarks/store.py [--sizes 1000 10000 100000] [--embed 200] [--out FILE.json]

Passages are made of English words, as rare as in English, with a fixed seed; "without embedding" gives them random vectors.
Beside the ingest with embedding stands the embedder alone on the same texts: what bounds it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from pipeline.evidence import Store, open_store
from pipeline.evidence.embed import PACKAGED
from pipeline.evidence.ingest import embedded_text, vector_key
from pipeline.evidence.records import PassageDraft, SourceDraft
from pipeline.files import write_whole
from pipeline.settings import Settings, get_settings
from pipeline.weights import locate

QUERIES = 60
FIRST_DAY = date(2023, 1, 1)


@lru_cache
def english() -> list[str]:
    """Whole words that the embedder knows, about the most frequent first."""
    tokenizer = json.loads((locate(PACKAGED, get_settings().models_path) / "tokenizer.json").read_text("utf-8"))
    known = sorted(tokenizer["model"]["vocab"].items(), key=lambda pair: pair[1])
    return [word for word, _ in known if len(word) > 2 and word.isascii() and word.isalpha()]


def passages(count: int, seed: int) -> list[PassageDraft]:
    """Made-up passages of about 30 words, dated over three years, with words as rare as in English (Zipf's law)."""
    chance = random.Random(seed)
    vocabulary = english()
    weights = list(accumulate(1 / (place + 1) for place in range(len(vocabulary))))
    return [
        PassageDraft(
            text=f"Passage {number} of {seed}: {' '.join(chance.choices(vocabulary, cum_weights=weights, k=27))}.",
            context="Made-up passages",
            known_from=FIRST_DAY + timedelta(days=chance.randrange(1000)),
        )
        for number in range(count)
    ]


def draft(key: str, made: list[PassageDraft]) -> SourceDraft:
    """One source of these passages."""
    return SourceDraft(key=key, title="Made-up passages", sha256=key, kind="text", text="", passages=tuple(made))


def give_vectors(store: Store, made: list[PassageDraft], seed: int) -> None:
    """Random unit vectors for passages, so that they are not embedded."""
    import numpy as np

    vectors = np.random.default_rng(seed).standard_normal((len(made), 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = zip(made, vectors.astype(np.float16), strict=True)
    with store.writing(), store.catalogue.transaction():
        store.catalogue.execute_many(
            "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
            ((vector_key(embedded_text(p.context, p.text)), vector.tobytes()) for p, vector in pairs),
        )


def measure(size: int, embed: int) -> dict[str, float]:
    """One fresh store of this size, in numbers; times in the units their names say."""
    with tempfile.TemporaryDirectory() as folder, open_store(Settings(home=Path(folder))) as store:
        made = passages(size, 1)
        give_vectors(store, made, 1)
        began = time.monotonic()
        store.put([draft("plain", made)])
        plain = size / (time.monotonic() - began)
        extra = passages(embed, 2)
        store.embedder.embed(["loaded before the clock starts"])
        began = time.monotonic()
        store.embedder.embed([embedded_text(passage.context, passage.text) for passage in extra])
        alone = embed / (time.monotonic() - began)
        began = time.monotonic()
        store.put([draft("embedded", extra)])
        embedded = embed / (time.monotonic() - began)
        seconds: list[float] = []
        for passage in made[:: max(1, size // QUERIES)][:QUERIES]:
            began = time.monotonic()
            store.search(" ".join(passage.text.split()[3:13]), as_of=FIRST_DAY + timedelta(days=700))
            seconds.append(time.monotonic() - began)
        seconds.sort()
        return {
            "passages": size,
            "ingest_per_second": round(plain, 1),
            "ingest_with_embedding_per_second": round(embedded, 1),
            "embedder_alone_per_second": round(alone, 1),
            "search_p50_ms": round(1000 * seconds[len(seconds) // 2], 1),
            "search_p95_ms": round(1000 * seconds[int(0.95 * len(seconds))], 1),
            "megabytes_on_disk": round(store.stats().bytes_on_disk / 1e6, 1),
            "peak_memory_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }


def main() -> None:
    """Print one line a size and write the run as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--embed", type=int, default=600)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    runs = []
    for size in options.sizes:
        runs.append(measure(size, options.embed))
        print(json.dumps(runs[-1]), flush=True)
    if options.out:
        write_whole(options.out, json.dumps(runs, indent=2) + "\n")


if __name__ == "__main__":
    main()
