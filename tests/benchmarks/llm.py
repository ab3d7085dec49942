"""Measures what a language model adds: the rules alone and the rules with the model, side by side, in one run.

    python -m tests.benchmarks.llm --llm local [--parts demo,podcasts,gold,pairs,injection] [--limit 12] [--out FILE.json]

For the demo's audio, two real podcasts and the gold claims: claims found, claims with a word from nowhere, verdicts as
expected, seconds, tokens; then each step by itself. `pairs` holds the model's stance beside the stance model's on labelled
pairs. `injection` counts verdicts that hostile words change. `--limit` asks at most so many questions of a step in a part,
drawn with a fixed seed, and says how many were left out. Exit status 1 when a word comes from nowhere or a verdict changes
under attack.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from sklearn.metrics import balanced_accuracy_score

from pipeline.claims import extract, words_from_nowhere
from pipeline.claims.rewording import is_unclear, reworded
from pipeline.evidence import Store, open_store
from pipeline.judging import judge
from pipeline.judging.meaning import meant
from pipeline.judging.planning import planned
from pipeline.judging.prose import retold
from pipeline.judging.second_opinion import second_opinions
from pipeline.judging.stance import load_stance
from pipeline.judging.weighing import stances
from pipeline.llm import STEPS, LanguageModel, load_llm
from pipeline.models import CheckedClaim, Claim, Episode, LlmStep, Report, Segment, Transcript
from pipeline.settings import Settings, get_settings
from pipeline.speech import read_transcript, transcribe
from prompts.schemas import Opinion
from tests.benchmarks.claims import SAID
from tests.benchmarks.demo import compare, read_expected
from tests.benchmarks.judge import rows_of
from tests.llm.attacks import ATTACKS, TALK, attacked, claims_of, labels, looked_at, talk_with, verdicts, with_model

ROOT = Path(__file__).parent.parent.parent
DEMO_DAY = date(2025, 7, 31)
Talk = tuple[Episode, Transcript]
Right = Callable[[Sequence[CheckedClaim]], tuple[int, int] | None]
"""How many verdicts are as expected, of how many; None where nobody knows."""


class Asked:
    """A language model that is asked at most `limit` questions a step and part; the others count as left out."""

    def __init__(self, model: LanguageModel, limit: int) -> None:
        self.model, self.limit = model, limit
        self.left_out: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()

    def ask_all(self, prompt: str, questions: Sequence[Mapping[str, str]], schema: Any) -> list[Any]:
        chosen = list(range(len(questions)))
        if self.limit and len(chosen) > self.limit:
            chosen = sorted(random.Random(7).sample(chosen, self.limit))
        self.left_out[prompt] += len(questions) - len(chosen)
        started, before = time.perf_counter(), self.model.spent
        found = self.model.ask_all(prompt, [questions[i] for i in chosen], schema)
        self.seconds[prompt] += time.perf_counter() - started
        self.tokens[prompt] += self.model.spent.since(before).tokens
        by_place = dict(zip(chosen, found, strict=True))
        return [by_place.get(i) for i in range(len(questions))]


def side_by_side(talks: Sequence[Talk], store: Store, model: LanguageModel, limit: int, right: Right) -> dict[str, Any]:
    """The figures of both paths on these talks."""
    names, settings = tuple(store.proper_names()), store.settings
    started = time.perf_counter()
    found = [extract(transcript, about, glossary=names) for about, transcript in talks]
    classic = [judge(claim, store, settings=settings) for claims in found for claim in claims]
    seconds = time.perf_counter() - started
    asked: Any = Asked(model, limit)
    before = model.spent
    started = time.perf_counter()
    steps: dict[str, LlmStep] = {}
    worded: list[Claim] = []
    for (_, transcript), claims in zip(talks, found, strict=True):
        some, step = reworded(claims, transcript, asked)
        worded += some
        steps["claims"] = added(steps.get("claims", LlmStep()), step)
    same = {one.claim.id: one for one in classic}
    checked = tuple(
        same[claim.id] if claim.id in same and same[claim.id].claim == claim else judge(claim, store, settings=settings)
        for claim in worded
    )
    judged = checked
    checked, steps["plan"] = planned(checked, store, asked)
    checked, steps["reading"] = meant(checked, asked)
    checked, steps["stance"] = second_opinions(checked, asked)
    checked, steps["rationale"] = retold(checked, asked)
    spent = model.spent.since(before)
    return {
        "classic": {**figures(classic, right), "seconds": round(seconds, 1), "tokens": 0},
        "llm": {
            **figures(checked, right),
            "seconds": round(seconds + time.perf_counter() - started, 1),
            "tokens": spent.tokens,
        },
        "steps": {
            name: {
                **step.model_dump(),
                "failed": step.failed - asked.left_out[name],
                "left_out": asked.left_out[name],
                "seconds": round(asked.seconds[name], 1),
                "tokens": asked.tokens[name],
            }
            for name, step in steps.items()
        },
        "verdicts_changed_by_plan": changes(judged, checked),
        "rationales": rationales(judged, checked),
        "reworded": [[one.statement, one.claim] for one in worded if one.worded_by == "language model"],
    }


def added(one: LlmStep, other: LlmStep) -> LlmStep:
    """Both together."""
    return LlmStep(**{name: getattr(one, name) + getattr(other, name) for name in LlmStep.model_fields})


def figures(checked: Sequence[CheckedClaim], right: Right) -> dict[str, Any]:
    """What can be counted of one path."""
    told = right(checked)
    return {
        "claims": len(checked),
        "checkable": sum(one.claim.checkable for one in checked),
        "unclear": sum(is_unclear(one.claim) for one in checked),
        "from_nowhere": sum(bool(words_from_nowhere(one.claim)) for one in checked),
        "right": told[0] if told else None,
        "of": told[1] if told else None,
    }


def changes(before: Sequence[CheckedClaim], after: Sequence[CheckedClaim]) -> list[str]:
    """Claims whose verdict is another than before, with both."""
    return [
        f"{one.claim.claim}: {one.verdict.label} → {two.verdict.label}"
        for one, two in zip(before, after, strict=True)
        if one.verdict and two.verdict and one.verdict.label != two.verdict.label
    ]


def rationales(before: Sequence[CheckedClaim], after: Sequence[CheckedClaim]) -> dict[str, Any]:
    """The model's rationales beside the computed ones: words, and the share of the figures that are still there."""
    pairs = [
        (one.verdict.rationale, two.verdict.rationale)
        for one, two in zip(before, after, strict=True)
        if one.verdict and two.verdict and two.verdict.rationale_by == "language model"
    ]
    computed = [figure for one, _ in pairs for figure in numbers(one)]
    kept = sum(figure in numbers(two) for one, two in pairs for figure in numbers(one))
    return {
        "told": len(pairs),
        "words_computed": sum(len(one.split()) for one, _ in pairs),
        "words_told": sum(len(two.split()) for _, two in pairs),
        "figures_kept": round(kept / len(computed), 3) if computed else None,
        "examples": [list(pair) for pair in pairs[:8]],
    }


