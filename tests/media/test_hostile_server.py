"""One web server with all that a feed can do to its reader: each ends as it should, in its time, and leaves nothing."""

from __future__ import annotations

import json
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.errors import AddressError, FeedError, MediaError, UnsafeAddressError
from pipeline.media import OpenedSource, open_source
from pipeline.media.followed import followed
from pipeline.media.polling import follow, poll
from pipeline.models import Person
from pipeline.settings import Settings
from tests.media.server import Answer, page, redirect, serving
from tests.media.shows import HEAD, Show
from tests.media.test_feeds import wav
from tests.media.test_fetch import truncated_once

VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Tom>Hello.\n\n00:02.000 --> 00:03.000\n<v Mara>Hello, Tom.\n"
SOUND = wav(40)


def laughs() -> bytes:
    """A feed whose title would be three gigabytes of "lol"."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss><channel><title>&l9;</title></channel></rss>'.encode()


def bomb(gigabytes: int = 10) -> bytes:
    """Gzip that unpacks to so many gigabytes of a feed that never ends."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"<rss><channel>") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (gigabytes * 100)  # after a full flush the same bytes mean the same again


def drip(request: BaseHTTPRequestHandler) -> None:
    """A file that comes a byte at a time, and would take hours."""
    request.send_response(200)
    request.send_header("content-length", str(len(SOUND)))
    request.end_headers()
    for value in SOUND:
        request.wfile.write(bytes((value,)))
        request.wfile.flush()
        time.sleep(0.05)


def feed_of(*items: str) -> Answer:
    return page(
        (HEAD.format(title="A show", more="") + "".join(items) + "</channel></rss>").encode(), "application/rss+xml"
    )


def item(name: str, audio: str, more: str = "", guid: bool = True) -> str:
    identity = f"<guid>{name}</guid>" if guid else ""
    day = "<pubDate>Thu, 31 Jul 2025 08:00:00 GMT</pubDate>"
    return (
        f'<item><title>{name}</title>{identity}{day}{more}<enclosure url="{audio}" type="audio/wav" length="1"/></item>'
    )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, Answer]]]:
    """The server's address by the one name that is allowed, and its pages."""
    show = Show()
    show.publish(*range(1, 201))
    more = (
        '<podcast:person role="guest">Tom</podcast:person><podcast:person>Mara</podcast:person>'
        '<podcast:transcript url="/t.vtt" type="text/vtt"/>'
    )
    pages: dict[str, Answer] = {
        **show.pages,
        "/sound.wav": page(SOUND, "audio/wav"),
        "/broken.wav": truncated_once(SOUND, resumes=True, log=[]),  # type: ignore[dict-item]
        "/drip.wav": drip,
        "/t.vtt": page(VTT, "text/vtt"),
        "/html.wav": page(b"<!doctype html><html><body>Subscribe to hear this</body></html>", "text/html"),
        "/cloud.wav": redirect("http://169.254.169.254/latest/meta-data/"),
        "/self.wav": redirect("http://localhost:80/admin"),
        "/laughs": page(laughs(), "application/rss+xml"),
        "/bomb": page(bomb(), "application/rss+xml", content_encoding="gzip"),
        "/items": feed_of(
            item("broken", "/broken.wav"),
            item("drip", "/drip.wav"),
            item("html", "/html.wav"),
            item("cloud", "/cloud.wav"),
            item("self", "/self.wav"),
            item("rebinding", "http://rebinding.example:1/sound.wav"),
            item("nameless", "/sound.wav", guid=False),
            item("generous", "/sound.wav", more),
        ),
    }
    with serving(pages) as address:
        port = address.rsplit(":", 1)[1]
        named(monkeypatch, {"feeds.example": ["127.0.0.1"], "localhost": ["127.0.0.1"]})
        yield f"http://feeds.example:{port}", pages


