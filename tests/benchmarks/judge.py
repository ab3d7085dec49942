"""Measures the judge on labelled pairs and on the gold claims, beside simple baselines in the same run.

    python -m tests.benchmarks.judge --data ../shared/data [--limit 150] [--out FILE.json] [--svg FILE.svg]

For every set: accuracy, balanced accuracy, macro F1, area under the ROC curve of support, calibration error and pairs a
second; beside the judge, MiniLM cosine with a threshold fitted on half of the set, and always the most frequent class.
Sets that only measure are never read for training. Exit status 1 when a floor of floors.toml breaks.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from pipeline.evidence import open_store
from pipeline.evidence.embed import load_embedder
from pipeline.judging import judge
from pipeline.judging.stance import StanceModel, load_stance
from pipeline.judging.training.data import MEASURE_SETS, split_pairs
from pipeline.judging.weighing import stances
from pipeline.models import Claim, StanceScores
from pipeline.settings import Settings, get_settings

ROOT = Path(__file__).parent.parent.parent
FLOORS = tomllib.loads((ROOT / "tests" / "benchmarks" / "floors.toml").read_text("utf-8"))["judge"]
VALIDATION = ("fever_symmetric", "fever", "fm2", "check_covid", "scifact", "cad_nli")
NAMES = {"SUPPORT": "supports", "REFUTE": "refutes", "NEI": "neutral", "PARTIAL": "neutral", "NOT_SUPPORT": "neutral",
         "CONFLICT": "conflict"}  # fmt: skip
Row = tuple[str, str, str]
"""Passage, claim, label."""


def rows_of(data: Path, limit: int) -> dict[str, list[Row]]:
    """The rows of every set that is measured, at most `limit` of each, drawn with a fixed seed."""
    sets: dict[str, list[Row]] = {}
    for name in MEASURE_SETS:
        lines = (data / "pairs" / f"{name}.jsonl").read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        sets[name] = [(row["evidence"], row["claim"], NAMES[row["label"]]) for row in found]
    _, validation = split_pairs(data)
    for name in VALIDATION:
        labels = ("supports", "refutes", "neutral")
        sets[name] = [(p.passage, p.claim, labels[p.label]) for p in validation[name] if p.label is not None]
    for name, rows in sets.items():
        random.Random(7).shuffle(rows)
        sets[name] = rows[:limit] if limit else rows
    return sets


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over bins, by their size."""
    edges = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    total = 0.0
    for index in range(bins):
        chosen = edges == index
        if chosen.any():
            total += chosen.mean() * abs(np.asarray(confidence)[chosen].mean() - np.asarray(right)[chosen].mean())
    return float(total)


def scores_of(truth: Sequence[str], guess: Sequence[str], support: Sequence[float]) -> dict[str, float]:
    """Accuracy, balanced accuracy, macro F1, and the AUROC of support against everything else."""
    is_support = [label == "supports" for label in truth]
    return {
        "accuracy": float(np.mean([one == two for one, two in zip(truth, guess, strict=True)])),
        "balanced": float(balanced_accuracy_score(truth, guess)),
        "macro_f1": float(f1_score(truth, guess, average="macro", zero_division=0.0)),
        "auroc": float(roc_auc_score(is_support, support)) if 0 < sum(is_support) < len(truth) else float("nan"),
    }


def judged(rows: Sequence[Row], model: StanceModel) -> tuple[dict[str, float], list[float], list[bool]]:
    """The judge on given passages: its measures, its confidences and whether each was right."""
    started = time.monotonic()
    found = stances([(claim, passage) for passage, claim, _ in rows], model, given=True)
    seconds = time.monotonic() - started
    truth = [label for _, _, label in rows]
    guess = [choice(one, truth) for one in found]
    confidence = [max(one.supports, one.refutes, one.neutral) for one in found]
    right = [one == two for one, two in zip(truth, guess, strict=True)]
    measures = scores_of(truth, guess, [one.supports for one in found])
    return (
        measures | {"ece": calibration_error(confidence, right), "pairs_per_s": len(rows) / seconds},
        confidence,
        right,
    )


def choice(scores: StanceScores, truth: Sequence[str]) -> str:
    """The judge's label among those that the set knows: two-way where it has no neutral pairs."""
    labels = set(truth)
    if "conflict" in labels and scores.supports > 0.35 and scores.refutes > 0.35:
        return "conflict"
    if "neutral" not in labels:
        return "supports" if scores.supports >= scores.refutes else "refutes"
    if "refutes" not in labels:
        return "supports" if scores.supports >= 0.5 else "neutral"
    return scores.label


