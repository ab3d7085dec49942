"""`claimcast evidence`, the half that keeps the store: sources in and out, refreshed, exported, indexed again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.evidence_options import DAY, Json, RankOption, app, bar, opened, rank_of

if TYPE_CHECKING:
    from pipeline.evidence import AddResult


@app.command()
def add(
    places: Annotated[list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders and addresses.")],
    publisher: Annotated[str, typer.Option("--publisher", help="Who published it, where it does not say.")] = "",
    published: Annotated[
        datetime | None, typer.Option("--published", formats=DAY, help="The day it was published.")
    ] = None,
    rank: RankOption = None,
    licence: Annotated[str, typer.Option("--licence", help="Its licence.")] = "",
    title: Annotated[str, typer.Option("--title", help="Its title.")] = "",
    seeds: Annotated[
        bool, typer.Option("--seeds/--no-seeds", help="Put the seed evidence into an empty store first.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Read sources in: Markdown, HTML, PDF, CSV, TSV, Parquet, JSON Lines, text, folders, pages, feeds.

    Adding a source again changes nothing; a changed source becomes a new version, and the old one stays for `--as-of`.
    What can't be read is named at the end, and the exit status is 1 then; all else is in.
    """
    day = published.date() if published else None
    with opened(seeds=seeds) as store, bar("reading in") as progress:
        result = store.add(
            *places,
            publisher=publisher,
            published=day,
            rank=rank_of(rank),
            licence=licence,
            title=title,
            on_progress=progress,
        )
    _told(result, as_json)


@app.command()
def remove(
    identifiers: Annotated[list[str], typer.Argument(metavar="ID|PATH|URL...", help="Of sources.")],
    as_json: Json = False,
) -> None:
    """Forget sources in all their versions, with all their passages."""
    from flows.console import console, emit_json, plain
    from pipeline.errors import InputError

    with opened(seeds=False) as store:
        gone = {identifier: store.remove(identifier) for identifier in identifiers}
    if as_json:
        emit_json([source.model_dump(mode="json") for some in gone.values() for source in some])
    for source in [source for some in gone.values() for source in some] if not as_json else ():
        console.print(f"forgotten: {plain(source.title)} ({source.id})", markup=False)
    unknown = [identifier for identifier, some in gone.items() if not some]
    if unknown:
        raise InputError(f"no source {', '.join(map(repr, unknown))} in the store; give its id, path or address")


@app.command()
def refresh(
    older_than: Annotated[
        str, typer.Option("--older-than", help="Only what was fetched this long ago: 7d, 12w.")
    ] = "0d",
    as_json: Json = False,
) -> None:
    """Fetch sources with an address again; what changed is listed, and the old versions stay."""
    import re
    from datetime import timedelta

    from pipeline.evidence.upkeep import refresh as fetch_again

    match = re.fullmatch(r"(\d{1,5})\s*([dw])", older_than.strip())
    if match is None:
        raise typer.BadParameter("a number of days or weeks, as 7d or 2w", param_hint="--older-than")
    age = timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))
    with opened(seeds=False) as store, bar("fetching") as progress:
        result = fetch_again(store, older_than=age, on_progress=progress)
    _told(result, as_json)


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "--out", help="JSON Lines file; stdout otherwise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --output: what was written, as JSON.")] = False,
) -> None:
    """Write the whole store as JSON Lines: every version of every source, with its archived text and passages."""
    from flows.console import emit_json
    from pipeline.evidence.exchange import export_lines
    from pipeline.files import write_whole

    with opened() as store:
        lines = list(export_lines(store))
    if output is None:
        typer.echo("\n".join(lines))
        return
    write_whole(output, "\n".join(lines) + "\n")
    if as_json:
        emit_json({"output": str(output), "lines": len(lines)})


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="An export.", dir_okay=False)],
    as_json: Json = False,
) -> None:
    """Read an export in; what is there already stays."""
    from flows.console import console, emit_json
    from pipeline.errors import InputError
    from pipeline.evidence.exchange import import_lines

    try:
        lines = source.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{source} can't be read ({error}); give a file that `claimcast evidence export` wrote"
        ) from error
    with opened(seeds=False) as store, bar("reading in") as progress:
        done = import_lines(store, lines, progress)
    if as_json:
        emit_json(done)
    else:
        console.print(f"{done.sources:,} sources and {done.passages:,} passages came in", markup=False)


@app.command()
def reindex(as_json: Json = False) -> None:
    """Make the indexes again, with the embedding model that the settings name."""
    from flows.console import console, emit_json
    from pipeline.evidence import Store
    from pipeline.evidence.upkeep import reindex as again
    from pipeline.settings import get_settings

    store = Store(get_settings(), create=False, any_model=True)
    with store, bar("embedding") as progress:
        count = again(store, progress)
    if as_json:
        emit_json({"passages": count, "embedding": get_settings().embedding})
    else:
        console.print(f"{count:,} passages indexed with {get_settings().embedding}", markup=False)


def _told(result: AddResult, as_json: bool) -> None:
    from flows.console import emit_json
    from flows.evidence_tables import print_added

    if as_json:
        emit_json(result)
    else:
        print_added(result)
    if result.failed:
        raise typer.Exit(1)
