"""Following feeds: only what changed is read, moves are remembered, each new episode has one turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.errors import FeedError
from pipeline.media import open_source
from pipeline.media.followed import find, followed, forget, now
from pipeline.media.opml import read_opml, write_opml
from pipeline.media.polling import MOST_NEW, due, follow, poll
from pipeline.media.turns import ATTEMPTS, RETRY, taking, waiting
from pipeline.settings import Settings
from tests.media.server import page, serving
from tests.media.shows import Show


@pytest.fixture
def show() -> Show:
    made = Show()
    made.publish(1, 2, 3)
    return made


@pytest.fixture
def site(show: Show) -> Iterator[str]:
    with serving(show.pages) as address:
        yield address


@pytest.fixture
def settings(tmp_path: Path, site: str) -> Settings:
    return Settings(home=tmp_path / "home", allow_addresses=site.removeprefix("http://"))


def permanently(target: str, status: int = 301) -> object:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("location", target)
        request.end_headers()

    return answer


def test_only_what_is_new_is_waiting(show: Show, site: str, settings: Settings) -> None:
    feed, fresh = follow(f"{site}/feed", settings, backlog=1)
    assert fresh
    assert (feed.title, len(feed.episodes), feed.count("new")) == ("The Show", 3, 1)
    assert [task.title for task in waiting(feed, settings)] == ["Episode 3"]
    assert follow(f"{site}/feed", settings)[1] is False
    assert poll(feed, settings).status == "unchanged"
    assert show.asked["304"] == 1
    show.publish(4, 5)
    assert poll(feed, settings).new == ("Episode 5", "Episode 4")
    (feed,) = followed(settings)
    assert [task.title for task in waiting(feed, settings)] == ["Episode 3", "Episode 4", "Episode 5"]
    opened = open_source(waiting(feed, settings)[1].source, published=None, settings=settings)
    assert (opened.episode.title, opened.episode.guid) == ("Episode 4", "e4")


def test_two_hundred_episodes_and_a_flood(show: Show, site: str, settings: Settings) -> None:
    show.publish(*range(4, 201))
    feed, _ = follow(f"{site}/feed", settings)
    assert (len(feed.episodes), feed.count("new")) == (200, 0)
    show.publish(*range(201, 401))
    assert len(poll(feed, settings).new) == MOST_NEW
    assert len(find("show", settings).episodes) == 400


def test_other_guids_for_the_same_episodes_are_not_new(show: Show, site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings)
    document = show.document().replace(b"<guid>e", b"<guid>https://new.example/")
    show.pages["/feed"] = page(document)
    assert poll(feed, settings).new == ()


@pytest.mark.parametrize("status", [301, 308])
def test_a_feed_that_moves_is_followed_there(show: Show, site: str, settings: Settings, status: int) -> None:
    feed, _ = follow(f"{site}/feed", settings)
    show.pages["/new-home"] = show.pages["/feed"]
    show.pages["/feed"] = permanently("/new-home?token=s3cret", status)  # type: ignore[assignment]
    show.publish(4)
    polled = poll(feed, settings)
    assert (polled.new, polled.moved_to) == (("Episode 4",), f"{site}/new-home")
    (feed,) = followed(settings)
    assert feed.address == f"{site}/new-home?token=s3cret"
    assert feed.moved_from == (f"{site}/feed",)
    del show.pages["/feed"]
    assert poll(feed, settings).status == "unchanged"


def test_a_passing_redirect_is_not_remembered(show: Show, site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings)
    show.pages["/elsewhere"] = show.pages["/feed"]
    show.pages["/feed"] = permanently("/elsewhere", 302)  # type: ignore[assignment]
    assert poll(feed, settings).moved_to == ""
    assert followed(settings)[0].address == f"{site}/feed"


def test_the_feeds_own_word_that_it_has_moved(show: Show, site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings)
    other = Show()
    other.publish(1, 2, 3, 9)
    show.pages |= {"/other": page(other.document()), "/lost": page(b"<html></html>")}
    show.more = f"<itunes:new-feed-url>{site}/lost</itunes:new-feed-url>"
    assert poll(feed, settings).moved_to == "", "what lies there is no feed"
    show.more = "<itunes:new-feed-url>/other</itunes:new-feed-url>"
    assert poll(feed, settings).moved_to == f"{site}/other"
    assert followed(settings)[0].address == f"{site}/other"
    assert [task.title for task in waiting(followed(settings)[0], settings)] == ["Episode 9"]


def test_a_feed_that_fails_is_said_and_asked_ever_more_rarely(show: Show, site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings)
    show.pages["/feed"] = page(b"<html>Sign in</html>")
    polled = poll(feed, settings)
    assert polled.status == "failed"
    assert "lists no episodes" in polled.problem
    (feed,) = followed(settings)
    quarter = timedelta(minutes=15)
    assert not due(feed, quarter, now() + timedelta(minutes=20))
    assert due(feed, quarter, now() + timedelta(minutes=31))
    for _ in range(8):
        poll(feed, settings)
    (feed,) = followed(settings)
    assert not due(feed, quarter, now() + timedelta(hours=23))
    assert due(feed, quarter, now() + timedelta(days=1, minutes=1))
    assert feed.count("old") == 3


def test_a_page_stands_for_the_feed_it_names(show: Show, site: str, settings: Settings) -> None:
    show.pages["/"] = page(b"<html><link rel='alternate' type='application/rss+xml' href='/feed'></html>", "text/html")
    show.pages["/bare"] = page(b"<html><body>Hello</body></html>", "text/html")
    assert follow(f"{site}/", settings)[0].address == f"{site}/feed"
    with pytest.raises(FeedError, match="names no feed"):
        follow(f"{site}/bare", settings)


def test_feeds_are_found_and_forgotten(site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed?auth=s3cret", settings)
    for wanted in (feed.id, "the show", f"{site}/feed", f"{site}/feed?auth=s3cret"):
        assert find(wanted, settings).id == feed.id
    with pytest.raises(FeedError, match="no feed “other” is followed"):
        find("other", settings)
    assert (settings.home / "feeds" / f"{feed.id}.json").stat().st_mode & 0o077 == 0
    forget(feed, settings)
    assert followed(settings) == []
    assert poll(feed, settings).status == "gone"


def test_each_episode_has_one_turn(site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings, backlog=1)
    (task,) = waiting(feed, settings)
    with taking(task, settings) as mine, taking(task, settings) as theirs:
        assert mine is not None
        assert theirs is None
        mine.done("episode-3-0123")
    with taking(task, settings) as again:
        assert again is None
    (seen,) = [seen for seen in followed(settings)[0].episodes.values() if seen.state == "done"]
    assert seen.episode_id == "episode-3-0123"


def test_a_process_that_dies_lets_go(site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings, backlog=1)
    (task,) = waiting(feed, settings)
    code = f"""
