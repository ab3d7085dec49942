"""The command line. Only names are here: a command's module is imported when that command is called.

Exit status: 0 done, 1 failed, 2 wrong usage. An error is one line on stderr; `--verbose` shows where it came from.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, Context

COMMANDS: dict[str, tuple[str, str]] = {
    "verify": ("flows.cli_verify", "Check what an episode says: listen, find claims, look for evidence, report."),
    "transcribe": ("flows.cli_speech", "Write down what is said, with times."),
    "speakers": ("flows.cli_speakers", "Enrol voices, so that a host is known by name in the next episode."),
    "claims": ("flows.cli_claims", "Find the statements worth checking; search claims made before."),
    "judge": ("flows.cli_judge", "Weigh one claim, or a file of them, against dated evidence."),
    "evidence": ("flows.cli_evidence", "Fill, search and inspect the evidence store."),
    "feed": ("flows.cli_feed", "Follow podcast feeds; verify what is new in them."),
    "report": ("flows.cli_report", "List, open and rebuild reports."),
    "serve": ("flows.cli_serve", "Reports, claims and evidence in the browser."),
    "doctor": ("flows.cli_doctor", "What this machine has, and what to do about what is missing."),
}
"""Command → the module whose `app` holds it, and its line in the help."""


class Commands(TyperGroup):
    """A group that knows its commands' names and help lines, and imports a command's module when it is called."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        for name, (_, line) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=line), name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        if args and args[0] in COMMANDS:
            self.add_command(load(args[0]), args[0])
        return super().resolve_command(ctx, args)


def load(name: str) -> Command:
    """The command called `name`, its module imported now."""
    module = importlib.import_module(COMMANDS[name][0])
    module.app._add_completion = False  # a sub-command is not a program that shells complete
    command: Command = typer.main.get_command(module.app)
    if isinstance(command, TyperGroup) and list(command.commands) == [name]:
        return command.commands[name]
    return command


app = typer.Typer(
    name="claimcast",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Finds the statements of fact in podcasts, looks for dated evidence, and publishes a sourced verdict on each.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"claimcast {version('claimcast')}")
        raise typer.Exit


@app.callback()
def options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error came from.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    """Finds the statements of fact in podcasts, looks for dated evidence, and publishes a sourced verdict on each."""
    if verbose:
        os.environ["CLAIMCAST_DEBUG"] = "1"


def main() -> None:
    """Run the command line; the process ends with its exit status."""
    try:
        app()
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from the last finished stage", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output went away, as in `claimcast … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        from flows.console import debugging, say_error
        from pipeline.errors import ClaimcastError

        if isinstance(error, ClaimcastError) or debugging():
            say_error(error)
        else:
            say_error(f"{type(error).__name__}: {error} (unexpected; `claimcast --verbose …` shows where)")
        sys.exit(1)


if __name__ == "__main__":
    main()
