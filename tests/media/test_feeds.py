"""Feeds: every tag arrives in the episode, one bad item hides no other, nothing hostile gets through."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.errors import ClaimcastError, FeedError, MediaError
from pipeline.media import OpenedSource, open_source
from pipeline.media.feeds import choose, read_feed
from pipeline.models import Offered, Person
from pipeline.settings import Settings
from tests.media.server import page, serving

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
     xmlns:podcast="https://podcastindex.org/namespace/1.0">
 <channel>
  <title>Open &lt;b&gt;Weights&lt;/b&gt; Hour</title><link>https://example.com/</link><language>en</language>
  <podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
  <podcast:person role="host">Ada</podcast:person>
  <item>
   <title>Older, with its own guest</title><guid>ep-1</guid><pubDate>Thu, 24 Jul 2025 08:00:00 GMT</pubDate>
   <enclosure url="/old.wav" type="audio/wav" length="1"/>
  </item>
  <item><title>No date, no GUID</title><enclosure url="/none.wav" type="audio/wav" length="1"/></item>
  <item><pubDate>nonsense</pubDate></item>
  <item>
   <title>Newest</title><guid isPermaLink="false">ep-2</guid><pubDate>Thu, 31 Jul 2025 08:00:00 GMT</pubDate>
   <link>https://example.com/2</link>
   <description>&lt;p&gt;Notes &lt;a href="javascript:x"&gt;here&lt;/a&gt;&lt;/p&gt;</description>
   <itunes:duration>01:02:03</itunes:duration>
   <podcast:season>2</podcast:season><podcast:episode>14</podcast:episode>
   <podcast:person role="guest" href="https://example.com/joe">Joe</podcast:person>
   <podcast:person>Ada</podcast:person>
   <podcast:transcript url="/t.srt" type="application/x-subrip"/>
   <podcast:transcript url="/t.vtt" type="text/vtt"/>
   <podcast:chapters url="/c.json" type="application/json+chapters"/>
   <enclosure url="/new.wav" type="audio/wav" length="1"/>
  </item>
  <item>
   <title>Only an alternate</title><guid>ep-3</guid><pubDate>Thu, 10 Jul 2025 08:00:00 GMT</pubDate>
   <podcast:alternateEnclosure type="audio/wav"><podcast:source uri="/alt.wav"/></podcast:alternateEnclosure>
  </item>
  <item><title>A page instead</title><guid>ep-4</guid><enclosure url="/page.mp3" type="audio/mpeg" length="1"/></item>
 </channel>
</rss>"""
DOCUMENTS = Path(__file__).parent / "documents"
VTT = "WEBVTT\n\n00:00.000 --> 00:00.900\n<v Joe>Hello.\n"


def wav(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(int(16_000 * seconds)))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A show's web site."""
    chapters = (
        b'{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Hello <i>there</i>"}, {"startTime": 0.5}]}'
    )
    pages = {
        "/feed.xml": page(FEED.encode(), "application/rss+xml"),
        "/new.wav": page(wav(1), "audio/wav"),
        "/old.wav": page(wav(2), "audio/wav"),
        "/alt.wav": page(wav(1.5), "audio/wav"),
        "/t.vtt": page(VTT.encode(), "text/vtt"),
        "/c.json": page(chapters, "application/json"),
        "/page.mp3": page(b"<html><body>Sign in</body></html>", "audio/mpeg"),
        "/player": page(b"<html><head><meta property='og:audio' content='/old.wav'></head></html>", "text/html"),
        "/element": page(b"<html><body><audio><source src='old.wav'></audio></body></html>", "text/html"),
        "/inward": page(b"<html><audio src='file:///etc/passwd'></audio></html>", "text/html"),
        "/site": page(b"<!doctype html><title>Show</title>", "text/html"),
    }
    with serving(pages) as address:
        yield address


def opened(site: str, tmp_path: Path, episode: str = "latest", path: str = "/feed.xml") -> OpenedSource:
    settings = Settings(home=tmp_path, allow_private_addresses=True)
    return open_source(f"{site}{path}", published=None, settings=settings, episode=episode)


