"""JSON Lines: facts with typed fields, or a corpus of documents with `_id`, `title` and `text`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from pipeline.errors import SourceError
from pipeline.evidence.dates import read_date
from pipeline.evidence.documents import Given
from pipeline.evidence.facts_file import Record, is_fact, read_facts
from pipeline.evidence.loaders.plain import decode
from pipeline.evidence.records import PassageDraft, SourceDraft
from pipeline.evidence.seed import CONTAINER, FOLDER

DATE_FIELDS = ("date", "published", "timestamp")


def read(content: bytes, key: str, given: Given) -> tuple[list[SourceDraft], str]:
    """The drafts of a file, and its name as a container when it holds facts (what it holds no longer is withdrawn then).

    Raises:
        SourceError: a line is no JSON object, or lacks what it needs; the message has its number.
    """
    records = list(_records(decode(content, key), key))
    if not records:
        raise SourceError(f"{key} is empty")
    if is_fact(records[0]):
        container = CONTAINER if key == (FOLDER / "facts.jsonl").as_posix() else key
        return read_facts(records, container), container
    return [_corpus(records, content, key, given)], ""


def _records(text: str, key: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise SourceError(f"{key}, line {number}: no JSON ({error.msg})") from error
        if not isinstance(record, dict):
            raise SourceError(f"{key}, line {number}: a JSON object is needed")
        yield record


def _corpus(records: list[Record], content: bytes, key: str, given: Given) -> SourceDraft:
    passages: list[PassageDraft] = []
    for number, record in enumerate(records, start=1):
        text = str(record.get("text") or "").strip()
        title = str(record.get("title") or "").strip()
        if not text and not title:
            raise SourceError(f"{key}, line {number}: a document needs `text`; its fields are {', '.join(record)}")
        day, precision = next(
            (found for name in DATE_FIELDS if (found := read_date(record.get(name)))[0]), (given.published, "day")
        )
        passages.append(
            PassageDraft(
                text=text or title,
                context=title if text else "",
                location=f"line {number}",
                external_id=str(record.get("_id", record.get("id", ""))),
                known_from=day,
                date_precision=precision,
            )
        )
    return SourceDraft(
        key=key,
        title=given.title or PurePosixPath(key).stem,
        publisher=given.publisher,
        published=given.published,
        licence=given.licence,
        rank=given.rank or "secondary",
        sha256=sha256(content).hexdigest(),
        kind="jsonl",
        text="",
        passages=tuple(passages),
    )
