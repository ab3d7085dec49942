"""Downloads: whole or not at all, bounded, and never from an address that must not be fetched."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.addresses import without_secrets
from pipeline.errors import MediaError, UnsafeAddressError
from pipeline.media.downloads import downloads, fetch_kept
from pipeline.media.fetch import Fetched, fetch, fetch_changed
from pipeline.media.parts import arriving
from pipeline.media.transfer import Limits, Version
from pipeline.settings import Settings
from tests.media.server import page, redirect, serving


@pytest.fixture
def trusting(tmp_path: Path) -> Settings:
    """Settings that allow this machine's own addresses, as a self-hoster would."""
    return Settings(home=tmp_path / "home", allow_private_addresses=True, max_download_mb=1)


def nothing_left(folder: Path) -> bool:
    return not folder.exists() or not list(folder.iterdir())


def test_a_file_arrives_whole_with_progress(tmp_path: Path, trusting: Settings) -> None:
    told: list[tuple[float, float]] = []
    with serving({"/a.mp3": page(b"x" * 300_000, "audio/mpeg; charset=binary", etag='"v1"')}) as address:
        found = fetch(f"{address}/a.mp3", tmp_path / "in", settings=trusting, on_progress=lambda *at: told.append(at))
    assert found.path.read_bytes() == b"x" * 300_000
    assert (found.content_type, found.version.etag) == ("audio/mpeg", '"v1"')
    assert told[-1] == (300_000, 300_000)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/a", "http://localhost:1/a", "http://[::1]:1/", "http://2130706433:1/"]
)
def test_this_machine_is_not_fetched(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnsafeAddressError, match="on this machine or a private network"):
        fetch(url, tmp_path / "in", settings=Settings(home=tmp_path))
    assert nothing_left(tmp_path / "in")


def test_a_redirect_is_checked_like_a_first_address(tmp_path: Path) -> None:
    """One name is allowed; its redirects lead to a cloud's metadata service, to this machine and to another scheme."""
    pages = {
        "/meta": redirect("http://169.254.169.254/latest/"),
        "/self": redirect("http://localhost:1/"),
        "/file": redirect("file:///etc/passwd"),
    }
    with serving(pages) as address:
        port = address.rsplit(":", 1)[1]
        settings = Settings(home=tmp_path, allow_addresses=f"feeds.example:{port}")

        def resolver(host: str, port: int) -> list[str]:
            return ["127.0.0.1"] if host in ("feeds.example", "localhost") else [host]

        for path, complaint in (
            ("meta", r"169\.254\.169\.254"),
            ("self", r"localhost leads to 127\.0\.0\.1"),
            ("file", "fetched"),
        ):
            with pytest.raises((UnsafeAddressError, MediaError), match=complaint):
                fetch(f"http://feeds.example:{port}/{path}", tmp_path / "in", settings=settings, resolver=resolver)
    assert nothing_left(tmp_path / "in")


def test_a_name_that_changes_after_the_check_changes_nothing(tmp_path: Path, trusting: Settings) -> None:
    """The name resolves to the server once; a second look-up would lead elsewhere, and is never made."""
    answers = iter([["127.0.0.1"]])
    with serving({"/a": page(b"pinned")}) as address:
        port = address.rsplit(":", 1)[1]
        found = fetch(
            f"http://rebinding.example:{port}/a",
            tmp_path / "in",
            settings=trusting,
            resolver=lambda host, port: next(answers),
        )
    assert found.path.read_bytes() == b"pinned"


def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    with pytest.raises(UnsafeAddressError, match=r"10\.0\.0\.5"):
        fetch(
            "http://mixed.example/a",
            tmp_path / "in",
            settings=Settings(home=tmp_path),
            resolver=lambda host, port: ["93.184.216.34", "10.0.0.5"],
        )


