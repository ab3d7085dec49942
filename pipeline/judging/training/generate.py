"""Minimal pairs made from typed facts: what a passage's number, unit, date, name and direction do and don't support.

Run as a program it writes the pairs as JSON Lines, for people to read:

    python -m pipeline.judging.training.generate --facts ../shared/evidence/facts.jsonl --out pairs.jsonl
"""

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.judging.training.data import NEUTRAL, REFUTES, SUPPORTS, Pair
from pipeline.judging.training.flips import flip_direction, flip_number, other_number
from pipeline.judging.training.spoken import plain, say_day, say_month, shifted_month, some_form

Fact = dict[str, Any]
_ORIGIN = "facts"

_SCORED = (
    "{s} scored {v} on {m}",
    "{s} got {v} on {m}",
    "{s} gets {v} on {m}",
    "{s} hits {v} on {m}",
    "on {m}, {s} is at {v}",
    "{s}'s score on {m} is {v}",
    "{s} reaches {v} on {m}",
    "they report {v} on {m} for {s}",
)
_ABOVE = (
    "{s} scored above {v} on {m}",
    "{s} got more than {v} on {m}",
    "{s} beats {v} on {m}",
    "{s} is over {v} on {m}",
)
_BELOW = (
    "{s} scored below {v} on {m}",
    "{s} got less than {v} on {m}",
    "{s} stays under {v} on {m}",
    "{s} failed to reach {v} on {m}",
)
_ABOUT = ("{s} scored about {v} on {m}", "{s} got roughly {v} on {m}", "{s} gets around {v} on {m}")
_MORE = (
    "{a} beats {b} on {m}",
    "{a} scored higher than {b} on {m}",
    "{a} is ahead of {b} on {m}",
    "{a} outperforms {b} on {m}",
    "{b} trails {a} on {m}",
    "{b} scored lower than {a} on {m}",
    "{b} is behind {a} on {m}",
)
_RELEASED = ("{s} was released on {d}", "{s} came out on {d}", "{dev} released {s} on {d}", "{dev} launched {s} on {d}")
_RELEASED_MONTH = ("{s} was released in {d}", "{s} came out in {d}", "{dev} put out {s} in {d}", "{s} dropped in {d}")


def load_facts(path: Path) -> list[Fact]:
    """The facts of a JSON Lines file."""
    with path.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def sentence(text: str) -> str:
    """The text as a sentence: a capital first unless it opens with a name such as o1, a full stop last."""
    first = text.split(" ", 1)[0]
    if not any(c.isdigit() or c.isupper() or c == "-" for c in first):
        text = text[0].upper() + text[1:]
    return text.rstrip(".") + "."


def name_as_said(subject: str, rng: random.Random) -> str:
    """The subject's name, sometimes without its hyphens or in lower case, as transcripts have it."""
    draw = rng.random()
    if draw < 0.25:
        return re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z0-9])", " ", subject)
    return subject.lower() if draw < 0.32 else subject


def _unit(fact: Fact, rng: random.Random) -> Callable[[str], str]:
    unit = fact["unit"]
    if unit == "percent":
        return rng.choice(
            (lambda v: f"{v}%" if v[0].isdigit() else f"{v} percent", lambda v: f"{v} percent", lambda v: v)
        )
    if unit in ("Elo", "points", "rating"):
        return rng.choice((lambda v: v, lambda v: f"{v} points"))
    return lambda v: f"{v} {unit}"


def _is_score(fact: Fact) -> bool:
    return fact["kind"] in ("benchmark", "leaderboard") and isinstance(fact["value"], int | float) and fact["unit"] in (
        "percent", "Elo", "points", "rating",
    )  # fmt: skip


