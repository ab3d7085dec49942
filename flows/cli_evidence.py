"""`claimcast evidence`: put sources in, search them as of a day, ask for typed facts, compare, keep in order."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.evidence import AddResult, Filters, Store
    from pipeline.models import Rank

app = typer.Typer(no_args_is_help=True, help="Fill, search and inspect the evidence store.")

_DAY = ["%Y-%m-%d"]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
_Csv = Annotated[bool, typer.Option("--csv", help="CSV on stdout.")]
_AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=_DAY, help="Only what was known on this day.")]
_Rank = Annotated[str | None, typer.Option("--rank", help="independent, self_reported or secondary.")]
_Country = Annotated[str | None, typer.Option("--country", help="Two letters, as US or CN.")]
_Kind = Annotated[str | None, typer.Option("--kind", help="Of fact or source: benchmark, pricing, html, pdf, …")]
_Subject = Annotated[str | None, typer.Option("--subject", help="What the facts are about, as a model's name.")]
_Publisher = Annotated[str | None, typer.Option("--publisher", help="Who published it.")]


@app.command()
def add(
    places: Annotated[list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders and addresses.")],
    publisher: Annotated[str, typer.Option("--publisher", help="Who published it, where it does not say.")] = "",
    published: Annotated[
        datetime | None, typer.Option("--published", formats=_DAY, help="The day it was published.")
    ] = None,
    rank: _Rank = None,
    licence: Annotated[str, typer.Option("--licence", help="Its licence.")] = "",
    title: Annotated[str, typer.Option("--title", help="Its title.")] = "",
    as_json: _Json = False,
) -> None:
    """Read sources in: Markdown, HTML, PDF, CSV, TSV, Parquet, JSON Lines, text, folders, pages, feeds.

    Adding a source again changes nothing; a changed source becomes a new version, and the old one stays for `--as-of`.
    What can't be read is named at the end, and the exit status is 1 then; all else is in.
    """
    day = published.date() if published else None
    with _store() as store, _bar("reading in") as progress:
        result = store.add(
            *places,
            publisher=publisher,
            published=day,
            rank=_rank(rank),
            licence=licence,
            title=title,
            on_progress=progress,
        )
    _told(result, as_json)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="Words, a name, or a whole claim.")] = None,
    k: Annotated[int, typer.Option("-k", "--limit", min=1, max=1000, help="Results at most.")] = 10,
    as_of: _AsOf = None,
    since: Annotated[datetime | None, typer.Option("--since", formats=_DAY, help="Known on or after this day.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="Known on or before it.")] = None,
    kind: _Kind = None,
    publisher: _Publisher = None,
    country: _Country = None,
    subject: _Subject = None,
    rank: _Rank = None,
    mode: Annotated[str, typer.Option("--mode", help="hybrid, dense (meaning) or lexical (words).")] = "hybrid",
    source: Annotated[
        Path | None, typer.Option("--input", help="JSON Lines: {id, text, as_of?}.", dir_okay=False)
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("--output", help="JSON Lines: {id, results: [{passage_id, external_id, score}]}.", dir_okay=False),
    ] = None,
    as_json: _Json = False,
    as_csv: _Csv = False,
) -> None:
    """Find passages by meaning and by words, best first; many queries at once with --input and --output."""
    from pipeline.evidence import Filters

    if (query is None) == (source is None):
        raise typer.BadParameter("give either a query or --input FILE", param_hint="QUERY")
    if (source is None) != (target is None):
        raise typer.BadParameter("--input and --output go together", param_hint="--output")
    if mode not in ("hybrid", "dense", "lexical"):
        raise typer.BadParameter("hybrid, dense or lexical", param_hint="--mode")
    days = [moment.date() if moment else None for moment in (as_of, since, until)]
    filters = Filters(
        as_of=days[0], since=days[1], until=days[2], kind=kind, publisher=publisher, country=country, subject=subject,
        rank=_rank(rank),
    )  # fmt: skip
    with _store() as store:
        if source is not None and target is not None:
            _search_file(store, source, target, k, filters, mode, as_json)
        elif query is not None:
            _search_one(store, query, k, filters, mode, as_json, as_csv)


@app.command()
def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a passage, as search prints it.")],
    as_json: _Json = False,
) -> None:
    """Show a passage whole: its words, its source, its dates, its typed fields."""
    from flows.console import emit_json
    from flows.evidence_tables import print_passage
    from pipeline.errors import InputError

    with _store() as store:
        passage, fact = store.passage(identifier), store.fact(identifier)
    if passage is None:
        raise InputError(f"no passage {identifier!r} in the store; `claimcast evidence search` prints ids")
    if as_json:
        emit_json(fact or passage)
    else:
        print_passage(passage, fact)


@app.command()
def facts(
    metric: Annotated[str | None, typer.Option("--metric", help="As `GPQA-Diamond`.")] = None,
    subject: _Subject = None,
    kind: _Kind = None,
    country: _Country = None,
    open_weights: Annotated[bool | None, typer.Option("--open/--closed", help="Weights open, or not.")] = None,
    as_of: _AsOf = None,
    sort: Annotated[str | None, typer.Option("--sort", help="A field; -value for the highest first.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows at most.")] = 200,
    as_json: _Json = False,
    as_csv: _Csv = False,
) -> None:
    """List typed facts as a table."""
    from flows.evidence_file import as_csv as written
    from flows.evidence_file import fact_row
    from pipeline.errors import InputError
    from pipeline.models import Fact

    if sort and sort.lstrip("-") not in Fact.model_fields:
        raise InputError(f"--sort: facts have no field {sort.lstrip('-')!r}; try value, date, subject or metric")
    with _store() as store:
        found = store.facts(
            subject=subject, metric=metric, kind=kind, country=country, open_weights=open_weights,
            as_of=as_of.date() if as_of else None, sort=sort,
        )  # fmt: skip
    rows = [fact_row(fact) for fact in found[:limit]]
    if as_csv:
        typer.echo(written(rows), nl=False)
        return
    if as_json:
        from flows.console import emit_json

        emit_json([*rows])
        return
    from flows.evidence_tables import print_facts

    print_facts(found[:limit], len(found))


@app.command()
def gap(
    metric: Annotated[str, typer.Option("--metric", help="What is compared.")] = "Chatbot Arena Elo",
    leader: Annotated[str, typer.Option("--leader", help="Country.")] = "US",
    follower: Annotated[str, typer.Option("--follower", help="Country.")] = "CN",
    open_only: Annotated[bool, typer.Option("--open-only", help="Only models with open weights.")] = False,
    as_of: _AsOf = None,
    setting: Annotated[str | None, typer.Option("--setting", help="Only boards of this setting.")] = None,
    publisher: _Publisher = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the chart here.", dir_okay=False)] = None,
    as_json: _Json = False,
) -> None:
    """Compute how many points and months lie between the best of two countries, with the sources of each number."""
    from flows.console import emit_json
    from flows.evidence_tables import print_gap
    from flows.gap_picture import gap_svg
    from pipeline.evidence import gap as compute
    from pipeline.files import write_whole

    with _store() as store:
        result = compute(
            store, metric=metric, leader=leader, follower=follower, open_only=open_only,
            as_of=as_of.date() if as_of else None, setting=setting, publisher=publisher,
        )  # fmt: skip
    if svg is not None:
        write_whole(svg, gap_svg(result))
    if as_json:
        emit_json(result)
    else:
        print_gap(result, svg)


@app.command()
def stats(as_json: _Json = False) -> None:
    """Count sources, passages and facts; days covered; what is undated or stale."""
    from flows.console import emit_json
    from flows.evidence_tables import print_stats

    with _store() as store:
        found = store.stats()
    if as_json:
        emit_json(found)
    else:
        print_stats(found)


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "--out", help="JSON Lines file; stdout otherwise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --output: what was written, as JSON.")] = False,
) -> None:
    """Write the whole store as JSON Lines: every version of every source, with its archived text and passages."""
    from flows.console import emit_json
    from pipeline.evidence.exchange import export_lines
    from pipeline.files import write_whole

    with _store() as store:
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
    as_json: _Json = False,
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
    with _store(seeds=False) as store, _bar("reading in") as progress:
        done = import_lines(store, lines, progress)
    if as_json:
        emit_json(done)
    else:
        console.print(f"{done.sources:,} sources and {done.passages:,} passages came in", markup=False)


@app.command()
def remove(
    identifiers: Annotated[list[str], typer.Argument(metavar="ID|PATH|URL...", help="Of sources.")],
    as_json: _Json = False,
) -> None:
    """Forget sources in all their versions, with all their passages."""
    from flows.console import console, emit_json, plain
    from pipeline.errors import InputError

    with _store(seeds=False) as store:
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
    as_json: _Json = False,
) -> None:
    """Fetch sources with an address again; what changed is listed, and the old versions stay."""
    import re
    from datetime import timedelta

    from pipeline.evidence.upkeep import refresh as fetch_again

    match = re.fullmatch(r"(\d{1,5})\s*([dw])", older_than.strip())
    if match is None:
        raise typer.BadParameter("a number of days or weeks, as 7d or 2w", param_hint="--older-than")
    age = timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))
    with _store(seeds=False) as store, _bar("fetching") as progress:
        result = fetch_again(store, older_than=age, on_progress=progress)
    _told(result, as_json)


@app.command()
def reindex(as_json: _Json = False) -> None:
    """Make the indexes again, with the embedding model that the settings name."""
    from flows.console import console, emit_json
    from pipeline.evidence import Store
    from pipeline.evidence.upkeep import reindex as again
    from pipeline.settings import get_settings

    store = Store(get_settings(), create=False, any_model=True)
    with store, _bar("embedding") as progress:
        count = again(store, progress)
    if as_json:
        emit_json({"passages": count, "embedding": get_settings().embedding})
    else:
        console.print(f"{count:,} passages indexed with {get_settings().embedding}", markup=False)


# --- shared --------------------------------------------------------------------------------------------------------


@contextmanager
def _store(*, seeds: bool = True) -> Iterator[Store]:
    """The open store; an empty one is filled with the seed evidence first."""
    from flows.console import err, warn
    from pipeline.evidence import open_store
    from pipeline.settings import get_settings

    with open_store(get_settings()) as store:
        store.on_wait = warn
        if seeds and not store.sources():
            if err.is_terminal:
                err.print("first use: putting the seed evidence in", markup=False)
            store.seed()
        yield store


@contextmanager
def _bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    from rich.progress import Progress

    from flows.console import err

    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _rank(text: str | None) -> Rank | None:
    from typing import get_args

    from pipeline.models import Rank

    if text is None:
        return None
    ranks: tuple[Rank, ...] = get_args(Rank)
    for rank in ranks:
        if rank == text.replace("-", "_"):
            return rank
    raise typer.BadParameter(", ".join(ranks), param_hint="--rank")


def _told(result: AddResult, as_json: bool) -> None:
    from flows.console import emit_json
    from flows.evidence_tables import print_added

    if as_json:
        emit_json(result)
    else:
        print_added(result)
    if result.failed:
        raise typer.Exit(1)


def _search_file(store: Store, source: Path, target: Path, k: int, filters: Filters, mode: str, as_json: bool) -> None:
    from flows.console import console, emit_json
    from flows.evidence_file import search_file

    answered = search_file(store, source, target, k, filters, mode)
    if as_json:
        emit_json({"output": str(target), "queries": answered})
    else:
        console.print(f"{answered:,} queries answered in {target}", markup=False)


def _search_one(store: Store, query: str, k: int, filters: Filters, mode: str, as_json: bool, as_csv: bool) -> None:
    from flows.console import emit_json
    from flows.evidence_file import as_csv as written
    from flows.evidence_file import hit_row
    from pipeline.evidence.search import MODES

    chosen = next(one for one in MODES if one == mode)
    hits = store.search_many([query], filters=[filters], k=k, mode=chosen)[0]
    if as_csv:
        typer.echo(written([hit_row(hit) for hit in hits]), nl=False)
    elif as_json:
        emit_json([hit.model_dump(mode="json") for hit in hits])
    else:
        from flows.evidence_tables import print_hits

        print_hits(hits, store.understood(query), store.heard(query))
