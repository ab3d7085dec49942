"""Markdown: headings give the path, tables stay tables, front matter says who, when and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.evidence.chunking import squeeze
from pipeline.evidence.dates import read_date
from pipeline.evidence.documents import Block, Document, Table
from pipeline.evidence.loaders.plain import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"^---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_-]+)\s*:\s*(.+?)\s*$", re.MULTILINE)


def read(content: bytes, key: str) -> Document:
    """A Markdown file; its title is the front matter's, else its first heading, else its name."""
    text = decode(content, key)
    front, body = _front_matter(text)
    blocks = _blocks(body)
    first = next((block.path[0] for block in blocks if block.path), "")
    return Document(
        key=key,
        title=front.get("title") or first or PurePosixPath(key).stem,
        kind="markdown",
        sha256=sha256(content).hexdigest(),
        text=text,
        blocks=tuple(blocks),
        publisher=front.get("publisher") or front.get("site") or "",
        author=front.get("author") or front.get("authors") or "",
        url=_address(front.get("url") or front.get("source") or ""),
        published=read_date(front.get("date") or front.get("published"))[0],
        licence=front.get("licence") or front.get("license") or "",
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    fields = {name.lower(): value.strip("'\"") for name, value in _FIELD.findall(match.group(1))}
    return fields, text[match.end() :]


def _address(text: str) -> str:
    return text if text.startswith(("http://", "https://")) else ""


def _blocks(text: str) -> list[Block | Table]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    blocks: list[Block | Table] = []
    path: list[tuple[int, str]] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open":
            level = int(token.tag[1])
            path = [(depth, heading) for depth, heading in path if depth < level]
            path.append((level, _inline(tokens[position + 1])))
            position += 3
            continue
        headings = tuple(heading for _, heading in path)
        if token.type == "table_open":
            end = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
            blocks.append(_table(tokens[position:end], headings))
            position = end
        elif token.type == "inline" and token.content.strip():
            blocks.append(Block(text=_inline(token), path=headings))
        elif token.type in ("fence", "code_block") and token.content.strip():
            blocks.append(Block(text=token.content.strip(), path=headings))
        position += 1
    return [block for block in blocks if isinstance(block, Table) or block.text]


def _inline(token: Token) -> str:
    """The words of an inline token, without links' addresses and marks of emphasis."""
    words = [
        child.content if child.type in ("text", "code_inline") else " " if child.type.endswith("break") else ""
        for child in token.children or ()
    ]
    return squeeze("".join(words))


def _table(tokens: Sequence[Token], path: tuple[str, ...]) -> Table:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token))
    header, *body = rows or [[]]
    return Table(header=tuple(header), rows=tuple(tuple(row) for row in body), path=path)
