"""Transcripts in and out: WebVTT, SRT, JSON, whisper.cpp text, Markdown and plain text.

What is written here reads back as the same transcript: all of it from JSON, and text, speakers and times (to the
millisecond) from WebVTT, SRT and text. What others wrote is read as far as it makes sense; lines that don't are named
in `Transcript.warnings`.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Literal

from pipeline.errors import TranscriptError
from pipeline.models import Segment, Transcript
from pipeline.speech.draft import Draft

Format = Literal["json", "vtt", "srt", "txt"]

_MAX_BYTES = 32_000_000
_MAX_SEGMENTS = 200_000
_SHOWN_COMPLAINTS = 10


def read_transcript(path: Path) -> Transcript:
    """The transcript in a file; its format is told by the ending and the first lines.

    Raises:
        TranscriptError: it can't be read, is too large, or no words are left; the line says where it went wrong.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TranscriptError(f"{path.name} has more than {_MAX_BYTES // 1_000_000} MB; that is no transcript")
        text = decode_text(path.read_bytes())
    except OSError as error:
        raise TranscriptError(f"can't read {path}: {error.strerror}") from error
    return parse_transcript(text, path.suffix.lower(), path.name)


def parse_transcript(text: str, ending: str, name: str) -> Transcript:
    """The transcript in a text; `ending` (".vtt", ".srt", …) is a hint, `name` is used in complaints.

    Raises:
        TranscriptError: no words are left.
    """
    from pipeline.speech import cues, labelled, structured

    start = text.lstrip()[:400]
    if ending == ".json" or (ending not in (".md", ".markdown") and start.startswith("{")):
        whole = structured.own_transcript(text)
        if whole is not None:
            return whole
        draft = structured.read(text)
    elif cues.has_cues(text):
        draft = cues.read(text)
    elif ending in (".vtt", ".srt"):
        draft = Draft(complaints=["no line with times (00:00:01.000 --> 00:00:04.000) was found"])
    else:
        draft = labelled.read(text, markdown=ending in (".md", ".markdown"))
    return _checked(draft, name)


def write_transcript(transcript: Transcript, format: Format) -> str:  # noqa: A002 - the word users know
    """The transcript as text in one of the formats.

    Raises:
        TranscriptError: VTT or SRT was asked for and the transcript has no times.
    """
    from pipeline.speech import cues, labelled

    if format == "json":
        return transcript.model_dump_json(indent=1) + "\n"
    timed = all(segment.start is not None and segment.end is not None for segment in transcript.segments)
    if format == "txt":
        return cues.write_lines(transcript) if timed else labelled.write(transcript)
    if not timed:
        raise TranscriptError(f"this transcript has no times, which {format.upper()} needs; choose json or txt")
    return cues.write_vtt(transcript) if format == "vtt" else cues.write_srt(transcript)


def decode_text(data: bytes) -> str:
    """Text from bytes in UTF-8, UTF-16 with a mark, or else Windows-1252; line ends are newlines, controls are gone."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _checked(draft: Draft, name: str) -> Transcript:
    """The draft as a transcript: numbered, in order of time, with the complaints as warnings."""
    rows = [row for row in draft.rows if row.text][:_MAX_SEGMENTS]
    if not rows:
        reason = f" ({draft.complaints[0]})" if draft.complaints else ""
        raise TranscriptError(f"no words found in {name}{reason}; is this the right file?")
    if all(row.start is not None for row in rows):
        rows.sort(key=lambda row: row.start or 0.0)
    complaints = draft.complaints[:_SHOWN_COMPLAINTS]
    if len(draft.complaints) > len(complaints):
        complaints.append(f"and {len(draft.complaints) - len(complaints)} more lines that were not understood")
    segments = tuple(
        Segment(id=number, text=row.text, start=row.start, end=row.end, speaker=row.speaker)
        for number, row in enumerate(rows)
    )
    warnings = tuple(f"{name}, {complaint}" for complaint in complaints)
    return Transcript(segments=segments, language=draft.language, origin="file", warnings=warnings)
