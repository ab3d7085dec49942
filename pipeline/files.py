"""Files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from pipeline.errors import ClaimcastError


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Leave `content` at `path`, or leave what was there: written beside, fsynced, renamed; `private`: for its owner alone.

    Raises:
        ClaimcastError: the disk is full or the folder can't be written.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise ClaimcastError(
            f"can't write {path}: {error.strerror}; free some space or choose another place"
        ) from error


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits, read in pieces of a megabyte."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
