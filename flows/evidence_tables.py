"""Evidence as people read it: hits with the matched words marked, facts and gaps as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.table import Table
from rich.text import Text

from flows.console import console, plain, warn

if TYPE_CHECKING:
    from pipeline.evidence import AddResult, GapResult, StoreStats
    from pipeline.evidence.names import Heard
    from pipeline.models import Fact, Hit, Passage

MARKED = "bold yellow"
FACT_COLUMNS = ("date", "subject", "metric", "value", "unit", "setting", "country", "weights", "publisher", "id")
NARROW, WIDE = ("setting", "weights", "publisher"), 110
"""Columns that a terminal of less than WIDE characters has no room for; --csv has them all."""
SHAREABLE = ("metric", "unit", "setting")
_TOKEN = re.compile(r"[\w.\-]+")


def print_hits(hits: Sequence[Hit], query: str, heard: Sequence[Heard]) -> None:
    """One row a hit: day, who, what was said with the query's words marked, and the id for `show`."""
    for guess in heard:
        console.print(f"“{plain(guess.heard)}” may be {plain(guess.could_be)}", markup=False, style="dim")
    if not hits:
        console.print("nothing found; loosen the filters, or add evidence: claimcast evidence add PATH", markup=False)
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("known from")
    table.add_column("publisher", max_width=22)
    table.add_column("passage", ratio=1)
    table.add_column("id", style="dim")
    for hit in hits:
        passage = hit.passage
        day = passage.known_from.isoformat() if passage.known_from else "undated"
        table.add_row(day, Text(plain(passage.publisher)), marked(plain(passage.text)[:500], query), passage.id)
    console.print(table)


def marked(text: str, query: str) -> Text:
    """The text with the words of the query marked, whatever their endings."""
    from pipeline.evidence.words import query_words

    words = set(query_words(query))
    stems = tuple(word for word in words if len(word) > 3)
    shown = Text(text)
    for match in _TOKEN.finditer(text):
        word = match.group().strip(".-").casefold()
        if word in words or any(word.startswith(stem) and len(word) <= len(stem) + 3 for stem in stems):
            shown.stylize(MARKED, match.start(), match.end())
    return shown


def print_passage(passage: Passage, fact: Fact | None) -> None:
    """A passage whole."""
    console.print(plain(passage.text), markup=False)
    known = f"{passage.known_from} ({passage.date_precision})" if passage.known_from else "undated"
    pairs = [
        ("id", passage.id), ("external id", passage.external_id), ("context", passage.context), ("known from", known),
        ("title", passage.title), ("publisher", passage.publisher), ("published", passage.published),
        ("rank", passage.rank), ("whose word", passage.origin), ("where", passage.location), ("address", passage.url),
    ]  # fmt: skip
    if fact:
        pairs += list(fact.model_dump(mode="json", exclude={"passage"}, exclude_none=True).items())
    for name, value in pairs:
        if value not in ("", None):
            console.print(f"  {name.replace('_', ' '):18} {plain(str(value))}", markup=False)


def print_facts(facts: Sequence[Fact], total: int) -> None:
    """One row a fact; what all rows share (the metric, the unit, the setting) stands above them, once."""
    rows = [_fact_cells(fact) for fact in facts]
    shared = {name for name in SHAREABLE if len({row[name] for row in rows}) == 1}
    heading = ", ".join(value for name in SHAREABLE if name in shared and (value := rows[0][name]))
    if heading:
        console.print(plain(heading), markup=False, style="bold")
    table = Table(box=None, pad_edge=False)
    dropped = NARROW if console.width < WIDE and "metric" not in shared else ()
    names = [name for name in FACT_COLUMNS if name not in shared and name not in dropped]
    for name in names:
        whole = name in ("date", "value", "id")
        justify: Literal["left", "right"] = "right" if name == "value" else "left"
        table.add_column(
            name, justify=justify, no_wrap=whole, overflow="fold", style="dim" if name == "id" else None,
            min_width=max((len(row[name]) for row in rows), default=0) if whole else None,
        )  # fmt: skip
    for row in rows:
        table.add_row(*(Text(plain(row[name])) for name in names))
    console.print(table)
    if total > len(facts):
        console.print(f"{len(facts):,} of {total:,}; --limit shows more", markup=False, style="dim")


