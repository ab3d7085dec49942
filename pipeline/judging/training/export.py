"""The shipped stance files: int8 ONNX, tokenizer, config and model card, made from a training run.

    python -m pipeline.judging.training.export --data ../shared/data --facts ../shared/evidence/facts.jsonl \\
        --run RUN_FOLDER --base MODEL_FOLDER --out pipeline/judging/weights/stance

The temperature is fitted on validation pairs with the int8 model.
"""

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.files import sha256_of, write_whole
from pipeline.judging.stance import PackagedStance, Triple
from pipeline.judging.training.data import Pair, capped
from pipeline.judging.training.measure import measure_sets
from pipeline.judging.training.quantise import quantise
from pipeline.judging.training.train import MAX_LENGTH, load_sets
from pipeline.judging.windows import WINDOW, most_relevant

if TYPE_CHECKING:
    import numpy as np

    Ids = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

SAMPLES = 12
"""Training pairs of each set that quantising looks at."""
LICENCES = {
    "fever": "CC BY-SA 3.0 (text); joined from salesforce/DocNLI",
    "fever_symmetric": "MIT",
    "fm2": "Apache-2.0",
    "check_covid": "MIT",
    "scifact": "CC BY 4.0 / ODC-By",
    "cad_nli": "Apache-2.0",
    "conjnli": "MIT",
    "mnli_binary": "BSD-style (salesforce/DocNLI)",
    "factcheck_gpt_stance": "Apache-2.0",
    "facts": "generated from the project's own facts",
    "near": "made from the sets above: a claim beside a neighbouring claim's passage",
    "joined": "made from the sets above by putting two claims into one",
    "flips": "made from the sets above by changing a number or a direction",
}