def test_every_tag_arrives(site: str, tmp_path: Path) -> None:
    found = opened(site, tmp_path)
    episode = found.episode
    assert (episode.title, episode.show, episode.guid) == ("Newest", "Open Weights Hour", "ep-2")
    assert (episode.published, episode.published_basis) == (date(2025, 7, 31), "feed")
    assert (episode.link, episode.description, episode.language) == ("https://example.com/2", "Notes here", "en")
    assert episode.people == (
        Person(name="Joe", role="guest", link="https://example.com/joe"),
        Person(name="Ada", role="host"),
    )
    assert found.transcript is not None
    assert found.transcript.read_text(encoding="utf-8") == VTT
    assert found.media is not None
    assert found.media.read_bytes() == wav(1)
    assert [(chapter.start, chapter.title) for chapter in episode.chapters] == [(0.0, "Hello there"), (0.5, "")]
    assert "the publisher states 3723 s and the file has 1 s" in " ".join(episode.warnings)


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("2", "Older, with its own guest"),
        ("ep-1", "Older, with its own guest"),
        ("own guest", "Older, with its own guest"),
        ("Only an alternate", "Only an alternate"),
    ],
)
def test_an_episode_by_number_guid_or_words(site: str, tmp_path: Path, wanted: str, title: str) -> None:
    assert opened(site, tmp_path, wanted).episode.title == title


def test_people_of_the_show_stand_in(site: str, tmp_path: Path) -> None:
    assert opened(site, tmp_path, "ep-1").episode.people == (Person(name="Ada", role="host"),)


