"""An HTTP client for servers that answer questions: no answer is read beyond a limit of size or of time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

LARGEST = 2_000_000
"""Bytes of one HTTP answer."""


class TooLargeError(httpx.TransportError):
    """An answer went on beyond the limit, or could grow beyond it when unpacked."""


class _Limited(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, until: float) -> None:
        self._stream, self._until = stream, until

    def __iter__(self) -> Iterator[bytes]:
        arrived = 0
        for piece in self._stream:
            arrived += len(piece)
            if arrived > LARGEST:
                raise TooLargeError(f"the answer is larger than {LARGEST // 1_000_000} MB")
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer timed out while it was still arriving")
            yield piece

    def close(self) -> None:
        self._stream.close()


def _unpacked(request: httpx.Request) -> None:
    request.headers["accept-encoding"] = "identity"  # what is small on the wire must be small here


def bounded_client(seconds: float, *, trust_env: bool) -> httpx.Client:
    """A client that gives up an answer after so many seconds, in silence or while it drips, and follows no redirect.

    `trust_env` False: a proxy from the environment is passed by, so that what is meant for this machine stays on it.
    """

    def limited(response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise TooLargeError("the answer is packed, though that was not asked for")
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Limited(response.stream, time.monotonic() + seconds)

    return httpx.Client(
        timeout=seconds,
        follow_redirects=False,
        trust_env=trust_env,
        event_hooks={"request": [_unpacked], "response": [limited]},
    )
