"""`claimcast report`: list, open and rebuild finished reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.console import console, emit_json, warn
from pipeline.errors import InputError
from pipeline.settings import get_settings

if TYPE_CHECKING:
    from pipeline.models import Report

app = typer.Typer(name="report", no_args_is_help=True, help="List, open and rebuild reports.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Home = Annotated[
    Path | None, typer.Option("--home", help="Data home; CLAIMCAST_HOME, or ./.claimcast, when not given.")
]


@app.command("list")
def list_reports(as_json: AsJson = False, home: Home = None) -> None:
    """Finished reports, newest first."""
    from rich.table import Table
    from rich.text import Text

    from reports.index import entry, reports_in

    found, unread = reports_in(home or get_settings().home)
    if as_json:
        emit_json([_row(folder, report) for folder, report in found])
        return
    for problem in unread:
        warn(problem.why)
    if not found:
        console.print("no reports yet; make one with: claimcast verify SOURCE")
        return
    table = Table("episode", "title", "published", "found", box=None, pad_edge=False)
    for folder, report in found:
        shown = entry(folder, report)
        counts = ", ".join(f"{count} {label.lower()}" for _, label, count in shown.counts)
        title = f"{shown.show}: {shown.title}" if shown.show else shown.title
        table.add_row(*(Text(cell) for cell in (folder.name, title, shown.published, counts)))
    console.print(table)


@app.command("open")
def open_report(
    episode: Annotated[str, typer.Argument(help="Episode id (or how it begins), or `latest`.")] = "latest",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Open a report in the browser, and print its path."""
    folder, _ = _chosen(home or get_settings().home, episode)
    path = (folder / "report.html").resolve()
    if not path.is_file():
        raise InputError(f"{path} is missing; make it with: claimcast report rebuild {folder.name}")
    if as_json:
        emit_json({"episode_id": folder.name, "report_html": str(path)})
        return
    typer.launch(path.as_uri())
    typer.echo(str(path))


@app.command("rebuild")
def rebuild(
    episodes: Annotated[list[str] | None, typer.Argument(help="Episode ids; all of them when none is given.")] = None,
    embed_audio: Annotated[bool, typer.Option("--embed-audio", help="Put short clips into the page.")] = False,
    base_url: Annotated[str, typer.Option("--base-url", help="Where the data home will be published.")] = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Draw pages again from report.json, and the index of all reports."""
    from reports import render, write_index
    from reports.index import reports_in

    root = home or get_settings().home
    found, unread = reports_in(root)
    chosen = [_chosen(root, name) for name in episodes] if episodes else found
    pages = []
    for folder, report in chosen:
        address = f"{base_url.rstrip('/')}/episodes/{folder.name}" if base_url else ""
        audio = audio_of(folder, report)
        pages.append(str(render(report, folder, audio=audio, embed_audio=embed_audio, base_url=address)))
    index = write_index(root, base_url)
    if as_json:
        emit_json({"reports": pages, "index": str(index), "unread": [problem.why for problem in unread]})
        return
    for problem in unread:
        warn(problem.why)
    for line in (*pages, index):
        typer.echo(str(line))


def audio_of(folder: Path, report: Report) -> Path | None:
    """The episode's audio: beside the report, or the local file it was made from."""
    beside = sorted(path for path in folder.glob("audio.*") if path.is_file())
    if beside:
        return beside[0]
    if report.episode.kind != "audio" or "://" in report.episode.source:
        return None
    source = Path(report.episode.source)
    return source if source.is_file() else None


def _chosen(home: Path, name: str) -> tuple[Path, Report]:
    from reports.index import reports_in

    found, _ = reports_in(home)
    if not found:
        raise InputError(f"no finished report in {home}; make one with: claimcast verify SOURCE")
    if name == "latest":
        return found[0]
    fits = [pair for pair in found if pair[0].name == name] or [pair for pair in found if pair[0].name.startswith(name)]
    if len(fits) != 1:
        what = f"{len(fits)} episodes begin with" if fits else "no finished report is called"
        raise InputError(f"{what} {name!r}; see: claimcast report list")
    return fits[0]


def _row(folder: Path, report: Report) -> dict[str, object]:
    episode = report.episode
    return {
        "episode_id": folder.name,
        "title": episode.title,
        "show": episode.show,
        "published": episode.published.isoformat(),
        "made_at": report.provenance.made_at.isoformat(),
        "report_html": str(folder / "report.html"),
        "report_json": str(folder / "report.json"),
        "claims": len(report.claims),
        "verdicts": report.counts,
    }
