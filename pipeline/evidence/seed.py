"""The seed evidence: facts that come with the program, and their vectors, so that a first run need not embed them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.evidence.facts_file import read_facts
from pipeline.evidence.records import SourceDraft

CONTAINER = "seeds/evidence/facts.jsonl"
FOLDER = Path(__file__).resolve().parents[2] / "seeds" / "evidence"
"""Beside the package, installed or not."""


def load_seeds(model_id: str) -> tuple[list[SourceDraft], list[tuple[bytes, bytes]]]:
    """The seed sources, and (key, vector) pairs where vectors of this embedding model came with the program."""
    lines = (FOLDER / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    drafts = read_facts((json.loads(line) for line in lines if line.strip()), CONTAINER)
    return drafts, list(_vectors(model_id))


def _vectors(model_id: str) -> Iterator[tuple[bytes, bytes]]:
    import numpy as np

    with np.load(FOLDER / "vectors.npz", allow_pickle=False) as held:
        if str(held["model"]) == model_id:
            for key, vector in zip(held["keys"], held["vectors"], strict=True):
                yield key.tobytes(), vector.tobytes()