def numbers(text: str) -> list[str]:
    """The words of a text that have a digit in them."""
    return [word.strip(".,;:()“”") for word in text.split() if any(character.isdigit() for character in word)]


# --- parts ---------------------------------------------------------------------------------------------------------


def about(name: str, day: date) -> Episode:
    """An episode of this name, published on this day."""
    return Episode(id=name, title=name, published=day, source=name, content_sha256="0" * 64)


def demo(store: Store, model: LanguageModel, args: argparse.Namespace) -> dict[str, Any]:
    """The demo's audio as it is heard here."""
    audio = next((ROOT / "seeds" / "demo").glob("*.opus"))
    transcript = transcribe(audio, settings=store.settings, glossary=tuple(store.proper_names()))
    expected = read_expected()
    checkable = {one.id for one in expected if one.expected}

    def right(checked: Sequence[CheckedClaim]) -> tuple[int, int]:
        found = compare(Report.model_construct(claims=tuple(checked)), expected)
        return sum(one.right for one in found if one.id in checkable), len(checkable)

    return side_by_side([(about("demo", DEMO_DAY), transcript)], store, model, args.limit, right)


def podcasts(store: Store, model: LanguageModel, args: argparse.Namespace) -> dict[str, Any]:
    """Two real episodes; nobody has judged them, so no verdict is right or wrong here."""
    paths = sorted((args.data / "podcasts").glob("practical-ai-*.md"))
    talks = [(about(path.stem, SAID), read_transcript(path)) for path in paths]
    return side_by_side(talks, store, model, args.limit, lambda _: None)


