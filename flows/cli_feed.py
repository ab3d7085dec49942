"""`claimcast feed`: shows that are followed; their new episodes come by themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.console import console, emit_json, plain, say_error, warn
from pipeline.errors import ClaimcastError

if TYPE_CHECKING:
    from flows.following import Round
    from pipeline.media.followed import Followed
    from pipeline.media.polling import Polled

app = typer.Typer(name="feed", no_args_is_help=True, help="Follow podcast feeds; verify what is new in them.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def add(
    address: Annotated[str, typer.Argument(metavar="URL", help="Of a feed, or of a page that names its feed.")],
    backlog: Annotated[
        int, typer.Option("--backlog", min=0, help="How many of its newest episodes to verify as well.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Follow a feed: RSS or Atom, with the podcast namespace.

    Its newest episode is verified by the next `claimcast feed poll`, and every one that appears from now on. The others that it
    lists already are left alone; `--backlog 5` takes the newest five, `--backlog 0` none.

    An address may hold a password or a token (a private feed); it is kept in the data home for you alone, and never shown.
    """
    from pipeline.media.polling import follow
    from pipeline.settings import get_settings

    feed, fresh = follow(address, get_settings(), backlog=backlog)
    if as_json:
        emit_json({**_row(feed), "added": fresh})
        return
    console.print(f"{'following' if fresh else 'already followed'}: {plain(feed.title)} ({feed.id})", markup=False)
    console.print(
        f"{len(feed.episodes)} episodes, {feed.count('new')} to be verified; next: claimcast feed poll", markup=False
    )


@app.command("list")
def list_feeds(as_json: AsJson = False) -> None:
    """Followed feeds: how many episodes were verified, wait or failed, and what is wrong with a feed.

    With `--json` every episode is there too, with its state, its report's id and why it failed.
    """
    from rich.table import Table
    from rich.text import Text

    from pipeline.media.followed import followed
    from pipeline.settings import get_settings

    feeds = followed(get_settings())
    if as_json:
        emit_json([{**_row(feed), "episodes_seen": _episodes(feed)} for feed in feeds])
        return
    if not feeds:
        console.print("no feeds yet; follow one with: claimcast feed add URL")
        return
    table = Table("feed", "title", "episodes", "verified", "waiting", "failed", "asked", box=None, pad_edge=False)
    for feed in feeds:
        asked = f"{feed.polled:%Y-%m-%d %H:%M}" if feed.polled else "never"
        counts = (len(feed.episodes), feed.count("done"), feed.count("new", "taken"), feed.count("failed"))
        table.add_row(*(Text(plain(str(cell))) for cell in (feed.id, feed.title, *counts, asked)))
    console.print(table)
    for feed in feeds:
        if feed.problem:
            warn(f"{feed.title}: {feed.problem}")


@app.command()
def remove(
    wanted: Annotated[str, typer.Argument(metavar="FEED", help="Its id, its address, or words of its title.")],
    as_json: AsJson = False,
) -> None:
    """Follow a feed no longer; reports of its episodes stay."""
    from pipeline.media.followed import find, forget
    from pipeline.settings import get_settings

    settings = get_settings()
    feed = find(wanted, settings)
    forget(feed, settings)
    if as_json:
        emit_json(_row(feed))
    else:
        console.print(f"no longer followed: {plain(feed.title)} ({feed.id})", markup=False)


