"""The board that a claim speaks of: which facts are on it, of which group, on which day, and who stands where."""

from __future__ import annotations

import re
from datetime import date

from pipeline.judging.mentions import metric_matches
from pipeline.judging.reading import ClaimReading
from pipeline.judging.view import View
from pipeline.models import Fact

_BASH = re.compile(r"\bbash[- ]only\b", re.I)


def is_board(fact: Fact) -> bool:
    """Whether a fact is a score on a benchmark or leaderboard, where only the same metric may be compared."""
    rated = fact.kind == "leaderboard" and fact.unit.casefold() in ("elo", "percent", "points") and bool(fact.setting)
    return fact.kind == "benchmark" or rated


def on_named_board(reading: ClaimReading, fact: Fact, view: View) -> bool:
    """Whether a fact is from the board, and by the tester, that the claim names; any is when it names none."""
    if bool(_BASH.search(reading.text)) != bool(_BASH.search(fact.metric)) and _is_split(fact):
        return False
    testers = [name for name in view.knowledge.testers if re.search(rf"\b{re.escape(name)}\b", reading.text)]
    return not testers or any(fact.passage.publisher.startswith(name) for name in testers)


def _is_split(fact: Fact) -> bool:
    """Whether the fact's benchmark is one that is also run bash-only."""
    return "SWE-bench" in fact.metric


def board_of(reading: ClaimReading, view: View, *, metrics: tuple[str, ...] = ()) -> list[Fact]:
    """The standing that a claim speaks of, best first: each subject of the claim's group once, by its best value.

    A rating board is one snapshot, the last of the days that the claim names; on a benchmark all runs up to then count.
    One publisher's board is taken: the one with most subjects.
    """
    day = max((span.last for span in reading.dates if span.relation in ("in", "by", "as_of")), default=reading.as_of)
    named = metrics or reading.metrics
    facts = [
        fact
        for fact in view.usable()
        if fact.number is not None
        and fact.date
        and fact.date <= day
        and is_board(fact)
        and metric_matches(named, fact, reading.text)
        and on_named_board(reading, fact, view)
    ]
    boards: dict[tuple[str, str, date | None], list[Fact]] = {}
    for fact in facts:
        rated = fact.unit.casefold() == "elo"
        boards.setdefault((fact.metric, fact.passage.publisher, fact.date if rated else None), []).append(fact)
    if not boards:
        return []
    key = max(boards, key=lambda one: (one[2] or date.min, len({f.subject for f in boards[one]}), one[1]))
    best: dict[str, Fact] = {}
    for fact in boards[key]:
        held = best.get(fact.subject.casefold())
        if in_group(reading, fact) and (held is None or (fact.number or 0) > (held.number or 0)):
            best[fact.subject.casefold()] = fact
    return sorted(best.values(), key=lambda fact: (-(fact.number or 0.0), fact.passage.id))


def in_group(reading: ClaimReading, fact: Fact) -> bool:
    """Whether a fact is about a model of the country, and with the weights, that the claim speaks of."""
    country = "CN" if reading.china and not reading.us else "US" if reading.us and not reading.china else ""
    return (not country or fact.country == country) and (not reading.open_only or fact.open_weights is True)
