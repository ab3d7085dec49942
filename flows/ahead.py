"""Work begun while Prefect's server is still loading: the evidence is made ready and somebody listens already.

The server keeps one core busy for some seconds. What is begun here is what the flow's first tasks would do, done by the
same functions under the same locks; the tasks find it under way and wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from flows.policies import Evidence, Order, Work, plan, work_on
from flows.records import StageRecord
from flows.stages import opened_ahead, ready_evidence
from flows.steps import run_stage
from flows.transcripts import transcribe
from pipeline.media import OpenedSource
from pipeline.settings import Settings

T = TypeVar("T")

_evidence: dict[Path, Future[Evidence]] = {}
_transcripts: dict[tuple[Path, str], Future[StageRecord]] = {}


@contextmanager
def begun(order: Order, settings: Settings) -> Iterator[None]:
    """A block before which a thread began to make the evidence ready and then to transcribe the order's source.

    What goes wrong in it is raised where a task asks for the outcome.

    Raises:
        InputError: the source can't be opened.
    """
    opened = opened_ahead(order, settings)
    evidence: Future[Evidence] = Future()
    transcript: Future[StageRecord] = Future()
    key = (settings.home, plan(opened, settings, Evidence(generation="")).transcript)
    _evidence[settings.home], _transcripts[key] = evidence, transcript
    # A daemon: when the command is stopped, nobody waits until an hour of audio was heard.
    arguments = (order, settings, opened, evidence, transcript)
    threading.Thread(target=_work, args=arguments, name="ahead", daemon=True).start()
    try:
        yield
    finally:
        _evidence.pop(settings.home, None)
        _transcripts.pop(key, None)


def evidence_begun(settings: Settings) -> Future[Evidence] | None:
    """The store's state that will be known soon, for the first who asks; None when nothing was begun."""
    return _evidence.pop(settings.home, None)


def transcript_begun(work: Work, *, take: bool) -> Future[StageRecord] | None:
    """The record of this work's transcript that is under way; None when it is not. Once it is taken it is gone."""
    key = (work.settings.home, work.plan.transcript)
    return _transcripts.pop(key, None) if take else _transcripts.get(key)


def _work(
    order: Order,
    settings: Settings,
    opened: OpenedSource,
    evidence: Future[Evidence],
    transcript: Future[StageRecord],
) -> None:
    _fill(evidence, lambda: ready_evidence(settings))
    _fill(
        transcript,
        lambda: run_stage(work_on(opened, evidence.result(), settings, order), "transcript", transcribe),
    )


def _fill(future: Future[T], make: Callable[[], T]) -> None:
    try:
        future.set_result(make())
    except BaseException as error:  # it belongs to whoever waits
        future.set_exception(error)
