"""What the README says is so: its generated parts, the files it points at, and every command in it.

Commands that take seconds and need nothing are run; of the others the command line's own parser reads the arguments.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from flows.cli import COMMANDS, app
from tests.reference import README, commands, configuration, written

ROOT = README.parent
CHEAP = (
    "--help", "--version", "doctor", "evidence search", "evidence facts", "evidence gap", "evidence stats",
    "claims search", "judge", "report list", "feed list",
)  # fmt: skip
"""Run for real; the others need a network, a source, a browser or much time."""
PLACEHOLDERS = {"…", "..."}


def fenced(text: str) -> list[str]:
    """The commands of the fenced shell blocks: without prompts, comments, and what is piped or chained after them."""
    found = []
    for kind, block in re.findall(r"^```(sh|bash|shell|console)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        lines = block.replace("\\\n", " ").splitlines()
        if kind == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        found += [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    return list(dict.fromkeys(found))


def inline(text: str) -> list[str]:
    """The commands in the prose: code spans that begin with a program and have more words."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    programs = r"(claimcast|make|pip install|python -m) \S"
    return list(dict.fromkeys(span for span in spans if re.match(programs, span)))


def words_of(line: str) -> list[str]:
    """The words of the first command of a line, without variables set before it."""
    words = shlex.split(line, comments=True)
    ends = [n for n, word in enumerate(words) if word in {"|", "&&", "||", ";", ">", ">>", "&"}]
    words = words[: ends[0]] if ends else words
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    return [word for word in words if word not in PLACEHOLDERS]


def parse(arguments: list[str]) -> None:
    """Nothing, when the command line understands these arguments.

    Raises:
        UsageError: it has no such command or option, or an argument is missing or wrong.
    """
    command = typer.main.get_command(app)
    context, rest = None, arguments
    name = "claimcast"
    while isinstance(command, TyperGroup):
        context = command.make_context(name, list(rest), parent=context)
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        found, following, rest = command.resolve_command(context, rest)
        assert found is not None
        assert following is not None
        name, command = found, following
    command.make_context(name, list(rest), parent=context).close()


README_TEXT = README.read_text("utf-8")
FENCED, INLINE = fenced(README_TEXT), inline(README_TEXT)


def is_cheap(words: list[str]) -> bool:
    return words[0] == "claimcast" and " ".join(words[1:]).startswith(CHEAP)


@pytest.mark.parametrize("line", [*FENCED, *(line for line in INLINE if line not in FENCED)])
def test_a_command_is_understood(line: str) -> None:
    program, *arguments = words_of(line)
    if program == "claimcast":
        parse(arguments)
    elif program == "make":
        assert shutil.which("make")
        dry = subprocess.run(["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        assert dry.returncode == 0, dry.stderr
    elif program == "python":
        assert arguments[0] == "-m"
        assert importlib.util.find_spec(arguments[1]) is not None
    elif program == "pip":
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
        for extra in re.findall(r"claimcast\[(\w+)\]", " ".join(arguments)):
            assert extra in extras
    else:
        pytest.fail(f"the README names a program that no test knows: {line}")


@pytest.mark.parametrize("line", [line for line in [*FENCED, *INLINE] if is_cheap(words_of(line))])
def test_a_cheap_command_works(line: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("claims.jsonl").write_text('{"id": "1", "claim": "DeepSeek-V3 has 671 billion parameters."}\n')
    done = CliRunner().invoke(app, words_of(line)[1:])
    assert done.exit_code == 0, done.output
    if "--output" in line:
        assert Path(line.split()[-1]).read_text().count("\n") == 1
    else:
        assert done.output.strip()


def test_commands_are_found() -> None:
    assert {"make demo", "make test"} <= {" ".join(words_of(line)) for line in FENCED}
    named = {
        words_of(line)[1] for line in [*FENCED, *INLINE] if words_of(line)[0] == "claimcast" and words_of(line)[1:]
    }
    assert named >= COMMANDS.keys() - {"transcribe"}
    assert sum(is_cheap(words_of(line)) for line in [*FENCED, *INLINE]) >= 6


@pytest.mark.parametrize(
    "wrong", ["verfy talk.md", "verify talk.md --publisht 2025-07-31", "evidence serch x", "verify"]
)
def test_a_command_that_does_not_exist_is_noticed(wrong: str) -> None:
    with pytest.raises(Exception, match=r"No such|Missing"):
        parse(wrong.split())


def test_generated_parts_are_up_to_date() -> None:
    assert written(README_TEXT) == README_TEXT, "run: python -m tests.reference"


def test_every_setting_and_command_is_there() -> None:
    assert "CLAIMCAST_HOME" in configuration()
    assert "claimcast verify SOURCE..." in commands()
    assert "claimcast doctor" in commands()


def test_files_it_points_at_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README_TEXT):
        assert (README.parent / target).exists(), target
