"""Numbers by set for a stance model: accuracy, balanced accuracy, AUROC of "supported", calibration error, pairs a
second.

    python -m pipeline.judging.training.measure --data ../shared/data [--facts FACTS] [--sets healthver wice] [--most
    400]

Validation pairs are those that training held back; the sets marked measure are whole. Where a set has no neutral
pairs, the stronger
of supports and refutes is taken. WiCE's and other PARTIAL pairs count as not supported; AVeriTeC's CONFLICT pairs are
left out.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.judging.stance import StanceModel, load_stance
from pipeline.judging.training.data import MEASURE_SETS, NEUTRAL, REFUTES, SUPPORTS, Pair, capped, clean, read_rows
from pipeline.models import StanceScores

_TARGETS = {
    "SUPPORT": (SUPPORTS,),
    "REFUTE": (REFUTES,),
    "NEI": (NEUTRAL,),
    "NOT_SUPPORT": (REFUTES, NEUTRAL),
    "PARTIAL": (REFUTES, NEUTRAL),
}


def measured_pairs(data: Path, name: str) -> list[Pair]:
    """The pairs of a set marked measure; never used for anything but numbers."""
    rows = [row for row in read_rows(data, name) if row["label"] in _TARGETS]
    return [Pair(clean(row["evidence"]), clean(row["claim"]), _TARGETS[row["label"]], name) for row in rows]


def chosen_label(scores: StanceScores, two_way: bool) -> int:
    """The label index that a model's scores come down to."""
    values = (scores.supports, scores.refutes) if two_way else (scores.supports, scores.refutes, scores.neutral)
    return values.index(max(values))


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Area under the ROC curve, ties counted half; None when one class is empty."""
    from sklearn.metrics import roc_auc_score

    if len(set(positive)) < 2:
        return None
    return round(float(roc_auc_score(list(positive), list(scores))), 4)


def balanced_accuracy(found: Sequence[int], pairs: Sequence[Pair]) -> float:
    """Mean over the set's target groups of the share that got an allowed label."""
    groups: dict[tuple[int, ...], list[bool]] = {}
    for label, pair in zip(found, pairs, strict=True):
        groups.setdefault(pair.allowed, []).append(label in pair.allowed)
    return sum(sum(hits) / len(hits) for hits in groups.values()) / len(groups)


def calibration_error(scores: Sequence[StanceScores], pairs: Sequence[Pair], bins: int = 10) -> float:
    """Expected calibration error of the strongest label's probability, over equally wide bins."""
    gaps = [0.0] * bins
    for score, pair in zip(scores, pairs, strict=True):
        values = (score.supports, score.refutes, score.neutral)
        best = max(values)
        gaps[min(bins - 1, int(best * bins))] += best - (values.index(best) in pair.allowed)
    return sum(abs(gap) for gap in gaps) / len(pairs)


def measure(model: StanceModel, pairs: Sequence[Pair]) -> dict[str, float | None]:
    """The numbers of one model on one set."""
    two_way = not any(NEUTRAL in pair.allowed for pair in pairs)
    started = time.perf_counter()
    scores = model.score([(pair.passage, pair.claim) for pair in pairs])
    seconds = time.perf_counter() - started
    found = [chosen_label(score, two_way) for score in scores]
    right = [label in pair.allowed for label, pair in zip(found, pairs, strict=True)]
    return {
        "pairs": len(pairs),
        "accuracy": round(sum(right) / len(right), 4),
        "balanced_accuracy": round(balanced_accuracy(found, pairs), 4),
        "auroc_supported": auroc(
            [s.supports - s.refutes * two_way for s in scores], [p.allowed == (SUPPORTS,) for p in pairs]
        ),
        "calibration_error": round(calibration_error(scores, pairs), 4),
        "pairs_per_second": round(len(pairs) / seconds, 1),
    }


def measure_sets(
    model: StanceModel, data: Path, validation: dict[str, list[Pair]], names: Sequence[str] | None, most: int
) -> dict[str, dict[str, float | None]]:
    """The numbers by set, for the validation pairs and the sets marked measure; at most `most` pairs of each."""
    sets = dict(validation)
    for name in MEASURE_SETS:
        if names is None or name in names:
            sets[name] = measured_pairs(data, name)
    return {name: measure(model, capped(pairs, most)) for name, pairs in sets.items() if names is None or name in names}


def main() -> None:
    """Prints the numbers by set as JSON Lines."""
    from pipeline.judging.training.train import load_sets

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--model", help="a cross-encoder's name; the packaged model when left out")
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--most", type=int, default=100_000)
    args = parser.parse_args()
    _, validation = load_sets(args.data, args.facts)
    for name, numbers in measure_sets(load_stance(args.model), args.data, validation, args.sets, args.most).items():
        print(json.dumps({"set": name, **numbers}))


if __name__ == "__main__":
    main()
