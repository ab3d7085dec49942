"""What can't be verified is said in one line, exit status 1, and leaves earlier results as they were."""

from __future__ import annotations

import resource
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.errors import ClaimcastError
from tests.flows.conftest import Verify, claimcast

pytestmark = pytest.mark.xdist_group("prefect")


def silence(path: Path, seconds: float = 3.0) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(int(seconds * 32_000)))
    return path


def only_error(verify: Verify, path: Path) -> str:
    outcomes, failures = verify(path)
    assert not outcomes
    (error,) = failures.values()
    assert isinstance(error, ClaimcastError)
    line = str(error)
    assert line
    assert "\n" not in line
    return line


def test_no_such_file(verify: Verify, tmp_path: Path) -> None:
    assert "no such file" in only_error(verify, tmp_path / "nowhere.mp3")


def test_not_audio(verify: Verify, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(b"this is not sound " * 100)
    assert "noise.mp3" in only_error(verify, path)


def test_no_speech(verify: Verify, tmp_path: Path, home: Path) -> None:
    assert "no speech" in only_error(verify, silence(tmp_path / "silence.wav"))
    assert not list(home.glob("episodes/*/transcript.json"))


def test_an_empty_transcript(verify: Verify, tmp_path: Path) -> None:
    path = tmp_path / "empty.vtt"
    path.write_text("WEBVTT\n\n")
    assert "empty.vtt" in only_error(verify, path)


def test_a_store_that_is_no_store(verify: Verify, talk: Path, home: Path) -> None:
    (first,), _ = verify(talk)
    report = first.report_html.read_bytes()
    (home / "store" / "catalogue.sqlite3").write_bytes(b"not a database at all" * 500)
    for name in ("catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (home / "store" / name).unlink(missing_ok=True)
    assert "store" in only_error(verify, talk)
    assert first.report_html.read_bytes() == report


def test_the_command_line_says_it_in_one_line(tmp_path: Path, home: Path) -> None:
    done = claimcast("verify", tmp_path / "nowhere.mp3")
    assert done.returncode == 1
    assert done.stdout == ""
    assert [line for line in done.stderr.splitlines() if line.strip()] == [done.stderr.strip()]
    assert done.stderr.startswith("error: no such file")


def test_verbose_shows_where(tmp_path: Path, home: Path) -> None:
    done = claimcast("--verbose", "verify", tmp_path / "nowhere.mp3")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_wrong_usage_is_exit_status_2(home: Path) -> None:
    runner = CliRunner()
    for arguments in (["verify"], ["verify", "x.mp3", "--published", "yesterday"], ["judge"], ["nonsense"]):
        assert runner.invoke(app, arguments).exit_code == 2, arguments


def test_a_disk_that_fills_up_leaves_earlier_files_whole(talk: Path, home: Path, verify: Verify) -> None:
    """No file may grow past 2 kB in the process: the transcript fits, the report does not."""
    (first,), _ = verify(talk)
    folder = first.report_json.parent
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    code = f"""
import resource
from flows.policies import Order, work_on
from flows.stages import open_ahead, publish, state_of
from flows.steps import run_stage
from pipeline.evidence import open_store
from pipeline.settings import get_settings
from datetime import date
order = Order(source={str(talk)!r}, published=date(2025, 7, 31), force=True)
settings = get_settings()
opened = open_ahead(order, settings)
with open_store(settings) as store:
    work = work_on(opened, state_of(store), settings, order)
resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
try:
    run_stage(work, "report", publish)
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 2048
    assert "ClaimcastError can't write" in done.stdout, done.stderr
    assert "free some space" in done.stdout
    for path, content in before.items():
        if path.suffix in (".json", ".html"):
            assert path.read_bytes() == content, path
    assert not list(folder.glob(".*.tmp"))