def named(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> list[str]:
    """The names that were looked up, in order; each look-up takes the name's next address, the last one for ever."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: object, **more: object) -> object:
        if host not in names:
            return real(host, port, *rest, **more)  # type: ignore[arg-type]
        asked.append(host)
        address = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def settings_for(address: str, home: Path, **more: int) -> Settings:
    return Settings(home=home, allow_addresses=address.removeprefix("http://"), **more)  # type: ignore[arg-type]


def opened(
    server: tuple[str, dict[str, Answer]], home: Path, episode: str, path: str = "/items", **more: int
) -> OpenedSource:
    settings = settings_for(server[0], home, **more)
    return open_source(f"{server[0]}{path}", published=None, settings=settings, episode=episode)


def left(home: Path) -> list[str]:
    """The files that a run left in the data home's downloads, locks apart."""
    return [
        path.name for path in home.rglob("*") if path.is_file() and "downloads" in path.parts and path.suffix != ".lock"
    ]


def test_two_hundred_items_a_304_and_a_move(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    address, pages = server
    settings = settings_for(address, tmp_path)
    with within(20):
        feed, _ = follow(f"{address}/feed", settings)
        assert len(feed.episodes) == 200
        assert poll(feed, settings).status == "unchanged"
        pages["/here"] = pages["/feed"]

        def moved(request: BaseHTTPRequestHandler) -> None:
            request.send_response(301)
            request.send_header("location", "/here")
            request.end_headers()

        pages["/feed"] = moved
        assert poll(feed, settings).moved_to == f"{address}/here"
        assert followed(settings)[0].address == f"{address}/here"
        assert opened(server, tmp_path, "200", "/here").episode.title == "Episode 196"


def test_a_truncated_download_resumes(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    with within(20):
        found = opened(server, tmp_path, "broken")
    assert found.media is not None
    assert found.media.read_bytes() == SOUND


def test_a_slow_drip_times_out(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    with within(20), pytest.raises(MediaError, match="comes too slowly"):
        opened(server, tmp_path, "drip", max_download_seconds=2)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("episode", "complaint"), [("cloud", r"169\.254\.169\.254"), ("self", r"localhost leads to 127\.0\.0\.1")]
)
def test_a_redirect_inward_is_refused(
    server: tuple[str, dict[str, Answer]], tmp_path: Path, episode: str, complaint: str
) -> None:
    with within(10), pytest.raises(UnsafeAddressError, match=complaint):
        opened(server, tmp_path, episode)
    assert left(tmp_path) == []


def test_a_name_that_changes_between_check_and_use(
    server: tuple[str, dict[str, Answer]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up once, the name is public; looked up again, it would be this machine, where somebody would answer."""
    answered: list[str] = []
    inside = {"/sound.wav": lambda request: answered.append(request.path)}
    port = server[0].rsplit(":", 1)[1]
    with serving(inside) as secret:  # type: ignore[arg-type]
        inner = secret.rsplit(":", 1)[1]
        server[1]["/items"] = feed_of(item("rebinding", f"http://rebinding.example:{inner}/sound.wav"))
        asked = named(monkeypatch, {"feeds.example": ["127.0.0.1"], "rebinding.example": ["192.0.2.1", "127.0.0.1"]})
        with pytest.raises(AddressError, match=r"192\.0\.2\.1"):
            opened(server, tmp_path, "rebinding")
        asked = named(
            monkeypatch, {"feeds.example": ["127.0.0.1"], "rebinding.example": ["93.184.215.14", "127.0.0.1"]}
        )
        with within(60), pytest.raises((MediaError, UnsafeAddressError)):
            opened(server, tmp_path, "rebinding", max_download_seconds=3)
    assert answered == []
    assert asked.count("rebinding.example") >= 1
    assert port != inner


def test_billion_laughs_are_not_laughed(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    with within(10), pytest.raises(FeedError, match="defines XML entities"):
        opened(server, tmp_path, "latest", "/laughs")


def test_a_bomb_of_ten_gigabytes_does_not_go_off(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    with within(20), pytest.raises(MediaError, match="unpacks to more than 50 times its size"):
        opened(server, tmp_path, "latest", "/bomb")
    with within(20), pytest.raises(MediaError, match=r"larger than the 32 MB accepted|unpacks to more than"):
        follow(f"{server[0]}/bomb", settings_for(server[0], tmp_path))
    assert left(tmp_path) == []


def test_an_enclosure_that_is_a_page(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    with within(10), pytest.raises(MediaError, match="is a web page, not audio"):
        opened(server, tmp_path, "html")


def test_an_item_without_a_guid(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    feed, _ = follow(f"{server[0]}/items", settings_for(server[0], tmp_path))
    assert len(feed.episodes) == 8
    found = opened(server, tmp_path, "nameless")
    assert (found.episode.title, found.episode.guid, found.episode.published) == ("nameless", "", date(2025, 7, 31))


def test_an_item_with_a_transcript_and_people(server: tuple[str, dict[str, Answer]], tmp_path: Path) -> None:
    found = opened(server, tmp_path, "generous")
    assert found.transcript is not None
    assert found.transcript.read_bytes() == VTT
    assert found.published_transcript
    assert found.episode.people == (Person(name="Tom", role="guest"), Person(name="Mara", role="host"))
    assert json.loads(found.episode.model_dump_json())["duration"] == pytest.approx(40.0)
