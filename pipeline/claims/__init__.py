"""Claims from talk: find them, make them stand alone, recognise them again."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.claims.extract import extract
from pipeline.claims.matching import may_be_same, numbers_in, rank, same_claim, shares_numbers
from pipeline.claims.sentences import Sentence, split
from pipeline.claims.traceable import words_from_nowhere

__all__ = [
    "Sentence",
    "extract",
    "may_be_same",
    "numbers_in",
    "rank",
    "same_claim",
    "score",
    "shares_numbers",
    "split",
    "words_from_nowhere",
]


def score(texts: Sequence[str]) -> list[tuple[float, bool]]:
    """Check-worthiness of each text, 0 to 1, and whether it reaches the shipped model's threshold.

    Raises:
        WeightsError: the model's files are missing or damaged.
    """
    from pipeline.claims.checkworthy import load_checkworthy

    model = load_checkworthy()
    return [(found, found >= model.threshold) for found in model.score(texts)]
