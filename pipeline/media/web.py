"""Web video: pages that yt-dlp knows how to read. It finds out where the recording lies; we fetch that like all else.

Every request that yt-dlp makes goes through the same guard as our own: public addresses, checked at each redirect, bounded
in size and time. It writes no files, runs no programs and follows no lists.
"""

from __future__ import annotations

import io
import time
from datetime import date
from typing import Any

import httpx

from pipeline.addresses import AllowList, CheckedTransport, allow_list, as_link, without_secrets
from pipeline.errors import AddressError, ClaimcastError, MediaError
from pipeline.media.names import plain_text
from pipeline.media.source import Known
from pipeline.models import Person
from pipeline.settings import Settings
from pipeline.unpacking import unpacker

_PAGE_BYTES = 20_000_000
_WHOLE = 120.0
"""Seconds that finding out may take."""
_SOUND_FIRST = "bestaudio[protocol^=http][protocol!*=dash]/best[protocol^=http][protocol!*=dash][acodec!=none]"


def recording(url: str, known: Known, settings: Settings) -> tuple[Known, str]:
    """What a page says of its recording, and the address of the recording's file.

    Raises:
        MediaError: yt-dlp is not installed, or finds no recording that is a single file.
        AddressError: the page leads to an address that must not be fetched.
    """
    shown = without_secrets(url)
    try:
        import yt_dlp
    except ImportError as error:
        raise MediaError(
            f"{shown} is a web page, not audio; give the address of the audio file or the feed, or install what reads "
            "pages with video: pip install 'claimcast[video]'"
        ) from error
    guarded = _guarded(allow_list(settings))
    with guarded(_options()) as reader:
        try:
            found = reader.extract_info(url, download=False)
        except yt_dlp.utils.YoutubeDLError as error:
            for refused in guarded.refused:
                raise refused from error
            raise MediaError(
                f"{shown} is a web page in which no recording was found; give the audio file or the feed"
            ) from error
    return _known(found, known, shown), _address(found, shown)


def _options() -> dict[str, object]:
    return {
        "quiet": True,
        "no_warnings": True,
        "logger": _Silent(),
        "noplaylist": True,
        "playlist_items": "1",
        "extract_flat": False,
        "format": _SOUND_FIRST,
        "cachedir": False,
        "socket_timeout": 20,
        "extractor_retries": 1,
        "allow_unplayable_formats": False,
        "js_runtimes": {},
        "proxy": "",
    }


class _Silent:
    """A logger that says nothing: addresses with secrets would be in it."""

    def debug(self, text: str) -> None:
        """Nothing."""

    info = warning = error = debug


def _guarded(allowed: AllowList) -> Any:
    """A reader of pages, yt-dlp's, that sends its requests through our guard."""
    from yt_dlp import YoutubeDL
    from yt_dlp.networking import RequestDirector, RequestHandler, Response
    from yt_dlp.networking.exceptions import HTTPError, TransportError

    class GuardedRH(RequestHandler):  # type: ignore[misc]
        _SUPPORTED_URL_SCHEMES = ("http", "https")
        _SUPPORTED_PROXY_SCHEMES = None
        _SUPPORTED_FEATURES = None

        def _check_extensions(self, extensions: dict[str, object]) -> None:
            extensions.clear()  # they tune what we fix: cookies, time, TLS

        def _send(self, request: Any) -> Any:
            try:
                status, reason, url, headers, body = _fetched(
                    request, self._get_headers(request), self.cookiejar, allowed
                )
            except AddressError as error:
                Guarded.refused.append(error)
                raise TransportError(cause=error) from error
            except (httpx.HTTPError, httpx.InvalidURL, ClaimcastError) as error:
                raise TransportError(cause=error) from error
            response = Response(io.BytesIO(body), url, headers, status, reason)
            if not 200 <= status < 300:
                raise HTTPError(response)
            return response

    class Guarded(YoutubeDL):  # type: ignore[misc]
        refused: list[AddressError] = []

        def build_request_director(self, handlers: object, preferences: object = None) -> Any:
            director: RequestDirector = super().build_request_director([GuardedRH])
            return director

    return Guarded


def _fetched(
    request: Any, headers: dict[str, str], cookies: Any, allowed: AllowList
) -> tuple[int, str, str, dict[str, str], bytes]:
    """Status, reason, final address, headers and body of one request.

    Raises:
        AddressError: it leads to an address that must not be fetched.
        MediaError: it is too large.
        HTTPError: it failed.
    """
    sent = {name: value for name, value in headers.items() if name.lower() not in ("accept-encoding", "connection")}
    transport = CheckedTransport(allowed, seconds=_WHOLE)
    with (
        httpx.Client(
            transport=transport, trust_env=False, follow_redirects=True, timeout=20.0, cookies=cookies
        ) as client,
        client.stream(
            request.method, request.url, headers={**sent, "accept-encoding": "gzip"}, content=request.data
        ) as response,
    ):
        unpack = unpacker(response.headers.get("content-encoding", ""), without_secrets(request.url))
        body, end = bytearray(), time.monotonic() + _WHOLE
        for raw in response.iter_raw():
            for piece in unpack(raw):
                body += piece
                if len(body) > _PAGE_BYTES or time.monotonic() > end:
                    raise MediaError(f"{without_secrets(request.url)} is too large or too slow for a page")
        kept = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-encoding", "content-length")
        }
        return response.status_code, response.reason_phrase, str(response.url), kept, bytes(body)


def _known(found: Any, known: Known, shown: str) -> Known:
    """What the page says of its recording."""
    first = _first(found, shown)
    day = str(first.get("upload_date") or "")
    who = plain_text(str(first.get("uploader") or first.get("channel") or ""), 200)
    length = first.get("duration")
    return known.model_copy(
        update={
            "title": plain_text(str(first.get("title") or ""), 300),
            "show": plain_text(str(first.get("series") or first.get("channel") or ""), 300),
            "description": plain_text(str(first.get("description") or "")),
            "published": date.fromisoformat(day) if len(day) == 8 and day.isdecimal() else None,
            "basis": "feed",
            "people": (Person(name=who, role="publisher"),) if who else (),
            "duration": float(length) if isinstance(length, int | float) and 0 < length < 1e6 else None,
            "link": as_link(str(first.get("webpage_url") or "")),
        }
    )


def _address(found: Any, shown: str) -> str:
    """Where the recording's file lies."""
    url = _first(found, shown).get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise MediaError(f"{shown} has no recording in a single file; download it first and give its path")
    return url


def _first(found: Any, shown: str) -> dict[str, Any]:
    """The recording, or the first of several."""
    for _ in range(5):
        if not isinstance(found, dict):
            break
        entries = found.get("entries")
        if entries is None:
            return found
        found = next(iter(entries), None)
    raise MediaError(f"{shown} is a web page in which no recording was found; give the audio file or the feed")
