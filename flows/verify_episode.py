"""An episode goes in, a sourced report comes out: the method, one line a stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows.policies import Order, Work, work_on
from flows.tasks import (
    extract_claims,
    first_failure,
    judge_claims,
    later,
    once,
    open_episode,
    publish_report,
    ready_evidence,
    transcribe_episode,
)
from pipeline.errors import ClaimcastError
from pipeline.settings import Settings


@flow(name="verify episode", flow_run_name="{order.source}")
def verify_episode(order: Order, settings: Settings) -> Work:
    """The finished work on one episode; its report lies in the episode's folder.

    Raises:
        ClaimcastError: a stage failed; the stages before it are kept and the next run goes on from there.
    """
    opened = open_episode(order, settings)
    evidence = ready_evidence(settings)
    work = work_on(opened, evidence, settings, order)
    once(transcribe_episode, work)
    once(extract_claims, work)
    once(judge_claims, work)
    once(publish_report, work)
    return work


_RUNNER: ThreadPoolTaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=256)


@flow(name="verify episodes", task_runner=_RUNNER)  # type: ignore[arg-type] # Prefect types its own runner otherwise
def verify_episodes(orders: Sequence[Order], settings: Settings) -> dict[str, Work | str]:
    """For each source the finished work, or the line that says why it failed; stages of different episodes overlap."""
    evidence = ready_evidence(settings)
    outcomes: dict[str, Work | str] = {}
    started: dict[str, tuple[PrefectFuture[str], ...]] = {}
    for order in orders:
        try:
            work = work_on(open_episode(order, settings), evidence, settings, order)
        except ClaimcastError as error:
            outcomes[order.source] = str(error)
            continue
        transcript = later(transcribe_episode, work)
        claims = later(extract_claims, work, after=transcript)
        verdicts = later(judge_claims, work, after=claims)
        report = later(publish_report, work, after=verdicts)
        started[order.source] = (transcript, claims, verdicts, report)
        outcomes[order.source] = work
    for source, futures in started.items():
        if (failure := first_failure(futures)) is not None:
            outcomes[source] = failure
    return outcomes
