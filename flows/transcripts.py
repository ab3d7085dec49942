"""The transcript of an episode: the publisher's where there is one, with our times when it has none; else what is heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flows.policies import Work, glossary
from flows.progress import listener
from flows.records import Made
from pipeline.errors import ClaimcastError, TranscriptError
from pipeline.media import OpenedSource
from pipeline.models import Transcript
from pipeline.settings import Settings


def transcribe(work: Work) -> Made:
    """transcript.json, and transcript.vtt when there are times; heard.json and heard.vtt beside them when what was heard is
    wanted too.

    Raises:
        TranscriptError: there is neither audio nor a usable transcript.
        MediaError: the audio can't be heard.
    """
    from pipeline.speech import speech_model_use

    names = (*glossary(work.settings), *(person.name for person in work.opened.episode.people), *work.evidence.names)
    got = obtained(
        work.opened,
        work.settings,
        names,
        lambda done, total: listener().advanced(work.name, "transcript", done, total),
    )
    words = len(got.transcript.text.split())
    beside = (
        _files(got.heard, "heard") if got.heard and work.settings.listen and got.heard is not got.transcript else {}
    )
    return Made(
        files=_files(got.transcript, "transcript") | beside,
        counts={"segments": len(got.transcript.segments), "words": words},
        models=(speech_model_use(work.settings),) if got.heard else (),
        warnings=got.warnings,
        detail=f"{words:,} words",
    )


class Obtained(NamedTuple):
    """A transcript, what was heard (None: nothing was listened to), and what the reader should know."""

    transcript: Transcript
    heard: Transcript | None
    warnings: tuple[str, ...]


def obtained(
    opened: OpenedSource, settings: Settings, names: Sequence[str], on_progress: Callable[[float, float], None]
) -> Obtained:
    """The transcript that came with the episode, or what is heard in it; heard as well where the former lacks times, or where
    the settings want both.

    Raises:
        TranscriptError: there is neither audio nor a usable transcript.
        MediaError: the audio can't be heard, and there is no transcript to do without.
    """
    from pipeline.speech import transcribe as listen
    from pipeline.speech import untimed

    given, warnings = _given_transcript(opened)
    if opened.media is None:
        if given is None:
            raise TranscriptError(f"{opened.episode.source} has neither audio nor a transcript; give one of the two")
        return Obtained(given, None, warnings)
    if given is not None and not settings.listen and not untimed(given):
        return Obtained(given, None, warnings)
    try:
        heard = listen(opened.media, settings=settings, glossary=names, on_progress=on_progress)
    except ClaimcastError as error:
        if given is None:
            raise
        return Obtained(given, None, (*warnings, f"the sound was not heard: {error}"))
    if given is None:
        return Obtained(heard, heard, warnings)
    transcript, misfit = _timed(given, heard)
    return Obtained(transcript, heard, (*warnings, *misfit))


def _timed(given: Transcript, heard: Transcript) -> tuple[Transcript, tuple[str, ...]]:
    """The given transcript, with times where it has none and it fits what was heard; a warning when it doesn't."""
    from pipeline.speech import FITTING, untimed, with_times

    if not untimed(given):
        return given, ()
    aligned = with_times(given, heard)
    if aligned.found < FITTING:
        said = f"only {aligned.found:.0%} of the transcript's words were heard in the sound, so it has no times; is it this episode's?"
        return given, (said,)
    return aligned.transcript, ()


def _files(transcript: Transcript, name: str) -> dict[str, str]:
    from pipeline.speech import write_transcript

    files = {f"{name}.json": transcript.model_dump_json()}
    if all(segment.start is not None for segment in transcript.segments):
        files[f"{name}.vtt"] = write_transcript(transcript, "vtt")
    return files


def _given_transcript(opened: OpenedSource) -> tuple[Transcript | None, tuple[str, ...]]:
    """The transcript that came with the episode; None when it is to be heard, with a warning when one was unusable.

    Raises:
        TranscriptError: there is no audio, and the transcript can't be used.
    """
    from pipeline.speech import read_transcript

    if opened.transcript is None:
        return None, ()
    try:
        transcript = read_transcript(opened.transcript)
    except TranscriptError as error:
        if opened.media is None:
            raise
        return None, (f"the publisher's transcript was left out: {error}",)
    return transcript.model_copy(update={"origin": "publisher"} if opened.published_transcript else {}), ()
