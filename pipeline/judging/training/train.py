"""A stance model: a pretrained encoder fine-tuned to say whether a passage supports or refutes a claim, or neither.

    python -m pipeline.judging.training.train --data ../shared/data --facts ../shared/evidence/facts.jsonl \
        --base MODEL_FOLDER --out RUN_FOLDER [--minutes 75] [--freeze 4]

Reads only the sets that `data.TRAIN_SETS` names. Writes `last.pt` (to resume from: run the same command again),
`model.pt` and `curve.jsonl`. With `--minutes` the learning rate follows the clock and reaches zero as the budget ends;
without it, `--pairs`.
"""

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.judging.training.data import NEUTRAL, REFUTES, SUPPORTS, Pair, capped, mixture, share, split_pairs
from pipeline.judging.training.generate import load_facts, pairs_from_facts, pairs_from_flips
from pipeline.judging.training.joined import pairs_from_joined
from pipeline.judging.training.near import pairs_from_neighbours
from pipeline.judging.windows import most_relevant

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from pipeline.judging.training.model import StanceNet

MAX_LENGTH = 192
WEIGHTS = {
    "fever": 0.15,
    "fever_symmetric": 0.12,
    "fm2": 0.13,
    "check_covid": 0.14,
    "scifact": 0.10,
    "cad_nli": 0.11,
    "conjnli": 0.03,
    "mnli_binary": 0.05,
    "factcheck_gpt_stance": 0.05,
    "facts": 0.04,
    "flips": 0.04,
    "joined": 0.06,
    "near": 0.05,
}
"""How often a pair is drawn from each set. Small sets whose labels were made with care weigh more than large ones made
by joining."""
STUDIES = ("check_covid", "scifact")
"""Sets whose passages each come from a study of their own: a neighbour's seldom decides. An encyclopedia's page decides
many claims."""
WORDS = {"scifact": 60, "joined": 90}
"""Words of a passage that are read, where it is not 36; one pair in eight gets 100."""


def load_sets(
    data: Path, facts: Path | None, without: Sequence[str] = ()
) -> tuple[dict[str, list[Pair]], dict[str, list[Pair]]]:
    """(train, validation) pairs by set, with the generated ones; generated validation pairs are about subjects never
    trained on. Of the sets `without`, no pair and nothing made of them is trained on."""
    train, validation = split_pairs(data)
    if facts:
        everything = load_facts(facts)
        held = [fact for fact in everything if share(fact["subject"]) < 0.08]
        train["facts"] = pairs_from_facts([fact for fact in everything if share(fact["subject"]) >= 0.08])
        validation["facts"] = pairs_from_facts(held)
    for name in without:
        train[name] = []
    careful = ("fever_symmetric", "fm2", "check_covid", "scifact", "fever")
    made_with_care = [pair for name in careful for pair in train[name]]
    train["flips"] = pairs_from_flips(made_with_care)
    train["joined"] = pairs_from_joined(made_with_care)
    train["near"] = pairs_from_neighbours([train[name] for name in STUDIES])
    return train, validation


def shortened(pair: Pair, rng: random.Random, all_pairs: list[Pair]) -> Pair:
    """The pair with its passage cut to the relevant sentences; one in ten gets sentences of another passage around it
    instead."""
    words = 100 if rng.random() < 0.12 else WORDS.get(pair.origin, 36)
    passage = most_relevant(pair.passage, pair.claim, words)
    if rng.random() < 0.08 and len(passage.split()) < 60:
        stranger = " ".join(rng.choice(all_pairs).passage.split()[:40])
        passage = f"{stranger} {passage}" if rng.random() < 0.5 else f"{passage} {stranger}"
    return Pair(passage, pair.claim, pair.allowed, pair.origin)


def noisy(claim: str, rng: random.Random) -> str:
    """The claim, one time in eight as a transcript has it: lower case, no full stop."""
    draw = rng.random()
    return claim.rstrip(".").lower() if draw < 0.08 else claim.rstrip(".") if draw < 0.125 else claim


