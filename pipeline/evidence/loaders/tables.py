"""CSV, TSV and Parquet: one table, every cell as text."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import PurePosixPath

from pipeline.errors import SourceError
from pipeline.evidence.documents import Document, Table
from pipeline.evidence.loaders.plain import decode

MAX_ROWS = 200_000


def read(content: bytes, key: str) -> Document:
    """A table file; its title is its name, its first row the header.

    Raises:
        SourceError: it holds no rows, or more than 200,000.
    """
    rows = _parquet(content, key) if content[:4] == b"PAR1" else _separated(decode(content, key), key)
    if len(rows) < 2:
        raise SourceError(f"{key} has no rows under its header")
    if len(rows) > MAX_ROWS:
        raise SourceError(f"{key} has {len(rows)} rows, more than the {MAX_ROWS} accepted; split it")
    header, *body = rows
    return Document(
        key=key,
        title=PurePosixPath(key).stem.replace("_", " "),
        kind="table",
        sha256=sha256(content).hexdigest(),
        text="\n".join("\t".join(row) for row in rows),
        blocks=(Table(header=tuple(header), rows=tuple(map(tuple, body)), location="table"),),
    )


def _separated(text: str, key: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    separator = "\t" if key.lower().endswith(".tsv") else max(",;\t|", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise SourceError(f"{key} can't be read as a table ({error})") from error


def _parquet(content: bytes, key: str) -> list[list[str]]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(io.BytesIO(content))
    except (pyarrow.ArrowException, OSError) as error:
        raise SourceError(f"{key} is damaged and can't be read as Parquet ({error})") from error
    columns = [column.to_pylist() for column in table.columns]
    body = [["" if cell is None else str(cell) for cell in row] for row in zip(*columns, strict=True)]
    return [list(table.column_names), *body]
