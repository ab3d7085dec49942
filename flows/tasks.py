"""The stages as Prefect tasks: one task a stage, paths in and paths out, cached by what went in.

Import `flows.engine` and call `prepare` first. A task whose record stands returns at once, so a run that was killed
between a stage's last file and Prefect's own bookkeeping loses nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, TypeAlias

from prefect import Task, task
from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture

from flows import stages
from flows.artifacts import leave, shown_in_prefect
from flows.policies import Evidence, Order, Work, cache_key
from flows.progress import listener, told
from flows.records import Made, StageRecord, alone, commit, standing
from pipeline.media import OpenedSource
from pipeline.settings import Settings

StageTask: TypeAlias = Task[[Work], str]

_ONE_AT_A_TIME = {stage: threading.Semaphore(1) for stage in ("transcript", "claims", "verdicts")}
"""Stages that fill the machine: of several episodes one is transcribed while another is judged. In this process only;
across machines Prefect's work pools do it. Prefect's own concurrency slots outlive a killed run by minutes. The language
pipeline that finds claims must have one user at a time too: shared by threads it loses sentences."""

STAGE_OF = {
    "transcribe": "transcript",
    "extract claims": "claims",
    "judge claims": "verdicts",
    "publish report": "report",
}
"""A task's name → the stage it does."""

_READS = {
    "claims": ("transcript.json",),
    "verdicts": ("claims.json",),
    "report": ("transcript.json", "verdicts.json"),
}
"""The files of the episode's folder that a stage is made from."""


def by_stage(stage: str) -> CachePolicy:
    """The cache policy of a stage: the key of its inputs, and nothing that Prefect would guess."""

    def key(context: TaskRunContext, parameters: dict[str, Any]) -> str | None:
        return cache_key(stage, parameters["work"])

    return CachePolicy.from_cache_key_fn(key)


def run_stage(work: Work, stage: str, make: Callable[[Work], Made]) -> StageRecord:
    """The record of a stage, done now unless it stands.

    Raises:
        ClaimcastError: the stage failed; nothing of it is left half-written.
    """
    with alone(work.folder, stage), _ONE_AT_A_TIME.get(stage) or nullcontext():
        started = time.monotonic()
        record = None if work.force else standing(work.folder, stage, work.plan.key(stage))
        if record is None:
            with told(work.name, stage):
                made = make(work)
            seconds = time.monotonic() - started
            record = commit(work.folder, stage, work.plan.key(stage), made, seconds=seconds, read=_READS.get(stage, ()))
            listener().finished(work.name, stage, seconds, record.detail, False)
        else:
            listener().finished(work.name, stage, 0.0, record.detail, True)
        return record


def once(stage: StageTask, work: Work) -> str:
    """The path that a stage's task leaves, done at once unless it stands."""
    return _ready(stage, work)(work)


def later(stage: StageTask, work: Work, *, after: PrefectFuture[str] | None = None) -> PrefectFuture[str]:
    """The path that a stage's task will leave, done in the background when `after` is done."""
    future: PrefectFuture[str] = _ready(stage, work).submit(
        work, return_state=False, wait_for=[after] if after else None
    )
    return future


def first_failure(futures: Sequence[PrefectFuture[str]]) -> str | None:
    """Why the first stage of a line that failed did so, as one line; None when all are done. Waits for them."""
    for future in futures:
        outcome = future.result(raise_on_failure=False)
        if isinstance(outcome, BaseException):
            return str(outcome)
    return None


def _ready(stage: StageTask, work: Work) -> StageTask:
    """The task, told not to use what Prefect has kept when redoing is wanted, or files have gone or changed since."""
    name = STAGE_OF[stage.name]
    record = None if work.force else standing(work.folder, name, work.plan.key(name))
    if record is not None:
        listener().finished(work.name, name, 0.0, record.detail, True)
    return stage.with_options(refresh_cache=record is None)


@task(name="open source")
def open_episode(order: Order, settings: Settings) -> OpenedSource:
    """The episode that the order names, its audio or transcript on this disk."""
    return stages.open_episode(order, settings)


@task(name="make evidence ready")
def ready_evidence(settings: Settings) -> Evidence:
    """The state of the evidence store, filled from the seeds when it was empty."""
    return stages.ready_evidence(settings)


@task(
    name="transcribe",
    cache_policy=by_stage("transcript"),
    persist_result=True,
    result_serializer="json",
)
def transcribe_episode(work: Work) -> str:
    """The path of transcript.json: heard, or read from the transcript that was given."""
    with shown_in_prefect(work, "transcript"):
        run_stage(work, "transcript", stages.transcribe)
    return str(work.folder / "transcript.json")


@task(name="extract claims", cache_policy=by_stage("claims"), persist_result=True, result_serializer="json")
def extract_claims(work: Work) -> str:
    """The path of claims.json: what was said that can be checked, and opinions and predictions worth showing."""
    run_stage(work, "claims", stages.extract)
    return str(work.folder / "claims.json")


@task(name="judge claims", cache_policy=by_stage("verdicts"), persist_result=True, result_serializer="json")
def judge_claims(work: Work) -> str:
    """The path of verdicts.json: evidence looked up and weighed for every checkable claim."""
    run_stage(work, "verdicts", stages.judge)
    stages.forget_batches(work)
    return str(work.folder / "verdicts.json")


@task(name="publish report", cache_policy=by_stage("report"), persist_result=True, result_serializer="json")
def publish_report(work: Work) -> str:
    """The path of report.html, with report.json and the rest beside it."""
    run_stage(work, "report", stages.publish)
    leave(work)
    return str(work.folder / "report.html")
