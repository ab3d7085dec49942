"""Who a numbered speaker is, by what is said: "I am Ada, and with me is Joe"."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.models import Episode, Segment, Transcript

_NUMBERED = re.compile(r"^(?:speaker|spk|s|voice)[ _-]?\d+$", re.I)
_NAME = r"(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
_SELF = re.compile(rf"\b(?:I am|I'm|I’m|[Mm]y name is|[Tt]his is) {_NAME}\b")
_OTHER = re.compile(
    rf"\b(?:with me (?:today )?(?:is|are)|I'm here with|I am here with|joined (?:today |as always )?by|my co-?host,?|[Mm]y guest (?:today )?is) {_NAME}\b"
)
_MORE = re.compile(rf"^[^.!?]{{0,80}}?,? and (?:also )?(?:by |with )?{_NAME}")
"""Somebody else who is there too: then it is not certain which of the two a number is."""
_NOT_NAMES = frozenset("CEO So Here The This Not A An Just Very Really Sure Glad Happy Going".split())
INTRODUCTION = 30
"""Segments from the start in which people introduce themselves."""


def speakers_by_name(transcript: Transcript, episode: Episode) -> dict[str, str]:
    """Label → name, for numbered speakers that an introduction names; empty where nobody is numbered."""
    labels = list(dict.fromkeys(s.speaker for s in transcript.segments if s.speaker and _NUMBERED.match(s.speaker)))
    if not labels:
        return {}
    opening = transcript.segments[:INTRODUCTION]
    named = _introduce_themselves(opening, labels)
    others = [name for segment in opening for name in (*_found(_OTHER, segment.text), *_further(segment.text))]
    left = [label for label in labels if label not in named]
    fresh = [name for name in dict.fromkeys(others) if name not in named.values()]
    if len(labels) == 2 and len(left) == len(fresh) == 1 and len(named) == 1:
        named[left[0]] = fresh[0]
    full = {person.name.split()[0].lower(): person.name for person in episode.people if person.name.strip()}
    return {label: full.get(name.lower(), name) for label, name in named.items()}


def _introduce_themselves(opening: Sequence[Segment], labels: Sequence[str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for segment in opening:
        if segment.speaker in labels and segment.speaker not in named and segment.speaker_sure:
            for name in _found(_SELF, segment.text):
                if name not in named.values():
                    named[str(segment.speaker)] = name
                    break
    return named


def _further(text: str) -> list[str]:
    """Names that follow one that was introduced: "joined by Joe Stone and by Cleo Marsh"."""
    return [name for match in _OTHER.finditer(text) for name in _found(_MORE, text[match.end() :])]


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [name for match in pattern.finditer(text) if (name := match["name"]).split()[0] not in _NOT_NAMES]
