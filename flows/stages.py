"""What each stage does for one episode, as a plain function: read files, call the room, say what came out."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError

from flows import llm_steps
from flows.claims_edit import edited
from flows.earlier import with_earlier
from flows.listen_again import with_second_hearing
from flows.logs import logger
from flows.policies import Evidence, Order, Work, glossary, stage_key
from flows.progress import listener, told
from flows.provenance import models_of_claims, models_of_verdicts, provenance
from flows.records import Made
from pipeline.errors import ClaimcastError, StoreError, WeightsError
from pipeline.files import write_whole
from pipeline.media import OpenedSource, open_source
from pipeline.models import CheckedClaim, Claim, Report, Transcript, Verdict
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.evidence import Store

_just_opened: dict[tuple[Order, Path], OpenedSource] = {}
"""Sources opened before Prefect was started, to see whether their work stands; each is used once."""

BATCH = 16
"""Claims judged between two saves: what a killed run loses at most."""

T = TypeVar("T")

CLAIMS = TypeAdapter(tuple[Claim, ...])
CHECKED = TypeAdapter(tuple[CheckedClaim, ...])


def open_episode(order: Order, settings: Settings) -> OpenedSource:
    """The episode that the order names, written as episode.json; one opened a moment ago is not opened again.

    Raises:
        InputError: nothing usable is there.
    """
    if (opened := _just_opened.pop((order, settings.home), None)) is not None:
        return opened
    started = time.monotonic()
    with told(order.name, "open"):
        opened = open_source(
            order.source,
            published=order.published,
            settings=settings,
            episode=order.episode,
            on_progress=lambda done, total: listener().advanced(order.name, "open", done, total),
        )
    path = settings.episode_path(opened.episode.id) / "episode.json"
    content = opened.episode.model_dump_json(indent=1)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        write_whole(path, content)
    listener().finished(order.name, "open", time.monotonic() - started, opened.episode.title, False)
    return opened


def open_ahead(order: Order, settings: Settings) -> OpenedSource:
    """The episode that the order names, remembered for the next `open_episode` of the same order."""
    _just_opened.pop((order, settings.home), None)  # of an earlier run in this process; the file may have changed since
    _just_opened[order, settings.home] = opened = open_episode(order, settings)
    return opened


def opened_ahead(order: Order, settings: Settings) -> OpenedSource:
    """What `open_ahead` has opened a moment ago; opened now when it has not."""
    return _just_opened.get((order, settings.home)) or open_ahead(order, settings)


def ready_evidence(settings: Settings) -> Evidence:
    """The state of the evidence store, filled from the seeds when it was empty.

    Raises:
        StoreError: the store can't be opened or written.
    """
    from pipeline.evidence import open_store

    started = time.monotonic()
    with told("", "evidence"), open_store(settings) as store:
        empty = settings.seeds and store.stats().passages == 0
        if empty:
            store.seed(lambda done, total: listener().advanced("", "evidence", done, total))
        evidence = state_of(store)
    detail = f"{evidence.passages:,} passages{' put in' if empty else ''}"
    listener().finished("", "evidence", time.monotonic() - started, detail, False)
    return evidence


def state_of(store: Store) -> Evidence:
    """What an open store holds."""
    return Evidence(generation=store.generation, names=tuple(store.proper_names()), passages=store.stats().passages)


def extract(work: Work) -> Made:
    """claims.json: claims in order of time, opinions and predictions among them."""
    from pipeline.claims import extract as find_claims
    from pipeline.claims.checkworthy import load_checkworthy

    scorer = load_checkworthy()
    names = (*glossary(work.settings), *work.evidence.names)
    transcript = _transcript(work)
    claims = find_claims(transcript, work.opened.episode, glossary=names, scorer=scorer)
    claims, use = llm_steps.with_claims_reworded(work, claims, transcript)
    if work.edited:
        claims = edited(claims, work.edited, work.opened.episode)
    claims = with_second_hearing(work, claims, transcript)
    checkable = sum(claim.checkable for claim in claims)
    return Made(
        files={"claims.json": CLAIMS.dump_json(claims, indent=1).decode()},
        counts={"claims": len(claims), "checkable": checkable},
        models=models_of_claims(),
        llm=use,
        warnings=llm_steps.warnings_of(use),
        detail=f"{checkable} to check",
        keep=use is None or not use.stopped,
    )


def judge(work: Work) -> Made:
    """verdicts.json: every claim with its verdicts, judged in batches that are kept as they are done."""
    claims = _read(work.folder / "claims.json", CLAIMS)
    if not claims:
        return Made(files={"verdicts.json": "[]"}, detail="no claims")
    kept = work.folder / "stages" / "verdicts"
    checked: list[CheckedClaim] = []
    warnings: list[str] = []
    for start in range(0, len(claims), BATCH):
        batch = claims[start : start + BATCH]
        path = kept / f"{stage_key('batch', work.plan.verdicts, [claim.id for claim in batch])[:24]}.json"
        done = None if work.force else _kept(path)
        if done is None:
            done, failed = _judge_batch(work, batch, start, len(claims))
            warnings += failed
            if not failed:
                write_whole(path, CHECKED.dump_json(done))
        checked += done
        listener().advanced(work.name, "verdicts", len(checked), len(claims))
    looked_at, use = llm_steps.with_second_look(work, tuple(checked))
    warnings += llm_steps.warnings_of(use)
    return Made(
        files={"verdicts.json": CHECKED.dump_json(looked_at).decode()},
        counts={"judged": sum(one.verdict is not None for one in checked)},
        models=models_of_verdicts(work.settings),
        llm=use,
        warnings=tuple(warnings),
        detail=f"{sum(one.verdict is not None for one in checked)} judged",
        keep=not warnings,
    )


def publish(work: Work) -> Made:
    """report.json, report.html and what lies beside them."""
    from reports import render

    checked = _read(work.folder / "verdicts.json", CHECKED)
    checked = with_earlier(checked, work.opened.episode, work.settings)
    report = Report(
        episode=work.opened.episode,
        transcript=_transcript(work),
        claims=checked,
        provenance=provenance(work, checked),
    )
    render(report, work.folder, audio=work.opened.media)
    return Made(written=("report.json", "report.html"), detail="report.html")


def list_reports(settings: Settings, unless_listed: Sequence[Work] = ()) -> None:
    """Nothing; the data home's index.html lists all finished reports, those of these works among them.

    Its cost grows with the reports that are there, so it is no part of a stage: of many episodes it is written now and then.

    Raises:
        ClaimcastError: it can't be written.
    """
    from reports import is_listed, write_index

    if not unless_listed or not all(is_listed(settings.home, work.folder.name) for work in unless_listed):
        write_index(settings.home)


def _judge_batch(
    work: Work, batch: Sequence[Claim], start: int, total: int
) -> tuple[tuple[CheckedClaim, ...], list[str]]:
    """The batch judged with the store opened once, and a line for every claim that could not be."""
    from pipeline.evidence import open_store
    from pipeline.judging import judge as weigh

    checked: list[CheckedClaim] = []
    failed: list[str] = []
    with open_store(work.settings, create=False) as store:
        for number, claim in enumerate(batch, start):
            try:
                checked.append(weigh(claim, store, settings=work.settings))
            except (StoreError, WeightsError):
                raise  # all the others would fail in the same way
            except Exception as error:  # one bad claim must not sink the episode; the report says so
                checked.append(_undecided(claim, error))
                failed.append(f"claim {claim.id} could not be judged ({type(error).__name__}: {error})")
                logger.exception("not judged", extra={"episode": work.opened.episode.id, "claim": claim.id})
            listener().advanced(work.name, "verdicts", number + 1, total)
    return tuple(checked), failed


def _undecided(claim: Claim, error: Exception) -> CheckedClaim:
    rationale = f"Judging this claim failed ({type(error).__name__}); run the same command again to retry."
    verdict = Verdict(label="not_enough_evidence", confidence=0.0, as_of=claim.as_of, rationale=rationale)
    return CheckedClaim(
        claim=claim, verdict=verdict, verdict_today=verdict.model_copy(update={"as_of": None}), doubts=claim.doubts
    )


def forget_batches(work: Work) -> None:
    """Remove the batches that verdicts.json now holds."""
    shutil.rmtree(work.folder / "stages" / "verdicts", ignore_errors=True)


def _kept(path: Path) -> tuple[CheckedClaim, ...] | None:
    try:
        return CHECKED.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _transcript(work: Work) -> Transcript:
    return _read(work.folder / "transcript.json", TypeAdapter(Transcript))


def _read(path: Path, shape: TypeAdapter[T]) -> T:
    try:
        return shape.validate_json(path.read_bytes())
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise ClaimcastError(f"{path} can't be read ({type(error).__name__}); run again with --force") from error


def _advance(work: Work, stage: str) -> Callable[[float, float], None]:
    return lambda done, total: listener().advanced(work.name, stage, done, total)
