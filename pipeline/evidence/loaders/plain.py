"""Plain text: paragraphs between empty lines."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import PurePosixPath

from pipeline.errors import SourceError
from pipeline.evidence.documents import Block, Document

_BREAK = re.compile(r"\n\s*\n")


def read(content: bytes, key: str) -> Document:
    """A text file; its title is its name."""
    text = decode(content, key)
    blocks = tuple(Block(text=part.strip()) for part in _BREAK.split(text) if part.strip())
    return Document(
        key=key,
        title=PurePosixPath(key).stem.replace("_", " "),
        kind="text",
        sha256=sha256(content).hexdigest(),
        text=text,
        blocks=blocks,
    )


def decode(content: bytes, key: str) -> str:
    """Bytes as text: UTF-8, else UTF-16 with its mark, else what Windows wrote; binary files are refused.

    Raises:
        SourceError: it is no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096]:
        raise SourceError(f"{key} is not text; convert it to text, Markdown, HTML or PDF")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").replace("\r\n", "\n")
