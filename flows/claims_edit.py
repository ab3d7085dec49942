"""An editor's list put in the place of the claims that were found: texts corrected, claims dropped and added.

The list is the CSV of `claimcast claims export`. A row with the id of a claim stands for it, a row without one adds a
claim, and a claim without a row is dropped. Rows of other episodes are left alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.errors import InputError
from pipeline.models import Claim, Episode, stable_id

MOST = 5000
"""Rows of a list at most."""
LONGEST = 2000
"""Characters of a claim at most."""
EDITED, ADDED = "worded by an editor", "added by an editor"
"""What a claim's reasons say of an editor's hand."""
_YES, _NO = frozenset({"", "true", "yes", "1"}), frozenset({"false", "no", "0"})


def read_list(path: Path) -> str:
    """The text of an editor's list.

    Raises:
        InputError: the file can't be read, or has no column `claim`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't read {path}: {error}; make a list with: claimcast claims export") from error
    if "claim" not in (csv.DictReader(io.StringIO(text)).fieldnames or ()):
        raise InputError(f"{path} has no column claim; make a list with: claimcast claims export --output {path.name}")
    return text


def edited(found: Sequence[Claim], text: str, episode: Episode) -> tuple[Claim, ...]:
    """The claims that the list has for this episode, in order of time.

    Raises:
        InputError: a row names no claim of this episode or holds what is no claim; it names the line.
    """
    known = {claim.id: claim for claim in found}
    kept: dict[str, Claim] = {}
    elsewhere = False
    for line, row in _rows(text):
        if row.get("episode_id", "") not in {"", episode.id}:
            elsewhere = True
            continue
        claim = _edited(known, row, line) if row.get("id") else _added(row, line, episode)
        if claim.id in kept:
            raise InputError(
                f"line {line} of the claims: claim {claim.id} is there twice; leave the id of a new one empty"
            )
        kept[claim.id] = claim
    if elsewhere and not kept:
        raise InputError(f"the list has no claim of {episode.id}; make one with: claimcast claims export {episode.id}")
    place = {id_: n for n, id_ in enumerate(known)}
    return tuple(
        sorted(
            kept.values(), key=lambda c: (c.start if c.start is not None else 0.0, place.get(c.id, len(place)), c.id)
        )
    )


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    for number, row in enumerate(reader, 1):
        if number > MOST:
            raise InputError(
                f"the list has more than {MOST:,} claims; give one episode's: claimcast claims export EPISODE"
            )
        cells = {name: _plain(value) for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
        if any(cells.values()):
            yield reader.line_num, cells


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    value = cell.strip()
    return value[1:] if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@"} else value


def _edited(known: Mapping[str, Claim], row: Mapping[str, str], line: int) -> Claim:
    claim = known.get(row["id"])
    if claim is None:
        raise InputError(
            f"line {line} of the claims: {row['id']} is no claim of this episode; leave the id empty to add a claim"
        )
    text = _text(row, line)
    changes: dict[str, object] = {}
    if text != claim.claim:
        still = tuple(doubt for doubt in claim.doubts if doubt.kind != "referent")
        changes = {"claim": text, "doubts": still, "reasons": (*claim.reasons, EDITED)}
    checkable = _checkable(row, line, claim.checkable)
    if checkable != claim.checkable:
        changes |= {"checkable": checkable, "not_checkable": None if checkable else "opinion"}
    if speaker := row.get("speaker"):
        changes |= {"speaker": speaker} if speaker != claim.speaker else {}
    return claim.model_copy(update=changes)


def _added(row: Mapping[str, str], line: int, episode: Episode) -> Claim:
    text = _text(row, line)
    checkable = _checkable(row, line, True)
    start = _seconds(row, "start", line)
    return Claim(
        id=stable_id(episode.id, ADDED, text, start),
        statement=row.get("statement") or text,
        claim=text,
        speaker=row.get("speaker") or None,
        start=start,
        end=_seconds(row, "end", line),
        checkable=checkable,
        not_checkable=None if checkable else "opinion",
        reasons=(ADDED,),
        as_of=_day(row, line) or episode.published,
    )


def _text(row: Mapping[str, str], line: int) -> str:
    text = " ".join(row.get("claim", "").split())
    if not text or len(text) > LONGEST:
        raise InputError(f"line {line} of the claims: a claim has 1 to {LONGEST:,} characters, this one {len(text):,}")
    return text


def _checkable(row: Mapping[str, str], line: int, default: bool) -> bool:
    said = row.get("checkable", "").lower()
    if said not in _YES | _NO:
        raise InputError(f"line {line} of the claims: checkable is {said!r}; write true or false")
    return default if not said else said in _YES


def _seconds(row: Mapping[str, str], column: str, line: int) -> float | None:
    said = row.get(column, "")
    try:
        seconds = float(said) if said else None
    except ValueError as error:
        raise InputError(f"line {line} of the claims: {column} is {said!r}; write seconds, such as 83.5") from error
    if seconds is not None and not 0 <= seconds < 1e6:
        raise InputError(f"line {line} of the claims: {column} is {said!r}; write seconds from the start")
    return seconds


def _day(row: Mapping[str, str], line: int) -> date | None:
    said = row.get("as_of", "")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise InputError(f"line {line} of the claims: as_of is {said!r}; write a day, such as 2025-07-31") from error
