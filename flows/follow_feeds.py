"""Followed feeds are asked what is new, and each new episode is verified by one run: for Prefect's own schedules.

`flows/prefect.yaml` makes a deployment of it. However many of these flows run at once, no episode has two runs: each is
taken under a lock in the data home, which the system lets go when a process dies (Prefect's file locks would outlive it).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.following import poll_all, tasks_waiting
from flows.machines import make_gpu_limit, run_elsewhere
from flows.policies import Order
from flows.verify_episode import verify_episode
from pipeline.errors import ClaimcastError
from pipeline.media.polling import Polled
from pipeline.media.turns import Task, taking
from pipeline.settings import Settings
from pipeline.speech import on_gpu


@flow(name="follow feeds")
def follow_feeds(settings: Settings, at_once: int = 2, deployment: str = "") -> dict[str, str]:
    """Each new episode by its show and title, with the id of its report (or of its flow run), or the line that says why it failed.

    `at_once` episodes are verified at a time, in this process, or by runs of a deployment such as
    `verify episode/verify`.
    """
    logger = get_run_logger()
    for polled in ask_feeds(settings):
        if polled.problem:
            logger.warning("%s: %s", polled.title, polled.problem)
    if on_gpu(settings) or deployment:
        make_gpu_limit()
    threads: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=max(1, at_once))
    return verify_new.with_options(task_runner=threads)(tasks_waiting(settings), settings, deployment)


@task(name="ask feeds")
def ask_feeds(settings: Settings) -> tuple[Polled, ...]:
    """What came of asking every followed feed."""
    return poll_all(settings)


@flow(name="verify new episodes")
def verify_new(tasks: Sequence[Task], settings: Settings, deployment: str = "") -> dict[str, str]:
    """Each episode that nobody else was at by show and title, with the id of its report, or why it failed."""
    futures: list[tuple[Task, PrefectFuture[str]]] = [
        (one, verify_one.with_options(task_run_name=one.title[:80] or one.key).submit(one, settings, deployment))
        for one in tasks
    ]
    outcomes: dict[str, str] = {}
    for one, future in futures:
        outcome = future.result(raise_on_failure=False)
        if outcome:  # empty: somebody else has it
            outcomes[f"{one.show}: {one.title}"] = str(outcome)
    return outcomes


@task(name="verify new episode", persist_result=False)
def verify_one(one: Task, settings: Settings, deployment: str) -> str:
    """The id of the episode's report; empty when somebody else verifies it or has done so.

    Raises:
        ClaimcastError: it could not be verified; it is tried again at a later round.
    """
    with taking(one, settings) as turn:
        if turn is None:
            return ""
        order = Order(source=one.source)
        try:
            found = (
                run_elsewhere(order, settings, deployment, f"{one.source} {one.attempts}")
                if deployment
                else _here(order, settings)
            )
        except Exception as error:
            turn.failed(str(error) if isinstance(error, ClaimcastError) else f"{type(error).__name__}: {error}")
            raise
        turn.done(found)
        return found


def _here(order: Order, settings: Settings) -> str:
    return verify_episode(order, settings).opened.episode.id
