"""`claimcast evidence`, the half that asks: search as of a day, one passage, typed facts, the gap, the store in numbers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import flows.cli_evidence_sources  # noqa: F401 (registers its commands on the same app)
from flows.evidence_options import (
    DAY,
    AsOf,
    Country,
    Csv,
    Json,
    Kind,
    Publisher,
    RankOption,
    Subject,
    app,
    opened,
    rank_of,
)

if TYPE_CHECKING:
    from pipeline.evidence import Filters, Store

__all__ = ["app"]


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="Words, a name, or a whole claim.")] = None,
    k: Annotated[int, typer.Option("-k", "--limit", min=1, max=1000, help="Results at most.")] = 10,
    as_of: AsOf = None,
    since: Annotated[datetime | None, typer.Option("--since", formats=DAY, help="Known on or after this day.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=DAY, help="Known on or before it.")] = None,
    kind: Kind = None,
    publisher: Publisher = None,
    country: Country = None,
    subject: Subject = None,
    rank: RankOption = None,
    mode: Annotated[str, typer.Option("--mode", help="hybrid, dense (meaning) or lexical (words).")] = "hybrid",
    source: Annotated[
        Path | None, typer.Option("--input", help="JSON Lines: {id, text, as_of?}.", dir_okay=False)
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("--output", help="JSON Lines: {id, results: [{passage_id, external_id, score}]}.", dir_okay=False),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
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
        rank=rank_of(rank),
    )  # fmt: skip
    with opened() as store:
        if source is not None and target is not None:
            _search_file(store, source, target, k, filters, mode, as_json)
        elif query is not None:
            _search_one(store, query, k, filters, mode, as_json, as_csv)


@app.command()
def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a passage, as search prints it, or of a source.")],
    as_json: Json = False,
) -> None:
    """Show a passage whole, or all of a source: words, source, dates, typed fields."""
    from flows.console import emit_json
    from flows.evidence_tables import print_passage
    from pipeline.errors import InputError
    from pipeline.evidence import passages_of

    with opened() as store:
        one = store.passage(identifier)
        found = [one] if one else passages_of(store, identifier, most=5000)[1]
        shown = [(passage, store.fact(passage.id)) for passage in found]
    if not shown:
        raise InputError(f"no passage or source {identifier!r} in the store; `claimcast evidence search` prints ids")
    if as_json:
        emit_json(
            shown[0][1] or shown[0][0]
            if one
            else [(fact or passage).model_dump(mode="json") for passage, fact in shown]
        )
    else:
        for passage, fact in shown:
            print_passage(passage, fact)


@app.command()
def facts(
    metric: Annotated[str | None, typer.Option("--metric", help="As `GPQA-Diamond`.")] = None,
    subject: Subject = None,
    kind: Kind = None,
    country: Country = None,
    open_weights: Annotated[bool | None, typer.Option("--open/--closed", help="Weights open, or not.")] = None,
    as_of: AsOf = None,
    sort: Annotated[str | None, typer.Option("--sort", help="A field; -value for the highest first.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows at most.")] = 200,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """List typed facts as a table."""
    from flows.evidence_file import as_csv as written
    from flows.evidence_file import fact_row
    from pipeline.errors import InputError
    from pipeline.models import Fact

    if sort and sort.lstrip("-") not in Fact.model_fields:
        raise InputError(f"--sort: facts have no field {sort.lstrip('-')!r}; try value, date, subject or metric")
    with opened() as store:
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
    as_of: AsOf = None,
    setting: Annotated[str | None, typer.Option("--setting", help="Only boards of this setting.")] = None,
    publisher: Publisher = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the chart here.", dir_okay=False)] = None,
    as_json: Json = False,
) -> None:
    """Compute how many points and months lie between the best of two countries, with the sources of each number."""
    from flows.console import emit_json
    from flows.evidence_tables import print_gap
    from flows.gap_picture import gap_svg
    from pipeline.evidence import gap as compute
    from pipeline.files import write_whole

    with opened() as store:
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
def stats(as_json: Json = False) -> None:
    """Count sources, passages and facts; days covered; what is undated or stale."""
    from flows.console import emit_json
    from flows.evidence_tables import print_stats

    with opened() as store:
        found = store.stats()
    if as_json:
        emit_json(found)
    else:
        print_stats(found)


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
