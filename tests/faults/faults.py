"""The faults: each is done to a run of its own and answers what a rerun made of it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.faults.ground import PATIENCE, STAGES, Ground, Tried, ended, finished, result
from tests.servers import chroma_server

YEAR = 365 * 24 * 3600
READ_BY = {"transcript": "transcript.json", "claims": "claims.json", "verdicts": "verdicts.json"}
"""A stage → the file that the next one is fed."""


def killed_at(ground: Ground, moment: float, name: str) -> tuple[Tried, set[str]]:
    """SIGKILL so many seconds after the start; also the stages that were finished by then."""
    home = ground.home(name)
    run = ground.start(home)
    try:
        run.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
    before = finished(home)
    return ground.rerun("killed at a random moment", home), before


def killed_in_commit(ground: Ground, stage: str) -> Tried:
    """SIGKILL between the stage's last file and its record: not even that stage is done again."""
    fault = f"killed in the commit of {stage}"
    home = ground.home(f"killed-{stage}")
    run = ground.victim(home, "killed", stage)
    if run.status != -signal.SIGKILL or stage not in finished(home):
        return Tried(fault, False, trouble=f"was not killed there: {run.said[-200:]}")
    return ground.rerun(fault, home)


def disk_full(ground: Ground, stage: str) -> Tried:
    """No room from the stage's first file on: one line, nothing half-written, no stage lost that was finished."""
    fault = f"disk full in {stage}"
    home = ground.home(f"full-{stage}")
    run = ground.victim(home, "full", stage)
    if run.status != 1 or not run.error or "can't write" not in run.error:
        return Tried(fault, False, trouble=f"status {run.status}: {run.said[-300:]}")
    if finished(home) != set(STAGES[: STAGES.index(stage)]) or (torn := half_written(home)):
        return Tried(fault, False, trouble=f"left {sorted(finished(home))}, torn {torn}")
    return ground.rerun(fault, home)


def half_written(home: Path) -> list[str]:
    """Files of episodes that are empty or end in the middle."""
    return [
        path.name for path in home.glob("episodes/*/*.json") if not path.read_bytes().rstrip().endswith((b"}", b"]"))
    ]


def fed_half_a_file(ground: Ground, stage: str) -> Tried:
    """A stage's file was cut in half before the next one read it: only the cut one is done again."""
    fault = f"half of {READ_BY[stage]}"
    home = ground.home(f"half-{stage}", done=STAGES[: STAGES.index(stage) + 1])
    (path,) = home.glob(f"episodes/*/{READ_BY[stage]}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    tried = ground.rerun(fault, home)
    redone = tuple(one for one in tried.redone if one != stage)
    if tried.redone == redone:
        return Tried(fault, False, trouble=f"{stage} was taken as it was; {tried.trouble}")
    return Tried(fault, tried.recovered, redone, tried.trouble)


def clock_ahead(ground: Ground) -> Tried:
    """A clock that was a year ahead left its times on files and records: they stand, and nothing is done again."""
    fault = "clock a year ahead"
    home = ground.home("clock", done=STAGES[:2])
    later = time.time() + YEAR
    for path in [*home.glob("episodes/**/*"), *home.glob("store/**/*"), *home.glob("prefect/*")]:
        os.utime(path, (later, later))
    return ground.rerun(fault, home)


def store_gone(ground: Ground, event: str) -> Tried:
    """The Chroma server dies before judging or in it: one line; with the server back, the run goes on."""
    fault = {"bereft": "store's server killed before judging", "cut": "store's server killed in judging"}[event]
    home, files = ground.home(f"chroma-{event}", store=False), ground.folder / f"chroma-{event}-files"
    with chroma_server(files) as server:
        run = ground.victim(home, event, "claims", server.process.pid, CLAIMCAST_CHROMA=server.address)
        if run.status != 1 or "no Chroma server answers at" not in run.error:
            return Tried(fault, False, trouble=f"status {run.status}: {run.said[-300:]}")
        if finished(home) != {"transcript", "claims"} or (torn := half_written(home)):
            return Tried(fault, False, trouble=f"left {sorted(finished(home))}, torn {torn}")
    with chroma_server(files, port=server.port):
        return ground.rerun(fault, home, CLAIMCAST_CHROMA=server.address)


def worker_vanishes(ground: Ground, after: str) -> Tried:
    """The Dask worker that has work is killed once a stage stands: the run ends well on the other, or the next one does."""
    from distributed import Client, LocalCluster

    fault = "a worker of the cluster vanishes"
    home = ground.home(f"worker-{after}")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        process_of = client.run(os.getpid)
        run = ground.start(home, CLAIMCAST_DASK=cluster.scheduler_address)
        deadline = time.monotonic() + PATIENCE
        busy: list[str] = []
        while not busy and run.poll() is None and time.monotonic() < deadline:
            if after in finished(home):
                busy = [address for address, tasks in client.processing().items() if tasks]
            time.sleep(0.02)
        if not busy:
            return Tried(fault, False, trouble=f"no worker had work after {after}: {ended(run).said[-200:]}")
        os.kill(process_of[busy[0]], signal.SIGKILL)
        end = ended(run)
        if torn := half_written(home):
            return Tried(fault, False, trouble=f"status {end.status}, torn {torn}")
        return ground.rerun(fault, home, CLAIMCAST_DASK=cluster.scheduler_address)


def two_at_once(ground: Ground) -> Tried:
    """Two runs of one episode: both end well with the undisturbed result, and no stage is done by both."""
    fault = "two runs of one episode at once"
    home = ground.home("two")
    ends = [ended(run) for run in [ground.start(home), ground.start(home)]]
    if any(end.status != 0 for end in ends):
        return Tried(fault, False, trouble=" ".join(end.said[-200:] for end in ends))
    twice = tuple(stage for stage in STAGES if all(end.seconds[stage] > 0 for end in ends))
    return Tried(fault, result(home) == result(ground.template), twice)
