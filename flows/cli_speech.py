"""`claimcast transcribe`: what is said in an episode, with times."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.transcripts import Obtained
    from pipeline.media import OpenedSource
    from pipeline.settings import Settings

app = typer.Typer()


class Written(StrEnum):
    """How a transcript can be written."""

    json = "json"
    vtt = "vtt"
    srt = "srt"
    txt = "txt"


@app.command()
def transcribe(
    source: Annotated[str, typer.Argument(help="File, address or feed; audio, video or a transcript.")],
    form: Annotated[Written, typer.Option("--format", help="How it is written.")] = Written.txt,
    out: Annotated[Path | None, typer.Option("--out", help="Where it goes; stdout otherwise.", dir_okay=False)] = None,
    episode: Annotated[str, typer.Option("--episode", help="Of a feed: latest, N, GUID or title words.")] = "latest",
    whisper: Annotated[str | None, typer.Option("--whisper", help="Speech model: a name or a folder.")] = None,
    device: Annotated[str | None, typer.Option("--device", help="auto, cpu or cuda.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Language spoken; else found by ear.")] = None,
    listen: Annotated[bool, typer.Option("--listen", help="What is heard, also where a transcript is given.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Write down what is said, with times."""
    from flows.console import warn
    from pipeline.errors import SettingsError
    from pipeline.files import write_whole
    from pipeline.media import open_source
    from pipeline.settings import get_settings
    from pipeline.speech import write_transcript

    chosen = {"whisper": whisper, "device": device, "language": language, "listen": listen or None}
    if device not in (None, "auto", "cpu", "cuda"):
        raise SettingsError(f"--device {device}: choose auto, cpu or cuda")
    settings = get_settings().model_copy(update={name: value for name, value in chosen.items() if value is not None})
    opened = open_source(source, published=None, settings=settings, episode=episode)
    got = _obtained(opened, settings)
    transcript = got.heard if listen and got.heard else got.transcript
    text = write_transcript(transcript, "json" if as_json else form.value)
    for line in (*got.warnings, *transcript.warnings):
        warn(line)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)


def _obtained(opened: OpenedSource, settings: Settings) -> Obtained:
    """The transcript of a source, with progress on a terminal while it is heard."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from flows.console import err
    from flows.policies import glossary
    from flows.transcripts import obtained

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("listening", total=opened.episode.duration or None)
        return obtained(
            opened,
            settings,
            (*glossary(settings), *(person.name for person in opened.episode.people)),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
