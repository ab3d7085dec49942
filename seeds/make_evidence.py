"""Makes seeds/evidence: python seeds/make_evidence.py FACTS.jsonl (and vectors.npz with the packaged embedding model).

FACTS.jsonl is the collected set: one dated, sourced fact a line. What is done to it, trap by trap, is in `HANDLED`; the
numbers and the sentences stay as they are. The output is sorted as the input and the same on every machine.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.evidence.dates import read_date
from pipeline.evidence.facts_file import known_from, origin_of, rank_of
from pipeline.files import write_whole

Record = dict[str, Any]
FOLDER = Path(__file__).parent / "evidence"

ORIGINS = {
    "LMSYS/LMArena": "LMArena",
    "Alibaba Qwen": "Alibaba",
    "MoonshotAI": "Moonshot AI",
    "meta-llama": "Meta",
    "Z.ai (Zhipu)": "Z.ai",
    "CNBC (repost)": "CNBC",
    "Baidu (README copy)": "Baidu",
}
DEVELOPERS = {"Zhipu AI (Z.ai)": "Z.ai", "01 AI": "01.AI", "DeepSeek AI": "DeepSeek"}
ARENA = "Chatbot Arena Elo"
NEW_ARENA_SCALE = "2025-11"
GPQA_GUESSING = 25.0
KEPT = [
    "id",
    "kind",
    "subject",
    "developer",
    "country",
    "date",
    "date_precision",
    "metric",
    "value",
    "unit",
    "setting",
    "text",
    "url",
    "title",
    "publisher",
    "published",
    "location",
    "rank",
    "origin",
    "known_from",
    "open_weights",
    "self_reported",
    "reported_by",
    "model_release_date",
    "valid_from",
    "valid_until",
    "note",
    "date_basis",
    "doubtful",
]


def arena(fact: Record, _: Releases) -> None:
    """Trap 4: the setting names the board and its scale only; interval, votes and role go to the note."""
    if fact["metric"] != ARENA:
        return
    board, _, rest = fact["setting"].partition(";")
    board = "text arena, overall" if board.startswith("text") else board
    scale = "scale of Nov 2025 and later" if fact["date"] >= NEW_ARENA_SCALE else "scale before Nov 2025"
    fact["setting"] = f"{board}; {scale}"
    add_note(fact, rest.strip())


def prices(fact: Record, releases: Releases) -> None:
    """Trap 5: a price without a first day counts from its model's release, else it is undated."""
    span = re.match(r"^from (\S+) to (\S+)$", fact["setting"])
    if fact["kind"] != "pricing" or span is None:
        return
    start, end = (None if part == "None" else part for part in span.groups())
    fact["valid_from"], fact["valid_until"] = start, end
    fact["setting"] = "list price"
    fact["date"] = fact["known_from"] = start or end
    if start is None and end is None:
        fact["model_release_date"] = fact.get("model_release_date") or releases(fact["subject"])
        fact["known_from"] = fact["model_release_date"]
    if start is None:
        basis = "its last day" if end else "its model's release" if fact["known_from"] else ""
        counted = f"counted as known from {basis}" if basis else "undated"
        add_note(fact, f"no first day in the price file: {counted}")


def below_guessing(fact: Record, _: Releases) -> None:
    """Trap 6: a GPQA score under the guessing rate is shown, never compared."""
    if fact["metric"].startswith("GPQA") and isinstance(fact["value"], float) and fact["value"] < GPQA_GUESSING:
        fact["doubtful"] = True
        add_note(fact, "below the guessing rate of 25%: probably a parsing failure at the source, not compared")


def analyses(fact: Record, _: Releases) -> None:
    """Trap 3: what an analysis found could be known when the analysis was published, not in the month it speaks of."""
    if fact["developer"] != "various":
        return
    published, precision = read_date(fact["published"])
    day, _precision = read_date(fact["date"])
    if published and precision != "year" and day and published > day:
        fact["known_from"] = fact["published"]


