"""Where stages run when one machine is not enough: on a Dask cluster's workers, or speech on a pool of its own.

Prefect does both; here is only what it must be told. All machines need the same data home (a shared folder), the same
Chroma server and the same Prefect server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.policies import Order
from pipeline.errors import ClaimcastError, SettingsError
from pipeline.settings import Settings
from pipeline.speech import on_gpu

GPU_LIMIT = "claimcast-gpu"
"""Prefect's global concurrency limit for speech on a GPU."""
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


@contextmanager
def gpu_slot(settings: Settings) -> Iterator[None]:
    """A block in which speech may use the GPU: where Prefect knows a limit `claimcast-gpu`, one run at a time enters, on
    whichever machine it is. Nothing where speech is heard on the CPU, or nobody made the limit."""
    if not on_gpu(settings):
        yield
        return
    from prefect.concurrency.sync import concurrency

    with concurrency(GPU_LIMIT, occupy=1, strict=False):
        yield


def make_gpu_limit() -> None:
    """Nothing; Prefect has a limit `claimcast-gpu`: of 1, unless somebody set it otherwise before."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            client.read_global_concurrency_limit_by_name(GPU_LIMIT)
        except ObjectNotFound:
            with suppress(ObjectAlreadyExists):
                client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=GPU_LIMIT, limit=1))


def transcribe_elsewhere(order: Order, settings: Settings, deployment: str) -> None:
    """Nothing; the transcript of the order's episode is in the data home when this returns.

    Raises:
        ClaimcastError: the deployment does not exist, or its run did not end well.
    """
    _run(order, settings, deployment, None)


def run_elsewhere(order: Order, settings: Settings, deployment: str, key: str) -> str:
    """The flow run that verified the order, as `prefect:ID`; a second call with the same key starts no second run.

    Raises:
        ClaimcastError: the deployment does not exist, or its run did not end well.
    """
    return f"prefect:{_run(order, settings, deployment, key).id}"


def _run(order: Order, settings: Settings, deployment: str, key: str | None) -> Any:
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    parameters = {"order": order.model_dump(mode="json"), "settings": settings.model_dump(mode="json")}
    try:
        run: Any = run_deployment(name=deployment, parameters=parameters, poll_interval=1, idempotency_key=key)
    except (ObjectNotFound, ValueError) as error:
        raise ClaimcastError(f"Prefect knows no deployment {deployment!r}; see flows/prefect.yaml") from error
    state = run.state
    if state is None or not state.is_completed():
        said = (state.message or state.name) if state else "no state"
        raise ClaimcastError(f"{deployment} did not finish {order.source}: {said}")
    return run
