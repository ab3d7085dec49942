"""`claimcast transcribe`: what is said in an episode, with times."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.media import OpenedSource
    from pipeline.models import Transcript
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
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Write down what is said, with times."""
    from flows.console import warn
    from pipeline.errors import SettingsError
    from pipeline.files import write_whole
    from pipeline.media import open_source
    from pipeline.settings import get_settings
    from pipeline.speech import write_transcript

    chosen = {"whisper": whisper, "device": device, "language": language}
    if device not in (None, "auto", "cpu", "cuda"):
        raise SettingsError(f"--device {device}: choose auto, cpu or cuda")
    settings = get_settings().model_copy(update={name: value for name, value in chosen.items() if value is not None})
    opened = open_source(source, published=None, settings=settings, episode=episode)
    transcript = _heard(opened, settings)
    text = write_transcript(transcript, "json" if as_json else form.value)
    for line in transcript.warnings:
        warn(line)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)


def _heard(opened: OpenedSource, settings: Settings) -> Transcript:
    """The transcript that came with the source, or the one that is heard now, with progress on a terminal."""
    from pipeline.errors import TranscriptError
    from pipeline.speech import read_transcript
    from pipeline.speech import transcribe as listen

    if opened.transcript is not None:
        return read_transcript(opened.transcript)
    if opened.media is None:
        raise TranscriptError(f"{opened.episode.source} has neither audio nor a transcript; give one of the two")
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from flows.console import err
    from flows.policies import glossary

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("listening", total=opened.episode.duration or None)
        return listen(
            opened.media,
            settings=settings,
            glossary=(*glossary(settings), *(person.name for person in opened.episode.people)),
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