def test_what_can_not_be_had_is_one_line(site: str, tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no episode “ep-99” among the 6"):
        opened(site, tmp_path, "ep-99")
    with pytest.raises(FeedError, match=r"fits \d episodes"):
        opened(site, tmp_path, "a")
    with pytest.raises(MediaError, match="is a web page, not audio"):
        opened(site, tmp_path, "ep-4")
    with pytest.raises(MediaError, match="answered 404"):
        opened(site, tmp_path, "No date, no GUID")
    with pytest.raises(MediaError, match=r"is a web page.* give the (address of the )?audio file or the feed"):
        opened(site, tmp_path, path="/site")


def test_a_direct_address(site: str, tmp_path: Path) -> None:
    found = opened(site, tmp_path, path="/old.wav?token=s3cret")
    assert found.episode.title == "old"
    assert found.media is not None
    assert "s3cret" not in found.episode.model_dump_json()


@pytest.mark.parametrize("path", ["/player", "/element"])
def test_a_page_that_plays_audio(site: str, tmp_path: Path, path: str) -> None:
    assert opened(site, tmp_path, path=path).episode.duration == pytest.approx(2.0)


def test_a_page_can_not_point_inward(site: str, tmp_path: Path) -> None:
    with pytest.raises(ClaimcastError, match=r"can't be fetched|only http and https"):
        opened(site, tmp_path, path="/inward")


def test_every_tag_of_a_real_feed_arrives(tmp_path: Path) -> None:
    """A document with all that real feeds hold: namespaces in use, markup in titles, secrets in addresses."""
    srt = b"1\n00:00:00,000 --> 00:00:02,000\nMara Quinn: Hello.\n"
    pages = {
        "/audio/207.wav": page(wav(3), "audio/wav"),
        "/t/207.srt": page(srt, "application/x-subrip"),
        "/t/207.vtt": page(b"<html>Sign in</html>", "text/html"),
        "/c/207.json": page(
            b'{"chapters": [{"startTime": 1.5, "title": "Two", "url": "https://x.example/?auth=very-secret"}, {"startTime": -1},'
            b' 7, {"startTime": "nan"}, {"startTime": 2, "toc": false}, {"startTime": 0, "title": "<i>One</i>"}]}',
            "application/json",
        ),
    }
    with serving(pages) as address:
        document = (DOCUMENTS / "every-tag.xml").read_text("utf-8").replace("https://cdn.weights.example", address)
        pages["/feed"] = page(document.encode(), "application/rss+xml")
        found = opened(address, tmp_path, "latest", "/feed?key=very-secret")
        episode = found.episode
    assert (episode.title, episode.show) == ("S2 E7: How far behind? ⚖️ Live", "Weights & Measures")
    assert (episode.guid, episode.show_guid) == ("wm-0207", "9b024349-ccf0-5f69-a609-6b82873eab3c")
    assert (episode.season, episode.number, episode.language) == ("2", "7", "en-gb")
    assert (episode.published, episode.published_basis) == (date(2025, 7, 31), "feed")
    assert (episode.link, episode.description) == ("https://weights.example/episodes/?p=207&member=1", "With Tom. Gap")
    assert episode.people == (
        Person(name="Tom Ferreira", role="guest", link="https://tom.example/"),
        Person(name="Mara Quinn", role="host"),
    )
    assert [(chapter.start, chapter.title, chapter.link) for chapter in episode.chapters] == [
        (0.0, "One", ""),
        (1.5, "Two", "https://x.example/"),
    ]
    assert [file.type for file in episode.transcripts] == [
        "text/html",
        "application/x-subrip",
        "text/vtt",
        "application/json",
    ]
    assert episode.alternates == (
        Offered(url=f"{address}/audio/207.opus", type="audio/opus"),
        Offered(url=f"{address}/video/207.mp4", type="video/mp4"),
    )
    assert found.transcript is not None
    assert found.transcript.read_bytes() == srt, "what was said to be WebVTT was a page, so the next best was taken"
    assert found.published_transcript
    assert ["transcript was left out" in warning for warning in episode.warnings] == [True, True]
    assert "very-secret" not in episode.model_dump_json()


def test_an_alternate_is_heard_where_the_enclosure_is_none(tmp_path: Path) -> None:
    feed = FEED.replace('"/new.wav"', '"/page.mp3"').replace(
        "<podcast:chapters",
        '<podcast:alternateEnclosure><podcast:source uri="/alt.wav"/></podcast:alternateEnclosure><podcast:chapters',
    )
    pages = {"/feed.xml": page(feed.encode()), "/alt.wav": page(wav(1.5)), "/page.mp3": page(b"<html>Sign in</html>")}
    with serving(pages) as address:
        episode = opened(address, tmp_path).episode
    assert episode.duration == pytest.approx(1.5)
    assert "an alternate version of the audio was used: " in " ".join(episode.warnings)


def test_a_length_that_differs_is_a_warning(tmp_path: Path) -> None:
    feed = FEED.replace('length="1"', 'length="48000000"').replace("01:02:03", "1")
    with serving({"/feed.xml": page(feed.encode()), "/new.wav": page(wav(1))}) as address:
        warnings = " ".join(opened(address, tmp_path).episode.warnings)
    assert "the publisher states 48.0 MB and the file has 0.0 MB" in warnings
    assert "the publisher states 1 s" not in warnings


def test_audio_that_has_not_changed_is_not_fetched_again(tmp_path: Path) -> None:
    log: list[str] = []

    def audio(request: BaseHTTPRequestHandler) -> None:
        log.append(request.headers.get("if-none-match", ""))
        if log[-1] == '"v1"':
            request.send_response(304)
            request.end_headers()
        else:
            page(wav(1), "audio/wav", etag='"v1"')(request)

    with serving({"/feed.xml": page(FEED.encode()), "/new.wav": audio}) as address:
        first, second = opened(address, tmp_path), opened(address, tmp_path)
    assert first.media == second.media
    assert log == ["", '"v1"']


def test_one_bad_item_hides_no_other() -> None:
    bad = """<item><title>Bad</title><guid>bad</guid><pubDate>99 Foo</pubDate><enclosure url="http://[::1" type="audio/mpeg"/>
      <link>http://[</link><itunes:duration>-1</itunes:duration><podcast:person role="x"/><podcast:chapters url="http://["/></item>
      <item/><item><enclosure/></item>"""
    feed = read_feed(FEED.replace("<item>", bad + "<item>", 1).encode(), "https://example.com/f")
    assert {"Newest", "Older, with its own guest", "Bad"} <= {item.title for item in feed.items}
    newest = choose(feed, "Newest", "x")
    assert (newest.season, newest.number, len(newest.people)) == ("2", "14", 2), (
        "the tree and the entries still pair up"
    )


def test_undeclared_prefixes_and_stray_ampersands_lose_no_tags() -> None:
    broken = FEED.replace('xmlns:podcast="https://podcastindex.org/namespace/1.0"', "").replace("Notes", "Q & A")
    assert choose(read_feed(broken.encode(), "https://example.com/f"), "latest", "x").number == "14"


def test_keys_stay_and_differ() -> None:
    feed = read_feed(FEED.encode(), "https://example.com/f")
    assert len({item.key for item in feed.items}) == len(feed.items)
    again = read_feed(FEED.replace("Newest", "Newest, corrected").encode(), "https://elsewhere.example/f")
    assert choose(again, "ep-2", "x").key == choose(feed, "ep-2", "x").key
    twice = read_feed(FEED.replace(">ep-1<", ">ep-2<").encode(), "https://example.com/f")
    assert len({item.key for item in twice.items if item.guid == "ep-2"}) == 2


def test_atom_too() -> None:
    feed = read_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>One</title><id>x</id>'
        b'<updated>2025-07-01T00:00:00Z</updated><link rel="enclosure" type="audio/mpeg" href="a.mp3"/></entry></feed>',
        "https://example.com/feed",
    )
    item = choose(feed, "latest", "x")
    assert (item.title, item.published, item.audio[0].url) == ("One", date(2025, 7, 1), "https://example.com/a.mp3")


def test_a_feed_that_is_not_well_formed_is_still_read() -> None:
    broken = FEED.replace("<link>https://example.com/</link>", "<link>a & b").encode()
    assert choose(read_feed(broken, "https://example.com/f"), "latest", "x").title == "Newest"
