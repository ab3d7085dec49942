"""The generated parts of README.md: the configuration table and the commands.

    python -m tests.reference        writes them into README.md

A test fails when README.md says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperGroup

from flows.cli import COMMANDS, load
from pipeline.settings import Settings

README = Path(__file__).parent.parent / "README.md"


def configuration() -> str:
    """A row a setting: its variable in the environment, its default, what it is for."""
    rows = ["| variable | default | what it sets |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = (
            ""
            if field.default is None
            else f"`{str(field.default).lower() if field.default in (True, False) else field.default}`"
        )
        rows.append(f"| `CLAIMCAST_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def commands() -> str:
    """Every command with its arguments, options and help, as text."""
    lines = ["```text"]
    for name in COMMANDS:
        command = load(name)
        if isinstance(command, TyperGroup):
            for child, sub in command.commands.items():
                lines += _command(f"{name} {child}", sub)
        else:
            lines += _command(name, command)
    return "\n".join([*lines[:-1], "```"])


def _command(name: str, command: object) -> Iterator[str]:
    parameters = [p for p in getattr(command, "params", []) if p.name != "help" and not getattr(p, "hidden", False)]
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option"]
    shown = " ".join(_argument(argument) for argument in arguments)
    yield f"claimcast {name} {shown}".rstrip()
    yield f"    {_first(getattr(command, 'help', '') or '')}"
    for option in options:
        flags = ", ".join(option.opts)
        yield f"    {flags:<22} {_first(option.help or '')}"
    yield ""


def _argument(argument: object) -> str:
    name = str(getattr(argument, "name", "")).upper()
    many = "..." if getattr(argument, "nargs", 1) == -1 else ""
    return f"{name}{many}" if getattr(argument, "required", False) else f"[{name}{many}]"


def _first(text: str) -> str:
    """The first paragraph of a help text, on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def written(text: str) -> str:
    """README's text with its generated parts as they should be."""
    for name, content in (("configuration", configuration()), ("commands", commands())):
        pattern = rf"(<!-- {name}: generated[^\n]*-->\n).*?(<!-- {name}: end -->)"
        place = re.search(pattern, text, flags=re.DOTALL)
        if place is None:
            raise ValueError(f"README.md has no place for {name}")
        text = f"{text[: place.start()]}{place[1]}{content}\n{place[2]}{text[place.end() :]}"
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), encoding="utf-8")
