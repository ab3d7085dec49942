"""PDF: the text of each page by pypdf, title, author and day from the file's metadata."""

from __future__ import annotations

import io
import re
from hashlib import sha256
from pathlib import PurePosixPath

from pipeline.errors import SourceError
from pipeline.evidence.chunking import squeeze
from pipeline.evidence.documents import Block, Document

MAX_PAGES = 3000
_HYPHEN = re.compile(r"(\w)-\n(?=[a-z])")
_BREAK = re.compile(r"\n\s*\n")


def read(content: bytes, key: str) -> Document:
    """A PDF with a text layer; `published` is the day that the file says it was made.

    Raises:
        SourceError: it is damaged, needs a password, or holds pictures of text only.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(f"{key} needs a password; save it without one")
        pages = [page.extract_text() or "" for page in reader.pages[:MAX_PAGES]]
        info = reader.metadata
    except SourceError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(f"{key} is damaged and can't be read as PDF ({error})") from error
    if not any(page.strip() for page in pages):
        raise SourceError(f"{key} has no text layer (pictures of pages?); run OCR on it first")
    try:
        made = info.creation_date if info else None
    except ValueError:
        made = None
    return Document(
        key=key,
        title=squeeze((info.title if info else "") or PurePosixPath(key).stem),
        kind="pdf",
        sha256=sha256(content).hexdigest(),
        text="\n\f\n".join(pages),
        blocks=tuple(block for number, page in enumerate(pages, start=1) for block in _blocks(page, number)),
        author=squeeze((info.author if info else "") or ""),
        published=made.date() if made else None,
    )


def _blocks(page: str, number: int) -> list[Block]:
    """The paragraphs of one page, words put together again where a line end cut them."""
    whole = _HYPHEN.sub(r"\1", page)
    return [Block(text=squeeze(part), location=f"page {number}") for part in _BREAK.split(whole) if part.strip()]