def gold(store: Store, model: LanguageModel, args: argparse.Namespace) -> dict[str, Any]:
    """The gold claims as they were spoken, each a talk of its own; of several claims found in one, the likest counts."""
    path = args.data.parent / "evidence" / "claims_gold_dev.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    talks = [
        (
            about(row["id"], date.fromisoformat(row["as_of"])),
            Transcript(segments=(Segment(id=0, text=row["utterance"], speaker=row["speaker"]),)),
        )
        for row in rows
    ]

    def right(checked: Sequence[CheckedClaim]) -> tuple[int, int]:
        wanted = [row for row in rows if row["verdict"]]
        hits = 0
        for row in wanted:
            own = [one for one in checked if one.claim.statement[:40] in row["utterance"]]
            best = max(own, key=lambda one: fuzz.token_set_ratio(one.claim.claim, row["claim"]), default=None)
            hits += bool(best and best.verdict and best.verdict.label == row["verdict"])
        return hits, len(wanted)

    return side_by_side(talks, store, model, args.limit, right)


def pairs(store: Store, model: LanguageModel, args: argparse.Namespace) -> dict[str, Any]:
    """The model's stance and the stance model's on the same labelled pairs, balanced accuracy."""
    found: dict[str, Any] = {}
    for name in ("fever_symmetric", "climate_fever"):
        rows = [row for row in rows_of(args.data, 0)[name] if row[2] in ("supports", "refutes", "neutral")]
        rows = rows[: args.limit or 100]
        truth = [label for _, _, label in rows]
        ours = [one.label for one in stances([(claim, passage) for passage, claim, _ in rows], load_stance())]
        before, started = model.spent, time.perf_counter()
        answers = model.ask_all("stance", [{"claim": claim, "passage": text} for text, claim, _ in rows], Opinion)
        theirs = [answer.value.stance if answer else "neutral" for answer in answers]
        found[name] = {
            "pairs": len(rows),
            "stance_model": round(float(balanced_accuracy_score(truth, ours)), 3),
            "llm": round(float(balanced_accuracy_score(truth, theirs)), 3),
            "seconds": round(time.perf_counter() - started, 1),
            "tokens": model.spent.since(before).tokens,
        }
    return found


def injection(store: Store, model: LanguageModel, args: argparse.Namespace) -> dict[str, Any]:
    """Verdicts that hostile words change, in the talk and in the evidence."""
    changed: list[str] = []
    judged = 0
    started, before = time.perf_counter(), model.spent
    classic = {name: verdicts(claims_of(talk_with(attack)), store) for name, attack in ATTACKS.items()}
    for name, attack in ATTACKS.items():
        talk = talk_with(attack)
        found = with_model(claims_of(talk), store, model, talk)
        judged += len(found)
        if labels(found) != labels(classic[name]):
            changed.append(f"talk, {name}")
        for label in ("supported", "refuted"):
            one = attacked(attack, label)
            after = looked_at(one, model)
            judged += 1
            if not after.verdict or after.verdict.label != label or after.verdict.citations != one.verdict.citations:  # type: ignore[union-attr]
                changed.append(f"evidence, {name}, {label}")
    spent = model.spent.since(before)
    return {
        "attacks": len(ATTACKS),
        "lines_of_the_talk": len(TALK),
        "verdicts": judged,
        "changed": changed,
        "questions": spent.calls,
        "tokens": spent.tokens,
        "seconds": round(time.perf_counter() - started, 1),
    }


