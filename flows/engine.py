"""Prefect, made ready: quiet, its files in the data home, a server for one command unless PREFECT_API_URL names one.

Prefect starts such a server itself when it is first asked; starting it here lets it load beside our own imports, and
makes it go when this process goes, however that ends. Call `prepare` before anything imports prefect.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ClaimcastError
from pipeline.settings import Settings

_QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_API_REQUEST_TIMEOUT": "300",
}
_IDLE_SERVICES = (
    "SCHEDULER",
    "LATE_RUNS",
    "FOREMAN",
    "TRIGGERS",
    "PAUSE_EXPIRATIONS",
    "CANCELLATION_CLEANUP",
    "REPOSSESSOR",
    "CLEANUP_RECONCILER",
)
"""What a server that lives for one command has no use for."""

_NEEDED_MB = 64


@contextmanager
def prefect_ready(settings: Settings) -> Iterator[None]:
    """A block in which flows can run; nothing of Prefect is imported yet when it begins.

    Raises:
        ClaimcastError: the data home can't be written or its disk is full.
    """
    prepare(settings)
    if _has_server():
        with _said(lambda: f"can't reach Prefect at {_address()}; start that server, or unset PREFECT_API_URL"):
            yield
        return
    log = settings.home / "prefect" / "server.log"
    server = _start_server(log)
    try:
        with _said(
            lambda: f"Prefect's server did not start (see {log}); remove {log.parent}: only its history is lost"
        ):
            yield
    finally:
        del os.environ["PREFECT_API_URL"]
        if server.stdin:
            server.stdin.close()  # the server ends by itself then; there is nothing to wait for


@contextmanager
def _said(line: Callable[[], str]) -> Iterator[None]:
    """A block in which an unreachable server is a line a person can act on."""
    try:
        yield
    except ClaimcastError:
        raise
    except Exception as error:
        if "Failed to reach API" in str(error) or type(error).__name__ in ("ConnectError", "ReadError"):
            raise ClaimcastError(line()) from error
        raise


def prepare(settings: Settings) -> None:
    """Set Prefect's environment where the person has not."""
    check_home(settings)
    wanted = dict(_QUIET)
    if not _has_server():
        wanted["PREFECT_HOME"] = str((settings.home / "prefect").resolve())
        wanted |= {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _IDLE_SERVICES}
    wanted["PREFECT_LOCAL_STORAGE_PATH"] = str((settings.home / "prefect" / "results").resolve())
    for name, value in wanted.items():
        os.environ.setdefault(name, value)


def check_home(settings: Settings) -> None:
    """Nothing, when the data home can be written and has some room.

    Raises:
        ClaimcastError: it can't, or its disk is full.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.home).free // 1_000_000
    except OSError as error:
        raise ClaimcastError(
            f"can't use the data home {settings.home}: {error.strerror}; set CLAIMCAST_HOME to another folder"
        ) from error
    if not os.access(settings.home, os.W_OK):
        raise ClaimcastError(f"can't write to the data home {settings.home}; set CLAIMCAST_HOME to another folder")
    if free < _NEEDED_MB:
        raise ClaimcastError(
            f"the disk that holds {settings.home} has {free} MB left and a run needs {_NEEDED_MB}; free some space"
        )


def _has_server() -> bool:
    """Whether a server is named, in the environment or (in a test harness) in Prefect's settings."""
    return bool(_address())


def _address() -> str:
    if address := os.environ.get("PREFECT_API_URL"):
        return address
    if "prefect" not in sys.modules:
        return ""
    from prefect.settings import PREFECT_API_URL

    return PREFECT_API_URL.value() or ""


def _start_server(log: Path) -> subprocess.Popen[bytes]:
    """A server process that is loading; requests wait in its socket until it is up."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as written, socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        server = subprocess.Popen(  # noqa: S603 # our own module, by our own interpreter
            [sys.executable, "-m", "flows.server", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=written,
            cwd=Path(__file__).resolve().parent.parent,
            env={**os.environ, "PREFECT_UI_ENABLED": "0"},
            start_new_session=True,  # Ctrl-C is for the command; the server sees it end
        )
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
    return server
