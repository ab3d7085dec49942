"""One download over one or several requests: what has arrived so far, and within which bounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from pipeline.addresses import AllowList, CheckedTransport, Resolver, without_secrets
from pipeline.errors import MediaError
from pipeline.models import Frozen
from pipeline.unpacking import unpacker

MEGABYTE = 1_000_000
_AGENT = "claimcast/0.1 (podcast fact checking)"
_PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Answers that another try may mend."""
_BOMB_BYTES, _BOMB_RATIO = 20 * MEGABYTE, 50
"""A packed answer that grows beyond both is made to fill the disk: neither sound nor feeds pack so well."""


class BrokenError(Exception):
    """The connection failed in a way that another try may mend."""


class Version(Frozen):
    """What a server calls the version of a file that was fetched before; empty when it called it nothing."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers that ask for the file only if it is another version now."""
        named = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in named.items() if value}


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
    allowed: AllowList
    ceiling: int
    """Largest size accepted, in bytes."""
    room: int
    """Bytes free on the disk."""
    limits: Limits
    resolver: Resolver
    on_progress: Callable[[float, float], None] | None = None
    unless: Version = field(default_factory=Version)
    """The version that is not wanted again."""
    packed: bool = False
    """Whether to ask for a packed answer; a packed one that breaks off begins anew."""
    began: float = field(default_factory=time.monotonic)
    version: str = ""
    """What the server calls this version of the file (ETag or date); a broken download goes on only with the same."""
    on_version: Callable[[str], None] | None = None

    @property
    def shown(self) -> str:
        """The address without secrets."""
        return without_secrets(self.url)

    def once(self) -> httpx.Response:
        """The response, its body appended to `path` up to the end; 304 when it is the version that is not wanted.

        Raises:
            BrokenError: the connection failed; another call goes on from there.
            MediaError: the server refused, or a bound was passed.
            UnsafeAddressError: this or a redirected address must not be fetched.
        """
        left = max(1.0, self.limits.whole - (time.monotonic() - self.began))
        transport = CheckedTransport(self.allowed, self.resolver, seconds=left)
        encoding = "gzip" if self.packed else "identity"
        headers = {"user-agent": _AGENT, "accept-encoding": encoding, **self.unless.headers(), **self._range()}
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
                if not (response.status_code == 304 and self.unless.headers()):
                    self._keep(response)
                return response
        except httpx.TimeoutException as error:
            self._check_time()
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
        if self.on_version:
            self.on_version(self.version)
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
            raise MediaError(f"{self.shown} has {_mb(stated)}, and {_mb(max(0, self.room))} are free; free some space")
        packed = response.headers.get("content-encoding", "")
        unpack = unpacker(packed, self.shown)
        arrived = kept = before
        for raw in response.iter_raw():
            arrived += len(raw)
            for piece in unpack(raw):
                kept += len(piece)
                if kept > self.ceiling:
                    raise MediaError(f"{self.shown} is larger than the {_mb(self.ceiling)} accepted; nothing was kept")
                if packed and kept > _BOMB_BYTES and kept - before > _BOMB_RATIO * (arrived - before):
                    raise MediaError(
                        f"{self.shown} unpacks to more than {_BOMB_RATIO} times its size; nothing was kept"
                    )
                if kept - before > self.room:
                    raise MediaError(
                        f"{self.shown} fills the disk ({_mb(max(0, self.room))} were free); free some space"
                    )
                yield piece
            self._check_pace(arrived)
            if self.on_progress:
                self.on_progress(arrived, stated)
        if kept == 0:
            raise MediaError(f"{self.shown} is empty (0 bytes)")

    def _check_pace(self, arrived: int) -> None:
        seconds = time.monotonic() - self.began
        if seconds > self.limits.patience and arrived / seconds < self.limits.slowest:
            raise MediaError(f"{self.shown} comes too slowly ({arrived} bytes in {seconds:.0f} s); try again later")
        self._check_time()

    def _check_time(self) -> None:
        if time.monotonic() - self.began > self.limits.whole:
            raise MediaError(
                f"{self.shown} comes too slowly (not whole after {self.limits.whole:g} s); try again later"
            )


def _mb(size: int) -> str:
    return f"{size / MEGABYTE:.0f} MB"
