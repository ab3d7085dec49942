"""Claims in files: found in a transcript, scored line by line, read back from the data home, written for an editor."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from flows.policies import glossary as own_names
from pipeline.errors import InputError, SettingsError, StoreError
from pipeline.files import write_whole
from pipeline.models import Claim, Episode
from pipeline.settings import Settings, get_settings

CLAIMS = TypeAdapter(tuple[Claim, ...])
COLUMNS = ("id", "episode_id", "start", "end", "speaker", "as_of", "checkable", "claim", "statement", "score")
_BATCH = 1024


class Scored(NamedTuple):
    """How many lines were scored, and how many of them are worth checking."""

    scored: int
    checkworthy: int


class Line(BaseModel):
    """One line of the file to score; fields it does not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    text: str

    @field_validator("text")
    @classmethod
    def _bounded(cls, value: str) -> str:
        return value[:10_000]


def claims_of(transcript: Path, published: date | None, glossary: Path | None) -> tuple[Claim, ...]:
    """The claims of a transcript file, with names from the store, the glossary setting and the given file.

    Raises:
        InputError: the file is no transcript.
        SettingsError: the glossary can't be read.
        WeightsError: a model is missing.
    """
    from pipeline.claims import extract
    from pipeline.media import open_source
    from pipeline.speech import read_transcript

    settings = get_settings()
    if glossary is not None:
        settings = settings.model_copy(update={"glossary": glossary})
    opened = open_source(str(transcript), published=published, settings=settings)
    if opened.transcript is None:
        raise InputError(f"{transcript} is no transcript; make one with: claimcast transcribe {transcript}")
    names = (*own_names(settings), *_names_of_store(settings))
    return extract(read_transcript(opened.transcript), opened.episode, glossary=names)


def _names_of_store(settings: Settings) -> tuple[str, ...]:
    """The names that the evidence speaks of; none where there is no store yet."""
    from pipeline.evidence import open_store

    try:
        with open_store(settings, create=False) as store:
            return tuple(store.proper_names())
    except StoreError:
        return ()


def row_of(claim: Claim) -> dict[str, object]:
    """What `claims extract` writes of a claim."""
    names = (
        "id",
        "statement",
        "claim",
        "speaker",
        "start",
        "end",
        "sentence_ids",
        "score",
        "checkable",
        "not_checkable",
    )
    more = ("reasons", "context", "attributed_to", "also_at", "as_of", "doubts")
    written = claim.model_dump(mode="json")
    return {name: written[name] for name in (*names, *more)}


def score_file(source: Path, output: Path) -> Scored:
    """How many lines were scored; `output` gets `{id, score, checkworthy}` in the order of the input.

    Raises:
        InputError: the file can't be read, or a line of it is not `{id, text}`; it names the line.
        WeightsError: the model is missing.
    """
    from pipeline.claims import score

    written: list[str] = []
    worth = 0
    lines = list(_lines(source))
    for start in range(0, len(lines), _BATCH):
        batch = lines[start : start + _BATCH]
        for line, (value, checkworthy) in zip(batch, score([line.text for line in batch]), strict=True):
            worth += checkworthy
            written.append(json.dumps({"id": line.id, "score": round(value, 6), "checkworthy": checkworthy}))
    write_whole(output, "".join(text + "\n" for text in written))
    return Scored(len(written), worth)


def _lines(source: Path) -> Iterator[Line]:
    try:
        with source.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield _line(source, number, text)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't read {source}: {error}; give JSON Lines with id and text") from error


def _line(source: Path, number: int, text: str) -> Line:
    try:
        return Line.model_validate_json(text)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise InputError(f'{source} line {number}: {reason}; each line is {{"id": "1", "text": "…"}}') from error


def saved_claims(settings: Settings, episode: str | None = None) -> Iterator[tuple[Episode, Claim]]:
    """Every claim in the data home with its episode, episodes in order of publication.

    Raises:
        InputError: the episode that was asked for is not there.
        SettingsError: a file in the data home is damaged; it names the file.
    """
    root = settings.home / "episodes"
    folders = sorted(path.parent for path in root.glob("*/claims.json")) if root.is_dir() else []
    if episode is not None:
        folders = [folder for folder in folders if folder.name == episode]
        if not folders:
            raise InputError(f"no episode {episode} in {root}; `claimcast report list` shows what is there")
    found = [(_read_episode(folder), folder) for folder in folders]
    for about, folder in sorted(found, key=lambda pair: (pair[0].published, pair[0].id)):
        for claim in _read_claims(folder / "claims.json"):
            yield about, claim


def _read_episode(folder: Path) -> Episode:
    path = folder / "episode.json"
    try:
        return Episode.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SettingsError(f"{path} can't be read; run `claimcast verify` on its source again") from error


def _read_claims(path: Path) -> tuple[Claim, ...]:
    try:
        return CLAIMS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SettingsError(f"{path} can't be read; run `claimcast verify --force` on its source again") from error


def rows_for_editor(settings: Settings, episode: str | None) -> list[dict[str, object]]:
    """One row a saved claim, with the columns of `COLUMNS`."""
    return [
        {**claim.model_dump(mode="json", include=set(COLUMNS)), "episode_id": about.id}
        for about, claim in saved_claims(settings, episode)
    ]


def written_as_csv(rows: Sequence[dict[str, object]]) -> str:
    """The rows as CSV; no cell of it is a formula to a spreadsheet."""
    from reports.beside import cell

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(row.get(name)) for name in COLUMNS] for row in rows)
    return out.getvalue()
