"""Packed answers, unpacked piece by piece, so that a small answer can't fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from pipeline.errors import InputError

PIECE = 1_000_000
"""Bytes of a piece at most."""


def unpacker(encoding: str, shown: str) -> Callable[[bytes], Iterator[bytes]]:
    """A function from raw pieces to unpacked ones, each at most a megabyte however well it was packed.

    Raises:
        InputError: another packing than gzip or deflate, or bytes that can't be unpacked.
    """
    if encoding in ("", "identity"):
        return lambda raw: iter((raw,))
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise InputError(f"{shown} is packed as {encoding}, which was not asked for")
    engine = zlib.decompressobj(47)

    def unpack(raw: bytes) -> Iterator[bytes]:
        while raw:
            try:
                piece = engine.decompress(raw, PIECE)
            except zlib.error as error:
                raise InputError(f"{shown} is packed as {encoding} but can't be unpacked") from error
            raw = engine.unconsumed_tail
            yield piece

    return unpack
