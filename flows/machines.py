"""Where stages run when one machine is not enough: on a Dask cluster's workers, or speech on a pool of its own.

Prefect does both; here is only what it must be told. All machines need the same data home (a shared folder), the same
Chroma server and the same Prefect server.
"""

from __future__ import annotations

from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.policies import Order
from pipeline.errors import ClaimcastError, SettingsError
from pipeline.settings import Settings

THREADS = 256
"""Tasks that wait for one another each hold a thread; the stages bound the work themselves."""


def runner_of(settings: Settings) -> TaskRunner[Any]:
    """The task runner that the settings name: a Dask cluster's, or threads of this process.

    Raises:
        SettingsError: a Dask scheduler is named and the extra is not installed, or nothing answers there.
    """
    if settings.dask is None:
        threads: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=THREADS)
        return threads
    try:
        from distributed import Client
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise SettingsError(
            "CLAIMCAST_DASK is set and prefect-dask is missing; pip install 'claimcast[dask]'"
        ) from error
    try:
        Client(settings.dask, timeout="10s").close()  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise SettingsError(
            f"no Dask scheduler answers at {settings.dask}; start one, or unset CLAIMCAST_DASK"
        ) from error
    cluster: TaskRunner[Any] = DaskTaskRunner(address=settings.dask)
    return cluster


def transcribe_elsewhere(order: Order, settings: Settings, deployment: str) -> None:
    """Nothing; the transcript of the order's episode is in the data home when this returns.

    Raises:
        ClaimcastError: the deployment does not exist, or its run did not end well.
    """
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    parameters = {"order": order.model_dump(mode="json"), "settings": settings.model_dump(mode="json")}
    try:
        run: Any = run_deployment(name=deployment, parameters=parameters, poll_interval=1)
    except (ObjectNotFound, ValueError) as error:
        raise ClaimcastError(f"Prefect knows no deployment {deployment!r}; see flows/prefect.yaml") from error
    state = run.state
    if state is None or not state.is_completed():
        said = (state.message or state.name) if state else "no state"
        raise ClaimcastError(f"{deployment} did not transcribe {order.source}: {said}")