import os
from pathlib import Path
from pipeline.media.turns import Task, taking
from pipeline.settings import Settings
turn = taking(Task.model_validate_json({task.model_dump_json()!r}), Settings(home=Path({str(settings.home)!r})))
assert turn.__enter__() is not None
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 9
    assert followed(settings)[0].count("taken") == 1
    with taking(task, settings) as turn:
        assert turn is not None
        turn.done("x")


def test_what_fails_is_tried_again_later_and_not_for_ever(site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings, backlog=1)
    moment = now()
    for attempt in range(ATTEMPTS):
        (feed,) = followed(settings)
        assert not attempt or waiting(feed, settings, moment) == []
        (task,) = waiting(feed, settings, moment + RETRY * 2**attempt)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pipeline.media.followed.now", lambda then=moment + RETRY * 2**attempt: then)
            with taking(task, settings) as turn:
                assert turn is not None
                turn.failed("no speech found")
        moment += RETRY * 2**attempt
    (feed,) = followed(settings)
    assert waiting(feed, settings, moment + timedelta(days=30)) == []
    assert feed.count("failed") == 1


def test_a_turn_that_is_broken_off_is_no_attempt(site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed", settings, backlog=1)
    (task,) = waiting(feed, settings)
    with pytest.raises(KeyboardInterrupt), taking(task, settings):
        raise KeyboardInterrupt
    (seen,) = [seen for seen in followed(settings)[0].episodes.values() if seen.title == task.title]
    assert (seen.state, seen.attempts) == ("new", 0)


def test_opml_in_and_out(site: str, settings: Settings) -> None:
    feed, _ = follow(f"{site}/feed?auth=s3cret", settings)
    written = write_opml([feed])
    assert read_opml(written, "mine.opml") == (f"{site}/feed?auth=s3cret",)
    nested = b"<opml><body>" + b"<outline text='a'>" * 200 + b"<outline xmlURL='https://a.example/f'/>"
    assert read_opml(nested, "deep.opml") == ("https://a.example/f",)
    mixed = b"<opml><body><outline xmlUrl='file:///etc/passwd'/><outline xmlUrl='https://a.example/f' text='A & B'/></body></opml>"
    assert read_opml(mixed, "mixed.opml") == ("https://a.example/f",)
    with pytest.raises(FeedError, match="names no feed"):
        read_opml(b"hello", "x.opml")
    with pytest.raises(FeedError, match="entities"):
        read_opml(b"<!DOCTYPE o [<!ENTITY a 'x'>]><opml/>", "x.opml")