def names(fact: Record, _: Releases) -> None:
    """One name a developer; the origin of a copy is whoever was copied."""
    fact["developer"] = DEVELOPERS.get(fact["developer"], fact["developer"])
    origin = origin_of(fact)
    fact["origin"] = (
        "Stanford AI Index" if "AI Index" in fact["subject"] + fact["text"] else ORIGINS.get(origin, origin)
    )
    if fact["published"] == "undated":
        fact["published"] = None


HANDLED: tuple[Callable[[Record, Releases], None], ...] = (arena, prices, below_guessing, analyses, names)


class Releases:
    """The day a model was released, by any spelling of its name."""

    def __init__(self, facts: list[Record]) -> None:
        self._days: dict[str, str] = {}
        for fact in facts:
            if fact["metric"] == "release date":
                self._days.setdefault(_key(fact["subject"]), str(fact["value"]))
        for fact in facts:
            if fact.get("model_release_date"):
                self._days.setdefault(_key(fact["subject"]), fact["model_release_date"])

    def __call__(self, subject: str) -> str | None:
        """The day by which every model named in the subject was out; None when one of them is not known."""
        parts = re.sub(r"\([^)]*\)|[<>≤≥]=?\s*\d+k", "", subject).split(" and ")
        days = [self._days.get(_key(part)) for part in parts]
        return max(day for day in days if day) if days and all(days) else None


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum() or char == ".")


def add_note(fact: Record, note: str) -> None:
    """Append to the fact's note."""
    fact["note"] = "; ".join(part for part in (fact.get("note"), note) if part)


def clean(facts: list[Record]) -> list[Record]:
    """The facts as they are stored: traps handled, fields named as in the program, empty ones left out."""
    releases = Releases(facts)
    for fact in facts:
        fact["url"], fact["title"], fact["location"] = (
            fact.pop(name) for name in ("source_url", "source_title", "quote_location")
        )
        fact["valid_until"] = fact.pop("valid_to", None)
        for handle in HANDLED:
            handle(fact, releases)
        fact["rank"] = rank_of(fact)
        day, precision = known_from(fact)
        fact["known_from"], fact["date_precision"] = (day.isoformat() if day else None), precision
    return [{name: fact[name] for name in KEPT if _said(fact, name)} for fact in facts]


def _said(fact: Record, name: str) -> bool:
    return name == "known_from" or fact.get(name) not in (None, "")


def write_vectors(path: Path) -> None:
    """The vectors of every seed passage, as the packaged model makes them, in half precision."""
    import numpy as np

    from pipeline.evidence.embed import load_embedder
    from pipeline.evidence.facts_file import read_facts
    from pipeline.evidence.ingest import embedded_text, vector_key
    from pipeline.evidence.seed import CONTAINER
    from pipeline.settings import Settings

    records = [json.loads(line) for line in (FOLDER / "facts.jsonl").read_text("utf-8").splitlines()]
    drafts = read_facts(records, CONTAINER)
    texts = list(dict.fromkeys(embedded_text(p.context, p.text) for draft in drafts for p in draft.passages))
    embedder = load_embedder(Settings())
    keys = np.array([np.frombuffer(vector_key(text), dtype=np.uint8) for text in texts])
    vectors = embedder.embed(texts).astype(np.float16)
    np.savez_compressed(path, model=embedder.model_id, keys=keys, vectors=vectors)


def main() -> None:
    """Write facts.jsonl and vectors.npz."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("facts", type=Path, help="the collected facts, JSON Lines")
    source = parser.parse_args().facts
    facts = clean([json.loads(line) for line in source.read_text("utf-8").splitlines() if line.strip()])
    write_whole(FOLDER / "facts.jsonl", "".join(json.dumps(fact, ensure_ascii=False) + "\n" for fact in facts))
    write_vectors(FOLDER / "vectors.npz")


if __name__ == "__main__":
    main()
