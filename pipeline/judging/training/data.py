"""Training and validation pairs for the stance model, read from the sets marked train; nothing else is ever opened for
training.

A pair is (passage, claim, target). The target is a set of allowed labels: one of supports, refutes, neutral, or, for
mnli_binary's
NOT_SUPPORT, "refutes or neutral".
"""

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.judging.windows import content_words

SUPPORTS, REFUTES, NEUTRAL = 0, 1, 2
LABELS = ("supports", "refutes", "neutral")

TRAIN_SETS = (
    "fever_symmetric",
    "fever",
    "fm2",
    "check_covid",
    "scifact",
    "cad_nli",
    "conjnli",
    "mnli_binary",
    "factcheck_gpt_stance",
)
MEASURE_SETS = ("wice", "healthver", "climate_fever", "covidfact", "averitec")

_TARGETS: dict[str, tuple[int, ...]] = {
    "SUPPORT": (SUPPORTS,),
    "REFUTE": (REFUTES,),
    "NEI": (NEUTRAL,),
    "NOT_SUPPORT": (REFUTES, NEUTRAL),
}


@dataclass(frozen=True)
class Pair:
    """One training example; `allowed` holds the label indices that count as right."""

    passage: str
    claim: str
    allowed: tuple[int, ...]
    origin: str

    @property
    def label(self) -> int | None:
        """The label index, or None when more than one is allowed."""
        return self.allowed[0] if len(self.allowed) == 1 else None


def clean(text: str) -> str:
    """The text without the marks that the sets' tokenisers left: `-LRB-`, spaces before punctuation, `[ edit ]`,
    citation numbers."""
    text = text.replace("-LRB-", "(").replace("-RRB-", ")").replace("-LSB-", "[").replace("-RSB-", "]")
    text = text.replace("``", '"').replace("''", '"').replace("[ edit ]", " ").replace("(meta data)", " ")
    text = re.sub(r"\[\d+\]", "", text)
    text = re.sub(r"\s+([,.;:!?%)\]])", r"\1", text)
    text = re.sub(r"([(\[$])\s+", r"\1", text)
    text = re.sub(r"\s+('s\b|n't\b)", r"\1", text)
    return " ".join(text.split())


def claim_key(claim: str) -> str:
    """What makes two claims the same claim: their letters and digits."""
    return " ".join(re.findall(r"[a-z0-9]+", clean(claim).lower()))


def read_rows(data: Path, name: str) -> list[dict[str, str]]:
    """The rows of one set, as they are."""
    with (data / "pairs" / f"{name}.jsonl").open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def read_pairs(data: Path, name: str) -> list[Pair]:
    """A set's usable pairs: labels that map to a stance, each (claim, passage) once, none with contradictory labels."""
    found: dict[tuple[str, str], set[tuple[int, ...]]] = defaultdict(set)
    for row in read_rows(data, name):
        if row["label"] in _TARGETS:
            found[clean(row["evidence"]), clean(row["claim"])].add(_TARGETS[row["label"]])
    pairs = [Pair(passage, claim, next(iter(a)), name) for (passage, claim), a in found.items() if len(a) == 1]
    return [pair for pair in pairs if not _suspect(pair)]


def _suspect(pair: Pair) -> bool:
    """Whether a joined FEVER label is probably wrong: "not enough" although every word of the claim is in the passage,
    or "supports" although hardly any is."""
    if pair.origin != "fever":
        return False
    wanted = content_words(pair.claim)
    missing = len(wanted - content_words(pair.passage))
    return missing == 0 if pair.allowed == (NEUTRAL,) else missing > len(wanted) / 2 and pair.allowed == (SUPPORTS,)


def share(key: str) -> float:
    """A number in 0..1 that belongs to this key, the same on every machine: what splits are made by."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / (1 << 48)


def _components(pairs: Iterable[Pair]) -> dict[str, str]:
    """claim key -> name of its group, where claims that share a passage are one group."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    keys = set()
    for pair in pairs:
        key = claim_key(pair.claim)
        keys.add(key)
        a, b = sorted((root("c " + key), root("p " + claim_key(pair.passage))))
        parent[b] = a
    return {key: root("c " + key) for key in keys}


def split_pairs(data: Path, names: Iterable[str] = TRAIN_SETS) -> tuple[dict[str, list[Pair]], dict[str, list[Pair]]]:
    """(train, validation) pairs by set. No claim is on both sides, whichever set it came from; the minimal pairs of
    fever_symmetric and the edited premises of cad_nli stay together, so that no half of a pair gives the other away."""
    sets = {name: read_pairs(data, name) for name in names}
    held: set[str] = set()
    for name, pairs in sets.items():
        held_share = 0.2 if name == "fever_symmetric" else 0.08
        groups = _components(pairs) if name in ("fever_symmetric", "cad_nli") else {}
        for pair in pairs:
            key = claim_key(pair.claim)
            if share(groups.get(key, key)) < held_share:
                held.add(key)
    train = {n: [p for p in pairs if claim_key(p.claim) not in held] for n, pairs in sets.items()}
    validation = {n: [p for p in pairs if claim_key(p.claim) in held] for n, pairs in sets.items()}
    return train, validation


def capped(pairs: list[Pair], most: int, seed: int = 7) -> list[Pair]:
    """At most `most` of the pairs, the same ones every time."""
    return pairs if len(pairs) <= most else random.Random(seed).sample(pairs, most)


def balanced(pairs: list[Pair], rng: random.Random) -> Iterator[Pair]:
    """The pairs without end, reshuffled each round, the labels taken in turn so that none crowds out the others."""
    groups: dict[tuple[int, ...], list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.allowed].append(pair)
    streams = [_cycle(group, rng) for _, group in sorted(groups.items())]
    while True:
        for stream in streams:
            yield next(stream)


def _cycle(pairs: list[Pair], rng: random.Random) -> Iterator[Pair]:
    while True:
        order = list(pairs)
        rng.shuffle(order)
        yield from order


def mixture(sets: dict[str, list[Pair]], weights: dict[str, float], rng: random.Random) -> Iterator[Pair]:
    """Pairs without end, sets drawn by weight, labels balanced within each set."""
    names = [n for n in sorted(sets) if sets[n] and weights.get(n)]
    streams = {n: balanced(sets[n], rng) for n in names}
    while True:
        name = rng.choices(names, [weights[n] for n in names])[0]
        yield next(streams[name])
