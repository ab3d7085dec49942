"""What the commands of `claimcast evidence` share: the app, their options, the open store, a progress bar."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.evidence import Store
    from pipeline.models import Rank

app = typer.Typer(no_args_is_help=True, help="Fill, search and inspect the evidence store.")

DAY = ["%Y-%m-%d"]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Csv = Annotated[bool, typer.Option("--csv", help="CSV on stdout.")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=DAY, help="Only what was known on this day.")]
RankOption = Annotated[str | None, typer.Option("--rank", help="independent, self_reported or secondary.")]
Country = Annotated[str | None, typer.Option("--country", help="Two letters, as US or CN.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Of fact or source: benchmark, pricing, html, pdf, …")]
Subject = Annotated[str | None, typer.Option("--subject", help="What the facts are about, as a model's name.")]
Publisher = Annotated[str | None, typer.Option("--publisher", help="Who published it.")]


@contextmanager
def opened(*, seeds: bool = True) -> Iterator[Store]:
    """The open store; an empty one is filled with the seed evidence first."""
    from flows.console import err, warn
    from pipeline.evidence import open_store
    from pipeline.settings import get_settings

    settings = get_settings()
    with open_store(settings) as store:
        store.on_wait = warn
        if seeds and settings.seeds and not store.sources():
            if err.is_terminal:
                err.print("first use: putting the seed evidence in", markup=False)
            store.seed()
        yield store


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    from rich.progress import Progress

    from flows.console import err

    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def rank_of(text: str | None) -> Rank | None:
    from typing import get_args

    from pipeline.models import Rank

    if text is None:
        return None
    ranks: tuple[Rank, ...] = get_args(Rank)
    for rank in ranks:
        if rank == text.replace("-", "_"):
            return rank
    raise typer.BadParameter(", ".join(ranks), param_hint="--rank")
