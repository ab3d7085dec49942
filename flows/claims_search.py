"""Who said what when: the saved claims most like a query, by words, by meaning, and by numbers.

A claim's embedding is kept in the data home's cache, so that only new claims are embedded.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.claims_file import saved_claims
from flows.logs import logger
from pipeline.files import write_whole
from pipeline.settings import Settings

if TYPE_CHECKING:
    import numpy as np

NEAR = 0.35
"""Cosine from which a claim without any word of the query is like it."""
WORDS = 0.6
"""Share of the words in the likeness of a claim that has some of the query's; the rest is meaning."""
OTHER_NUMBERS = 0.5
"""The likeness of a claim with none of the query's numbers is multiplied by this."""


def search_claims(query: str, settings: Settings, limit: int) -> list[dict[str, object]]:
    """The saved claims most like the query, best first: who said what when, and in which episode.

    Raises:
        SettingsError: a file in the data home is damaged; it names the file.
        WeightsError: there are claims and the embedding model is missing.
    """
    saved = list(saved_claims(settings))
    found = likeness(query, [claim.claim for _, claim in saved], settings) if saved and query.strip() else []
    return [
        {
            "episode_id": saved[i][0].id,
            "title": saved[i][0].title,
            "claim_id": saved[i][1].id,
            "claim": saved[i][1].claim,
            "speaker": saved[i][1].speaker,
            "start": saved[i][1].start,
            "as_of": saved[i][1].as_of.isoformat(),
            "score": score,
        }
        for score, i in found[:limit]
    ]


def likeness(query: str, texts: Sequence[str], settings: Settings) -> list[tuple[float, int]]:
    """(Likeness 0 to 1, index) of the texts that are like the query, best first.

    Raises:
        WeightsError: the embedding model is missing.
    """
    from pipeline.claims import rank, shares_numbers

    words = {i: score for score, i in rank(query, texts)}
    rows = _embedded((query, *texts), settings)
    meaning = rows[1:] @ rows[0]
    found: list[tuple[float, int]] = []
    for i, near in enumerate(meaning.tolist()):
        if i not in words and near < NEAR:
            continue
        score = WORDS * words.get(i, 0.0) + (1 - WORDS) * max(0.0, near)
        found.append((round(score * (1.0 if shares_numbers(query, texts[i]) else OTHER_NUMBERS), 4), i))
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


def _embedded(texts: Sequence[str], settings: Settings) -> np.ndarray:
    """A unit row a text; rows of texts seen before come from the cache."""
    import numpy as np

    from pipeline.evidence.embed import load_embedder

    model = load_embedder(settings)
    path = settings.cache_path / f"claims-{hashlib.sha256(model.model_id.encode()).hexdigest()[:12]}.npz"
    known: dict[str, np.ndarray] = {}
    if path.exists():
        try:
            with np.load(path, allow_pickle=False) as kept:
                known = dict(zip(kept["keys"].tolist(), kept["rows"].astype(np.float32), strict=True))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            logger.warning("embeddings made again", extra={"detail": f"{path}: {type(error).__name__}"})
    keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        known |= dict(zip(new, model.embed(list(new.values())), strict=True))
        kept_keys = list(dict.fromkeys(keys[1:]))
        out = io.BytesIO()
        np.savez(out, keys=np.array(kept_keys), rows=np.stack([known[key] for key in kept_keys]).astype(np.float16))
        write_whole(path, out.getvalue())
    rows: np.ndarray = np.stack([known[key] for key in keys]).astype(np.float32)
    return rows
