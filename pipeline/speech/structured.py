"""Transcripts in JSON: our own, the podcast namespace's, Whisper's and whisper.cpp's."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from pydantic import ValidationError

from pipeline.models import Transcript
from pipeline.speech.draft import Draft, Row, one_line


def own_transcript(text: str) -> Transcript | None:
    """The transcript that `write_transcript` wrote as JSON, whole; None when the text is something else."""
    if '"schema_version"' not in text:
        return None
    try:
        transcript = Transcript.model_validate_json(text)
    except ValidationError:
        return None
    return transcript if transcript.segments else None


def read(text: str) -> Draft:
    """Rows from the `segments` or `transcription` list of a JSON document."""
    draft = Draft()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        draft.complaints.append(f"line {line}: not valid JSON: {getattr(error, 'msg', 'nested too deeply')}")
        return draft
    rows = document
    if isinstance(document, Mapping):
        rows = next((document[key] for key in ("segments", "transcription", "cues") if key in document), None)
        language = document.get("language")
        draft.language = one_line(language)[:20] if isinstance(language, str) else None
    if not isinstance(rows, list):
        draft.complaints.append("the JSON has no list called segments or transcription")
        return draft
    for number, row in enumerate(rows, start=1):
        _add(draft, number, row)
    return draft


def _add(draft: Draft, number: int, row: object) -> None:
    words = _first(row, "body", "text") if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping) or not isinstance(words, str):
        draft.complaints.append(f"segment {number}: no text (body or text) in it")
        return
    start, end = _number(_first(row, "startTime", "start")), _number(_first(row, "endTime", "end"))
    offsets = row.get("offsets")
    if isinstance(offsets, Mapping):  # whisper.cpp counts milliseconds
        start, end = _number(offsets.get("from"), 1000), _number(offsets.get("to"), 1000)
    if start is not None and end is None:
        end = start
    if start is not None and end is not None and end < start:
        draft.complaints.append(f"segment {number}: it ends before it starts; its end was set to its start")
        end = start
    speaker = row.get("speaker")
    name = one_line(speaker)[:100] if isinstance(speaker, str) else ""
    draft.rows.append(
        Row(text=one_line(words), start=start, end=end if start is not None else None, speaker=name or None)
    )


def _first(row: Mapping[object, object], *keys: str) -> object:
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _number(value: object, per_second: float = 1.0) -> float | None:
    """Seconds, when the value is a finite number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value) / per_second
    except (ValueError, OverflowError):
        return None
    return round(seconds, 3) if math.isfinite(seconds) and seconds >= 0 else None