def batches(
    stream: Iterator[Pair], tokenizer: "Tokenizer", tokens: int, rng: random.Random, pool: int = 384
) -> Iterator[list[Pair]]:
    """Batches of pairs of like length, each at most `tokens` tokens with its padding, without end.

    Lengths are counted in tokens: sorted by words, a third of every batch was padding.
    """
    while True:
        drawn = [next(stream) for _ in range(pool)]
        sizes = [sum(e.attention_mask) for e in tokenizer.encode_batch([(p.passage, p.claim) for p in drawn])]
        made: list[list[Pair]] = [[]]
        for size, i in sorted(zip(sizes, range(pool), strict=True)):
            if made[-1] and (len(made[-1]) + 1) * size > tokens:
                made.append([])
            made[-1].append(drawn[i])
        rng.shuffle(made)
        yield from made


def _words(pair: Pair) -> int:
    return len(pair.passage.split()) + len(pair.claim.split())


def encode(tokenizer: "Tokenizer", pairs: list[Pair]) -> tuple["torch.Tensor", "torch.Tensor"]:
    """(input ids, attention mask), both (batch, tokens)."""
    import torch

    encoded = tokenizer.encode_batch([(pair.passage, pair.claim) for pair in pairs])
    return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])


def loss_of(logits: "torch.Tensor", pairs: list[Pair]) -> "torch.Tensor":
    """Mean negative log of the probability given to the allowed labels."""
    import torch

    allowed = torch.full(logits.shape, float("-inf"), device=logits.device)
    for row, pair in enumerate(pairs):
        allowed[row, list(pair.allowed)] = 0.0
    return -torch.logsumexp(torch.log_softmax(logits.float(), dim=-1) + allowed, dim=-1).mean()


def learning_rate_factor(progress: float, warmup: float = 0.05) -> float:
    """What the peak rate is multiplied by at `progress` in 0..1: linear up, then linear and cosine averaged down to
    zero."""
    if progress < warmup:
        return progress / warmup
    left = min(1.0, (progress - warmup) / (1 - warmup))
    return 0.5 * (1 - left) + 0.25 * (1 + math.cos(math.pi * left))


def accuracy(
    model: "StanceNet", tokenizer: "Tokenizer", validation: dict[str, list[Pair]], most: int
) -> dict[str, float]:
    """Accuracy by set on at most `most` pairs of each; two-way where a set has no neutral pairs."""
    import torch

    device = next(model.parameters()).device
    right: dict[str, float] = {}
    model.eval()
    with torch.inference_mode():
        for name, pairs in validation.items():
            chosen = [
                Pair(most_relevant(p.passage, p.claim, 70), p.claim, p.allowed, p.origin) for p in capped(pairs, most)
            ]
            chosen.sort(key=_words)
            two_way = not any(NEUTRAL in pair.allowed for pair in pairs)
            hits = 0
            for start in range(0, len(chosen), 16):
                part = chosen[start : start + 16]
                logits = model(*(t.to(device) for t in encode(tokenizer, part)))
                options = logits[:, [SUPPORTS, REFUTES]] if two_way else logits
                hits += sum(int(i in p.allowed) for i, p in zip(options.argmax(-1).tolist(), part, strict=True))
            right[name] = round(hits / max(1, len(chosen)), 4)
    model.train()
    return right