def test_too_large_by_its_own_word_or_in_fact(tmp_path: Path, trusting: Settings) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(10_000):
            request.wfile.write(b"x" * 10_000)

    with serving({"/stated": page(b"x" * 1_500_000), "/endless": endless}) as address:
        with pytest.raises(MediaError, match="more than the 1 MB accepted"):
            fetch(f"{address}/stated", tmp_path / "in", settings=trusting)
        with pytest.raises(MediaError, match="larger than the 1 MB accepted"):
            fetch(f"{address}/endless", tmp_path / "in", settings=trusting)
    assert nothing_left(tmp_path / "in")


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path, trusting: Settings) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    with serving({"/bomb": page(bomb, content_encoding="gzip")}) as address:
        began = time.monotonic()
        with pytest.raises(MediaError, match="larger than the 1 MB accepted"):
            fetch(f"{address}/bomb", tmp_path / "in", settings=trusting)
        assert time.monotonic() - began < 10
    assert nothing_left(tmp_path / "in")


def test_packed_pages_are_unpacked(tmp_path: Path, trusting: Settings) -> None:
    with serving({"/feed": page(gzip.compress(b"<rss/>"), content_encoding="gzip")}) as address:
        assert fetch(f"{address}/feed", tmp_path / "in", settings=trusting).path.read_bytes() == b"<rss/>"


def test_a_slow_drip_is_given_up(tmp_path: Path, trusting: Settings) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(200):
            request.wfile.write(b"x")
            time.sleep(0.05)

    limits = Limits(patience=0.4)
    with serving({"/drip": drip}) as address, pytest.raises(MediaError, match="comes too slowly"):
        fetch(f"{address}/drip", tmp_path / "in", settings=trusting, limits=limits)
    assert nothing_left(tmp_path / "in")


def test_headers_that_drip_are_given_up(tmp_path: Path, trusting: Settings) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nx-endless: ")
        for _ in range(200):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.1)

    began = time.monotonic()
    with serving({"/drip": drip}) as address, pytest.raises(MediaError, match="comes too slowly"):
        fetch(f"{address}/drip", tmp_path / "in", settings=trusting, limits=Limits(whole=1.0))
    assert time.monotonic() - began < 10


def test_silence_is_given_up(tmp_path: Path, trusting: Settings) -> None:
    with serving({"/hang": lambda request: time.sleep(2)}) as address, pytest.raises(MediaError, match="sent nothing"):
        fetch(f"{address}/hang", tmp_path / "in", settings=trusting, limits=Limits(silence=0.3, tries=1))


def test_circles_missing_pages_and_no_network(tmp_path: Path, trusting: Settings) -> None:
    with serving({"/round": redirect("/round")}) as address:
        with pytest.raises(MediaError, match="redirects more than 8 times"):
            fetch(f"{address}/round", tmp_path / "in", settings=trusting)
        with pytest.raises(MediaError, match="answered 404 Not Found"):
            fetch(f"{address}/none", tmp_path / "in", settings=trusting)
        offline = trusting.model_copy(update={"offline": True})
        with pytest.raises(MediaError, match="needs the network, and offline is set"):
            fetch(f"{address}/round", tmp_path / "in", settings=offline)


