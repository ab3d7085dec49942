"""Pages from addresses: public http and https only, every redirect checked, bounded in size and time.

Every request, first or redirected, is checked: its scheme, and the address its host name resolves to. The connection then
goes to that very address, so a name that changes between check and use changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import httpx

from pipeline.errors import InputError, SourceError, UnsafeAddressError
from pipeline.models import Frozen
from pipeline.settings import Settings

Resolver = Callable[[str, int], list[str]]
MEGABYTE = 1_000_000
PAGE_MEGABYTES = 50
SILENCE = 30.0
"""Seconds without a byte after which a fetch is given up."""
WHOLE = 180.0
"""Seconds that one page may take in all."""
REDIRECTS = 8
AGENT = "claimcast/0.1 (evidence for fact checking)"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


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
    transport = CheckedTransport(allow_private=settings.allow_private_addresses, resolver=resolver or resolve)
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
    for piece in response.iter_bytes():
        pieces.append(piece)
        arrived += len(piece)
        if arrived > ceiling:
            raise SourceError(f"{shown} is larger than the {ceiling / MEGABYTE:.0f} MB accepted")
        if time.monotonic() - began > WHOLE:
            raise SourceError(f"{shown} comes too slowly ({arrived} bytes in {WHOLE:.0f} s); try again later")
    return b"".join(pieces)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name.

    Raises:
        SourceError: the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise SourceError(f"no address is known for {host}; check the spelling and the network") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not local, private, link-local, shared or reserved."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def without_secrets(url: str) -> str:
    """The address as it may be shown: no user, password, query or fragment."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return urlunsplit((parts.scheme, host + port, parts.path, "", ""))


class CheckedTransport(httpx.BaseTransport):
    """Sends requests to public http and https addresses only, pinned to the address that was checked."""

    def __init__(self, *, allow_private: bool, resolver: Resolver = resolve) -> None:
        self._allow_private = allow_private
        self._resolver = resolver
        # one connection a request: two names on one address must not share a TLS session
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), retries=1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request whose address was found safe.

        Raises:
            UnsafeAddressError: another scheme than http or https, or an address that is not public.
        """
        url = request.url
        if url.scheme not in ("http", "https"):
            raise UnsafeAddressError(f"{url.scheme}: addresses are not fetched; only http and https are")
        address = self._checked(url.host, url.port or (443 if url.scheme == "https" else 80))
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return self._inner.handle_request(pinned)

    def _checked(self, host: str, port: int) -> str:
        addresses = self._resolver(host, port)
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    raise UnsafeAddressError(
                        f"{host} leads to {address}, on this machine or a private network, which is not fetched; "
                        "set CLAIMCAST_ALLOW_PRIVATE_ADDRESSES=true if you trust it"
                    )
        return addresses[0]

    def close(self) -> None:
        """Let go of the connection."""
        self._inner.close()
