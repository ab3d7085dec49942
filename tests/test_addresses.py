"""Addresses: what may be fetched, what a person may allow, and how an address is shown."""

from __future__ import annotations

import gzip
import logging

import pytest

from pipeline.addresses import allow_list, as_link, is_public, without_secrets
from pipeline.errors import AddressError, ClaimcastError, SettingsError, UnsafeAddressError
from pipeline.net import fetch_page
from pipeline.settings import Settings
from tests.media.server import page, serving


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "255.255.255.255",
        "fe80::1%eth0",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("entries", "host", "port", "address", "permitted"),
    [
        ("", "nas.lan", 80, "192.168.1.5", False),
        ("nas.lan", "nas.lan", 80, "192.168.1.5", True),
        ("nas.lan", "NAS.lan.", 80, "192.168.1.5", True),
        ("nas.lan", "other.lan", 80, "192.168.1.5", False),
        ("nas.lan:8080", "nas.lan", 80, "192.168.1.5", False),
        ("127.0.0.1:8080", "localhost", 8080, "127.0.0.1", True),
        ("127.0.0.1:8080", "localhost", 22, "127.0.0.1", False),
        ("example.org, 192.168.0.0/16", "any.lan", 80, "192.168.1.5", True),
        ("192.168.0.0/16", "any.lan", 80, "169.254.169.254", False),
        ("[fd00::1]:80", "any.lan", 80, "fd00::1", True),
    ],
)
def test_an_allow_list(entries: str, host: str, port: int, address: str, permitted: bool) -> None:
    assert allow_list(Settings(allow_addresses=entries)).permits(host, port, address) is permitted


def test_an_allow_list_that_makes_no_sense_is_one_line() -> None:
    with pytest.raises(SettingsError, match="is no host, address or network"):
        allow_list(Settings(allow_addresses="http://nas.lan/"))


def test_pages_keep_to_the_same_guard() -> None:
    with serving({"/": page(b"hello", "text/plain")}) as address:
        with pytest.raises(UnsafeAddressError, match="private network"):
            fetch_page(address, Settings())
        assert fetch_page(address, Settings(allow_addresses=address.removeprefix("http://"))).content == b"hello"
    with pytest.raises(AddressError, match="no address is known"):
        fetch_page("http://nowhere.invalid/", Settings())


def test_a_page_that_is_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    pages = {"/gzip": page(bomb, content_encoding="gzip"), "/zstd": page(b"x", content_encoding="zstd")}
    with serving(pages) as address:
        with pytest.raises(ClaimcastError, match="larger than the 1 MB accepted"):
            fetch_page(f"{address}/gzip", Settings(allow_private_addresses=True, max_download_mb=1))
        with pytest.raises(ClaimcastError, match="packed as zstd, which was not asked for"):
            fetch_page(f"{address}/zstd", Settings(allow_private_addresses=True))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ada:pw@example.com:8443/feed.xml?token=s3cret#x", "https://example.com:8443/feed.xml"),
        ("https://x.example/rss/AbC123def456GHI789jkl0/feed.xml", "https://x.example/rss/…/feed.xml"),
        ("https://x.example/content/eyJ0IjoiMSJ9eyJ0IjoiMSJ9.rss", "https://x.example/content/…"),
        (
            "https://x.example/2025/only-months-behind-episode-14.mp3",
            "https://x.example/2025/only-months-behind-episode-14.mp3",
        ),
        (
            "https://x.example/917393e3-1b1e-5cef-ace4-edaa54e1f810",
            "https://x.example/917393e3-1b1e-5cef-ace4-edaa54e1f810",
        ),
        ("http://[::1", "an address that makes no sense"),
    ],
)
def test_secrets_are_not_shown(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://x.example/?p=123&auth=s3cret", "https://x.example/?p=123"),
        ("https://ada:pw@x.example/a?q=a%20b&empty#part", "https://x.example/a?q=a%20b&empty#part"),
        ("https://x.example/?k=AbC123def456GHI789jkl0", "https://x.example/"),
        ("javascript:alert(1)", ""),
        ("http://[::1", ""),
    ],
)
def test_links_keep_what_is_no_secret(url: str, link: str) -> None:
    assert as_link(url) == link


def test_the_http_library_logs_no_addresses(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with serving({"/": page(b"hello", "text/plain")}) as address:
        fetch_page(f"{address}/?token=s3cret", Settings(allow_private_addresses=True))
    assert "s3cret" not in caplog.text
