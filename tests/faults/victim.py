"""The command line, with something happening to it at a chosen moment.

    python -m tests.faults.victim EVENT STAGE PID ARGUMENTS...

Events: `killed` (SIGKILL between the stage's last file and its record), `full` (from the stage's first file on no file of
this process may grow, as on a full disk), `bereft` (the process PID is killed when the stage is about to be kept),
`cut` (the same when the third claim is about to be judged).
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows import cli, records, steps


def before(module: object, name: str, then: Callable[..., None]) -> None:
    """Have `then` called with the arguments of a module's function just before that function."""
    real: Callable[..., Any] = getattr(module, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        then(*arguments, **named)
        return real(*arguments, **named)

    setattr(module, name, wrapped)


def killed(stage: str) -> None:
    """The process ends when all files of the stage are there and its record is not."""

    def die(folder: Path, at: str) -> None:
        if at == stage and (folder / "stages" / f"{stage}.next").exists():
            os.kill(os.getpid(), signal.SIGKILL)

    before(records, "settle", die)


def full(stage: str) -> None:
    """No file of this process grows past 16 bytes from the stage's commit on."""
    before(
        steps,
        "commit",
        lambda _, at, *__, **___: (
            resource.setrlimit(resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY)) if at == stage else None
        ),
    )


def bereft(stage: str, process: int) -> None:
    """Another process is killed when the stage is about to be kept."""
    before(steps, "commit", lambda _, at, *__, **___: os.kill(process, signal.SIGKILL) if at == stage else None)


def cut(process: int) -> None:
    """Another process is killed when the third claim is about to be judged."""
    import pipeline.judging

    judged: list[object] = []

    def count(claim: object, *_: object, **__: object) -> None:
        judged.append(claim)
        if len(judged) == 3:
            os.kill(process, signal.SIGKILL)

    before(pipeline.judging, "judge", count)


def main() -> None:
    event, stage, process, *arguments = sys.argv[1:]
    {
        "killed": lambda: killed(stage),
        "full": lambda: full(stage),
        "bereft": lambda: bereft(stage, int(process)),
        "cut": lambda: cut(int(process)),
    }[event]()
    sys.argv = ["claimcast", *arguments]
    cli.main()


if __name__ == "__main__":
    main()