@app.command()
def poll(
    wanted: Annotated[
        list[str] | None, typer.Argument(metavar="[FEED]...", help="Only these: ids, addresses, title words.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on for ever, until it is stopped with Ctrl-C.")] = False,
    every: Annotated[str, typer.Option("--every", help="With --watch: 90s, 15m, 2h, 1d.")] = "15m",
    at_once: Annotated[int, typer.Option("--at-once", min=1, max=64, help="Episodes verified at the same time.")] = 2,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Verify new episodes, or only say which are new.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Ask the followed feeds what is new, and verify each new episode once.

    A feed that has not changed costs one short answer. Several of these may run at once, on several machines with one data home:
    each episode is verified by one of them. An episode that fails is tried again later, three times in all. Stopped in
    the middle, the next poll goes on.

    With `--watch` it needs no other program. Where a Prefect server runs anyway, `flows/prefect.yaml` has a schedule that does
    the same. With `--json`, `--watch` prints one JSON object a round, each on one line.
    """
    import time

    from flows.following import engine_when_needed, one_round
    from pipeline.media.followed import find
    from pipeline.settings import get_settings

    pause = _duration(every)
    settings = get_settings()
    only = [find(one, settings).id for one in wanted or []]
    with engine_when_needed(settings) as ready:
        while True:
            began = time.monotonic()
            try:
                found = one_round(
                    settings,
                    ready,
                    every=pause if watch else timedelta(0),
                    only=only,
                    at_once=at_once if verify else 0,
                    quiet=as_json,
                )
                _show(found, as_json, watch)
            except ClaimcastError as error:
                if not watch:
                    raise
                say_error(error)  # a full disk, an engine that did not start: it may be well the next time
            if not watch:
                break
            time.sleep(max(1.0, pause.total_seconds() - (time.monotonic() - began)))
    if found.failed or any(one.status == "failed" for one in found.feeds):
        raise typer.Exit(1)


@app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="What another program exported.", dir_okay=False)],
    backlog: Annotated[
        int, typer.Option("--backlog", min=0, help="How many of each feed's newest episodes to verify as well.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Follow every feed of an OPML file; those that can't be read are named at the end, and the exit status is 1 then."""
    from flows.feed_list import follow_all
    from pipeline.settings import get_settings

    followed, problems = follow_all(file, get_settings(), backlog)
    if as_json:
        emit_json({"feeds": [{**_row(feed), "added": fresh} for feed, fresh in followed], "failed": problems})
    else:
        for feed, fresh in followed:
            console.print(
                f"{'following' if fresh else 'already followed'}: {plain(feed.title)} ({feed.id})", markup=False
            )
    for address, problem in problems.items():
        warn(f"{address}: {problem}")
    if problems:
        raise typer.Exit(1)


@app.command("export")
def export_opml(
    out: Annotated[
        Path | None, typer.Option("--output", "--out", help="OPML file; stdout otherwise.", dir_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the followed feeds as OPML, for another program or another machine.

    Whole addresses are in it, with the tokens of private feeds: keep it to yourself.
    """
    from pipeline.files import write_whole
    from pipeline.media.followed import followed
    from pipeline.media.opml import write_opml
    from pipeline.settings import get_settings

    feeds = followed(get_settings())
    written = write_opml(feeds)
    if out is None and not as_json:
        typer.echo(written.decode(), nl=False)
        return
    if out is not None:
        write_whole(out, written, private=True)
    if as_json:
        emit_json({"output": str(out) if out else None, "feeds": [_row(feed) for feed in feeds]})
    else:
        console.print(f"{len(feeds)} feeds in {out}", markup=False)


def _show(found: Round, as_json: bool, watch: bool) -> None:
    if as_json:
        if watch:
            typer.echo(found.model_dump_json())
        else:
            emit_json(found)
        return
    from flows.outcome import print_summary

    for one in found.feeds:
        console.print(_line(one), markup=False, soft_wrap=True)
    for outcome in found.verified:
        print_summary(outcome)
    for name, problem in found.failed.items():
        warn(f"{name}: {problem}")
    if not found.feeds and not watch:
        console.print("no feeds yet; follow one with: claimcast feed add URL")
    elif found.waiting:
        console.print(f"{found.waiting} episodes wait; the next poll takes them", markup=False)


def _line(one: Polled) -> str:
    new = f"{len(one.new)} new" if one.new else "nothing new"
    moved = f", moved to {one.moved_to}" if one.moved_to else ""
    return plain(f"{one.title}: {one.problem if one.problem else new + moved}")


def _row(feed: Followed) -> dict[str, object]:
    """A feed for --json; its address without secrets."""
    kept = feed.model_dump(
        mode="json", include={"id", "title", "link", "guid", "polled", "changed", "problem", "moved_from"}
    )
    return {
        **kept,
        "address": feed.shown,
        "followed_since": feed.added.isoformat(),
        "episodes": len(feed.episodes),
        "verified": feed.count("done"),
        "waiting": feed.count("new", "taken"),
        "failed": feed.count("failed"),
    }


def _episodes(feed: Followed) -> list[dict[str, object]]:
    return [{"key": key, **seen.model_dump(mode="json")} for key, seen in feed.episodes.items()]


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9]\d{0,4})([smhd])", text.strip().lower())
    if match is None:
        raise typer.BadParameter("a number and s, m, h or d, as 15m", param_hint="--every")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[match[2]]
    return timedelta(**{unit: int(match[1])})
