"""Followed feeds: new episodes are verified by themselves, each once, by the command and by Prefect's flow."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from pipeline.media.followed import followed
from pipeline.media.polling import follow, poll
from pipeline.settings import Settings, get_settings
from tests.flows.conftest import TALK, claimcast
from tests.media.server import serving
from tests.media.shows import Show

pytestmark = pytest.mark.xdist_group("prefect")


def talk(number: int) -> str:
    """A talk that differs from the others."""
    return TALK.replace("Bob", f"Bob{number}") if number % 5 else "Ann: hm.\n"


@pytest.fixture
def show() -> Show:
    made = Show(words=talk)
    made.publish(1)
    return made


@pytest.fixture
def site(show: Show, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The show's address, allowed in this process and in those it starts."""
    with serving(show.pages) as address:
        monkeypatch.setenv("CLAIMCAST_ALLOW_ADDRESSES", address.removeprefix("http://"))
        get_settings.cache_clear()
        yield address


def reports(home: Path) -> list[str]:
    return sorted(
        json.loads(path.read_text("utf-8"))["episode"]["title"] for path in home.glob("episodes/*/report.json")
    )


def test_the_command_from_add_to_remove(show: Show, site: str, home: Path, tmp_path: Path) -> None:
    secret = f"{site}/feed?auth=s3cret"
    added = claimcast("feed", "add", secret, "--json")
    assert added.returncode == 0, added.stderr
    feed = json.loads(added.stdout)
    assert (feed["title"], feed["episodes"], feed["waiting"], feed["added"]) == ("The Show", 1, 1, True)
    show.publish(2)
    asked = claimcast("feed", "poll", "--json", "--no-verify")
    assert json.loads(asked.stdout)["feeds"][0]["new"] == ["Episode 2"]
    polled = claimcast("feed", "poll", "--json")
    assert polled.returncode == 0, polled.stderr
    found = json.loads(polled.stdout)
    assert (len(found["verified"]), found["failed"], found["waiting"]) == (2, {}, 0)
    assert reports(home) == ["Episode 1", "Episode 2"]
    assert json.loads(claimcast("feed", "poll", "--json").stdout)["verified"] == []
    listed = json.loads(claimcast("feed", "list", "--json").stdout)
    assert [seen["state"] for seen in listed[0]["episodes_seen"]] == ["done", "done"]
    exported = tmp_path / "feeds.opml"
    assert claimcast("feed", "export", "--out", exported).returncode == 0
    assert json.loads(claimcast("feed", "remove", "the show", "--json").stdout)["id"] == feed["id"]
    imported = claimcast("feed", "import", exported, "--json")
    assert [one["waiting"] for one in json.loads(imported.stdout)["feeds"]] == [0]
    verified = claimcast("verify", f"{site}/feed?auth=s3cret-too", "--episode", "1", "--json")
    assert json.loads(verified.stdout)["claims"] > 0
    told = [done.stdout + done.stderr for done in (added, asked, polled, imported, verified)]
    assert "s3cret" not in "".join(told)
    holding = [path for path in home.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]
    assert {path.relative_to(home).parts[0] for path in holding} == {"feeds", "private"}, "not logs, reports, Prefect"


def test_what_can_not_be_done_is_one_line(show: Show, site: str, home: Path) -> None:
    for words in (
        ("feed", "add", f"{site}/none"),
        ("feed", "add", "http://127.0.0.1:1/feed"),
        ("feed", "add", "file:///etc/passwd"),
        ("feed", "remove", "nothing"),
        ("feed", "import", "nowhere.opml"),
    ):
        done = claimcast(*words)
        assert done.returncode == 1, words
        assert done.stderr.startswith("error: "), words
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert claimcast("feed", "poll", "--every", "soon").returncode == 2


def test_the_newest_episodes_of_a_feed_in_one_command(show: Show, site: str, home: Path) -> None:
    show.publish(2, 3, 4, 5, 6)
    run = claimcast("verify", f"{site}/feed", "--last", "3", "--json")
    told = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert told["failed"] == {}
    assert len({one["episode_id"] for one in told["episodes"]}) == 3
    assert all(one["seconds"]["claims"] > 0 for one in told["episodes"])
    assert len(reports(home)) == 3
    assert reports(home) == ["Episode 4", "Episode 5", "Episode 6"]
    again = claimcast("verify", f"{site}/feed", "--last", "2", "--episode", "3")
    assert again.returncode == 2
    assert "--last and --episode" in again.stderr
    none = claimcast("verify", str(home / "talk.md"), "--last", "2")
    assert none.returncode == 1
    assert "is no feed" in none.stderr


