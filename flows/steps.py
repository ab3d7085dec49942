"""One stage of one episode, done unless it stands: what a Prefect task runs, and what may be begun before there is one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

from flows.policies import Work
from flows.progress import listener, told
from flows.records import Made, StageRecord, alone, commit, settle, standing

_ONE_AT_A_TIME = {stage: threading.Semaphore(1) for stage in ("transcript", "claims", "verdicts", "report")}
"""Stages that fill the machine: of several episodes one is transcribed while another is judged. In this process only;
across machines Prefect's work pools do it. Prefect's own concurrency slots outlive a killed run by minutes. The language
pipeline that finds claims must have one user at a time too: shared by threads it loses sentences."""

_READS = {
    "claims": ("transcript.json",),
    "verdicts": ("claims.json",),
    "report": ("transcript.json", "verdicts.json"),
}
"""The files of the episode's folder that a stage is made from."""


def run_stage(work: Work, stage: str, make: Callable[[Work], Made]) -> StageRecord:
    """The record of a stage, done now unless it stands.

    Raises:
        ClaimcastError: the stage failed; nothing of it is left half-written.
    """
    with alone(work.folder, stage), _ONE_AT_A_TIME.get(stage) or nullcontext():
        started = time.monotonic()
        settle(work.folder, stage)
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
