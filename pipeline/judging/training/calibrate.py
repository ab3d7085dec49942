"""How often verdicts of each certainty are right, as monotone curves: `weights/confidence.json`.

    python -m pipeline.judging.training.calibrate --data ../shared/data --facts ../shared/evidence/facts.jsonl [--most 200]

"reading" is fitted on the pairs that training held back, each judged against its own passage; "computed" on claims made
from the project's facts (true ones, and ones with a number, day or maker changed), judged against the whole seed store by
computation alone. Prints the calibration error of each before and after, cross-fitted in five folds by claim.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold

from pipeline.evidence import open_store
from pipeline.files import write_whole
from pipeline.judging.calibration import PARAMETERS
from pipeline.judging.comparisons import compute, joined, uncovered
from pipeline.judging.reading import read_claim
from pipeline.judging.stance import load_stance
from pipeline.judging.training.blend import held_back
from pipeline.judging.training.data import NEUTRAL, Pair, claim_key
from pipeline.judging.training.generate import load_facts, pairs_from_facts
from pipeline.judging.view import Knowledge
from pipeline.judging.weighing import stances
from pipeline.settings import Settings

Sample = tuple[float, bool, str]
"""Certainty, whether the verdict was right, and the claim's group (folds share no group)."""
KNOTS = 12
"""Points of a curve at most."""
PRIOR = 8.0
VERDICTS = {0: "supported", 1: "refuted"}


def read_samples(pairs: Sequence[Pair]) -> list[Sample]:
    """What the reading of each pair's passage says, and whether that is the label people gave."""
    found = stances([(pair.claim, pair.passage) for pair in pairs], load_stance(), given=True)
    samples = []
    for pair, one in zip(pairs, found, strict=True):
        parts = (one.supports, one.refutes, one.neutral)
        samples.append((max(parts), parts.index(max(parts)) == pair.label, claim_key(pair.claim)))
    return samples


def computed_samples(facts: Path, most: int) -> list[Sample]:
    """What computation says of claims made from facts, where it decides for or against."""
    pairs = [pair for pair in pairs_from_facts(load_facts(facts)) if pair.label != NEUTRAL]
    random.Random(4).shuffle(pairs)
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), stance="none")
        with open_store(settings) as store:
            store.seed()
            knowledge = Knowledge(store.facts())
            view = knowledge.view(None)
            for pair in pairs[:most]:
                reading = read_claim(pair.claim, date.today(), knowledge.index)
                findings = compute(reading, view)
                finding = joined(findings, uncovered(reading, findings))
                if finding is not None and finding.label in VERDICTS.values():
                    samples.append((finding.certainty, finding.label == VERDICTS[pair.label or 0], pair.passage))
    return samples


def curve_of(samples: Sequence[Sample]) -> tuple[list[float], list[float]]:
    """(certainties, shares that were right): isotonic regression, at most KNOTS points besides those of the prior.

    The prior is that a certainty is the share that is right, PRIOR samples' worth at each tenth: where few verdicts of a
    certainty were seen, one wrong one says little.
    """
    grid = np.array([0.5, 0.6, 0.7, 0.8, 0.9])
    sure = np.array([*(s[0] for s in samples), *grid])
    right = np.array([*(float(s[1]) for s in samples), *grid])
    weights = np.array([*(1.0 for _ in samples), *(PRIOR for _ in grid)])
    model = IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip").fit(sure, right, sample_weight=weights)
    knots = np.unique([*np.quantile(sure, np.linspace(0, 1, KNOTS)).round(4), *grid])
    return [float(k) for k in knots], [round(float(v), 4) for v in model.predict(knots)]


def error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins (Naeini et al., 2015)."""
    sure, hits = np.asarray(confidence), np.asarray(right, dtype=float)
    index = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(abs(sure[index == i].mean() - hits[index == i].mean()) * (index == i).mean() for i in np.unique(index))
    )


def cross_fitted(samples: Sequence[Sample]) -> float:
    """The calibration error of curves that never saw the claims they are applied to."""
    groups = [group for _, _, group in samples]
    after = np.zeros(len(samples))
    for train, test in GroupKFold(5).split(groups, groups=groups):
        knots, shares = curve_of([samples[i] for i in train])
        after[test] = np.interp([samples[i][0] for i in test], knots, shares)
    return error(list(after), [right for _, right, _ in samples])


def main() -> None:
    """Fits both curves, prints the numbers and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--facts", type=Path, required=True)
    parser.add_argument("--most", type=int, default=200, help="pairs of a set, and claims made from facts, at most")
    parser.add_argument("--out", type=Path, default=PARAMETERS)
    args = parser.parse_args()
    curves = {}
    for name, samples in (
        ("reading", read_samples(held_back(args.data, args.most))),
        ("computed", computed_samples(args.facts, args.most)),
    ):
        right = [hit for _, hit, _ in samples]
        knots, shares = curve_of(samples)
        curves[name] = {"certainty": knots, "right": shares}
        line = {
            "curve": name,
            "verdicts": len(samples),
            "right": round(sum(right) / len(right), 3),
            "error_before": round(error([sure for sure, _, _ in samples], right), 3),
            "error_after_cross_fitted": round(cross_fitted(samples), 3),
        }
        print(json.dumps(line))
    write_whole(args.out, json.dumps(curves, indent=1) + "\n")


if __name__ == "__main__":
    main()
