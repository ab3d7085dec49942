"""A file of claims → a file of verdicts, one JSON object a line; a run that was stopped goes on where it was.

In: `{id, claim, as_of?, evidence?: [text]}`. Out: `{id, verdict, confidence, verdict_today?, citations: [{passage_id,
quote, stance}], rationale}`. With `evidence` a claim is judged against just those texts, without it against the store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from flows.policies import source_of, stage_key
from pipeline.errors import ClaimcastError, InputError, StoreError, WeightsError
from pipeline.files import sha256_of
from pipeline.models import CheckedClaim, Claim
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.evidence import Store

BATCH = 32
"""Claims judged between two writes: pairs of like length are read side by side."""


class Asked(BaseModel):
    """One line of the input; fields it does not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    claim: str = Field(min_length=1, max_length=10_000)
    as_of: date | None = None
    evidence: list[str] | None = None

    @field_validator("id", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    def as_claim(self) -> Claim:
        return Claim(id=self.id, statement=self.claim, claim=self.claim, as_of=self.as_of or date.today())


def read_asked(path: Path) -> Iterator[Asked]:
    """The claims of a JSON Lines file, read as they are needed.

    Raises:
        InputError: no such file, or a line that is no claim; it names the line.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _asked(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't read {path}: {error}; give a JSON Lines file, one claim a line") from error


def _asked(path: Path, number: int, line: str) -> Asked:
    try:
        return Asked.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "line"
        raise InputError(
            f"{path} line {number}: {where}: {first['msg']}; a line is {{id, claim, as_of?, evidence?}}"
        ) from None


def judge_file(
    source: Path, target: Path, settings: Settings, *, on_done: Callable[[int], None], on_bad: Callable[[str], None]
) -> int:
    """How many claims were judged into `target`; `on_done` is told how many so far, `on_bad` why one could not be.

    Raises:
        ClaimcastError: the input can't be read, the store can't be opened, or the output can't be written.
    """
    count = sum(1 for _ in read_asked(source))  # every line is looked at before any is judged
    if count == 0:
        raise InputError(f"{source} holds no claims; a line is {{id, claim, as_of?, evidence?}}")
    with ExitStack() as stack:
        store: Store | None = None
        if any(asked.evidence is None for asked in read_asked(source)):
            store = stack.enter_context(_store(settings))
        part = target.with_name(f".{target.name}.{_key(source, settings, store)[:12]}.part")
        try:
            done = _whole_lines(part)
            on_done(done)
            with part.open("a", encoding="utf-8") as file:
                lines = islice(read_asked(source), done, None)
                while batch := list(islice(lines, BATCH)):
                    for answer in _answers(batch, store, settings, on_bad):
                        file.write(json.dumps(answer, ensure_ascii=False) + "\n")
                    file.flush()
                    done += len(batch)
                    on_done(done)
            part.replace(target)
        except OSError as error:
            raise ClaimcastError(f"can't write {target}: {error.strerror}; choose another place") from error
    return count


def judged(batch: Sequence[Asked], store: Store | None, settings: Settings) -> list[CheckedClaim]:
    """Claims weighed, in their order: each against the texts it brings, or against the store."""
    from pipeline.judging import judge, judge_given

    given = [(asked.as_claim(), asked.evidence) for asked in batch if asked.evidence is not None]
    answers = iter(judge_given(given, settings=settings) if given else [])
    checked = []
    for asked in batch:
        if asked.evidence is not None:
            checked.append(next(answers))
        elif store is None:
            raise StoreError("no evidence store is open")
        else:
            checked.append(judge(asked.as_claim(), store, settings=settings))
    return checked


def as_row(asked: Asked, checked: CheckedClaim) -> dict[str, object]:
    """A judged claim as the output's object."""
    verdict, today = checked.verdict, checked.verdict_today
    if verdict is None:
        return _nothing(asked.id, "this can't be checked: " + (checked.claim.not_checkable or "no statement of fact"))
    row: dict[str, object] = {"id": asked.id, "verdict": verdict.label, "confidence": round(verdict.confidence, 4)}
    if asked.evidence is None and today is not None:
        row["verdict_today"] = today.label
    row["citations"] = [
        {"passage_id": one.passage.id, "quote": one.quote, "stance": one.stance}
        for one in (*verdict.citations, *verdict.against)
    ]
    row["rationale"] = verdict.rationale
    return row


def _answers(
    batch: Sequence[Asked], store: Store | None, settings: Settings, on_bad: Callable[[str], None]
) -> list[dict[str, object]]:
    """A line for every claim of a batch; when one fails they are judged one by one, so that only its own line says so."""
    try:
        return [as_row(asked, one) for asked, one in zip(batch, judged(batch, store, settings), strict=True)]
    except (StoreError, WeightsError):
        raise  # every other claim would fail in the same way
    except Exception as error:  # one bad claim must not stop the file
        if len(batch) > 1:
            return [_answers([asked], store, settings, on_bad)[0] for asked in batch]
        on_bad(f"claim {batch[0].id} could not be judged ({type(error).__name__}: {error})")
        return [_nothing(batch[0].id, f"could not be judged: {type(error).__name__}")]


def _nothing(identifier: str, why: str) -> dict[str, object]:
    return {"id": identifier, "verdict": "not_enough_evidence", "confidence": 0.0, "citations": [], "rationale": why}


def _store(settings: Settings) -> Store:
    from flows.stages import ready_evidence
    from pipeline.evidence import open_store

    ready_evidence(settings)
    return open_store(settings, create=False)


def _key(source: Path, settings: Settings, store: Store | None) -> str:
    """What a half-done output must share with this run to be gone on with."""
    generation = store.generation if store is not None else ""
    code = source_of("pipeline/judging", "pipeline/evidence")
    return stage_key("judge file", code, sha256_of(source), generation, settings.stance, settings.retrieve)


def _whole_lines(part: Path) -> int:
    """How many answers a half-done output holds; a torn last line is cut off."""
    if not part.exists():
        part.parent.mkdir(parents=True, exist_ok=True)
        return 0
    content = part.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        part.write_bytes(whole)
    return whole.count(b"\n")
