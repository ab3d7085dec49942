"""Pages with a recording: read by yt-dlp, every request through our own guard."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import AddressError, MediaError
from pipeline.media import OpenedSource, open_source
from pipeline.settings import Settings
from tests.media.server import Answer, page, redirect, serving
from tests.media.test_feeds import wav

pytest.importorskip("yt_dlp")

FILM = b"""<html><head><title>A talk</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "VideoObject", "name": "Open weights, a talk", "description": "<b>Notes</b>",
 "uploadDate": "2025-07-31T08:00:00Z", "contentUrl": "HOME/talk.wav?sig=s3cret", "duration": "PT2S"}
</script></head><body>A talk</body></html>"""


def opened(tmp_path: Path, pages: dict[str, Answer], path: str, film: bytes = FILM) -> OpenedSource:
    with serving(pages) as address:
        pages["/film"] = page(film.replace(b"HOME", address.encode()), "text/html")
        allowed = Settings(home=tmp_path, allow_addresses=address.removeprefix("http://"))
        return open_source(f"{address}{path}", published=None, settings=allowed)


def test_a_page_with_a_film(tmp_path: Path) -> None:
    pages = {"/talk.wav": page(wav(2), "audio/wav")}
    episode = opened(tmp_path, pages, "/film?key=s3cret").episode
    assert episode.title == "Open weights, a talk"
    assert episode.published == date(2025, 7, 31)
    assert episode.duration == pytest.approx(2.0)
    assert "s3cret" not in episode.model_dump_json()


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/", "http://localhost:1/", "file:///etc/passwd"],
    ids=["cloud", "self", "file"],
)
def test_a_page_can_not_lead_inward(tmp_path: Path, target: str) -> None:
    film = FILM.replace(b"HOME/talk.wav?sig=s3cret", target.encode())
    refresh = f"<html><head><meta http-equiv='refresh' content='0; url={target}'></head></html>".encode()
    pages = {"/refresh": page(refresh, "text/html"), "/redirect": redirect(target)}
    for path in ("/film", "/refresh", "/redirect"):
        with pytest.raises((AddressError, MediaError)) as caught:
            opened(tmp_path, pages, path, film)
        assert "\n" not in str(caught.value)


def test_a_page_without_one_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"/": page(b"<html><body>Nothing here</body></html>", "text/html")}
    with pytest.raises(MediaError, match="no recording was found"):
        opened(tmp_path, pages, "/")
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    with pytest.raises(MediaError, match=r"pip install 'claimcast\[video\]'"):
        opened(tmp_path, pages, "/")
