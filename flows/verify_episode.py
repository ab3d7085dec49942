"""An episode goes in, a sourced report comes out: the method, one line a stage."""

from __future__ import annotations

import time
from collections.abc import Sequence

from prefect import flow
from prefect.futures import PrefectFuture

from flows.machines import runner_of, transcribe_elsewhere
from flows.policies import Order, Work, work_on
from flows.stages import list_reports
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

LIST_EVERY = 30.0
"""Seconds between two looks of the index while many episodes are under way."""


@flow(name="verify episode", flow_run_name="{order.source}")
def verify_episode(order: Order, settings: Settings) -> Work:
    """The finished work on one episode; its report lies in the episode's folder.

    Raises:
        ClaimcastError: a stage failed; the stages before it are kept and the next run goes on from there.
    """
    if settings.speech_deployment:
        transcribe_elsewhere(order, settings, settings.speech_deployment)
    work = _opened(order, settings)
    once(transcribe_episode, work)
    once(extract_claims, work)
    once(judge_claims, work)
    once(publish_report, work)
    list_reports(settings)
    return work


@flow(name="transcribe episode", flow_run_name="{order.source}")
def transcribe_only(order: Order, settings: Settings) -> str:
    """The path of one episode's transcript: the half of the work that wants a GPU, for a work pool of its own.

    Raises:
        ClaimcastError: the source can't be opened or nothing is said in it.
    """
    return once(transcribe_episode, _opened(order, settings.model_copy(update={"speech_deployment": None})))


def _opened(order: Order, settings: Settings) -> Work:
    opened = open_episode(order, settings)
    return work_on(opened, ready_evidence(settings), settings, order)


@flow(name="verify several")
def verify_several(orders: Sequence[Order], settings: Settings) -> dict[str, Work | str]:
    """What `verify_many` gives: for a deployment, whose worker may hand the stages on to a Dask cluster.

    Raises:
        SettingsError: the settings name a Dask scheduler that can't be used.
    """
    return verify_many(orders, settings)


def verify_many(orders: Sequence[Order], settings: Settings) -> dict[str, Work | str]:
    """What `verify_episodes` gives, on the machines that the settings name.

    Raises:
        SettingsError: they name a Dask scheduler that can't be used.
    """
    there = settings.model_copy(update={"home": settings.home.resolve()}) if settings.dask else settings
    return verify_episodes.with_options(task_runner=runner_of(settings))(list(orders), there)


@flow(name="verify episodes")
def verify_episodes(orders: Sequence[Order], settings: Settings) -> dict[str, Work | str]:
    """For each source the finished work, or the line that says why it failed; stages of different episodes overlap."""
    evidence = ready_evidence(settings)
    outcomes: dict[str, Work | str] = {}
    started: dict[str, tuple[PrefectFuture[str], ...]] = {}
    for order in orders:
        try:
            work = work_on(open_episode(order, settings), evidence, settings, order)
        except ClaimcastError as error:
            outcomes[order.name] = str(error)
            continue
        transcript = later(transcribe_episode, work)
        claims = later(extract_claims, work, after=transcript)
        verdicts = later(judge_claims, work, after=claims)
        report = later(publish_report, work, after=verdicts)
        started[order.name] = (transcript, claims, verdicts, report)
        outcomes[order.name] = work
    listed = time.monotonic()
    for source, futures in started.items():
        if (failure := first_failure(futures)) is not None:
            outcomes[source] = failure
        if time.monotonic() - listed > LIST_EVERY:
            list_reports(settings)
            listed = time.monotonic()
    list_reports(settings)
    return outcomes
