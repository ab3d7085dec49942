"""The coefficients that put stance and signals together, fitted on the pairs that training held back.

    python -m pipeline.judging.training.blend --data ../shared/data [--most 300] [--out pipeline/judging/weights/blend.json]

Every set and every label weighs the same. Made pairs of a claim and a passage of another teach the blend for passages that
a search found; the blend for given evidence does without. Prints log loss and accuracy by set under five-fold cross-validation (folds never share a
claim), with the model alone beside it; the sets marked measure are not read.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold

from pipeline.files import write_whole
from pipeline.judging.blending import PARAMETERS, SIGNALS, signals
from pipeline.judging.stance import load_stance
from pipeline.judging.training.data import NEUTRAL, Pair, capped, claim_key, split_pairs
from pipeline.judging.training.joined import pairs_from_joined

CAREFUL = ("fever_symmetric", "fever", "fm2", "check_covid", "scifact", "factcheck_gpt_stance")
"""Sets whose passages are evidence for claims, as here; not the inference sets whose premises describe pictures."""
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def held_back(data: Path, most: int) -> list[Pair]:
    """At most `most` validation pairs of each set, with made ones: two claims in one, and passages of another claim."""
    _, validation = split_pairs(data)
    pairs = [pair for name in CAREFUL for pair in capped([p for p in validation[name] if p.label is not None], most)]
    rng = random.Random(3)
    joined = pairs_from_joined([p for name in CAREFUL[:5] for p in validation[name]], count=most, seed=8)
    strangers = [
        Pair(rng.choice(pairs).passage, pair.claim, (NEUTRAL,), "strangers") for pair in capped(pairs, most // 2)
    ]
    return [*pairs, *joined, *strangers]


def fit(inputs: Floats, labels: Sequence[int], weights: Floats) -> LogisticRegression:
    """The regression; lightly regularised, since there are few signals."""
    return LogisticRegression(C=3.0, max_iter=2000).fit(inputs, labels, sample_weight=weights)


def main() -> None:
    """Fits, prints the numbers and writes the coefficients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=int, default=300, help="pairs of a set at most")
    parser.add_argument("--out", type=Path, default=PARAMETERS)
    args = parser.parse_args()
    pairs = held_back(args.data, args.most)
    scores = load_stance().score([(pair.passage, pair.claim) for pair in pairs])
    inputs = np.array([signals(p.claim, p.passage, one) for p, one in zip(pairs, scores, strict=True)])
    labels = np.array([pair.label for pair in pairs])
    origins = np.array([pair.origin for pair in pairs])
    groups = [claim_key(pair.claim) for pair in pairs]
    written = {}
    for name, taken in (("given", origins != "strangers"), ("found", np.full(len(pairs), True))):
        weights = even(labels, origins) * taken
        report(name, inputs, labels, origins, cross_fitted(inputs, labels, weights, groups))
        written[name] = as_blend(fit(inputs[taken], labels[taken], weights[taken]))
    write_whole(args.out, json.dumps(written, indent=1) + "\n")


def even(labels: Floats, origins: Floats) -> Floats:
    """Weights that let every set and every label count the same."""
    weights: Floats = np.array([300.0 / np.sum(origins == origin) for origin in origins])
    total = weights.sum()
    for label in range(3):
        weights[labels == label] *= total / 3 / weights[labels == label].sum()
    return weights


def cross_fitted(inputs: Floats, labels: Floats, weights: Floats, groups: Sequence[str]) -> Floats:
    """Probabilities of every pair by a fit that never saw its claim."""
    found = np.zeros((len(labels), 3))
    for train, test in GroupKFold(5).split(inputs, labels, groups=groups):
        train = train[weights[train] > 0]
        found[test] = fit(inputs[train], labels[train], weights[train]).predict_proba(inputs[test])
    return found


def report(name: str, inputs: Floats, labels: Floats, origins: Floats, blended: Floats) -> None:
    """Prints a line a set: accuracy and log loss of the model alone and blended."""
    alone = np.exp(inputs[:, :3]) / np.exp(inputs[:, :3]).sum(axis=1, keepdims=True)
    for origin in dict.fromkeys(origins):
        rows = origins == origin
        line = {"blend": name, "set": str(origin), "pairs": int(rows.sum())}
        for who, found in (("alone", alone[rows]), ("blended", blended[rows])):
            line[f"{who}_accuracy"] = round(float((found.argmax(1) == labels[rows]).mean()), 3)
            line[f"{who}_log_loss"] = round(float(log_loss(labels[rows], found, labels=[0, 1, 2])), 3)
        print(json.dumps(line))


def as_blend(model: LogisticRegression) -> dict[str, object]:
    """The coefficients as they are kept."""
    return {
        "signals": SIGNALS,
        "coefficients": [[round(float(c), 4) for c in row] for row in model.coef_],
        "intercepts": [round(float(c), 4) for c in model.intercept_],
    }


if __name__ == "__main__":
    main()