def write_onnx(run: Path, base: Path, target: Path) -> None:
    """The run's weights as a float32 ONNX graph: input_ids, attention_mask -> logits (batch, 3)."""
    import torch

    from pipeline.judging.training.model import StanceNet

    model = StanceNet.from_base(base)
    model.load_state_dict(torch.load(run / "model.pt", map_location="cpu"))
    model.eval()
    ids = torch.full((2, 8), 5, dtype=torch.long)
    inputs = ["input_ids", "attention_mask"]
    torch.onnx.export(
        model,
        (ids, torch.ones_like(ids)),
        str(target),
        input_names=inputs,
        output_names=["logits"],
        dynamic_axes={**{name: {0: "batch", 1: "tokens"} for name in inputs}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def write_config(folder: Path, name: str, temperature: float) -> None:
    """config.json with the hashes of the files that lie in the folder."""
    config = {
        "name": name,
        "temperature": round(temperature, 4),
        "max_length": MAX_LENGTH,
        "sha256": {file: sha256_of(folder / file) for file in ("model.onnx", "tokenizer.json")},
    }
    write_whole(folder / "config.json", json.dumps(config, indent=2) + "\n")


def feeds(tokenizer: Path, pairs: Sequence[tuple[str, str]]) -> "list[dict[str, Ids]]":
    """Inputs of the graph, one pair each: what quantising looks at to find outliers."""
    import numpy as np
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_file(str(tokenizer))
    loaded.no_padding()
    found = []
    for passage, claim in pairs:
        ids = np.array([loaded.encode(passage, claim).ids], dtype=np.int64)
        found.append({"input_ids": ids, "attention_mask": np.ones_like(ids)})
    return found


def best_temperature(found: Sequence[Triple], pairs: Sequence[Pair]) -> float:
    """The temperature with the lowest log loss, for probabilities that were made with temperature 1."""
    import numpy as np

    logits = np.log(np.clip(np.asarray(found), 1e-9, 1))
    allowed = np.array([[label in pair.allowed for label in range(3)] for pair in pairs])

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled = scaled - np.logaddexp.reduce(scaled, axis=1, keepdims=True)
        return float(-np.mean(np.logaddexp.reduce(np.where(allowed, scaled, -np.inf), axis=1)))

    return min((0.5 + i / 50 for i in range(126)), key=loss)


def agreement(folder: Path, float_model: Path, pairs: Sequence[tuple[str, str]]) -> float:
    """Share of pairs on which the int8 and the float model choose the same label."""
    small = PackagedStance(folder)
    large = PackagedStance(folder, float_model)
    both = zip(small.probabilities(pairs), large.probabilities(pairs), strict=True)
    same = [a.index(max(a)) == b.index(max(b)) for a, b in both]
    return sum(same) / len(same)


def shortened(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    """(passage, claim) with each passage cut to one window."""
    return [(most_relevant(pair.passage, pair.claim, WINDOW), pair.claim) for pair in pairs]


def export(args: argparse.Namespace) -> dict[str, dict[str, float | None]]:
    """Writes the folder and returns the numbers by set."""
    args.out.mkdir(parents=True, exist_ok=True)
    float_model = args.run / "float.onnx"
    write_onnx(args.run, args.base, float_model)
    train, validation = load_sets(args.data, args.facts)
    samples = [pair for pairs in train.values() for pair in capped(pairs, SAMPLES)]
    quantise(float_model, args.out / "model.onnx", feeds(args.run / "tokenizer.json", shortened(samples)))
    write_whole(args.out / "tokenizer.json", (args.run / "tokenizer.json").read_bytes())
    name = f"claimcast-stance-{args.base_name}"
    write_config(args.out, name, 1.0)
    pairs = [pair for held in validation.values() for pair in capped(held, args.most_temperature)]
    temperature = best_temperature(PackagedStance(args.out).probabilities(shortened(pairs)), pairs)
    write_config(args.out, name, temperature)
    same = agreement(args.out, float_model, shortened(capped(pairs, args.most_temperature)))
    print(json.dumps({"temperature": round(temperature, 3), "agreement": round(same, 4)}), flush=True)
    numbers = measure_sets(PackagedStance(args.out), args.data, validation, args.sets or None, args.most)
    write_whole(args.out / "MODEL_CARD.md", card(args, numbers, train, temperature, same))
    return numbers


def card(
    args: argparse.Namespace,
    numbers: dict[str, dict[str, float | None]],
    train: dict[str, list[Pair]],
    temperature: float,
    same: float,
) -> str:
    """The model card."""
    curve = [json.loads(line) for line in (args.run / "curve.jsonl").read_text(encoding="utf-8").splitlines()]
    columns = ("pairs", "accuracy", "balanced_accuracy", "auroc_supported", "calibration_error", "pairs_per_second")
    rows = [f"| {name} | " + " | ".join(_cell(found[c]) for c in columns) + " |" for name, found in numbers.items()]
    model = args.out / "model.onnx"
    return (
        (Path(__file__).parent / "card.md")
        .read_text(encoding="utf-8")
        .format(
            name=f"claimcast-stance-{args.base_name}",
            base=args.base_title,
            frozen=f"The embeddings and the lowest {args.frozen} layers kept their pretrained weights."
            if args.frozen
            else "",
            seen=curve[-1]["seen"],
            minutes=math.ceil(curve[-1]["seconds"] / 60),
            device=args.device,
            temperature=round(temperature, 2),
            agreement=same,
            data="\n".join(f"| {name} | {len(pairs):,} | {LICENCES[name]} |" for name, pairs in train.items()),
            rows="\n".join(rows),
            most=args.most,
            size=round(model.stat().st_size / 1e6, 1),
            sha=sha256_of(model),
            tokenizer_sha=sha256_of(args.out / "tokenizer.json"),
        )
    )


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if value == int(value) else f"{value:.3f}" if value < 1 else f"{value}"


def main() -> None:
    """Exports and prints the numbers by set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="the folder that train.py wrote")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--base-name", default="mpnet")
    parser.add_argument("--base-title", default="all-mpnet-base-v2 (Apache-2.0)")
    parser.add_argument("--frozen", type=int, default=0, help="what --freeze was, for the card")
    parser.add_argument("--device", default="two CPU cores", help="for the card")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", help="measure these only")
    parser.add_argument("--most", type=int, default=2000, help="pairs measured of a set")
    parser.add_argument(
        "--most-temperature", type=int, default=150, help="validation pairs of a set for the temperature"
    )
    for name, numbers in export(parser.parse_args()).items():
        print(json.dumps({"set": name, **numbers}))


if __name__ == "__main__":
    main()
