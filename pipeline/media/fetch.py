"""Bytes from an address: bounded in size and time, resumed where they broke off, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from pipeline.errors import MediaError
from pipeline.media.addresses import Resolver, resolve, without_secrets
from pipeline.media.transfer import MEGABYTE, BrokenError, Limits, Transfer
from pipeline.models import Frozen
from pipeline.settings import Settings


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

    A connection that breaks is tried again, from where it broke when the server still has the same file.

    Raises:
        MediaError: the network is off, the server refused, it is too large, too slow or cut short.
        UnsafeAddressError: this or a redirected address must not be fetched.
    """
    shown = without_secrets(url)
    if settings.offline:
        raise MediaError(f"{shown} needs the network, and offline is set; fetch the file first and give its path")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".fetch-")
        os.close(handle)
        temporary = Path(name)
        try:
            transfer = Transfer(
                url=url,
                path=temporary,
                allow_private=settings.allow_private_addresses,
                ceiling=max_bytes or settings.max_download_mb * MEGABYTE,
                room=shutil.disk_usage(folder).free,
                limits=limits or Limits(),
                resolver=resolver,
                on_progress=on_progress,
            )
            response = _persistently(transfer)
            kept = folder / temporary.name.removeprefix(".")
            temporary.replace(kept)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MediaError(f"can't keep {shown}: {reason}; free some space or set CLAIMCAST_HOME") from error
    return Fetched(
        path=kept,
        url=str(response.url),
        content_type=response.headers.get("content-type", "").split(";")[0].strip().lower(),
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )


def _persistently(transfer: Transfer) -> httpx.Response:
    """The response that completed the file, after as many tries as the limits allow."""
    from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

    retrying = Retrying(
        retry=retry_if_exception_type(BrokenError),
        stop=stop_after_attempt(transfer.limits.tries),
        wait=wait_exponential(multiplier=transfer.limits.wait, max=30),
        sleep=time.sleep,
    )
    try:
        return retrying(transfer.once)
    except RetryError as error:
        reason = error.last_attempt.exception()
        raise MediaError(f"{transfer.shown} can't be fetched: {reason}; try again later") from reason
