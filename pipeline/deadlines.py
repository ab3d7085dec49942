"""Connections with an end: however slowly a server sends, headers too, a request is over after so many seconds."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable

import httpcore
import httpx


class TimedTransport(httpx.HTTPTransport):
    """A transport all of whose requests together end within `seconds`; one connection a request."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            # a connection is never used twice: two names on one address must not share a TLS session
            max_keepalive_connections=0,
            network_backend=_Backend(time.monotonic() + seconds),
        )


class _Backend(httpcore.NetworkBackend):
    """The usual sockets, with a moment after which they only time out."""

    def __init__(self, end: float) -> None:
        self._end = end
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._end, timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options), self._end)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, end: float) -> None:
        self._inner = inner
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._end, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._end, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._end, timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._end)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _left(end: float, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    """Seconds that the next step may take.

    Raises:
        TimeoutException: the end has come.
    """
    left = end - time.monotonic()
    if left <= 0:
        raise late("it took too long in all")
    return left if timeout is None else min(left, timeout)
