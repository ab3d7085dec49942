"""A run that was killed goes on from its last finished stage, and the result is that of an undisturbed run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import Verify, claimcast

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture
def server_address(prefect_server: None) -> str:
    from prefect.settings import PREFECT_API_URL

    return str(PREFECT_API_URL.value())


def kill_after(word: str, talk: Path, server: str) -> str:
    """What the command had printed when it was killed, right after its line with `word`."""
    command = [sys.executable, "-m", "flows.cli", "verify", str(talk), "--published", "2025-07-31"]
    environment = {**os.environ, "PREFECT_API_URL": server}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
    seen = ""
    assert process.stderr is not None
    for line in process.stderr:
        seen += line
        if word in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    return seen


def test_a_killed_run_goes_on(verify: Verify, talk: Path, home: Path, server_address: str) -> None:
    assert "find claims" in kill_after("find claims", talk, server_address)
    (folder,) = (home / "episodes").iterdir()
    assert not (folder / "report.html").exists()
    kept = {name: (folder / name).stat().st_mtime_ns for name in ("transcript.json", "claims.json")}

    (resumed,), failures = verify(talk)
    assert not failures
    assert resumed.seconds["transcript"] == resumed.seconds["claims"] == 0
    assert {name: (folder / name).stat().st_mtime_ns for name in kept} == kept

    (undisturbed,), _ = verify(talk, force=True)
    assert without_times(resumed.report_json.read_text()) == without_times(undisturbed.report_json.read_text())


def test_the_command_by_itself(talk: Path, home: Path) -> None:
    first = claimcast("verify", talk, "--published", "2025-07-31", "--json")
    assert first.returncode == 0, first.stderr
    answer = json.loads(first.stdout)
    assert answer.keys() == {"episode_id", "report_html", "report_json", "claims", "verdicts", "seconds"}
    assert Path(answer["report_html"]).exists()

    second = claimcast("verify", talk, "--published", "2025-07-31")
    assert second.returncode == 0, second.stderr
    assert "as before" in second.stderr
    summary = second.stdout.strip().splitlines()
    assert len(summary) == 4
    assert summary[0].startswith("talk · 31 July 2025")
    assert summary[3] == f"report: {answer['report_html']}"


def without_times(text: str) -> dict[str, object]:
    report = json.loads(text)
    for name in ("made_at", "seconds"):
        del report["provenance"][name]
    return dict(report)


def test_two_runs_of_one_episode_at_once(talk: Path, home: Path, server_address: str) -> None:
    command = [sys.executable, "-m", "flows.cli", "verify", str(talk), "--published", "2025-07-31", "--json"]
    environment = {**os.environ, "PREFECT_API_URL": server_address}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    answers = [json.loads(run.communicate(timeout=400)[0]) for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert answers[0]["verdicts"] == answers[1]["verdicts"]
    for stage in ("transcript", "claims", "verdicts", "report"):
        assert [answer["seconds"][stage] for answer in answers].count(0) == 1, f"{stage} was done twice"
