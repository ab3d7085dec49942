"""Prefect, made ready: quiet, its files in the data home, its own small server unless PREFECT_API_URL names one.

Import this before anything imports prefect: Prefect reads its settings once.
"""

from __future__ import annotations

import os
import shutil

from pipeline.errors import ClaimcastError
from pipeline.settings import Settings

_QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_CLI_PROMPT": "false",
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


def prepare(settings: Settings) -> None:
    """Set Prefect's environment where the person has not; nothing is imported.

    Raises:
        ClaimcastError: the data home can't be written or its disk is full.
    """
    _check_home(settings)
    wanted = dict(_QUIET)
    if "PREFECT_API_URL" not in os.environ:
        wanted["PREFECT_HOME"] = str((settings.home / "prefect").resolve())
        wanted |= {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _IDLE_SERVICES}
    wanted["PREFECT_LOCAL_STORAGE_PATH"] = str((settings.home / "prefect" / "results").resolve())
    for name, value in wanted.items():
        os.environ.setdefault(name, value)


def _check_home(settings: Settings) -> None:
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
