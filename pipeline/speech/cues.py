"""Cues with times: WebVTT, SRT, and whisper.cpp's bracketed lines."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from pipeline.models import Segment, Transcript
from pipeline.speech.draft import Draft, Row, one_line, split_label, with_label

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"^\s*{_CLOCK}\s*-+>\s*{_CLOCK}(?:\s.*)?$")
_BRACKETED = re.compile(rf"^\s*\[\s*{_CLOCK}\s*-+>\s*{_CLOCK}\s*\]\s*(.*)$")
_VOICE = re.compile(r"<v(?:\.[\w.-]+)*(?:[ \t]+([^>]*))?>")
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^>]*)?>|<\d[\d:.]+>", re.IGNORECASE)
_NOT_SPEECH = re.compile(r"^(NOTE|STYLE|REGION)(\s|$)")


def has_cues(text: str) -> bool:
    """Whether any line of the text carries a pair of times, or it calls itself WebVTT."""
    return text.startswith("WEBVTT") or any(
        _TIMES.match(line) or _BRACKETED.match(line) for line in text.split("\n") if ">" in line
    )


def read(text: str) -> Draft:
    """Every cue that makes sense; lines that don't are complained of by number."""
    draft = Draft()
    previous: list[str] = []
    plain = html.unescape if text.startswith("WEBVTT") else str
    for number, (start, end, lines) in _cues(text, draft):
        if end < start:
            draft.complaints.append(f"line {number}: the cue ends before it starts; its end was set to its start")
            end = start
        fresh = lines[1:] if len(lines) > 1 and previous and lines[0] == previous[-1] else lines
        previous = lines or previous
        draft.rows.extend(_rows(" ".join(fresh), start, end, plain))
    return draft


def _cues(text: str, draft: Draft) -> Iterator[tuple[int, tuple[float, float, list[str]]]]:
    """Line number, start, end and text lines of each cue."""
    lines = text.split("\n")
    if lines[0].startswith("WEBVTT"):
        lines[0] = ""
    number, in_block = 0, False
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip():
            in_block = False
        elif match := _BRACKETED.match(line):
            *clock, words = match.groups()
            yield number, (_seconds(clock[:4]), _seconds(clock[4:]), [words])
        elif match := _TIMES.match(line):
            at = number
            body = []
            while number < len(lines) and lines[number].strip() and not _TIMES.match(lines[number]):
                body.append(lines[number].strip())
                number += 1
            if body and number < len(lines) and _TIMES.match(lines[number]) and body[-1].isdigit():
                body.pop()  # the next cue's number, when the blank line between is missing
            yield at, (_seconds(match.groups()[:4]), _seconds(match.groups()[4:8]), body)
        elif _NOT_SPEECH.match(line):
            in_block = True
        elif "-->" in line:
            draft.complaints.append(f"line {number}: times not understood: {line.strip()[:60]!r}")
        elif not in_block and not _is_identifier(lines, number):
            draft.complaints.append(f"line {number}: outside any cue: {line.strip()[:60]!r}")


def _is_identifier(lines: list[str], number: int) -> bool:
    """Whether the line before index `number` is a cue's identifier or part of a header."""
    following = lines[number] if number < len(lines) else ""
    return bool(_TIMES.match(following)) or bool(re.match(r"^[\w-]+:\s?\S", lines[number - 1]))


def _seconds(clock: list[str | None] | tuple[str | None, ...]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in clock[:3])
    milliseconds = int((clock[3] or "0").ljust(3, "0"))
    return (((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds) / 1000


def _rows(text: str, start: float, end: float, plain: Callable[[str], str]) -> list[Row]:
    """The rows of one cue: one for each voice, its time shared out by length of text; `plain` undoes escapes."""
    pieces: list[tuple[str | None, str]] = []
    position, speaker = 0, None
    for voice in _VOICE.finditer(text):
        pieces.append((speaker, text[position : voice.start()]))
        speaker, position = one_line(plain(voice[1] or "")) or None, voice.end()
    pieces.append((speaker, text[position:]))
    found = [(who, one_line(plain(_TAG.sub("", words)))) for who, words in pieces]
    found = [_unlabelled(who, words) for who, words in found if words]
    total = sum(len(words) for _, words in found)
    rows, begun = [], start
    for who, words in found:
        ends = end if len(found) == 1 else round(begun + (end - start) * len(words) / total, 3)
        rows.append(Row(text=words, start=begun, end=ends, speaker=who))
        begun = ends
    return rows


def _unlabelled(speaker: str | None, words: str) -> tuple[str | None, str]:
    if speaker:
        return (None if speaker == "?" else speaker), words
    named, rest, labelled = split_label(words.removeprefix("- "))
    return (named, rest) if labelled and rest else (None, words)


def write_vtt(transcript: Transcript) -> str:
    """WebVTT with `<v Name>` voices."""
    blocks = [
        f"{_span(segment, '.')}\n{_voice(segment)}{html.escape(one_line(segment.text), quote=False)}"
        for segment in transcript.segments
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _voice(segment: Segment) -> str:
    if segment.speaker:
        return f"<v {html.escape(segment.speaker)}>"
    return "<v ?>" if split_label(segment.text)[2] else ""


def write_srt(transcript: Transcript) -> str:
    """SubRip with `Name: ` before the words."""
    blocks = [
        f"{number}\n{_span(segment, ',')}\n{with_label(one_line(segment.text), segment.speaker)}"
        for number, segment in enumerate(transcript.segments, start=1)
    ]
    return "\n\n".join(blocks) + "\n"


def write_lines(transcript: Transcript) -> str:
    """whisper.cpp's lines, `[00:05:23.780 --> 00:05:29.100]   Name: words`."""
    return "".join(
        f"[{_span(segment, '.')}]   {with_label(one_line(segment.text), segment.speaker)}\n"
        for segment in transcript.segments
    )


def _span(segment: Segment, point: str) -> str:
    return f"{_clock(segment.start or 0.0, point)} --> {_clock(segment.end or 0.0, point)}"


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
