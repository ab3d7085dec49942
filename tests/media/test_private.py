"""Addresses with secrets: called by a name that tells nothing, and known again in the same data home."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import MediaError
from pipeline.media.private import unveiled, veiled
from pipeline.settings import Settings

OPEN = "https://a.example/feed.xml"
SECRET = "https://ada:pw@a.example/feed.xml?token=s3cret"


@pytest.mark.parametrize("source", ["talk.mp3", "/tmp/a b#c.vtt", OPEN, f"{OPEN}#episode=ep-1"])
def test_what_has_no_secret_keeps_its_name(tmp_path: Path, source: str) -> None:
    assert veiled(source, Settings(home=tmp_path)) == source
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", [OPEN, SECRET])
@pytest.mark.parametrize("episode", ["", "ep-1", "https://a.example/?p=1&x=2#y"])
def test_a_name_leads_back(tmp_path: Path, address: str, episode: str) -> None:
    settings = Settings(home=tmp_path)
    name = veiled(address, settings, episode=episode)
    assert "s3cret" not in name
    assert "pw" not in name
    assert veiled(name, settings) == name
    assert unveiled(name, settings) == (address, episode)


def test_an_address_with_a_secret_and_an_episode(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert unveiled(veiled(f"{SECRET}#episode=ep-1", settings), settings) == (SECRET, "ep-1")


def test_a_name_from_elsewhere_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="was kept in another data home"):
        unveiled(f"{OPEN}#private=../../etc/passwd", Settings(home=tmp_path))
