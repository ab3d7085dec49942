"""Pages from addresses: public http and https only, every redirect checked, bounded in size and time."""

from __future__ import annotations

import time

import httpx

from pipeline.addresses import CheckedTransport, Resolver, allow_list, resolve, without_secrets
from pipeline.errors import InputError, SourceError
from pipeline.models import Frozen
from pipeline.settings import Settings
from pipeline.unpacking import unpacker

MEGABYTE = 1_000_000
PAGE_MEGABYTES = 50
SILENCE = 30.0
"""Seconds without a byte after which a fetch is given up."""
WHOLE = 180.0
"""Seconds that one page may take in all."""
REDIRECTS = 8
AGENT = "claimcast/0.1 (evidence for fact checking)"


class Page(Frozen):
    """What an address answered."""

    url: str
    """Where it came from, after redirects."""
    content: bytes
    content_type: str


def fetch_page(url: str, settings: Settings, resolver: Resolver | None = None) -> Page:
    """The bytes at an address, at most 50 MB and three minutes of them.

    Raises:
        SourceError: the network is off, the server refused, or the page is too large or too slow.
        UnsafeAddressError: this or a redirected address must not be fetched.
    """
    shown = without_secrets(url)
    if settings.offline:
        raise SourceError(f"{shown} needs the network, and offline is set; save the page and give its path")
    transport = CheckedTransport(allow_list(settings), resolver or resolve, seconds=WHOLE)
    ceiling = min(PAGE_MEGABYTES, settings.max_download_mb) * MEGABYTE
    try:
        with (
            httpx.Client(
                transport=transport,
                trust_env=False,  # a proxy from the environment would resolve the name itself, unchecked
                follow_redirects=True,
                max_redirects=REDIRECTS,
                timeout=httpx.Timeout(SILENCE),
                headers={"user-agent": AGENT, "accept-encoding": "identity"},
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise SourceError(
                    f"{shown} answered {response.status_code} {response.reason_phrase}; check the address"
                )
            content = _read(response, shown, ceiling)
            kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
            return Page(url=str(response.url), content=content, content_type=kind)
    except (InputError, SourceError):
        raise
    except httpx.TimeoutException as error:
        raise SourceError(f"{shown} sent nothing for {SILENCE:.0f} s; try again later") from error
    except httpx.TooManyRedirects as error:
        raise SourceError(f"{shown} redirects more than {REDIRECTS} times; check the address") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError(f"{shown} can't be fetched: {error or type(error).__name__}") from error


def _read(response: httpx.Response, shown: str, ceiling: int) -> bytes:
    began = time.monotonic()
    pieces: list[bytes] = []
    arrived = 0
    unpack = unpacker(response.headers.get("content-encoding", ""), shown)
    for raw in response.iter_raw():
        for piece in unpack(raw):
            pieces.append(piece)
            arrived += len(piece)
            if arrived > ceiling:
                raise SourceError(f"{shown} is larger than the {ceiling / MEGABYTE:.0f} MB accepted")
        if time.monotonic() - began > WHOLE:
            raise SourceError(f"{shown} comes too slowly ({arrived} bytes in {WHOLE:.0f} s); try again later")
    return b"".join(pieces)
