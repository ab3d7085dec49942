"""Bytes from an address: bounded in size and time, resumed where they broke off, whole or not at all."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import httpx

from pipeline.addresses import Resolver, allow_list, resolve, without_secrets
from pipeline.errors import MediaError
from pipeline.media.parts import arriving
from pipeline.media.transfer import MEGABYTE, BrokenError, Limits, Transfer, Version
from pipeline.models import Frozen
from pipeline.settings import Settings

_SPARED = 64 * MEGABYTE
"""Bytes of the disk that a download leaves free."""


class Unchanged(Frozen):
    """The server still has the version that was fetched before."""

    url: str
    """Where it lies, after redirects."""
    moved_to: str = ""
    """Where it lies for good now: the end of the permanent redirects that the address began with; empty without."""


class Fetched(Unchanged):
    """A file that arrived whole, with what the server said of it."""

    path: Path
    content_type: str
    version: Version = Version()


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

    A connection that breaks is tried again, from where it broke when the server still has the same file.

    Raises:
        MediaError: the network is off, the server refused, it is too large, too slow or cut short.
        AddressError: its host is unknown, or this or a redirected address must not be fetched.
    """
    found = fetch_changed(
        url,
        folder,
        unless=Version(),
        settings=settings,
        max_bytes=max_bytes,
        limits=limits,
        on_progress=on_progress,
        resolver=resolver,
    )
    assert isinstance(found, Fetched), "a server says “unchanged” only when it was told of a version"
    return found


def fetch_changed(
    url: str,
    folder: Path,
    *,
    unless: Version,
    settings: Settings,
    max_bytes: int | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float, float], None] | None = None,
    resolver: Resolver = resolve,
    packed: bool = False,
    part: str = "",
) -> Fetched | Unchanged:
    """The same, or `Unchanged` when the server still has the version `unless`; `packed`: gzip may be used on the way; `part`:
    a name under which what has arrived is kept when the connection breaks or the process dies, for the next call.

    Raises:
        MediaError: the network is off, the server refused, it is too large, too slow or cut short.
        AddressError: its host is unknown, or this or a redirected address must not be fetched.
    """
    shown = without_secrets(url)
    if settings.offline:
        raise MediaError(f"{shown} needs the network, and offline is set; fetch the file first and give its path")
    try:
        with arriving(folder, part) as file:
            transfer = Transfer(
                url=url,
                path=file.path,
                allowed=allow_list(settings),
                ceiling=max_bytes or settings.max_download_mb * MEGABYTE,
                room=shutil.disk_usage(folder).free - _SPARED,
                limits=limits or Limits(whole=settings.max_download_seconds),
                resolver=resolver,
                on_progress=on_progress,
                unless=unless,
                packed=packed,
                version=file.version,
                on_version=file.begun,
            )
            response = _persistently(transfer)
            where = {"url": str(response.url), "moved_to": _moved_to(response)}
            if response.status_code == 304:
                return Unchanged(**where)
            kept = folder / f"fetch-{secrets.token_hex(8)}"
            file.path.replace(kept)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MediaError(f"can't keep {shown}: {reason}; free some space or set CLAIMCAST_HOME") from error
    headers = response.headers
    return Fetched(
        path=kept,
        content_type=headers.get("content-type", "").split(";")[0].strip().lower(),
        version=Version(etag=headers.get("etag", "")[:500], last_modified=headers.get("last-modified", "")[:100]),
        **where,
    )


def _moved_to(response: httpx.Response) -> str:
    """Where the permanent redirects lead that stand before any other kind."""
    target = ""
    for hop, following in pairwise((*response.history, response)):
        if hop.status_code not in (301, 308):
            break
        target = str(following.request.url)
    return target


def _persistently(transfer: Transfer) -> httpx.Response:
    """The response that completed the file, after as many tries as the limits allow."""
    from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

    retrying = Retrying(
        retry=retry_if_exception_type(BrokenError),
        stop=stop_after_attempt(transfer.limits.tries),
        wait=wait_exponential_jitter(initial=transfer.limits.wait, max=30, jitter=transfer.limits.wait),
        sleep=time.sleep,
    )
    try:
        return retrying(transfer.once)
    except RetryError as error:
        reason = error.last_attempt.exception()
        raise MediaError(f"{transfer.shown} can't be fetched: {reason}; try again later") from reason
