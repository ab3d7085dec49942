"""The stages as Prefect tasks: one task a stage, paths in and paths out, cached by what went in.

Import `flows.engine` and call `prepare` first. A task whose record stands returns at once, so a run that was killed
between a stage's last file and Prefect's own bookkeeping loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, TypeAlias

from prefect import Task, task
from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture

from flows import ahead, stages
from flows.artifacts import leave, shown_in_prefect
from flows.machines import gpu_slot
from flows.policies import Evidence, Order, Work, cache_key
from flows.progress import listener
from flows.records import standing
from flows.steps import run_stage
from flows.transcripts import transcribe
from pipeline.media import OpenedSource
from pipeline.settings import Settings

StageTask: TypeAlias = Task[[Work], str]

STAGE_OF = {
    "transcribe": "transcript",
    "extract claims": "claims",
    "judge claims": "verdicts",
    "publish report": "report",
}
"""A task's name → the stage it does."""


def by_stage(stage: str) -> CachePolicy:
    """The cache policy of a stage: the key of its inputs, and nothing that Prefect would guess."""

    def key(context: TaskRunContext, parameters: dict[str, Any]) -> str | None:
        return cache_key(stage, parameters["work"])

    return CachePolicy.from_cache_key_fn(key)


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
    if name == "transcript" and ahead.transcript_begun(work, take=False) is not None:
        return stage.with_options(refresh_cache=True)
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
    begun = ahead.evidence_begun(settings)
    return begun.result() if begun else stages.ready_evidence(settings)


@task(
    name="transcribe",
    cache_policy=by_stage("transcript"),
    persist_result=True,
    result_serializer="json",
)
def transcribe_episode(work: Work) -> str:
    """The path of transcript.json: heard, or read from the transcript that was given."""
    with shown_in_prefect(work, "transcript"), gpu_slot(work.settings) if work.opened.media else nullcontext():
        begun = ahead.transcript_begun(work, take=True)
        _ = begun.result() if begun else run_stage(work, "transcript", transcribe)
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