PARTS: dict[str, Callable[[Store, LanguageModel, argparse.Namespace], dict[str, Any]]] = {
    "demo": demo,
    "podcasts": podcasts,
    "gold": gold,
    "pairs": pairs,
    "injection": injection,
}


# --- printed -------------------------------------------------------------------------------------------------------


def show(name: str, found: dict[str, Any]) -> None:
    """One part, as a table."""
    if name == "injection":
        print(f"injection: {len(found['changed'])} of {found['verdicts']} verdicts changed by {found['attacks']} attacks"
              f" ({found['questions']} questions, {found['seconds']} s) {found['changed'] or ''}")  # fmt: skip
        return
    if name == "pairs":
        for one, row in found.items():
            print(f"{one}: balanced accuracy {row['llm']:.2f}, stance model {row['stance_model']:.2f}, {row['pairs']} pairs, "
                  f"{row['seconds']} s, {row['tokens']:,} tokens")  # fmt: skip
        return
    print(
        f"{name:10} {'path':8} {'claims':>7} {'checkable':>10} {'unclear':>8} {'nowhere':>8} {'right':>8} {'seconds':>8} {'tokens':>8}"
    )
    for path in ("classic", "llm"):
        row = found[path]
        right = "" if row["of"] is None else f"{row['right']} of {row['of']}"
        print(f"{'':10} {path:8} {row['claims']:7} {row['checkable']:10} {row['unclear']:8} {row['from_nowhere']:8} {right:>8} "
              f"{row['seconds']:8} {row['tokens']:8}")  # fmt: skip
    for step, row in found["steps"].items():
        left = f", {row['left_out']} left out by --limit" if row["left_out"] else ""
        print(f"  {step:10} asked {row['asked'] - row['left_out']}, taken over {row['used']}, refused {row['refused']}, "
              f"unanswered {row['failed']}, {row['seconds']} s, {row['tokens']:,} tokens{left}")  # fmt: skip
    for line in found["verdicts_changed_by_plan"]:
        print(f"  changed: {line}")
    print(f"  rationales: { ({k: v for k, v in found['rationales'].items() if k != 'examples'}) }")


def main() -> None:
    """Prints the tables, writes the JSON, and fails when words come from nowhere or an attack changes a verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", default="local")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--limit", type=int, default=12, help="questions of a step and part at most; 0 for all")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    own = get_settings()
    with tempfile.TemporaryDirectory() as folder:  # answers from before would cost no time
        own.models_path.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "models").symlink_to(own.models_path.resolve())
        model = load_llm(Settings(home=Path(folder), llm=args.llm, llm_steps=",".join(STEPS)))
        assert model is not None, "give --llm local or PROVIDER:MODEL"
        print(f"{model.identity.name}, at most {args.limit or 'all'} questions of a step in a part")
        result: dict[str, Any] = {
            "model": model.identity.name,
            "sha256": model.identity.sha256,
            "limit": args.limit,
            "day": date.today().isoformat(),
        }
        with open_store(own) as store:
            store.seed()
            for name in args.parts.split(","):
                result[name] = PARTS[name](store, model, args)
                show(name, result[name])
                sys.stdout.flush()
                if args.out:
                    args.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print("unanswered:", dict(model.failures), "stopped:", model.stopped or "no")
    wrong = [f"{n}: words from nowhere" for n in result if isinstance(result[n], dict) and any(
        result[n].get(path, {}).get("from_nowhere") for path in ("classic", "llm"))]  # fmt: skip
    wrong += result.get("injection", {}).get("changed", [])
    sys.exit("; ".join(wrong) or 0)


if __name__ == "__main__":
    main()
