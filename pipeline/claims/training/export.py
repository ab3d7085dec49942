"""The shipped check-worthiness files: int8 ONNX, tokenizer, config and model card, made from a training run.

    python -m pipeline.claims.training.export --data ../shared/data --run RUN_FOLDER --base MODEL_FOLDER --out
    pipeline/claims/weights/checkworthy

Threshold and temperature are chosen on ct24_dev with the int8 model, sentences as written and bare together. dev-test
is only reported.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.claims.checkworthy import CheckworthyModel
from pipeline.claims.training.noise import bare
from pipeline.claims.training.train import MAX_LENGTH, Row, best_threshold, f1_of_yes, read_split
from pipeline.files import sha256_of, write_whole

NAME = "claimcast-checkworthy-minilm"


def write_onnx(run: Path, base: Path, target: Path) -> None:
    """The run's best weights as a float32 ONNX graph: input_ids, attention_mask -> logits."""
    import torch

    from pipeline.claims.training.model import CheckworthyNet

    model = CheckworthyNet.from_base(base)
    model.load_state_dict(torch.load(run / "best.pt", map_location="cpu"))
    model.eval()
    ids = torch.ones((2, 8), dtype=torch.long)
    axes = {"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}, "logits": {0: "batch"}}
    torch.onnx.export(
        model,
        (ids, torch.ones_like(ids)),
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def quantise(source: Path, target: Path) -> None:
    """The graph with int8 weights, one scale a channel. Seven bits are used: AVX2 without VNNI saturates on eight."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def write_config(folder: Path, threshold: float, temperature: float) -> None:
    """config.json with the hashes of the files that lie in the folder."""
    config = {
        "name": NAME,
        "threshold": round(threshold, 4),
        "temperature": round(temperature, 4),
        "max_length": MAX_LENGTH,
        "sha256": {name: sha256_of(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    write_whole(folder / "config.json", json.dumps(config, indent=2) + "\n")


def best_temperature(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The temperature with the lowest log loss, for scores that were made with temperature 1."""
    import numpy as np

    p = np.clip(np.asarray(scores), 1e-6, 1 - 1e-6)
    logits, y = np.log(p / (1 - p)), np.asarray(labels)
    grid = np.linspace(0.4, 4.0, 181)
    losses = [np.mean(np.logaddexp(0, logits / t) - y * logits / t) for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(scores: Sequence[float], labels: Sequence[int], bins: int = 10) -> float:
    """Expected calibration error: mean gap between score and share of Yes over equally wide bins, weighted by count."""
    total = 0.0
    for b in range(bins):
        inside = [
            (s, y)
            for s, y in zip(scores, labels, strict=True)
            if b / bins <= s < (b + 1) / bins or (s == 1 and b == bins - 1)
        ]
        total += abs(sum(s for s, _ in inside) - sum(y for _, y in inside))
    return total / len(scores)


def measure(model: CheckworthyModel, rows: Sequence[Row]) -> dict[str, float]:
    """F1 of Yes as written and bare at the model's threshold, calibration error and sentences a second."""
    labels = [y for _, y in rows]
    started = time.perf_counter()
    plain = model.score([text for text, _ in rows])
    rate = len(rows) / (time.perf_counter() - started)
    plainest = model.score([bare(text) for text, _ in rows])
    return {
        "f1": round(f1_of_yes(plain, labels, model.threshold), 4),
        "f1_bare": round(f1_of_yes(plainest, labels, model.threshold), 4),
        "calibration_error": round(calibration_error(plain, labels), 4),
        "sentences_per_second": round(rate),
    }


def export(args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Writes the folder and returns the numbers by split."""
    args.out.mkdir(parents=True, exist_ok=True)
    float_model = args.run / "float.onnx"
    write_onnx(args.run, args.base, float_model)
    quantise(float_model, args.out / "model.onnx")
    write_whole(args.out / "tokenizer.json", (args.run / "tokenizer.json").read_bytes())
    write_config(args.out, 0.5, 1.0)
    dev = read_split(args.data, "dev")
    texts = [text for text, _ in dev] + [bare(text) for text, _ in dev]
    labels = [y for _, y in dev] * 2
    temperature = best_temperature(CheckworthyModel(args.out).score(texts), labels)
    write_config(args.out, 0.5, temperature)
    threshold, _ = best_threshold(CheckworthyModel(args.out).score(texts), labels)
    write_config(args.out, threshold, temperature)
    model = CheckworthyModel(args.out)
    numbers = {split: measure(model, read_split(args.data, split)) for split in ("dev", "dev-test")}
    write_whole(args.out / "MODEL_CARD.md", card(model, numbers, args.out, round(best_line(args.run)["seen"])))
    return numbers


def best_line(run: Path) -> dict[str, float]:
    """The line of the training curve that the kept checkpoint was saved at."""
    lines = [json.loads(line) for line in (run / "curve.jsonl").read_text(encoding="utf-8").splitlines()]
    best: dict[str, float] = max(lines, key=lambda line: line["dev_f1"] + line["dev_f1_bare"])
    return best


def card(model: CheckworthyModel, numbers: dict[str, dict[str, float]], folder: Path, seen: int) -> str:
    """The model card."""
    rows = "\n".join(
        f"| ct24_{split} | {n['f1']:.3f} | {n['f1_bare']:.3f} | {n['calibration_error']:.3f} |"
        for split, n in numbers.items()
    )
    template = (Path(__file__).parent / "card.md").read_text(encoding="utf-8")
    return template.format(
        name=NAME,
        seen=seen,
        rows=rows,
        threshold=model.threshold,
        sha=sha256_of(folder / "model.onnx"),
        size=round((folder / "model.onnx").stat().st_size / 1e6, 1),
        tokenizer_sha=sha256_of(folder / "tokenizer.json"),
    )


def main() -> None:
    """Exports and prints the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="the folder that train.py wrote")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    print(json.dumps(export(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
