"""What people say against a verdict: kept as a history beside the report, shown with the claim, never overwriting it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import Field, ValidationError

from pipeline.errors import InputError
from pipeline.files import write_whole
from pipeline.models import Frozen, Label

FILE = "corrections.jsonl"
MOST = 500
"""Corrections kept for one episode; a page that anybody can fill must have an end."""


class Correction(Frozen):
    """One person's word against a verdict."""

    claim_id: str = Field(max_length=80)
    who: str = Field(min_length=1, max_length=120)
    why: str = Field(min_length=1, max_length=2000)
    verdict: Label | None = None
    """What the verdict should be; None: it is wrong, no other is proposed."""
    at: datetime


def corrections(folder: Path) -> tuple[Correction, ...]:
    """All corrections of an episode's report, oldest first.

    Raises:
        InputError: the file can't be read; the line names it.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    try:
        lines = path.read_text("utf-8").splitlines()
        return tuple(Correction.model_validate_json(line) for line in lines if line.strip())
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(f"{path} can't be read ({type(error).__name__}); mend it or move it away") from error


def correct(folder: Path, claim_id: str, who: str, why: str, verdict: Label | None = None) -> Correction:
    """The correction, added to the history of an episode's report.

    Raises:
        InputError: a name or a reason is missing or too long, or the history is full.
    """
    try:
        made = Correction(
            claim_id=claim_id,
            who=who.strip(),
            why=why.strip(),
            verdict=verdict,
            at=datetime.now(UTC).replace(microsecond=0),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{first['loc'][0]}: {first['msg']}; say who you are and why") from None
    with FileLock(folder / f".{FILE}.lock"):
        before = corrections(folder)
        if len(before) >= MOST:
            raise InputError(f"{folder / FILE} holds {MOST} corrections already; look through them first")
        write_whole(folder / FILE, "".join(f"{one.model_dump_json()}\n" for one in (*before, made)))
    return made
