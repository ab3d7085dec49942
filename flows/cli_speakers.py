"""`claimcast speakers`: voices that are known by name; their voiceprints stay in the data home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.console import console, emit_json, plain, warn

if TYPE_CHECKING:
    from pipeline.models import Word
    from pipeline.settings import Settings
    from pipeline.speech import Voiceprint

app = typer.Typer(
    name="speakers", no_args_is_help=True, help="Enrol voices, so that a host is known by name in the next episode."
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def enrol(
    name: Annotated[str, typer.Argument(help="Whose voice it is, as reports should call them.")],
    source: Annotated[str, typer.Argument(help="A recording, or the id of an episode that was verified.")],
    speaker: Annotated[str, typer.Option("--speaker", help='Of an episode: who it is there, as "Speaker 2".')] = "",
    start: Annotated[str, typer.Option("--from", help="Where they begin to speak alone, as 1:05.")] = "0",
    end: Annotated[str, typer.Option("--to", help="Where that ends; else the end, or ten minutes on.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep somebody's voice, so that episodes heard from now on call them by name.

    Take it from an episode that was verified (`claimcast speakers enrol "Ada Byron" EPISODE --speaker "Speaker 1"`), or from any
    recording (`claimcast speakers enrol "Ada Byron" talk.mp3 --from 1:05 --to 1:40`): eight seconds of speech or more, in which
    nobody else speaks.

    A voiceprint is 256 numbers, not sound. It is personal data all the same: ask the person first. It stays in the data home;
    `claimcast speakers forget` removes it. A name is given only where a voice is clearly the same; on another microphone a
    host may stay "Speaker 1".
    """
    from pipeline.settings import get_settings
    from pipeline.speech import Part
    from pipeline.speech import enrol as keep

    settings = get_settings()
    audio, words = _recording(source, speaker, settings)
    part = Part(start=_seconds(start, "--from"), end=_seconds(end, "--to") if end else None)
    made = keep(name, audio, settings=settings, part=part, words=words)
    if as_json:
        emit_json(_row(made))
        return
    console.print(f"enrolled: {plain(made.name)}, from {made.seconds:.0f} s of speech", markup=False)
    console.print("episodes heard from now on are compared with it; nothing leaves this machine", markup=False)


@app.command("list")
def list_voices(as_json: AsJson = False) -> None:
    """Enrolled voices: from which recording, and when."""
    from rich.table import Table

    from pipeline.settings import get_settings
    from pipeline.speech import enrolled

    found = enrolled(get_settings())
    if as_json:
        emit_json([_row(one) for one in found])
        return
    if not found:
        console.print('no voice is enrolled; claimcast speakers enrol NAME EPISODE --speaker "Speaker 1"', markup=False)
        return
    table = Table("name", "speech", "from", "enrolled")
    for one in found:
        table.add_row(plain(one.name), f"{one.seconds:.0f} s", plain(one.source), one.enrolled.isoformat())
    console.print(table)


@app.command()
def forget(
    name: Annotated[str, typer.Argument(help="Whose voice to forget.")],
    as_json: AsJson = False,
) -> None:
    """Remove a voiceprint. Reports that were made with it keep the name."""
    from pipeline.errors import InputError
    from pipeline.settings import get_settings
    from pipeline.speech import forget as remove

    if not remove(name, get_settings()):
        raise InputError(f"no voice is enrolled as {plain(name)}; see claimcast speakers list")
    if as_json:
        emit_json({"forgotten": name})
        return
    warn(f"forgotten: {plain(name)}")


def _recording(source: str, speaker: str, settings: Settings) -> tuple[Path, tuple[Word, ...]]:
    """The audio that is meant, and the words of the speaker when one is named."""
    from pipeline.errors import InputError
    from pipeline.models import Transcript

    folder = settings.home / "episodes" / source if source.replace("-", "").isalnum() else None
    if folder is None or not folder.is_dir():
        if speaker:
            raise InputError(
                f"no episode {plain(source)} in the data home, so --speaker says nothing; use --from and --to"
            )
        if not (path := Path(source)).is_file():
            raise InputError(f"no file and no episode {plain(source)}; claimcast report list shows episodes")
        return path, ()
    audio = next(iter(sorted(folder.glob("audio.*"))), None)
    if audio is None or not (folder / "transcript.json").exists():
        raise InputError(f"episode {source} has no sound in the data home; name the recording itself")
    if not speaker:
        return audio, ()
    segments = Transcript.model_validate_json((folder / "transcript.json").read_bytes()).segments
    who = sorted({one.speaker for one in segments if one.speaker})
    words = tuple(word for one in segments if one.speaker == speaker and one.speaker_sure for word in one.words)
    if not words:
        raise InputError(f"{plain(speaker)} says nothing in {source}; there are: {', '.join(who) or 'no speakers'}")
    return audio, words


def _seconds(text: str, option: str) -> float:
    """`1:02:03`, `62:03` or `3723` as seconds."""
    from pipeline.errors import InputError

    try:
        parts = [float(part) for part in text.split(":")]
        if not 1 <= len(parts) <= 3 or any(not 0 <= part < 1e6 for part in parts):
            raise ValueError
    except ValueError:
        raise InputError(f"{option} {text}: a time is written as 1:05, 1:02:03 or 65") from None
    return sum(part * 60.0**place for place, part in enumerate(reversed(parts)))


def _row(one: Voiceprint) -> dict[str, object]:
    return {"name": one.name, "seconds": one.seconds, "source": one.source, "enrolled": one.enrolled.isoformat()}
