"""The record of a finished stage: which inputs it was made from, and the hash of every file it left.

A record gets its name last, beside the files it vouches for, so it is a stage's commit: without it the stage was not
finished, and with it the files can be trusted after a crash, a copy to another machine, or a change by hand. It is
written first, under another name, so that a run killed between the last file and the record has lost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError

from pipeline.errors import ClaimcastError
from pipeline.files import sha256_of, write_whole
from pipeline.models import Frozen, LlmUse, ModelUse


class Made(Frozen):
    """What a stage came up with, before it is written: file contents by name, counts, models that took part."""

    files: dict[str, str] = {}
    written: tuple[str, ...] = ()
    """Files that the stage has written itself, by name."""
    counts: dict[str, int] = {}
    models: tuple[ModelUse, ...] = ()
    llm: LlmUse | None = None
    warnings: tuple[str, ...] = ()
    detail: str = ""
    """A few words for the progress line."""
    keep: bool = True
    """False when a part failed, so that the next run tries again."""


class StageRecord(Frozen):
    """A finished stage of one episode."""

    stage: str
    key: str
    files: dict[str, str]
    """File name in the episode's folder → SHA-256."""
    read: dict[str, str] = {}
    """The same of the files it was made from."""
    seconds: float
    counts: dict[str, int] = {}
    models: tuple[ModelUse, ...] = ()
    llm: LlmUse | None = None
    warnings: tuple[str, ...] = ()
    detail: str = ""


def record_path(folder: Path, stage: str) -> Path:
    """Where the record of a stage lies in an episode's folder."""
    return folder / "stages" / f"{stage}.json"


def read_record(folder: Path, stage: str) -> StageRecord | None:
    """The record of a stage, or None when there is none that can be read."""
    try:
        return StageRecord.model_validate_json(record_path(folder, stage).read_bytes())
    except (OSError, ValidationError):
        return None


def standing(folder: Path, stage: str, key: str) -> StageRecord | None:
    """The record of a stage made from exactly these inputs, with all files here and as they were; else None."""
    record = read_record(folder, stage)
    if record is None or record.key != key:
        return None
    return record if _as_they_were(folder, record.read | record.files) else None


def commit(
    folder: Path, stage: str, key: str, made: Made, *, seconds: float, read: tuple[str, ...] = ()
) -> StageRecord:
    """The record of a stage that has just been done (`read`: files it was made from), on disk after its files.

    Raises:
        ClaimcastError: the disk is full or the folder can't be written; the last record no longer stands then.
    """
    contents = {name: sha256(content.encode()).hexdigest() for name, content in made.files.items()}
    record = StageRecord(
        stage=stage,
        key=key if made.keep else "",
        files=contents | {name: sha256_of(folder / name) for name in made.written},
        read={name: sha256_of(folder / name) for name in read},
        seconds=round(seconds, 3),
        counts=made.counts,
        models=made.models,
        llm=made.llm,
        warnings=made.warnings,
        detail=made.detail,
    )
    write_whole(_nearly(folder, stage), record.model_dump_json(indent=1))
    for name, content in made.files.items():
        write_whole(folder / name, content)
    settle(folder, stage)
    return record


def settle(folder: Path, stage: str) -> None:
    """Nothing; a stage that had left all its files when its run was killed has its record now. Call it `alone`.

    Raises:
        ClaimcastError: the folder can't be written.
    """
    nearly = _nearly(folder, stage)
    try:
        record = StageRecord.model_validate_json(nearly.read_bytes())
        if _as_they_were(folder, record.files):
            nearly.replace(record_path(folder, stage))
        else:
            nearly.unlink()
    except FileNotFoundError:
        return
    except ValidationError:
        nearly.unlink()
    except OSError as error:
        raise ClaimcastError(f"can't write {nearly.parent}: {error.strerror}; set CLAIMCAST_HOME elsewhere") from error


def _nearly(folder: Path, stage: str) -> Path:
    """Where a record lies while its files are being written."""
    return record_path(folder, stage).with_suffix(".next")


def _as_they_were(folder: Path, files: dict[str, str]) -> bool:
    """Whether all these files are there with these hashes."""
    return all((folder / name).is_file() and sha256_of(folder / name) == known for name, known in files.items())


@contextmanager
def alone(folder: Path, stage: str) -> Iterator[None]:
    """A block that one process at a time enters for this stage of this episode.

    The system lets go of the lock when a process dies, however it dies; Prefect's file locks would outlive it.

    Raises:
        ClaimcastError: the folder can't be written.
    """
    path = folder / "stages" / f".{stage}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        lock.acquire()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClaimcastError(f"can't write {path.parent}: {reason}; set CLAIMCAST_HOME to another place") from error
    try:
        yield
    finally:
        lock.release()
