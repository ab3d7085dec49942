"""`claimcast speakers`: a voice of a verified episode is enrolled, listed, known by name when it is heard again, forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.conftest import claimcast


@pytest.mark.slow
def test_a_speaker_of_an_episode_is_called_by_name(empty_home: Path, demo_episode: Path) -> None:
    heard = claimcast("transcribe", demo_episode, "--json", CLAIMCAST_WHISPER="tiny.en")
    labels = {one["speaker"] for one in json.loads(heard.stdout)["segments"]}
    assert labels == {"Speaker 1", "Speaker 2"}
    folder = empty_home / "episodes" / "only-months-behind"
    folder.mkdir(parents=True)
    (folder / "transcript.json").write_text(heard.stdout)
    (folder / "audio.opus").symlink_to(demo_episode.resolve())
    nobody = claimcast("speakers", "enrol", "Ada", folder.name, "--speaker", "Speaker 9")
    assert nobody.returncode == 1
    assert "there are: Speaker 1, Speaker 2" in nobody.stderr
    enrolled = claimcast("speakers", "enrol", "Ada", folder.name, "--speaker", "Speaker 2", "--json")
    assert enrolled.returncode == 0, enrolled.stderr
    assert json.loads(enrolled.stdout)["name"] == "Ada"
    assert "Ada" in claimcast("speakers", "list").stdout
    again = json.loads(claimcast("transcribe", demo_episode, "--json", CLAIMCAST_WHISPER="tiny.en").stdout)
    assert {one["speaker"] for one in again["segments"]} == {"Speaker 1", "Ada"}
    assert claimcast("speakers", "forget", "Ada").returncode == 0
    assert claimcast("speakers", "list", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["enrol", "Ada", "nowhere.mp3"], "no file and no episode nowhere.mp3"),
        (["enrol", "Ada", "nowhere", "--speaker", "Speaker 1"], "no episode nowhere in the data home"),
        (["forget", "Bob"], "no voice is enrolled as Bob"),
    ],
)
def test_one_line(empty_home: Path, arguments: list[str], complaint: str) -> None:
    result = claimcast("speakers", *arguments)
    assert result.returncode == 1
    assert complaint in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