class Run:
    """One training run: what is needed to step, to save and to go on."""

    def __init__(self, args: argparse.Namespace) -> None:
        import torch

        from pipeline.judging.training.model import StanceNet, load_tokenizer

        self.args = args
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(args.seed)
        torch.set_num_threads(args.threads)
        self.tokenizer = load_tokenizer(args.base, MAX_LENGTH)
        self.model = StanceNet.from_base(args.base).to(self.device)
        if args.start:
            self.model.load_state_dict(torch.load(args.start, map_location=self.device))
        self.model.freeze(args.freeze)
        self.optimizer = torch.optim.AdamW(
            self.model.parameter_groups(args.lr, args.head_lr), weight_decay=0.01, fused=True
        )
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.seen, self.steps, self.spent = 0, 0, 0.0
        args.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save(str(args.out / "tokenizer.json"))

    def progress(self, elapsed: float) -> float:
        """How far the run is, 0 to 1, by the clock or by the count of pairs."""
        if self.args.minutes:
            return elapsed / (float(self.args.minutes) * 60)
        return self.seen / float(self.args.pairs)

    def step(self, pairs: list[Pair], factor: float) -> float:
        """One update; returns the loss."""
        import torch

        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        inputs = [tensor.to(self.device) for tensor in encode(self.tokenizer, pairs)]
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.args.bfloat16):
            logits = self.model(*inputs)
        loss = loss_of(logits, pairs)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.seen += len(pairs)
        self.steps += 1
        return float(loss.item())

    def save(self) -> None:
        """Leaves `last.pt` (everything, to resume) and `model.pt` (the weights, to export), each whole or not at
        all."""
        import torch

        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        state |= {"seen": self.seen, "steps": self.steps, "spent": self.spent}
        for name, content in (("last.pt", state), ("model.pt", state["model"])):
            torch.save(content, self.args.out / f".{name}")
            (self.args.out / f".{name}").replace(self.args.out / name)

    def resume(self) -> None:
        """Takes up the run that `last.pt` holds, if there is one."""
        import torch

        path = self.args.out / "last.pt"
        if path.exists():
            state = torch.load(path, map_location=self.device)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.seen, self.steps, self.spent = state["seen"], state["steps"], state["spent"]

    def log(self, **line: object) -> None:
        """Adds a line to the curve."""
        with (self.args.out / "curve.jsonl").open("a", encoding="utf-8") as handle:
            handle.write(json.dumps({"seen": self.seen, "steps": self.steps, **line}) + "\n")


def train(args: argparse.Namespace) -> None:
    """Trains until the clock or the count is used up, saving as it goes."""
    run = Run(args)
    run.resume()
    train_sets, validation = load_sets(args.data, args.facts, args.without)
    rng = random.Random(args.seed)
    everything = [pair for pairs in train_sets.values() for pair in pairs]
    stream = (
        Pair(short.passage, noisy(short.claim, rng), short.allowed, short.origin)
        for short in (shortened(pair, rng, everything) for pair in mixture(train_sets, WEIGHTS, rng))
    )
    feed = batches(stream, run.tokenizer, args.batch_tokens, rng)
    for _ in range(run.steps):
        next(feed)
    run.model.train()
    before, started = run.spent, time.monotonic()
    saved = evaluated = before
    losses: dict[str, list[float]] = defaultdict(list)
    while (progress := run.progress(run.spent)) < 1:
        losses["all"].append(run.step(next(feed), learning_rate_factor(progress)))
        run.spent = before + time.monotonic() - started
        if run.steps % 20 == 0:
            run.log(seconds=round(run.spent), loss=round(sum(losses["all"]) / len(losses["all"]), 4))
            losses.clear()
        if run.spent - saved > args.save_every * 60:
            run.save()
            saved = run.spent
        if args.evaluate_every and run.spent - evaluated > args.evaluate_every * 60:
            run.log(
                seconds=round(run.spent), accuracy=accuracy(run.model, run.tokenizer, validation, args.evaluate_pairs)
            )
            evaluated = run.spent
    run.save()


def main() -> None:
    """Runs the training that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--facts", type=Path, help="facts.jsonl; without it no pairs are generated from facts")
    parser.add_argument("--base", type=Path, required=True, help="Hugging Face folder of an MPNet or BERT encoder")
    parser.add_argument(
        "--start", type=Path, help="a state to go on from (restore.py makes one of the shipped weights)"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--without", nargs="*", default=(), help="sets left out, to see how the model does on a field it never saw"
    )
    parser.add_argument("--minutes", type=float, default=0, help="wall-clock budget; 0 means --pairs")
    parser.add_argument("--pairs", type=int, default=60_000)
    parser.add_argument("--freeze", type=int, default=0, help="lowest layers left as pretrained, with the embeddings")
    parser.add_argument("--batch-tokens", type=int, default=1100)
    parser.add_argument("--lr", type=float, default=5e-5)
    parser.add_argument("--head-lr", type=float, default=3e-4)
    parser.add_argument("--save-every", type=float, default=10, help="minutes")
    parser.add_argument("--evaluate-every", type=float, default=15, help="minutes; 0 never")
    parser.add_argument("--evaluate-pairs", type=int, default=48, help="validation pairs a set during training")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--bfloat16",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="multiply in bfloat16: on a GPU, and on CPUs that have avx512_bf16 nearly twice as fast",
    )
    train(parser.parse_args())


if __name__ == "__main__":
    main()
