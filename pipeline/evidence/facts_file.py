"""JSON Lines of facts become sources: one source for each page that is cited, its facts as passages.

A line has at least `kind, subject, metric, value, text`; the other fields of `Fact` and `url, title, publisher, published,
location, rank, origin, known_from` are optional. What decides when a fact could be known, whose word it is and what rank
it has is written here, in `known_from`, `origin_of` and `rank_of`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import cast

from pydantic import ValidationError

from pipeline.errors import SourceError
from pipeline.evidence.dates import read_date
from pipeline.evidence.records import FactDraft, PassageDraft, SourceDraft
from pipeline.models import DatePrecision, Rank

Record = Mapping[str, object]

ALIASES = {"source_url": "url", "source_title": "title", "quote_location": "location", "valid_to": "valid_until"}
NEEDED = ("kind", "subject", "metric", "value", "text")
INDEPENDENT = frozenset({"Epoch AI", "LMArena", "LMSYS", "LiveBench", "SWE-bench", "SWE-bench team", "Aider"})
"""Those who measure models that are not theirs."""
_PRICE_SPAN = re.compile(r"^from (\S+) to (\S+)$")
_BORROWED = re.compile(r"\s*\((?:[^)]*\b(?:repost|mirror|copy)\b[^)]*)\)\s*$", re.IGNORECASE)
_CITING = re.compile(r"\((?:citing|copy of)\s+([^)]+)\)", re.IGNORECASE)


def is_fact(record: Record) -> bool:
    """Whether a JSON object has the fields that make a fact."""
    return all(name in record for name in NEEDED)


def read_facts(records: Iterable[Record], container: str) -> list[SourceDraft]:
    """One source a cited page, in the order in which the pages are first cited.

    Raises:
        SourceError: a line lacks a needed field or has one that makes no sense; the message has its number or id.
    """
    pages: dict[str, list[Record]] = {}
    for number, record in enumerate(records, start=1):
        clean = {ALIASES.get(name, name): value for name, value in record.items()}
        missing = [name for name in NEEDED if name not in clean]
        if missing:
            raise SourceError(f"{container}, line {number}: a fact needs {', '.join(missing)}")
        pages.setdefault(_text(clean, "url") or container, []).append(clean)
    return [_page(url, facts, container) for url, facts in pages.items()]


def known_from(record: Record) -> tuple[date | None, DatePrecision]:
    """The day from which a fact could be known, and how precisely that is known.

    The fact's own `known_from` where it is given; a price's first day in force, else the last day it was in force, else the
    release of its model; for all else the fact's `date` (a month counts from its last day), else the page's `published`.
    """
    if "known_from" in record:
        day, precision = read_date(record["known_from"])
        return day, cast(DatePrecision, record.get("date_precision") or precision)
    if _text(record, "kind") == "pricing" and _span(record) is not None:
        start, end = _span(record) or (None, None)
        return start or end or read_date(record.get("model_release_date"))[0], "day"
    for name in ("date", "published"):
        day, precision = read_date(record.get(name))
        if day:
            return day, precision
    return None, "day"


def rank_of(record: Record) -> Rank:
    """Self-reported where the fact or its publisher says so, independent where a known measurer ran it, else secondary."""
    given = _text(record, "rank")
    if given in ("independent", "self_reported", "secondary"):
        return cast(Rank, given)
    if record.get("self_reported") is True:
        return "self_reported"
    measured_by = _text(record, "reported_by") or _text(record, "publisher")
    if "(independent)" in measured_by or origin_of(record) in INDEPENDENT:
        return "independent"
    same = origin_of(record).casefold() == _text(record, "developer").casefold() != ""
    return "self_reported" if same else "secondary"


def origin_of(record: Record) -> str:
    """Whose word it is at bottom: the one who measured or said it, not the page that repeats it."""
    if given := _text(record, "origin"):
        return given
    name = _text(record, "reported_by") or _text(record, "publisher")
    name = name.replace("(independent)", "").strip()
    if cited := _CITING.search(name):
        return cited.group(1).strip()
    name = _BORROWED.sub("", name)
    name = re.sub(r"\s*\(?\bvia\b.*$", "", name)
    return name.strip()


def _span(record: Record) -> tuple[date | None, date | None] | None:
    """First and last day of a price, from its fields or from a setting "from X to Y"; None when it speaks of neither."""
    first, last = read_date(record.get("valid_from"))[0], read_date(record.get("valid_until"))[0]
    if first or last:
        return first, last
    match = _PRICE_SPAN.match(_text(record, "setting"))
    if match is None:
        return None
    return read_date(match.group(1))[0], read_date(match.group(2))[0]


def _page(url: str, facts: list[Record], container: str) -> SourceDraft:
    first = facts[0]
    lines = "\n".join(json.dumps(fact, ensure_ascii=False, sort_keys=True) for fact in facts)
    published = [day for day in (read_date(fact.get("published"))[0] for fact in facts) if day]
    ranks = {rank_of(fact) for fact in facts}
    return SourceDraft(
        key=f"{container}#{url}",
        container=container,
        title=_text(first, "title") or container,
        publisher=_text(first, "publisher"),
        url=url if url.startswith(("http://", "https://")) else "",
        published=max(published) if published else None,
        licence="",
        rank=ranks.pop() if len(ranks) == 1 else "secondary",
        sha256=sha256(lines.encode()).hexdigest(),
        kind="facts",
        text=lines,
        passages=tuple(_passage(fact, container) for fact in facts),
    )


def _passage(record: Record, container: str) -> PassageDraft:
    identifier = _text(record, "id")
    day, precision = known_from(record)
    span = _span(record) or (None, None)
    try:
        fact = FactDraft(
            **{name: record.get(name) or "" for name in ("kind", "subject", "metric", "unit", "developer", "country")},
            value=record["value"],
            setting="" if _PRICE_SPAN.match(_text(record, "setting")) else _text(record, "setting"),
            date=read_date(record.get("date"))[0],
            open_weights=cast("bool | None", record.get("open_weights")),
            self_reported=cast("bool | None", record.get("self_reported")),
            reported_by=_text(record, "reported_by"),
            model_release_date=read_date(record.get("model_release_date"))[0],
            note=_text(record, "note"),
            valid_from=span[0],
            valid_until=span[1],
            doubtful=bool(record.get("doubtful")),
        )
        return PassageDraft(
            text=_text(record, "text"),
            context=f"{fact.subject} | {fact.metric}",
            location=_text(record, "location"),
            external_id=identifier,
            known_from=day,
            date_precision=precision,
            origin=origin_of(record),
            rank=rank_of(record),
            published=read_date(record.get("published"))[0],
            fact=fact,
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = identifier or _text(record, "text")[:60]
        raise SourceError(f"{container}, fact {place}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value).strip()
