"""The command line as a whole: light, complete, and clear when it is used wrongly."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import COMMANDS, app, load

HEAVY = ("torch", "chromadb", "onnxruntime", "faster_whisper", "matplotlib", "scipy", "prefect", "spacy", "langchain")


def test_help_is_quick_and_names_every_command() -> None:
    times = []
    for _ in range(3):
        started = time.monotonic()
        shown = subprocess.run(
            [sys.executable, "-m", "flows.cli", "--help"], capture_output=True, text=True, check=True
        ).stdout
        times.append(time.monotonic() - started)
    assert all(name in shown for name in COMMANDS)
    assert min(times) < 1.5  # half a second on a machine that does nothing else


@pytest.mark.parametrize("command", ["--help", *(f"{name} --help" for name in COMMANDS)])
def test_help_imports_nothing_heavy(command: str) -> None:
    code = (
        "import sys\nfrom flows.cli import app\n"
        f"try:\n    app({command.split()!r})\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout, done.stdout[-300:]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_has_json(name: str) -> None:
    command = load(name)
    children = getattr(command, "commands", {name: command}).values()
    without = [
        child.name
        for child in children
        if child.name != "serve" and "--json" not in [flag for parameter in child.params for flag in parameter.opts]
    ]
    assert without == []


def test_a_word_that_is_no_command() -> None:
    result = CliRunner().invoke(app, ["verfy"])
    assert result.exit_code == 2
    assert "verify" in result.output


def test_an_unexpected_error_is_one_line_too(tmp_path: Path) -> None:
    code = (
        "import sys, flows.cli, flows.cli_doctor\n"
        "import flows.doctor\n"
        "def broken(settings): raise KeyError('loose end')\n"
        "flows.doctor.examine = broken\n"
        "sys.argv = ['claimcast', 'doctor']\n"
        "flows.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [done.stderr.strip()]
    assert "KeyError: 'loose end' (unexpected;" in done.stderr
    assert "Traceback" not in done.stderr