def truncated_once(body: bytes, *, resumes: bool, log: list[str]) -> object:
    """An answer that breaks off in the middle the first time, and serves ranges (or doesn't) afterwards."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("range", "")
        log.append(f"{asked} {request.headers.get('if-range', '')}".strip())
        if asked and resumes:
            first = int(asked.removeprefix("bytes=").rstrip("-"))
            request.send_response(206)
            request.send_header("content-range", f"bytes {first}-{len(body) - 1}/{len(body)}")
            rest = body[first:]
        else:
            request.send_response(200)
            rest = body
        request.send_header("etag", '"v1"')
        request.send_header("content-length", str(len(rest)))
        request.end_headers()
        request.wfile.write(rest[: len(body) // 2] if len(log) == 1 else rest)
        request.wfile.flush()
        request.close_connection = True

    return answer


@pytest.mark.parametrize("resumes", [True, False])
def test_a_download_that_breaks_off_goes_on(tmp_path: Path, trusting: Settings, resumes: bool) -> None:
    body = bytes(range(256)) * 1000
    log: list[str] = []
    with serving({"/a": truncated_once(body, resumes=resumes, log=log)}) as address:  # type: ignore[dict-item]
        found = fetch(f"{address}/a", tmp_path / "in", settings=trusting, limits=Limits(wait=0.01))
    assert found.path.read_bytes() == body
    assert log == ["", f'bytes={len(body) // 2}- "v1"']


def test_a_download_that_always_breaks_off_leaves_nothing(tmp_path: Path, trusting: Settings) -> None:
    def broken(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-length", "1000")
        request.end_headers()
        request.wfile.write(b"x" * 10)

    with serving({"/a": broken}) as address, pytest.raises(MediaError, match="can't be fetched"):
        fetch(f"{address}/a", tmp_path / "in", settings=trusting, limits=Limits(wait=0.01))
    assert nothing_left(tmp_path / "in")


def test_a_download_goes_on_where_a_killed_run_left_it(tmp_path: Path, trusting: Settings) -> None:
    body = bytes(range(256)) * 2000
    asked: list[str] = []

    def slowly(request: BaseHTTPRequestHandler) -> None:
        first = int((request.headers.get("range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        asked.append(f"{first} {request.headers.get('if-range', '')}")
        request.send_response(206 if first else 200)
        request.send_header("content-range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        request.send_header("content-length", str(len(body) - first))
        request.send_header("etag", '"v1"')
        request.end_headers()
        request.wfile.write(body[first : first + 200_000])
        request.wfile.flush()
        if not first:
            time.sleep(60)
        request.wfile.write(body[first + 200_000 :])

    with serving({"/a.mp3": slowly}) as address:
        code = f"""
from pathlib import Path
from pipeline.media.downloads import fetch_kept
from pipeline.settings import Settings
fetch_kept("{address}/a.mp3", Settings(home=Path({str(trusting.home)!r}), allow_private_addresses=True))
"""
        run = subprocess.Popen([sys.executable, "-c", code])
        folder = downloads(trusting)
        deadline = time.monotonic() + 60
        while sum(path.stat().st_size for path in folder.glob(".part-*")) < 200_000:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        run.kill()
        run.wait()
        assert [path.name[0] for path in folder.iterdir()] == ["."] * len(list(folder.iterdir())), "nothing to be seen"
        path = fetch_kept(f"{address}/a.mp3", trusting)
    assert path.read_bytes() == body
    assert asked[0] == "0 "
    assert int(asked[1].split()[0]) >= 200_000
    assert asked[1].endswith('"v1"')
    assert [left.name for left in folder.glob(".*") if left.suffix != ".lock"] == []


def test_a_connection_that_breaks_for_good_leaves_what_arrived_for_the_next_time(
    tmp_path: Path, trusting: Settings
) -> None:
    body, log = bytes(range(256)) * 1000, list[str]()
    with serving({"/a": truncated_once(body, resumes=True, log=log)}) as address:  # type: ignore[dict-item]
        with pytest.raises(MediaError, match="can't be fetched"):
            fetch_changed(
                f"{address}/a", tmp_path, unless=Version(), settings=trusting, limits=Limits(tries=1), part="a"
            )
        found = fetch_changed(f"{address}/a", tmp_path, unless=Version(), settings=trusting, part="a")
    assert isinstance(found, Fetched)
    assert found.path.read_bytes() == body
    assert log[1].startswith("bytes=128000-")


def test_two_at_once_do_not_share_a_part(tmp_path: Path) -> None:
    with arriving(tmp_path, "a") as first, arriving(tmp_path, "a") as second:
        assert first.path != second.path
        first.begun('"v1"')
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_a_disk_that_is_nearly_full_is_said_first(
    tmp_path: Path, trusting: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=64_100_000))
    with serving({"/a": page(b"x" * 300_000)}) as address, pytest.raises(MediaError, match="free some space"):
        fetch(f"{address}/a", tmp_path / "in", settings=trusting)
    assert nothing_left(tmp_path / "in")


def test_secrets_in_an_address_are_not_shown(tmp_path: Path, trusting: Settings) -> None:
    secret = "https://ada:pw@example.com:8443/feed.xml?token=s3cret#x"
    assert without_secrets(secret) == "https://example.com:8443/feed.xml"
    with serving({}) as address, pytest.raises(MediaError) as caught:
        fetch(f"{address}/private?token=s3cret", tmp_path / "in", settings=trusting)
    assert "s3cret" not in str(caught.value)
