"""Blocks become passages: cut on structure, sized for the embedder, no sentence ever cut.

A passage's context is the title, the heading path and the date; it is embedded and indexed with the text, not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.evidence.documents import Block, Document, Table
from pipeline.evidence.records import PassageDraft

WORDS = 150
"""Words that a passage aims to stay under: with its context about 256 word pieces, which is what the embedder reads."""
_SPACES = re.compile(r"\s+")


def cut(document: Document) -> list[PassageDraft]:
    """The passages of a document, in order; a table gives one a row, with its header."""
    passages: list[PassageDraft] = []
    tables = 0
    for group in _neighbours(document.blocks):
        if isinstance(group, Table):
            tables += 1
            passages.extend(row_passages(document, group, tables))
        else:
            passages.extend(_text_passages(document, group))
    return list({(p.context, p.location, p.text): p for p in passages}.values())


def context_of(document: Document, path: tuple[str, ...]) -> str:
    """What is embedded before a passage: title, headings and date."""
    headings = [heading for heading in path if heading and heading != document.title]
    date = document.published.isoformat() if document.published else ""
    return " | ".join(part for part in (document.title, " > ".join(headings), date) if part)


def row_passages(document: Document, table: Table, number: int) -> Iterator[PassageDraft]:
    """One passage a row: "header: cell; header: cell", so that a row can be understood alone."""
    for index, row in enumerate(table.rows, start=1):
        cells = [
            f"{head}: {cell}" if head else cell
            for head, cell in zip(_padded(table.header, len(row)), row, strict=True)
            if cell.strip()
        ]
        if cells:
            yield PassageDraft(
                text="; ".join(cells),
                context=context_of(document, table.path),
                location=f"{table.location or f'table {number}'}, row {index}",
                known_from=document.published,
            )


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, with the spaces between them kept at their ends."""
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    found = [str(sentence) for sentence in segmenter.segment(text)]
    return found if "".join(found).strip() == text.strip() else [text]


def squeeze(text: str) -> str:
    """Text on one line, single spaces."""
    return _SPACES.sub(" ", text).strip()


def _neighbours(blocks: Iterable[Block | Table]) -> Iterator[Table | list[Block]]:
    """Tables alone; runs of paragraphs under the same headings together."""
    run: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) or (run and (block.path, block.location) != (run[0].path, run[0].location)):
            if run:
                yield run
            run = []
        if isinstance(block, Table):
            yield block
        else:
            run.append(block)
    if run:
        yield run


def _text_passages(document: Document, run: list[Block]) -> Iterator[PassageDraft]:
    location = run[0].location or " > ".join(run[0].path)
    for number, text in enumerate(_packed(run)):
        yield PassageDraft(
            text=text,
            context=context_of(document, run[0].path),
            location=location if number == 0 else f"{location}, part {number + 1}".lstrip(", "),
            known_from=document.published,
        )


def _packed(run: list[Block]) -> Iterator[str]:
    """Paragraphs together while they are short; a long one by sentences."""
    held: list[str] = []
    for block in run:
        for piece in _pieces(block.text.strip()):
            if held and _count(held) + len(piece.split()) > WORDS:
                yield "\n\n".join(held)
                held = []
            held.append(piece)
    if held:
        yield "\n\n".join(held)


def _pieces(paragraph: str) -> Iterator[str]:
    if len(paragraph.split()) <= WORDS:
        if paragraph:
            yield paragraph
        return
    held = ""
    for sentence in sentences(paragraph):
        if held and len(held.split()) + len(sentence.split()) > WORDS:
            yield held.strip()
            held = ""
        held += sentence
    if held.strip():
        yield held.strip()


def _count(texts: list[str]) -> int:
    return sum(len(text.split()) for text in texts)


def _padded(header: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (header + ("",) * width)[:width]
