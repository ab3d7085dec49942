"""`claimcast claims`: statements of fact found, scored, searched for among those made before, and taken out for an editor."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Find the statements worth checking; search claims made before.")

_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def extract(
    transcript: Annotated[Path, typer.Argument(help="A transcript: .vtt .srt .json .txt .md", dir_okay=False)],
    output: Annotated[Path | None, typer.Option("--output", "--out", help="JSON Lines file; stdout otherwise.")] = None,
    published: Annotated[
        datetime | None, typer.Option("--published", formats=["%Y-%m-%d"], help="The day it was said.")
    ] = None,
    glossary: Annotated[Path | None, typer.Option("--glossary", help="Names that may be spoken, one a line.")] = None,
    opinions: Annotated[bool, typer.Option("--all", help="Opinions and predictions too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of JSON Lines.")] = False,
) -> None:
    """Find the claims of a transcript, one JSON object a line in order of time."""
    import json

    from flows.claims_file import claims_of, row_of
    from flows.console import emit_json

    found = claims_of(transcript, published.date() if published else None, glossary)
    rows = [row_of(claim) for claim in found if opinions or claim.checkable]
    if as_json and output is None:
        emit_json([*rows])
        return
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    _write(text, output)
    if as_json:
        emit_json({"output": str(output), "claims": len(rows)})


@app.command()
def score(
    source: Annotated[Path, typer.Option("--input", help="JSON Lines: {id, text}.", dir_okay=False)],
    output: Annotated[Path, typer.Option("--output", help="JSON Lines: {id, score, checkworthy}.", dir_okay=False)],
    as_json: _Json = False,
) -> None:
    """Score how worth checking each text of a file is: {id, text} in, {id, score, checkworthy} out."""
    from flows.claims_file import score_file
    from flows.console import console, emit_json

    done = score_file(source, output)
    if as_json:
        emit_json({"output": str(output), "scored": done.scored, "checkworthy": done.checkworthy})
    else:
        console.print(f"{done.scored:,} scored, {done.checkworthy:,} worth checking", markup=False)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words of a claim.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, max=1000, help="Results at most.")] = 10,
    as_json: _Json = False,
) -> None:
    """Find who said what when, in the episodes checked so far."""
    from flows.claims_search import search_claims
    from flows.console import console, emit_json, plain
    from pipeline.settings import get_settings

    found = search_claims(query, get_settings(), limit)
    if as_json:
        emit_json([*found])
        return
    if not found:
        console.print("no claim like this in the episodes checked so far", markup=False)
    for row in found:
        who = plain(str(row["speaker"] or "unknown speaker"))
        console.print(f"{row['score']:.2f}  {row['as_of']}  {who}: {plain(str(row['claim']))}", markup=False)
        console.print(f"      {plain(str(row['title']))} ({row['episode_id']})", markup=False, style="dim")


@app.command()
def export(
    episode: Annotated[str | None, typer.Argument(help="Episode id; all episodes otherwise.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "--out", help="CSV file; stdout otherwise.")] = None,
    as_json: _Json = False,
) -> None:
    """Write claims as CSV for an editor: correct the text, drop or add lines."""
    from flows.claims_file import rows_for_editor, written_as_csv
    from flows.console import emit_json
    from pipeline.settings import get_settings

    rows = rows_for_editor(get_settings(), episode)
    if as_json and output is None:
        emit_json([*rows])
        return
    _write(written_as_csv(rows), output)
    if as_json:
        emit_json({"output": str(output), "claims": len(rows)})


def _write(text: str, output: Path | None) -> None:
    from pipeline.files import write_whole

    if output is None:
        typer.echo(text, nl=False)
    else:
        write_whole(output, text)
