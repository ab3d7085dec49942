"""Bytes from an address: bounded in size and time, whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from pipeline.errors import InputError, MediaError
from pipeline.media.addresses import CheckedTransport, Resolver, resolve, without_secrets
from pipeline.models import Frozen
from pipeline.settings import Settings

MEGABYTE = 1_000_000
_AGENT = "claimcast/0.1 (podcast fact checking)"


class Limits(Frozen):
    """Bounds of one download; seconds and bytes."""

    silence: float = 30.0
    """Longest wait for the next byte."""
    whole: float = 3600.0
    slowest: float = 2000.0
    """Bytes a second below which it is given up, once `patience` seconds have passed."""
    patience: float = 60.0
    redirects: int = 8


class Fetched(Frozen):
    """A file that arrived whole, with what the server said of it."""

    path: Path
    url: str
    """Where it came from after redirects."""
    content_type: str
    etag: str = ""
    last_modified: str = ""


def fetch(
    url: str,
    folder: Path,
    *,
    settings: Settings,
    max_bytes: int | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float, float], None] | None = None,
    resolver: Resolver = resolve,
) -> Fetched:
    """The file at an address, put into `folder` under a name of our own; nothing is left behind when it fails.

    Raises:
        MediaError: the network is off, the server refused, it is too large, too slow or cut short.
        UnsafeAddressError: this or a redirected address must not be fetched.
    """
    shown = without_secrets(url)
    if settings.offline:
        raise MediaError(f"{shown} needs the network, and offline is set; fetch the file first and give its path")
    limits = limits or Limits()
    ceiling = max_bytes or settings.max_download_mb * MEGABYTE
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".fetch-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out, _answer(url, settings, limits, resolver) as response:
            for piece in _pieces(response, shown, ceiling, limits, on_progress):
                out.write(piece)
            final = str(response.url)
            headers = response.headers
        kept = folder / temporary.name.removeprefix(".")
        temporary.replace(kept)
    except OSError as error:
        raise MediaError(
            f"can't keep {shown}: {error.strerror or error}; free some space or set CLAIMCAST_HOME"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return Fetched(
        path=kept,
        url=final,
        content_type=headers.get("content-type", "").split(";")[0].strip().lower(),
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
    )


@contextmanager
def _answer(url: str, settings: Settings, limits: Limits, resolver: Resolver) -> Iterator[httpx.Response]:
    """A 200 response, still unread; network faults become one clear line."""
    shown = without_secrets(url)
    transport = CheckedTransport(allow_private=settings.allow_private_addresses, resolver=resolver)
    try:
        with (
            httpx.Client(
                transport=transport,
                trust_env=False,  # a proxy from the environment would resolve the name itself, unchecked
                follow_redirects=True,
                max_redirects=limits.redirects,
                timeout=httpx.Timeout(limits.silence),
                headers={"user-agent": _AGENT, "accept-encoding": "identity"},
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise MediaError(f"{shown} answered {response.status_code} {response.reason_phrase}; check the address")
            yield response
    except InputError:
        raise
    except httpx.TimeoutException as error:
        raise MediaError(f"{shown} sent nothing for {limits.silence:.0f} s; try again later") from error
    except httpx.TooManyRedirects as error:
        raise MediaError(f"{shown} redirects more than {limits.redirects} times; check the address") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise MediaError(f"{shown} can't be fetched: {error or type(error).__name__}") from error


def _pieces(
    response: httpx.Response,
    shown: str,
    ceiling: int,
    limits: Limits,
    on_progress: Callable[[float, float], None] | None,
) -> Iterator[bytes]:
    stated = int(response.headers.get("content-length") or 0)
    if stated > ceiling:
        raise MediaError(f"{shown} has {stated / MEGABYTE:.0f} MB, more than the {ceiling / MEGABYTE:.0f} MB accepted")
    began, arrived, unpacked = time.monotonic(), 0, 0
    unpack = _unpacker(response.headers.get("content-encoding", ""), shown)
    for raw in response.iter_raw():
        arrived += len(raw)
        for piece in unpack(raw):
            unpacked += len(piece)
            if unpacked > ceiling:
                raise MediaError(f"{shown} is larger than the {ceiling / MEGABYTE:.0f} MB accepted; nothing was kept")
            yield piece
        seconds = time.monotonic() - began
        if seconds > limits.whole or (seconds > limits.patience and arrived / seconds < limits.slowest):
            raise MediaError(f"{shown} comes too slowly ({arrived} bytes in {seconds:.0f} s); try again later")
        if on_progress:
            on_progress(arrived, stated)
    if arrived == 0:
        raise MediaError(f"{shown} is empty (0 bytes)")


def _unpacker(encoding: str, shown: str) -> Callable[[bytes], Iterator[bytes]]:
    """A function from raw pieces to unpacked ones, each at most a megabyte however well it was packed."""
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
            if not piece and raw == engine.unconsumed_tail:
                return
            raw = engine.unconsumed_tail
            yield piece

    return unpack
