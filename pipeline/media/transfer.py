"""One download over one or several requests: what has arrived so far, and within which bounds."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from pipeline.errors import MediaError
from pipeline.media.addresses import CheckedTransport, Resolver, without_secrets
from pipeline.models import Frozen

MEGABYTE = 1_000_000
_AGENT = "claimcast/0.1 (podcast fact checking)"
_PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Answers that another try may mend."""


class BrokenError(Exception):
    """The connection failed in a way that another try may mend."""


class Limits(Frozen):
    """Bounds of one download; seconds and bytes."""

    silence: float = 30.0
    """Longest wait for the next byte."""
    whole: float = 3600.0
    slowest: float = 2000.0
    """Bytes a second below which it is given up, once `patience` seconds have passed."""
    patience: float = 60.0
    redirects: int = 8
    tries: int = 4
    wait: float = 1.0
    """Seconds before the second try; twice as long before each further one."""


@dataclass
class Transfer:
    """One file on its way from an address to `path`."""

    url: str
    path: Path
    allow_private: bool
    ceiling: int
    """Largest size accepted, in bytes."""
    room: int
    """Bytes free on the disk."""
    limits: Limits
    resolver: Resolver
    on_progress: Callable[[float, float], None] | None = None
    began: float = field(default_factory=time.monotonic)
    version: str = ""
    """What the server calls this version of the file (ETag or date); a broken download goes on only with the same."""

    @property
    def shown(self) -> str:
        """The address without secrets."""
        return without_secrets(self.url)

    def once(self) -> httpx.Response:
        """The response, its body appended to `path` up to the end.

        Raises:
            BrokenError: the connection failed; another call goes on from there.
            MediaError: the server refused, or a bound was passed.
            UnsafeAddressError: this or a redirected address must not be fetched.
        """
        transport = CheckedTransport(allow_private=self.allow_private, resolver=self.resolver)
        headers = {"user-agent": _AGENT, "accept-encoding": "identity", **self._range()}
        try:
            with (
                httpx.Client(
                    transport=transport,
                    trust_env=False,  # a proxy from the environment would resolve the name itself, unchecked
                    follow_redirects=True,
                    max_redirects=self.limits.redirects,
                    timeout=httpx.Timeout(self.limits.silence),
                ) as client,
                client.stream("GET", self.url, headers=headers) as response,
            ):
                self._keep(response)
                return response
        except httpx.TimeoutException as error:
            raise BrokenError(f"it sent nothing for {self.limits.silence:g} s") from error
        except httpx.TooManyRedirects as error:
            raise MediaError(f"{self.shown} redirects more than {self.limits.redirects} times") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise MediaError(f"{self.shown} leads to an address that can't be fetched: {error}") from error
        except httpx.HTTPError as error:
            raise BrokenError(str(error) or type(error).__name__) from error

    def _range(self) -> dict[str, str]:
        """The headers that ask for what is still missing."""
        arrived = self.path.stat().st_size
        return {"range": f"bytes={arrived}-", "if-range": self.version} if arrived and self.version else {}

    def _keep(self, response: httpx.Response) -> None:
        """Append the body to what has arrived, or begin anew when the server sends it from the start."""
        status = response.status_code
        if status in _PASSING:
            raise BrokenError(f"it answered {status} {response.reason_phrase}")
        arrived = self.path.stat().st_size
        resumed = status == 206 and response.headers.get("content-range", "").startswith(f"bytes {arrived}-")
        if status == 416 or (status == 206 and not resumed):
            self.version = ""
            raise BrokenError("it sent another part than was asked for")
        if status not in (200, 206):
            raise MediaError(f"{self.shown} answered {status} {response.reason_phrase}; check the address")
        tag = response.headers.get("etag", "")
        self.version = "" if tag.startswith("W/") else tag or response.headers.get("last-modified", "")
        if response.headers.get("content-encoding", "identity") != "identity":
            self.version = ""  # what lies on disk is unpacked: its length says nothing about where to go on
        with self.path.open("ab" if resumed else "wb") as out:
            for piece in self._pieces(response, arrived if resumed else 0):
                out.write(piece)

    def _pieces(self, response: httpx.Response, before: int) -> Iterator[bytes]:
        """The body, unpacked, while all bounds are kept."""
        length = response.headers.get("content-length", "")
        stated = before + int(length) if length.isdigit() else 0
        if stated > self.ceiling:
            raise MediaError(f"{self.shown} has {_mb(stated)}, more than the {_mb(self.ceiling)} accepted")
        if stated - before > self.room:
            raise MediaError(f"{self.shown} has {_mb(stated)}, and {_mb(self.room)} are free; free some space")
        unpack = unpacker(response.headers.get("content-encoding", ""), self.shown)
        arrived = kept = before
        for raw in response.iter_raw():
            arrived += len(raw)
            for piece in unpack(raw):
                kept += len(piece)
                if kept > self.ceiling:
                    raise MediaError(f"{self.shown} is larger than the {_mb(self.ceiling)} accepted; nothing was kept")
                yield piece
            self._check_pace(arrived)
            if self.on_progress:
                self.on_progress(arrived, stated)
        if kept == 0:
            raise MediaError(f"{self.shown} is empty (0 bytes)")

    def _check_pace(self, arrived: int) -> None:
        seconds = time.monotonic() - self.began
        slow = seconds > self.limits.patience and arrived / seconds < self.limits.slowest
        if slow or seconds > self.limits.whole:
            raise MediaError(f"{self.shown} comes too slowly ({arrived} bytes in {seconds:.0f} s); try again later")


def unpacker(encoding: str, shown: str) -> Callable[[bytes], Iterator[bytes]]:
    """A function from raw pieces to unpacked ones, each at most a megabyte however well it was packed.

    Raises:
        MediaError: another packing than gzip or deflate, or bytes that can't be unpacked.
    """
    if encoding in ("", "identity"):
        return lambda raw: iter((raw,))
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise MediaError(f"{shown} is packed as {encoding}, which was not asked for")
    engine = zlib.decompressobj(47)

    def unpack(raw: bytes) -> Iterator[bytes]:
        while raw:
            try:
                piece = engine.decompress(raw, MEGABYTE)
            except zlib.error as error:
                raise MediaError(f"{shown} is packed as {encoding} but can't be unpacked") from error
            raw = engine.unconsumed_tail
            yield piece

    return unpack


def _mb(size: int) -> str:
    return f"{size / MEGABYTE:.0f} MB"
