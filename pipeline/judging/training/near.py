"""Neutral pairs that are hard: a claim beside a passage on the same topic that was evidence for a different claim.

A search returns such passages all the time. Labelled sets have few of them: their neutral passages are often about
something else altogether, and a model learns that shared words mean an answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.judging.training.data import NEUTRAL, Pair

ORIGIN = "near"
_LEAST, _MOST = 0.12, 0.5
"""Cosine of TF-IDF between claim and passage: below, the topic is another; above, the passage may well decide."""
_SAME_CLAIM = 0.4
"""Cosine between two claims from which evidence for the one may decide the other."""
_LONGEST = 400
"""Words of a passage that is taken."""


def pairs_from_neighbours(sets: Iterable[Sequence[Pair]], seed: int = 9) -> list[Pair]:
    """At most one pair for each claim of each set; a set's claims only meet passages of the same set."""
    rng = random.Random(seed)
    return [pair for pairs in sets for pair in _of_set(pairs, rng)]


def _of_set(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    usable = [pair for pair in pairs if len(pair.passage.split()) <= _LONGEST]
    claims = list(dict.fromkeys(pair.claim for pair in usable))
    if len(claims) < 3:
        return []
    words = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    passages = words.fit_transform([pair.passage for pair in usable])
    said = words.transform(claims)
    row_of = {claim: row for row, claim in enumerate(claims)}
    own = np.array([row_of[pair.claim] for pair in usable])
    made = []
    for row, claim in enumerate(claims):
        near = (passages @ said[row].T).toarray().ravel()
        alike = (said @ said[row].T).toarray().ravel()
        fit = np.flatnonzero((near > _LEAST) & (near < _MOST) & (alike[own] < _SAME_CLAIM) & (own != row))
        if len(fit):
            best = fit[np.argsort(-near[fit])][:8]
            made.append(Pair(usable[rng.choice(best.tolist())].passage, claim, (NEUTRAL,), ORIGIN))
    return made
