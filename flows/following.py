"""Following without a server to start by hand: feeds are asked, and what is new is verified, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from flows.engine import check_home, prefect_ready
from flows.logs import log_to, logger
from flows.outcome import Outcome
from flows.policies import Order
from flows.run import verify_all
from pipeline.errors import ClaimcastError
from pipeline.media.followed import followed
from pipeline.media.polling import Polled, due, poll
from pipeline.media.turns import Task, Turn, taking, waiting
from pipeline.models import Frozen
from pipeline.settings import Settings

_AT_ONCE = 8
"""Feeds that are asked at the same time."""


class Round(Frozen):
    """What came of one round over the followed feeds."""

    feeds: tuple[Polled, ...]
    verified: tuple[Outcome, ...] = ()
    failed: dict[str, str] = {}
    """“Show: title” of an episode → why it could not be verified."""
    waiting: int = 0
    """Episodes that are still to be verified."""


@contextmanager
def engine_when_needed(settings: Settings) -> Iterator[Callable[[], None]]:
    """A function that makes Prefect ready, for as long as the block lasts: it reads where its server is only once."""
    with ExitStack() as stack:
        started: list[bool] = []

        def ready() -> None:
            if not started:
                stack.enter_context(prefect_ready(settings))
                started.append(True)

        yield ready


def one_round(
    settings: Settings,
    ready: Callable[[], None],
    *,
    every: timedelta,
    only: Sequence[str],
    at_once: int,
    quiet: bool,
) -> Round:
    """What came of asking the feeds that are due and verifying what is new, `at_once` at a time (0: only asking).

    Raises:
        ClaimcastError: the data home can't be used, or the engine does not start.
    """
    check_home(settings)
    log_to(settings)
    polled = poll_all(settings, every=every, only=only)
    verified: list[Outcome] = []
    failed: dict[str, str] = {}
    if at_once and tasks_waiting(settings, only):
        ready()
        verified, failed = verify_waiting(settings, at_once=at_once, only=only, quiet=quiet)
    left = len(tasks_waiting(settings, only))
    return Round(feeds=polled, verified=tuple(verified), failed=failed, waiting=left)


def poll_all(settings: Settings, *, every: timedelta = timedelta(0), only: Sequence[str] = ()) -> tuple[Polled, ...]:
    """What came of asking every followed feed that is due (`only`: those with these ids), by title."""
    feeds = [feed for feed in followed(settings) if (feed.id in only if only else due(feed, every))]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        polled = tuple(pool.map(lambda feed: poll(feed, settings), feeds))
    for one in polled:
        logger.info("polled", extra={"episode": one.title, "stage": "feed", "detail": one.problem or one.status})
    return polled


def tasks_waiting(settings: Settings, only: Sequence[str] = ()) -> list[Task]:
    """The episodes of all followed feeds that are to be verified."""
    return [task for feed in followed(settings) if not only or feed.id in only for task in waiting(feed, settings)]


def verify_waiting(
    settings: Settings, *, at_once: int = 2, only: Sequence[str] = (), quiet: bool = False
) -> tuple[list[Outcome], dict[str, str]]:
    """The outcomes of all episodes that were to be verified and that nobody else was at, and why others failed."""
    outcomes: list[Outcome] = []
    failed: dict[str, str] = {}
    seen: set[str] = set()
    while True:
        with ExitStack() as stack:
            left = [task for task in tasks_waiting(settings, only) if task.source not in seen]
            mine = list(_mine(left, settings, stack, at_once))
            if not mine:
                return outcomes, failed
            seen |= {task.source for task, _ in mine}
            done, problems = _verified(mine, settings, quiet)
            outcomes += done
            failed |= problems


def _mine(tasks: Sequence[Task], settings: Settings, stack: ExitStack, most: int) -> Iterator[tuple[Task, Turn]]:
    """The first few episodes that were free, taken until the stack is left."""
    found = 0
    for task in tasks:
        if found >= most:
            return
        turn = stack.enter_context(taking(task, settings))
        if turn is not None:
            found += 1
            yield task, turn


def _verified(
    mine: Sequence[tuple[Task, Turn]], settings: Settings, quiet: bool
) -> tuple[list[Outcome], dict[str, str]]:
    try:
        outcomes, failures = verify_all([Order(source=task.source) for task, _ in mine], settings, quiet=quiet)
    except ClaimcastError:
        raise  # the data home or the engine: no episode's fault, so all are tried again
    except Exception as error:
        logger.exception("failed", extra={"stage": "follow"})
        for _, turn in mine:
            turn.failed(f"{type(error).__name__}: {error}")
        return [], {f"{task.show}: {task.title}": f"{type(error).__name__}: {error}" for task, _ in mine}
    left = iter(outcomes)
    problems: dict[str, str] = {}
    for task, turn in mine:
        if (failure := failures.get(task.source)) is not None:
            problems[f"{task.show}: {task.title}"] = str(failure)
            turn.failed(str(failure))
        else:
            turn.done(next(left).episode_id)
    return outcomes, problems