def cosine(rows: Sequence[Row], settings: Settings) -> dict[str, float]:
    """MiniLM cosine with a threshold fitted on half of the rows; what lies under it is the most frequent other label."""
    embedder = load_embedder(settings)
    passages, claims = embedder.embed([row[0] for row in rows]), embedder.embed([row[1] for row in rows])
    near = (passages * claims).sum(axis=1)
    truth = [label for _, _, label in rows]
    half = len(rows) // 2
    other = Counter(label for label in truth[:half] if label != "supports").most_common(1)[0][0]
    fits = {
        float(edge): np.mean(
            [(("supports" if n >= edge else other) == t) for n, t in zip(near[:half], truth[:half], strict=True)]
        )
        for edge in np.unique(near[:half])
    }
    edge = max(fits, key=lambda one: (fits[one], one))
    guess = ["supports" if one >= edge else other for one in near]
    return scores_of(truth, guess, list(near))


def majority(rows: Sequence[Row]) -> dict[str, float]:
    """Always the most frequent label."""
    truth = [label for _, _, label in rows]
    most = Counter(truth).most_common(1)[0][0]
    return scores_of(truth, [most] * len(truth), [0.0] * len(truth))


def gold(path: Path, settings: Settings) -> dict[str, object]:
    """The gold claims judged against the seed store, as claims and as they were spoken."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["verdict"]]
    outcome: dict[str, object] = {}
    with open_store(settings) as store:
        store.seed()
        for field in ("claim", "utterance"):
            got = []
            for row in rows:
                claim = Claim(
                    id=row["id"], statement=row[field], claim=row[field], as_of=date.fromisoformat(row["as_of"])
                )
                verdict = judge(claim, store, settings=settings).verdict
                got.append(verdict.label if verdict else "")
            pairs = [(row["verdict"], label) for row, label in zip(rows, got, strict=True)]
            outcome[field] = {
                "right": sum(one == two for one, two in pairs),
                "of": len(pairs),
                "supported_called_refuted": pairs.count(("supported", "refuted")),
                "wrong": [
                    f"{row['id']}: {label}" for row, label in zip(rows, got, strict=True) if row["verdict"] != label
                ],
            }
    return outcome


def reliability(confidence: Sequence[float], right: Sequence[bool], target: Path) -> None:
    """The reliability diagram of the validation sets, as SVG."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(4.5, 4.5))
    edges = np.minimum((np.asarray(confidence) * 10).astype(int), 9)
    points = [(np.asarray(confidence)[edges == i].mean(), np.asarray(right)[edges == i].mean(), (edges == i).sum())
              for i in range(10) if (edges == i).any()]  # fmt: skip
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1)
    axes.scatter(
        [p[0] for p in points],
        [p[1] for p in points],
        s=[12 + 200 * p[2] / len(right) for p in points],
        color="#1f5fbf",
    )
    axes.set(
        xlabel="confidence",
        ylabel="share that was right",
        xlim=(0.3, 1),
        ylim=(0.3, 1),
        title="Stance, validation sets",
    )
    figure.tight_layout()
    figure.savefig(target)
    pyplot.close(figure)


def main() -> None:
    """Prints the table, writes the JSON, and fails when a floor breaks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--limit", type=int, default=0, help="rows of a set at most; 0 for all")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--svg", type=Path)
    args = parser.parse_args()
    settings, model = get_settings(), load_stance()
    report: dict[str, object] = {
        "model": model.model_id,
        "limit": args.limit,
        "day": date.today().isoformat(),
        "sets": {},
    }
    confidence: list[float] = []
    right: list[bool] = []
    print(
        f"{'set':16} {'pairs':>6} {'judge: acc':>11} {'bal':>5} {'F1':>5} {'AUROC':>6} {'ECE':>5} {'pairs/s':>8}   cosine bal, AUROC   majority acc"
    )
    broken = []
    for name, rows in rows_of(args.data, args.limit).items():
        ours, sure, hits = judged(rows, model)
        near, most = cosine(rows, settings), majority(rows)
        if name in VALIDATION:
            confidence += sure
            right += hits
        report["sets"][name] = {"pairs": len(rows), "judge": ours, "cosine": near, "majority": most}  # type: ignore[index]
        print(f"{name:16} {len(rows):6} {ours['accuracy']:11.3f} {ours['balanced']:5.2f} {ours['macro_f1']:5.2f} {ours['auroc']:6.3f} {ours['ece']:5.3f}"
              f" {ours['pairs_per_s']:8.1f}   {near['balanced']:.2f}, {near['auroc']:.3f}          {most['accuracy']:.3f}")  # fmt: skip
        floor = FLOORS.get(name, {})
        broken += [f"{name} {key}: {ours[key]:.3f} under {least}" for key, least in floor.items() if ours[key] < least]
    report["validation_calibration_error"] = calibration_error(confidence, right)
    print(f"calibration error on the validation sets together: {report['validation_calibration_error']:.3f}")
    path = args.data.parent / "evidence" / "claims_gold_dev.jsonl"
    if path.exists():
        report["gold"] = gold(path, settings)
        print("gold claims:", json.dumps(report["gold"]))
    if args.svg:
        reliability(confidence, right, args.svg)
    if args.out:
        args.out.write_text(json.dumps(report, indent=1) + "\n")
    sys.exit("; ".join(broken) or 0)


if __name__ == "__main__":
    main()
