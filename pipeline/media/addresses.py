"""Addresses that may be fetched, and a transport that connects to nothing else.

Every request, first or redirected, is checked here: its scheme, and the address its host name resolves to. The
connection then goes to that very address, so a name that changes between check and use changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import httpx

from pipeline.errors import MediaError, UnsafeAddressError

Resolver = Callable[[str, int], list[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name.

    Raises:
        MediaError: the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise MediaError(f"no address is known for {host}; check the spelling and the network") from error
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
    """The address as it may be shown and stored: no user, password, query or fragment."""
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

    def __init__(self, *, allow_private: bool = False, resolver: Resolver = resolve) -> None:
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
        self._inner.close()