def score_pairs(fact: Fact, rng: random.Random) -> Iterator[Pair]:
    """Number, rounding, threshold and unit pairs of one scored fact."""
    value, passage = float(fact["value"]), fact["text"]
    names = {"s": name_as_said(fact["subject"], rng), "m": fact["metric"]}
    unit = _unit(fact, rng)

    def claim(templates: Sequence[str], number: float, say: Callable[[str], str] = unit) -> str:
        return sentence(rng.choice(templates).format(v=say(some_form(number, rng)), **names))

    def pair(text: str, label: int) -> Pair:
        return Pair(passage, text, (label,), _ORIGIN)

    yield pair(claim(_SCORED, value), SUPPORTS)
    yield pair(claim(_SCORED, float(other_number(plain(value), rng))), REFUTES)
    step = 10 if value >= 200 else 5 if value >= 20 else 1
    under, over = (value // step) * step, (value // step + 1) * step
    if value - under >= 0.6:
        yield pair(claim(_ABOVE, under), SUPPORTS)
        yield pair(claim(_BELOW, under), REFUTES)
    if over - value >= 0.6:
        yield pair(claim(_BELOW, over), SUPPORTS)
        yield pair(claim(_ABOVE, over), REFUTES)
    if value >= 20:
        yield pair(claim(_ABOUT, round(value)), SUPPORTS)
        yield pair(claim(_ABOUT, round(value * rng.choice((0.6, 0.75, 1.3)))), REFUTES)
    if fact["unit"] == "percent" and value >= 5:
        wrong = rng.choice(("seconds", "million dollars", "billion parameters"))
        yield pair(claim(_SCORED, value, lambda v: f"{v} {wrong}"), REFUTES)


def name_pairs(fact: Fact, others: Sequence[Fact], rng: random.Random) -> Iterator[Pair]:
    """Neutral pairs: the same number for another subject, and other facts about the same subject."""
    unit = _unit(fact, rng)
    strangers = [o for o in others if o["subject"] != fact["subject"] and o["subject"] not in fact["text"]]
    if strangers and _is_score(fact):
        other = rng.choice(strangers)
        text = rng.choice(_SCORED).format(
            s=other["subject"], m=fact["metric"], v=unit(some_form(float(fact["value"]), rng))
        )
        yield Pair(fact["text"], sentence(text), (NEUTRAL,), _ORIGIN)
    same = [o for o in others if o["subject"] == fact["subject"] and o["metric"] != fact["metric"] and _is_score(o)]
    if same and fact["metric"] not in same[0]["metric"]:
        other = rng.choice(same)
        if other["metric"] not in fact["text"]:
            text = rng.choice(_SCORED).format(
                s=fact["subject"], m=other["metric"], v=_unit(other, rng)(plain(float(other["value"])))
            )
            yield Pair(fact["text"], sentence(text), (NEUTRAL,), _ORIGIN)


def comparison_pairs(a: Fact, b: Fact, rng: random.Random) -> Iterator[Pair]:
    """Who beats whom, from a passage that holds both scores (same metric, setting and source)."""
    high, low = (a, b) if float(a["value"]) > float(b["value"]) else (b, a)
    texts = [a["text"], b["text"]]
    rng.shuffle(texts)
    passage = " ".join(texts)
    template = rng.choice(_MORE)
    yield Pair(
        passage, sentence(template.format(a=high["subject"], b=low["subject"], m=a["metric"])), (SUPPORTS,), _ORIGIN
    )
    yield Pair(
        passage, sentence(template.format(a=low["subject"], b=high["subject"], m=a["metric"])), (REFUTES,), _ORIGIN
    )
    if rng.random() < 0.3:
        alone = sentence(template.format(a=high["subject"], b=low["subject"], m=a["metric"]))
        yield Pair(high["text"], alone, (NEUTRAL,), _ORIGIN)


def release_pairs(fact: Fact, rng: random.Random) -> Iterator[Pair]:
    """Day, month, order and maker of one release."""
    try:
        day = date.fromisoformat(fact["date"])
    except (TypeError, ValueError):
        return
    names = {"s": name_as_said(fact["subject"], rng), "dev": fact["developer"]}

    def pair(templates: Sequence[str], when: str, label: int) -> Pair:
        return Pair(fact["text"], sentence(rng.choice(templates).format(d=when, **names)), (label,), _ORIGIN)

    yield pair(_RELEASED, say_day(day, rng), SUPPORTS)
    yield pair(_RELEASED_MONTH, say_month(day.year, day.month), SUPPORTS)
    yield pair(_RELEASED_MONTH, shifted_month(day, rng.choice((-12, -5, -2, -1, 1, 3, 6, 12))), REFUTES)
    wrong = date(day.year + rng.choice((-1, 1)), day.month, min(day.day, 28))
    yield pair(_RELEASED, say_day(wrong, rng), REFUTES)
    before = rng.random() < 0.5
    yield pair(
        (f"{{s}} was already out before {shifted_month(day, 2 if before else -2)}",),
        "",
        SUPPORTS if before else REFUTES,
    )
    if fact["developer"].split()[0].lower() in fact["text"].lower():
        maker = rng.choice(
            [d for d in ("OpenAI", "Google", "Alibaba", "DeepSeek", "Meta", "Anthropic") if d != fact["developer"]]
        )
        yield Pair(fact["text"], sentence(f"{maker} released {fact['subject']}"), (REFUTES,), _ORIGIN)


def _without_attribution(text: str) -> str:
    text = re.sub(r",? according to [^.]*?(?=\.$)", "", text)
    return re.sub(r"\s*\((?:\d{4}-\d\d-\d\d|run dated[^)]*)\)", "", text)


def text_pairs(fact: Fact, rng: random.Random) -> Iterator[Pair]:
    """Pairs from the fact's own sentence: as it is, one number changed, one direction turned."""
    claim = _without_attribution(fact["text"])
    yield Pair(fact["text"], claim, (SUPPORTS,), _ORIGIN)
    for changed in (flip_number(claim, rng), flip_direction(claim, rng)):
        if changed:
            yield Pair(fact["text"], changed, (REFUTES,), _ORIGIN)
    if "MIT" in claim or "Apache" in claim:
        swapped = re.sub(r"MIT|Apache(?: 2\.0)?", lambda m: "Apache 2.0" if m.group() == "MIT" else "MIT", claim)
        yield Pair(fact["text"], swapped, (REFUTES,), _ORIGIN)


def pairs_from_facts(facts: Sequence[Fact], seed: int = 5) -> list[Pair]:
    """All pairs of all facts, the same every time for the same facts and seed."""
    rng = random.Random(seed)
    pairs: list[Pair] = []
    boards: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if _is_score(fact):
            boards[fact["metric"], fact["setting"], fact["source_url"]].append(fact)
            pairs += score_pairs(fact, rng)
        elif fact["kind"] == "release" and fact["unit"] == "date":
            pairs += release_pairs(fact, rng)
        else:
            pairs += text_pairs(fact, rng)
        pairs += name_pairs(fact, rng.sample(facts, min(150, len(facts))), rng)
    for board in boards.values():
        for fact in board:
            apart = [o for o in board if o["subject"] != fact["subject"] and abs(o["value"] - fact["value"]) > 0.5]
            if apart:
                pairs += comparison_pairs(fact, rng.choice(apart), rng)
    return pairs


def pairs_from_flips(pairs: Sequence[Pair], seed: int = 6) -> list[Pair]:
    """Refuted pairs made from supported ones whose number or direction was changed; numbers only where the passage has
    them."""
    rng = random.Random(seed)
    made = []
    for pair in pairs:
        if pair.allowed != (SUPPORTS,):
            continue
        changed = flip_number(pair.claim, rng) or flip_direction(pair.claim, rng)
        if changed and changed != pair.claim:
            made.append(Pair(pair.passage, changed, (REFUTES,), "flips"))
    return made


def main() -> None:
    """Writes the pairs that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    with args.out.open("w", encoding="utf-8") as handle:
        for pair in pairs_from_facts(load_facts(args.facts), args.seed):
            row = {"claim": pair.claim, "evidence": pair.passage, "label": pair.label, "origin": pair.origin}
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
