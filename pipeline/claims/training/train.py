"""A check-worthiness model: MiniLM fine-tuned on CheckThat! 2024 task 1 (English).

    python -m pipeline.claims.training.train --data ../shared/data --base MODEL_FOLDER --out RUN_FOLDER [--minutes 12]

Trains on ct24_train, keeps the epoch that does best on ct24_dev (plain and bare), never opens dev-test. `export.py`
makes the shipped files.
With `--minutes` the learning rate follows the clock and reaches zero as the budget ends; without it, it follows the
steps alone.
"""

import argparse
import csv
import json
import math
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.claims.training.noise import bare, spoken

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from pipeline.claims.training.model import CheckworthyNet

MAX_LENGTH = 64
Row = tuple[str, int]


def read_split(data: Path, split: str) -> list[Row]:
    """(sentence, 1 if worth checking) for one CheckThat! split: `train`, `dev` or `dev-test`."""
    path = data / "checkworthy" / f"ct24_{split}.tsv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(_unquote(row["Text"]), int(row["class_label"].strip() == "Yes")) for row in rows]


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1].replace('""', '"')
    return text.strip()


def f1_of_yes(scores: list[float], labels: list[int], threshold: float) -> float:
    """F1 of the positive class with `score >= threshold` as Yes."""
    hits = sum(1 for s, y in zip(scores, labels, strict=True) if s >= threshold and y)
    called = sum(1 for s in scores if s >= threshold)
    return 2 * hits / max(1, called + sum(labels))


def best_threshold(scores: list[float], labels: list[int]) -> tuple[float, float]:
    """(threshold, F1 of Yes) of the best cut; the middle of the widest plateau near the best, so that it is no
    accident."""
    grid = [i / 200 for i in range(10, 191)]
    curve = [f1_of_yes(scores, labels, t) for t in grid]
    smooth = [sum(curve[max(0, i - 6) : i + 7]) / len(curve[max(0, i - 6) : i + 7]) for i in range(len(curve))]
    best = max(range(len(grid)), key=lambda i: smooth[i])
    return grid[best], curve[best]


def batches(rows: list[Row], size: int, rng: random.Random) -> list[list[Row]]:
    """The rows in batches of sentences of like length, in random order."""
    order = sorted(rows, key=lambda row: len(row[0]) * rng.uniform(0.9, 1.1))
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(chunks)
    return chunks


def encode(tokenizer: "Tokenizer", texts: list[str]) -> tuple["torch.Tensor", "torch.Tensor"]:
    """(input ids, attention mask), both (batch, tokens), padded to the longest of the batch."""
    import torch

    encoded = tokenizer.encode_batch(texts)
    return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])


def predict(model: "CheckworthyNet", tokenizer: "Tokenizer", texts: list[str], size: int = 64) -> list[float]:
    """The probability of Yes for each text."""
    import torch

    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    scores = [0.0] * len(texts)
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            logits = model(*encode(tokenizer, [texts[i] for i in chosen]))
            for i, p in zip(chosen, torch.sigmoid(logits).tolist(), strict=True):
                scores[i] = float(p)
    model.train()
    return scores


def learning_rate_factor(progress: float, warmup: float = 0.06) -> float:
    """What the peak learning rate is multiplied by at `progress` in 0..1: linear up, cosine down to zero."""
    if progress < warmup:
        return progress / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warmup) / (1 - warmup))))


def evaluate(model: "CheckworthyNet", tokenizer: "Tokenizer", dev: list[Row]) -> dict[str, float]:
    """Best F1 of Yes on dev as written and bare, and their shared threshold."""
    labels = [y for _, y in dev]
    plain = predict(model, tokenizer, [t for t, _ in dev])
    plainest = predict(model, tokenizer, [bare(t) for t, _ in dev])
    threshold, _ = best_threshold(plain + plainest, labels + labels)
    return {
        "dev_f1": f1_of_yes(plain, labels, threshold),
        "dev_f1_bare": f1_of_yes(plainest, labels, threshold),
        "threshold": threshold,
    }


class Run:
    """One training run: the network, its optimizer, and where the best checkpoint goes."""

    def __init__(self, args: argparse.Namespace) -> None:
        import torch

        from pipeline.claims.training.model import CheckworthyNet, load_tokenizer

        self.args = args
        torch.manual_seed(args.seed)
        torch.set_num_threads(args.threads)
        self.rng = random.Random(args.seed)
        self.tokenizer = load_tokenizer(args.base, MAX_LENGTH)
        self.model = CheckworthyNet.from_base(args.base)
        self.optimizer = torch.optim.AdamW(self.model.parameter_groups(args.lr, args.lr * 20), weight_decay=0.01)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.best, self.seen, self.started = -1.0, 0, time.monotonic()
        self.losses: list[float] = []
        args.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save(str(args.out / "tokenizer.json"))

    def clock(self) -> float:
        """The share of the time budget that is used up; 0 without a budget."""
        return (time.monotonic() - self.started) / (self.args.minutes * 60) if self.args.minutes else 0.0

    def step(self, rows: list[Row], factor: float) -> None:
        """One update on one batch, about half of it degraded as speech."""
        import torch

        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        texts = [spoken(text, self.rng) if self.rng.random() < self.args.noise else text for text, _ in rows]
        labels = torch.tensor([float(label) for _, label in rows])
        smooth = labels * (1 - 2 * self.args.smoothing) + self.args.smoothing
        logits = self.model(*encode(self.tokenizer, texts))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, smooth)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.seen += len(rows)
        self.losses.append(float(loss.item()))

    def evaluate(self, dev: list[Row]) -> None:
        """Adds a line to the curve, and keeps the weights when they are the best so far."""
        import torch

        numbers = evaluate(self.model, self.tokenizer, dev)
        line: dict[str, float] = {"seen": self.seen, "seconds": round(time.monotonic() - self.started)}
        line |= {"loss": sum(self.losses) / len(self.losses), **numbers}
        self.losses = []
        with (self.args.out / "curve.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        if numbers["dev_f1"] + numbers["dev_f1_bare"] > self.best:
            self.best = numbers["dev_f1"] + numbers["dev_f1_bare"]
            torch.save(self.model.state_dict(), self.args.out / "best.pt")


def train(args: argparse.Namespace) -> None:
    """Writes `best.pt`, `tokenizer.json` and `curve.jsonl` into `--out`."""
    rows, dev = read_split(args.data, "train"), read_split(args.data, "dev")
    run = Run(args)
    steps = 0
    for _ in range(args.epochs):
        for chunk in batches(rows, args.batch, run.rng):
            run.step(chunk, learning_rate_factor(max(run.clock(), run.seen / (len(rows) * args.epochs))))
            steps += 1
            if run.clock() >= 1:
                return run.evaluate(dev)
            if steps % args.every == 0:
                run.evaluate(dev)
    return run.evaluate(dev)


def main() -> None:
    """Runs the training that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="a Hugging Face folder of a small BERT encoder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=0, help="wall-clock budget; 0 means all epochs")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--every", type=int, default=200, help="steps between evaluations on dev")
    parser.add_argument("--lr", type=float, default=5e-5)
    parser.add_argument("--noise", type=float, default=0.5, help="share of training sentences degraded as speech")
    parser.add_argument("--smoothing", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
