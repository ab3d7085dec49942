"""Evidence as files: many queries at once, the whole store out and in, hits and facts as rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.files import write_whole

if TYPE_CHECKING:
    from pipeline.evidence import Filters, Store
    from pipeline.models import Fact, Hit

AT_ONCE = 256
"""Queries embedded and searched together."""


class Asked(BaseModel):
    """One line of a file of queries."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    text: str
    as_of: date | None = None


def read_asked(path: Path) -> list[Asked]:
    """The queries of a file, one JSON object {id, text, as_of?} a line.

    Raises:
        InputError: it can't be read, or a line is no query; the line's number is named.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read ({error}); give JSON Lines of {{id, text}}") from error
    asked: list[Asked] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                asked.append(Asked.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"]) or "the line"
                raise InputError(
                    f"{path}, line {number}: {where}: {first['msg']}; a query is {{id, text, as_of?}}"
                ) from None
    return asked


def search_file(store: Store, source: Path, target: Path, k: int, filters: Filters, mode: str) -> int:
    """How many queries were answered: {id, results: [{passage_id, external_id, score}]} a line, in order."""
    from pipeline.evidence.search import MODES

    asked = read_asked(source)
    chosen = next(one for one in MODES if one == mode)
    lines: list[str] = []
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        each = [filters.model_copy(update={"as_of": one.as_of}) if one.as_of else filters for one in some]
        found = store.search_many([one.text for one in some], filters=each, k=k, mode=chosen)
        for one, hits in zip(some, found, strict=True):
            results = [
                {"passage_id": h.passage.id, "external_id": h.passage.external_id, "score": round(h.score, 6)}
                for h in hits
            ]
            lines.append(json.dumps({"id": one.id, "results": results}, ensure_ascii=False))
    write_whole(target, "".join(f"{line}\n" for line in lines))
    return len(asked)


def hit_row(hit: Hit) -> dict[str, object]:
    """A hit as one flat row."""
    passage = hit.passage
    return {
        "passage_id": passage.id,
        "external_id": passage.external_id,
        "score": round(hit.score, 6),
        "known_from": passage.known_from.isoformat() if passage.known_from else None,
        "publisher": passage.publisher,
        "rank": passage.rank,
        "title": passage.title,
        "text": passage.text,
        "url": passage.url,
        "location": passage.location,
    }


def fact_row(fact: Fact) -> dict[str, object]:
    """A fact as one flat row."""
    said = fact.model_dump(mode="json", exclude={"passage"})
    passage = fact.passage
    known = passage.known_from.isoformat() if passage.known_from else None
    return {"passage_id": passage.id, **said, "known_from": known, "publisher": passage.publisher, "rank": passage.rank, "url": passage.url}  # fmt: skip


def as_csv(rows: Sequence[dict[str, object]]) -> str:
    """Rows as CSV, the first row's names as header; no cell is a formula to a spreadsheet."""
    from reports.beside import cell

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if rows:
        writer.writerow(list(rows[0]))
        writer.writerows([cell(value) for value in row.values()] for row in rows)
    return out.getvalue()
