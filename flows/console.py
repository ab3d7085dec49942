"""What a person sees: results on stdout, progress and errors on stderr, one line an error."""

from __future__ import annotations

import json
import os
import traceback
from typing import NoReturn

import typer
from pydantic import BaseModel
from rich.console import Console

console = Console(highlight=False)
"""Results, on stdout."""

err = Console(stderr=True, highlight=False)
"""Progress, warnings and errors, on stderr."""


def debugging() -> bool:
    """Whether tracebacks are wanted: `--verbose`, or CLAIMCAST_DEBUG in the environment."""
    return os.environ.get("CLAIMCAST_DEBUG", "") not in ("", "0", "false")


def one_line(error: BaseException | str) -> str:
    """The text of an error on one line, without control characters that could drive a terminal."""
    return plain(" ".join(str(error).split())) or type(error).__name__


def plain(text: str) -> str:
    """Text from outside without characters that could drive a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def fail(error: BaseException | str) -> NoReturn:
    """Nothing: the error's line goes to stderr and the command ends with exit status 1.

    Raises:
        typer.Exit: always.
    """
    say_error(error)
    raise typer.Exit(1)


def say_error(error: BaseException | str) -> None:
    """The error's one line on stderr; its traceback before it when debugging."""
    if debugging() and isinstance(error, BaseException):
        err.print("".join(traceback.format_exception(error)), markup=False, soft_wrap=True)
    err.print("[bold red]error:[/] ", end="", soft_wrap=True)
    err.print(one_line(error), markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """A warning's one line on stderr."""
    err.print("[yellow]warning:[/] ", end="", soft_wrap=True)
    err.print(one_line(text), markup=False, soft_wrap=True)


def emit_json(value: BaseModel | dict[str, object] | list[object]) -> None:
    """The value as one JSON document on stdout, characters unescaped, ready for `jq`."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2, default=str))


def duration(seconds: float) -> str:
    """A length of time as people read it: 0.4 s, 12 s, 3:07, 1:02:05."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