def test_two_pollers_verify_each_episode_once(
    show: Show, site: str, home: Path, prefect_server: None, tmp_path: Path
) -> None:
    """Ten minutes of a show that publishes every minute, a minute pressed into a second, with two programs watching."""
    from prefect.settings import PREFECT_API_URL

    assert claimcast("feed", "add", f"{site}/feed").returncode == 0
    command = [sys.executable, "-m", "flows.cli", "feed", "poll", "--watch", "--every", "1s", "--json"]
    environment = {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    logs = [(tmp_path / f"poller{number}.jsonl").open("w+") for number in (1, 2)]
    pollers = [subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.DEVNULL) for log in logs]
    try:
        until(lambda: show.asked["304"] + show.asked["/feed"] > 4)
        for minute in range(2, 12):
            show.publish(minute)
            time.sleep(1)
        until(lambda: (feed := followed(get_settings())[0]).count("done") + feed.count("failed") == 11)
        time.sleep(3)
    finally:
        for poller in pollers:
            poller.terminate()
            poller.wait()
    rounds = [json.loads(line) for log in logs for line in log.seek(0) or log if line.endswith("}\n")]
    verified = Counter(outcome["episode_id"] for one in rounds for outcome in one["verified"])
    assert set(verified.values()) == {1}
    assert len(verified) == 11
    assert len(reports(home)) == 11
    assert [show.asked[f"/t{number}.txt"] for number in show.numbers] == [1] * 11, "each transcript was fetched once"


def test_two_flows_at_once_verify_each_episode_once(
    show: Show, site: str, home: Path, settings: Settings, prefect_server: None
) -> None:
    from flows.follow_feeds import follow_feeds

    settings = get_settings()
    follow(f"{site}/feed", settings)
    show.publish(2, 3, 4, 6)
    with ThreadPoolExecutor(2) as pool:
        told = [outcome for found in pool.map(lambda _: follow_feeds(settings), range(2)) for outcome in found.items()]
    assert sorted(name for name, _ in told) == [f"The Show: Episode {number}" for number in (2, 3, 4, 6)]
    assert reports(home) == [f"Episode {number}" for number in (2, 3, 4, 6)]
    assert poll(followed(settings)[0], settings).status == "unchanged"
    assert follow_feeds(settings) == {}


def test_an_episode_that_fails_stops_no_other(
    show: Show, site: str, home: Path, settings: Settings, prefect_server: None
) -> None:
    from flows.follow_feeds import follow_feeds

    settings = get_settings()
    follow(f"{site}/feed", settings)
    show.publish(2, 3)
    del show.pages["/t2.txt"]
    told = follow_feeds(settings)
    assert reports(home) == ["Episode 3"]
    assert "answered 404" in told["The Show: Episode 2"] or "has no audio" in told["The Show: Episode 2"]
    (feed,) = followed(settings)
    assert (feed.count("done"), feed.count("failed")) == (1, 1)


def test_one_run_at_a_time_has_the_gpu(
    settings: Settings, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import machines

    monkeypatch.setattr(machines, "on_gpu", lambda settings: True)
    machines.make_gpu_limit()
    machines.make_gpu_limit()
    inside, most, lock = [0], [0], threading.Lock()

    def work(_: int) -> None:
        with machines.gpu_slot(settings):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.2)
            with lock:
                inside[0] -= 1

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert most == [1]


def test_deployments_name_flows_that_are_there() -> None:
    from prefect import Flow

    file = Path(__file__).parent.parent.parent / "flows" / "prefect.yaml"
    deployments = yaml.safe_load(file.read_text("utf-8"))["deployments"]
    assert "follow-feeds" in [one["name"] for one in deployments]
    for one in deployments:
        path, _, name = one["entrypoint"].partition(":")
        found = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
        assert isinstance(found, Flow)
        assert set(one.get("parameters", {})) <= set(found.parameters.properties)


def until(there: object, seconds: float = 120) -> None:
    """Nothing, once the call says yes."""
    assert callable(there)
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
