"""The same flows on other processes: a Dask cluster, Prefect's own workers, a Chroma server, all on loopback."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from flows.policies import Order
from pipeline.errors import ClaimcastError, SettingsError
from pipeline.evidence import open_store
from pipeline.media.followed import followed
from pipeline.media.polling import follow
from pipeline.settings import Settings
from tests.flows.conftest import DAY, TALK, Verify
from tests.media.server import serving
from tests.media.shows import Show
from tests.servers import chroma_server, deploy, prefect_workers, wait_until

if TYPE_CHECKING:
    from prefect.client.schemas import FlowRun

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture
def talks(tmp_path: Path) -> list[Path]:
    """Four transcripts that differ in who speaks."""
    paths = [tmp_path / f"talk-{name}.md" for name in ("ada", "eve", "ida", "una")]
    for path in paths:
        path.write_text(TALK.replace("Bob", path.stem.removeprefix("talk-").title()), encoding="utf-8")
    return paths


def claims_in(home: Path) -> dict[str, object]:
    """The claims of every report in a data home with their verdicts, by the episode's title.

    What was found of the same claim in other episodes is left out: it depends on which of them was done first.
    """
    reports = [json.loads(path.read_text("utf-8")) for path in home.glob("episodes/*/report.json")]
    return {
        report["episode"]["title"]: [{k: v for k, v in claim.items() if k != "earlier"} for claim in report["claims"]]
        for report in reports
    }


def test_a_chroma_server_two_workers_and_a_dask_cluster_give_the_local_results(
    prefect_server: None, verify: Verify, talks: list[Path], home: Path, models: Path, tmp_path: Path
) -> None:
    """Two runs of the deployment `verify-several`, one on each of Prefect's workers; their stages on one Dask cluster."""
    from distributed import Client, LocalCluster, get_task_stream
    from prefect.settings import PREFECT_API_URL

    verify(*talks)
    local = claims_in(home)
    assert len(local) == 4
    there = tmp_path / "there"
    there.mkdir()
    (there / "models").symlink_to(models)
    environment = {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value()), "CLAIMCAST_HOME": str(there)}
    deploy(environment, "verify-several")
    with (
        chroma_server(tmp_path / "chroma") as server,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as client,  # type: ignore[no-untyped-call]
        get_task_stream(client=client) as stream,  # type: ignore[no-untyped-call]
    ):
        settings = Settings(home=there, chroma=server.address, dask=cluster.scheduler_address)
        with open_store(settings) as store:
            store.seed()
        with prefect_workers(2, environment):
            runs = [begun("verify several/verify-several", talks[:2], settings)]
            runs += [begun("verify several/verify-several", talks[2:], settings)]
            ended = [finished(run) for run in runs]
        assert {run.state_name for run in ended} == {"Completed"}
        assert len({run.labels["prefect.worker.name"] for run in ended}) == 2
    assert len({task["worker"] for task in stream.data}) == 2
    assert claims_in(there) == local


def test_a_scheduler_that_is_not_there_is_one_line(verify: Verify, talk: Path, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="no Dask scheduler answers at"):
        verify(talk, using=settings.model_copy(update={"dask": "tcp://127.0.0.1:9"}))


def begun(deployment: str, talks: list[Path], settings: Settings) -> UUID:
    """The flow run, just begun, of a deployment that verifies several transcripts."""
    from prefect.deployments import run_deployment

    orders = [Order(source=str(talk), published=DAY).model_dump(mode="json") for talk in talks]
    parameters = {"orders": orders, "settings": settings.model_dump(mode="json")}
    with ThreadPoolExecutor(
        1
    ) as apart:  # where a browser's event loop runs in this thread, Prefect would answer with a coroutine
        run: Any = apart.submit(run_deployment, deployment, parameters=parameters, timeout=0).result()
    return UUID(str(run.id))


def finished(run: UUID) -> FlowRun:
    """A flow run after its end."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        wait_until(lambda: bool((state := client.read_flow_run(run).state) and state.is_final()), seconds=300)
        return client.read_flow_run(run)


@pytest.mark.skipif(
    not os.environ.get("CLAIMCAST_TEST_WORKERS"),
    reason="takes minutes where other tests run beside it; `make machines` runs it alone",
)
@pytest.mark.parametrize("through", ["", "verify episode/verify"])
def test_a_worker_of_prefect_follows_feeds(prefect_server: None, home: Path, through: str) -> None:
    """The deployment as `flows/prefect.yaml` has it; new episodes verified by itself, or by runs of another deployment."""
    from prefect.deployments import run_deployment
    from prefect.settings import PREFECT_API_URL

    show = Show(words=lambda number: TALK.replace("Bob", f"Bob{number}"))
    with serving(show.pages) as address:
        environment = {
            **os.environ,
            "PREFECT_API_URL": str(PREFECT_API_URL.value()),
            "CLAIMCAST_HOME": str(home),
            "CLAIMCAST_ALLOW_ADDRESSES": address.removeprefix("http://"),
        }
        settings = Settings(home=home, allow_addresses=address.removeprefix("http://"))
        show.publish(1)
        follow(f"{address}/feed", settings)
        show.publish(2, 3)
        deploy(environment, "verify", "follow-feeds")
        with prefect_workers(3, environment):
            parameters = {"settings": settings.model_dump(mode="json"), "deployment": through}
            run = run_deployment("follow feeds/follow-feeds", parameters=parameters, timeout=400, poll_interval=1)
            assert run.state.is_completed(), run.state  # type: ignore[union-attr]
    assert followed(settings)[0].count("done") == 2
    assert sorted(claims_in(home)) == ["Episode 2", "Episode 3"]


def test_a_deployment_that_nobody_made_is_one_line(
    prefect_server: None, verify: Verify, talk: Path, settings: Settings
) -> None:
    _, failures = verify(talk, using=settings.model_copy(update={"speech_deployment": "transcribe episode/nowhere"}))
    (failure,) = failures.values()
    assert isinstance(failure, ClaimcastError)
    assert "knows no deployment 'transcribe episode/nowhere'" in str(failure)
