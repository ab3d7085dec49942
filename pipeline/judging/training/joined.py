"""Claims of two parts, made of pairs that people labelled: supported only when the evidence bears out both parts."""

import random
from collections.abc import Sequence

from pipeline.judging.training.data import NEUTRAL, REFUTES, SUPPORTS, Pair

_LONGEST_PASSAGE, _LONGEST_CLAIM = 60, 22
"""Words of one half; longer ones would not fit side by side."""


def pairs_from_joined(pairs: Sequence[Pair], count: int = 6000, seed: int = 5) -> list[Pair]:
    """Pairs of two claims in one sentence, in equal parts supported, half borne out (neutral) and with one half refuted.

    Half borne out is the hard case of long evidence: most words are there, and part of the statement has no source.
    """
    rng = random.Random(seed)
    short = [
        pair
        for pair in pairs
        if len(pair.passage.split()) <= _LONGEST_PASSAGE and 4 <= len(pair.claim.split()) <= _LONGEST_CLAIM
    ]
    by_label = {label: [pair for pair in short if pair.label == label] for label in (SUPPORTS, REFUTES, NEUTRAL)}
    if not by_label[SUPPORTS] or not by_label[REFUTES]:
        return []
    return [_joined(by_label, number % 3, rng) for number in range(count)]


def _joined(by_label: dict[int, list[Pair]], kind: int, rng: random.Random) -> Pair:
    """One made pair: 0 both supported, 1 one without its evidence, 2 one refuted."""
    first = rng.choice(by_label[SUPPORTS])
    second = rng.choice(by_label[REFUTES] if kind == 2 else by_label[SUPPORTS])
    halves = [first, second]
    rng.shuffle(halves)
    passages = [pair.passage for pair in halves]
    if kind == 1:
        lost = rng.randrange(2)
        stranger = rng.choice(by_label[NEUTRAL] or by_label[SUPPORTS]).passage
        passages[lost] = stranger if rng.random() < 0.5 else ""
    label = (SUPPORTS, NEUTRAL, REFUTES)[kind]
    return Pair(" ".join(filter(None, passages)), _sentence(halves, rng), (label,), "joined")


def _sentence(halves: Sequence[Pair], rng: random.Random) -> str:
    first, second = (pair.claim.strip().rstrip(".") for pair in halves)
    link = rng.choice((", and ", " and ", "; ", ". ", ", while "))
    return f"{first}{link}{second}."
