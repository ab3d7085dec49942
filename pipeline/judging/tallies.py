"""On how many benchmarks one model stands above another: "beats o1 on four of six benchmarks", "on most benchmarks"."""

from __future__ import annotations

import re
from collections import defaultdict

from pipeline.judging.pairs import derivation_of, holds, step_of, table_pairs
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import Finding, View, cite
from pipeline.models import Derivation, Fact

LEAST = 3
"""Benchmarks that one table must share before "most" or "every" means anything."""
_TALLY = re.compile(
    r"\b(?:on|in|across) (?:(?P<wins>\d+) (?:out )?of (?:the |its )?(?P<of>\d+)|(?P<word>most|almost all|nearly all|all|every|each|none|the majority)"
    r"(?: of)?(?: the| its)?)(?: (?!benchmark|test|eval)\w+){0,2} (?:benchmarks?|tests?|evaluations?|evals)\b",
    re.I,
)
Pair = tuple[Fact, Fact]


def is_tally(reading: ClaimReading) -> bool:
    """Whether a claim counts benchmarks instead of naming one."""
    return bool(_TALLY.search(reading.text)) and len(reading.subjects) >= 2 and reading.direction is not None


def check_tally(reading: ClaimReading, view: View) -> Finding | None:
    """Whether the first named subject wins as many of one publisher's benchmarks as the claim says.

    None when no table holds both on at least LEAST benchmarks, or none has the number of benchmarks that the claim gives.
    """
    match = _TALLY.search(reading.text)
    if match is None or not is_tally(reading):
        return None
    plain = reading.model_copy(update={"metrics": (), "negated": False})
    tables: dict[str, dict[str, Pair]] = defaultdict(dict)
    for pair in table_pairs(plain, view, reading.subjects[0], reading.subjects[1]):
        tables[pair[0].passage.publisher].setdefault(pair[0].metric, pair)
    fitting = [
        table
        for table in tables.values()
        if len(table) == int(match["of"] or 0) or (not match["of"] and len(table) >= LEAST)
    ]
    if not fitting:
        return None
    table = max(fitting, key=len)
    wins = [pair for pair in table.values() if holds(plain, *pair)]
    rest = [pair for pair in table.values() if not holds(plain, *pair)]
    held = _held(match, len(wins), len(table)) != reading.negated
    return _finding(wins, rest, match[0], held=held)


def _held(match: re.Match[str], wins: int, count: int) -> bool:
    if match["wins"]:
        return wins == int(match["wins"])
    word = match["word"].lower()
    if word in ("most", "the majority"):
        return wins * 2 > count
    if word in ("almost all", "nearly all"):
        return wins >= 0.8 * count
    return wins == 0 if word == "none" else wins == count


def _finding(wins: list[Pair], rest: list[Pair], said: str, *, held: bool) -> Finding:
    pairs = [*wins, *rest]
    counted = f"{len(wins)} of {len(pairs)} benchmarks in the table of {pairs[0][0].passage.publisher}"
    derivation = derivation_of(pairs, "supported" if held else "refuted")
    return Finding(
        check="tally",
        label="supported" if held else "refuted",
        citations=tuple(cite(fact.passage, "supports" if held else "refutes") for pair in pairs for fact in pair),
        explanation=f"{counted}; the statement says {said}. " + "; ".join(step_of(*pair) for pair in pairs) + ".",
        derivation=Derivation(
            operation="count comparisons",
            operands=derivation.operands,
            steps=(*derivation.steps, counted),
            conclusion="the count holds" if held else "the count does not hold",
        ),
        certainty=0.75,
        covers=("comparison", *re.findall(r"\d+", said)),
    )
