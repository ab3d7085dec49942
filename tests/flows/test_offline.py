"""`--offline`: nothing leaves this machine, and what would need to says so in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import ClaimcastError, SettingsError
from pipeline.evidence.embed import load_embedder
from pipeline.llm import target_of
from pipeline.media import open_source
from pipeline.net import fetch_page
from pipeline.offline import keep_offline
from pipeline.settings import Settings
from pipeline.speech import transcribe
from tests.flows.conftest import claimcast

pytestmark = pytest.mark.xdist_group("prefect")

WATCHED = """\
import ipaddress, os, socket, sys

own = socket.gethostname()

def here(host):
    if host in (None, "", "localhost", own):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False

def watch(event, args):
    host = None
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
    if not here(host):
        with open(os.environ["REACHED"], "a") as file:
            file.write(f"{event} {host} {sys.argv}\\n")
        raise OSError(f"{host} must not be reached")

sys.addaudithook(watch)
"""


def test_verifying_reaches_nothing_beyond_this_machine(home: Path, talk: Path, tmp_path: Path) -> None:
    """Every process of the run, Prefect's server too, is watched by Python's own audit hook."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCHED)
    reached = tmp_path / "reached.txt"
    paths = os.pathsep.join([str(tmp_path / "watch"), os.environ.get("PYTHONPATH", "")])
    watched = {"PYTHONPATH": paths, "REACHED": str(reached), "PREFECT_API_URL": ""}
    blocked = claimcast("evidence", "add", "https://example.org/page", **watched)
    assert blocked.returncode == 1
    assert "example.org" in reached.read_text()
    reached.unlink()
    done = claimcast("verify", talk, "--published", "2025-07-31", "--offline", "--json", **watched)
    assert done.returncode == 0, done.stderr
    assert not reached.exists(), reached.read_text()


@pytest.mark.parametrize(
    ("variable", "address"),
    [("chroma", "http://chroma.example.org:8000"), ("dask", "tcp://10.0.0.5:8786")],
)
def test_a_server_elsewhere_is_refused(tmp_path: Path, variable: str, address: str) -> None:
    with pytest.raises(SettingsError, match=f"CLAIMCAST_{variable.upper()} is .*offline"):
        keep_offline(Settings(home=tmp_path, offline=True, **{variable: address}))


def test_prefect_elsewhere_is_refused_and_here_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    keep_offline(Settings(home=tmp_path, offline=True))
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example.org/api")
    with pytest.raises(SettingsError, match="PREFECT_API_URL"):
        keep_offline(Settings(home=tmp_path, offline=True))


def test_what_would_need_the_network_says_so(
    tmp_path: Path, demo_episode: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk")
    off = Settings(home=tmp_path, offline=True)

    def using(**changes: str) -> Settings:
        return off.model_copy(update=changes)

    wanted = {
        "an address": lambda: open_source("https://example.org/talk.mp3", published=None, settings=off),
        "a page": lambda: fetch_page("https://example.org/page", off),
        "a speech model": lambda: transcribe(demo_episode, settings=using(whisper="large-v3-turbo")),
        "an embedding model": lambda: load_embedder(using(embedding="BAAI/bge-small-en-v1.5")),
        "a language model": lambda: target_of(using(llm="openai:gpt-5-mini")),
    }
    for name, attempt in wanted.items():
        with pytest.raises(ClaimcastError) as caught:
            attempt()
        assert "\n" not in str(caught.value), name
