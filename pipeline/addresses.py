"""Addresses that may be fetched, a transport that connects to nothing else, and addresses as they may be shown.

Every request, first or redirected, is checked here: its scheme, and the addresses its host name resolves to. The
connection then goes to one of those very addresses, so a name that changes between check and use changes nothing.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from pipeline.deadlines import TimedTransport
from pipeline.errors import AddressError, SettingsError, UnsafeAddressError
from pipeline.models import Frozen
from pipeline.settings import Settings

Resolver = Callable[[str, int], list[str]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_TRIED = 4
"""Addresses of one name that are tried in turn."""

for _name in ("httpx", "httpcore"):  # they would log whole addresses, secrets and all
    logging.getLogger(_name).setLevel(logging.WARNING)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name.

    Raises:
        AddressError: the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError(f"no address is known for {host}; check the spelling and the network") from error
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
        if ip in _NAT64_LOCAL:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Allowed(Frozen):
    """One entry of the allow-list: a host name or a network, at one port or at any."""

    host: str = ""
    network: Network | None = None
    port: int | None = None

    def permits(self, host: str, port: int, address: str) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is not None:
            return ipaddress.ip_address(address.split("%")[0]) in self.network
        return host.rstrip(".").lower() == self.host


class AllowList(Frozen):
    """Which addresses that are not public may be fetched all the same; none, unless a person said so."""

    everything: bool = False
    entries: tuple[_Allowed, ...] = ()

    def permits(self, host: str, port: int, address: str) -> bool:
        """Whether this address of this host may be fetched at this port although it is not public."""
        return self.everything or any(entry.permits(host, port, address) for entry in self.entries)


def allow_list(settings: Settings) -> AllowList:
    """The allow-list that the settings hold.

    Raises:
        SettingsError: an entry is neither a host, an address nor a network.
    """
    entries = tuple(_entry(text.strip()) for text in settings.allow_addresses.split(",") if text.strip())
    return AllowList(everything=settings.allow_private_addresses, entries=entries)


def _entry(text: str) -> _Allowed:
    try:
        return _Allowed(network=ipaddress.ip_network(text.strip("[]"), strict=False))
    except ValueError:
        pass
    match = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]|([\w.-]+))(?::(\d{1,5}))?", text)
    if match is None:
        raise SettingsError(
            f"CLAIMCAST_ALLOW_ADDRESSES: {text!r} is no host, address or network; write nas.lan, 127.0.0.1:8080 or 10.0.0.0/8"
        )
    host, port = match[1] or match[2], int(match[3]) if match[3] else None
    try:
        return _Allowed(network=ipaddress.ip_network(host), port=port)
    except ValueError:
        return _Allowed(host=host.rstrip(".").lower(), port=port)


class CheckedTransport(httpx.BaseTransport):
    """Sends requests to public http and https addresses only, pinned to the addresses that were checked; all over after `seconds`."""

    def __init__(self, allowed: AllowList, resolver: Resolver = resolve, *, seconds: float) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._inner = TimedTransport(seconds)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request whose address was found safe.

        Raises:
            AddressError: the host's name is unknown.
            UnsafeAddressError: another scheme than http or https, or an address that is not public.
        """
        url = request.url
        if url.scheme not in ("http", "https"):
            raise UnsafeAddressError(f"{url.scheme}: addresses are not fetched; only http and https are")
        addresses = self._checked(url.host, url.port or (443 if url.scheme == "https" else 80))
        for address in addresses[:-1]:
            try:
                return self._inner.handle_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._inner.handle_request(_pinned(request, addresses[-1]))

    def _checked(self, host: str, port: int) -> list[str]:
        """Some addresses of a host, all of which may be fetched."""
        addresses = self._resolver(host, port)
        for address in addresses:
            if not is_public(address) and not self._allowed.permits(host, port, address):
                raise UnsafeAddressError(
                    f"{host} leads to {address}, on this machine or a private network, which is not fetched; "
                    f"set CLAIMCAST_ALLOW_ADDRESSES={host} if you trust it"
                )
        return addresses[:_TRIED]

    def close(self) -> None:
        """Let go of the connection."""
        self._inner.close()


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The request, to be sent to this IP address; its host stays in the header and in the TLS handshake."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


_SECRET_NAME = re.compile(r"(?i)auth|token|key|sig|secret|pass|pwd|session|jwt|credential|hmac|listener|subscriber")


def without_secrets(url: str) -> str:
    """The address as it may be shown and stored: no user, password, query or fragment, no random part in its path."""
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, _host(url), _path(parts.path), "", ""))
    except ValueError:
        return "an address that makes no sense"


def as_link(url: str) -> str:
    """The address as it may stand in a report as a link: as it is when it holds no secret, else without user, password and
    the parts of its query and path that look like one; empty when it is no web address."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, max_num_fields=50)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    kept = [(name, value) for name, value in pairs if not _SECRET_NAME.search(name) and not _random(value)]
    query = parts.query if kept == pairs else urlencode(kept)
    return urlunsplit(
        (parts.scheme, _host(url), _path(parts.path), query, "" if _random(parts.fragment) else parts.fragment)
    )


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    try:
        return host + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return host


def _path(path: str) -> str:
    """A path in which parts that look like a password are "…": many private feeds are known by such a part alone."""
    return "/".join("…" if _random(part) else part for part in path.split("/"))


def _random(text: str) -> bool:
    """Whether a text holds 20 or more letters and digits, mixed, without a break."""
    return any(re.search(r"\d", run) and re.search(r"[A-Za-z]", run) for run in re.findall(r"[A-Za-z0-9+=]{20,}", text))