def _fact_cells(fact: Fact) -> dict[str, str]:
    value = f"{fact.number:g}" if fact.number is not None else str(fact.value or "")
    return {
        "date": str(fact.date or "undated"), "subject": fact.subject, "metric": fact.metric, "value": value,
        "unit": fact.unit, "setting": fact.setting, "country": fact.country,
        "weights": {True: "open", False: "closed", None: ""}[fact.open_weights], "publisher": fact.passage.publisher,
        "id": fact.passage.id,
    }  # fmt: skip


def print_gap(result: GapResult, svg: Path | None) -> None:
    """The gap in words, the lag of each record, and what was left out."""
    board = result.board
    where = ", ".join(part for part in (board.metric, board.setting, board.publisher) if part)
    console.print(
        f"{where}, {result.day}{', open weights only' if result.open_only else ''}", markup=False, style="bold"
    )
    for country, best in ((result.leader, result.leader_best), (result.follower, result.follower_best)):
        console.print(f"  {country}: {plain(best.subject)} {best.value:g} [{best.passage_id}]", markup=False)
    console.print(f"  {result.arithmetic} {board.unit}", markup=False)
    if result.mean_months is not None:
        counted = "between releases" if result.basis == "release" else "between measurements"
        side = "behind" if result.mean_months >= 0 else "ahead"
        console.print(f"  on average {abs(result.mean_months):g} months {side}, {counted}", markup=False)
    table = Table(box=None, pad_edge=False)
    for name in (f"{result.follower} record", "value", "day", f"first {result.leader} model there", "day", "months"):
        table.add_column(name)
    for lag in result.lags:
        there = (plain(lag.leader.subject), str(lag.leader.day)) if lag.leader else ("none yet", "")
        months = "" if lag.months is None else f"{'≥ ' if lag.at_least else ''}{lag.months:g}"
        record = lag.follower
        cells = (plain(record.subject), f"{record.value:g}", str(record.day), *there, months)
        table.add_row(*map(Text, cells))
    console.print(table)
    for left in result.left_out:
        examples = f" (as {', '.join(map(plain, left.examples))})" if left.examples else ""
        console.print(f"left out: {left.facts} facts, {plain(left.reason)}{examples}", markup=False, style="dim")
    for line in result.warnings:
        console.print(f"note: {line}", markup=False, style="dim")
    if svg is not None:
        console.print(f"chart: {svg}", markup=False)


def print_stats(stats: StoreStats) -> None:
    """The store in numbers, one a line."""
    share = f" ({stats.undated / stats.passages:.0%})" if stats.passages else ""
    rows = [
        ("sources", f"{stats.sources:,} ({stats.versions:,} versions)"), ("passages", f"{stats.passages:,}"),
        ("facts", f"{stats.facts:,} about {stats.subjects:,} subjects"),
        ("days covered", f"{stats.earliest or '–'} to {stats.latest or '–'}"), ("undated", f"{stats.undated:,}{share}"),
        ("kept for the view back", f"{stats.superseded:,}"), ("fetched over 30 days ago", f"{stats.stale:,}"),
        ("not in the index yet", f"{stats.pending:,}"), ("kinds", ", ".join(f"{k} {n:,}" for k, n in stats.kinds.items())),
        ("ranks", ", ".join(f"{k} {n:,}" for k, n in stats.ranks.items())), ("embedding", stats.embedding),
        ("generation", stats.generation), ("on disk", f"{stats.bytes_on_disk / 1e6:.1f} MB"),
    ]  # fmt: skip
    for name, value in rows:
        console.print(f"{name:26} {plain(value)}", markup=False)


def print_added(result: AddResult) -> None:
    """What came in, what changed, and at the end what could not be read."""
    for word, sources in (("added", result.added), ("changed", result.changed), ("withdrawn", result.withdrawn)):
        for source in sources[:20]:
            day = source.published or "undated"
            console.print(f"{word}: {plain(source.title)} ({source.kind}, {day}, {source.id})", markup=False)
        if len(sources) > 20:
            console.print(f"{word}: {len(sources) - 20:,} more", markup=False)
    console.print(
        f"{result.passages:,} passages, {result.facts:,} of them facts; {result.unchanged:,} sources as before",
        markup=False,
    )
    for failure in result.failed:
        warn(failure.reason)
