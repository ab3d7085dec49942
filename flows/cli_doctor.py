"""`claimcast doctor`: what this machine has, and what to do about what is missing."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer()

_MARKS = {"good": ("✓", "green"), "optional": ("○", "yellow"), "missing": ("✗", "red")}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """What this machine has, and what to do about what is missing."""
    from importlib.metadata import version

    from rich.table import Table
    from rich.text import Text

    from flows.console import console, emit_json
    from flows.doctor import examine
    from pipeline.settings import get_settings

    findings = examine(get_settings())
    well = all(finding.state != "missing" for finding in findings)
    if as_json:
        emit_json({"version": version("claimcast"), "well": well, "findings": [f.model_dump() for f in findings]})
    else:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for finding in findings:
            mark, colour = _MARKS[finding.state]
            found = Text(finding.found)
            if finding.advice:
                found.append(f"\n→ {finding.advice}", colour)
            table.add_row(Text(mark, colour), Text(finding.name, "bold"), found)
        console.print(table)
        console.print()
        console.print("all is well" if well else "claimcast verify will not work yet; see the lines marked ✗")
    if not well:
        raise typer.Exit(1)
