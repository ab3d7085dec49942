"""The same flows on other processes: a Dask cluster, Prefect's own workers, a Chroma server, all on loopback."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.policies import Order
from pipeline.errors import ClaimcastError, SettingsError
from pipeline.evidence import open_store
from pipeline.media.followed import followed
from pipeline.media.polling import follow
from pipeline.settings import Settings
from tests.flows.conftest import TALK, Verify
from tests.media.server import serving
from tests.media.shows import Show
from tests.servers import BIN, chroma_server, wait_until

pytestmark = pytest.mark.xdist_group("prefect")
ROOT = Path(__file__).parent.parent.parent


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


def test_a_dask_cluster_and_a_chroma_server_give_the_local_results(
    verify: Verify, talks: list[Path], home: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    verify(*talks)
    local = claims_in(home)
    assert len(local) == 4
    there = tmp_path / "there"
    there.mkdir()
    (there / "models").symlink_to(models)
    monkeypatch.setenv("CLAIMCAST_HOME", str(there))
    with (
        chroma_server(tmp_path / "chroma") as server,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
    ):
        settings = Settings(home=there, chroma=server.address, dask=cluster.scheduler_address)
        outcomes, failures = verify(*talks, using=settings)
    assert not failures
    assert len(outcomes) == 4
    assert claims_in(there) == local


def test_a_scheduler_that_is_not_there_is_one_line(verify: Verify, talk: Path, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="no Dask scheduler answers at"):
        verify(talk, using=settings.model_copy(update={"dask": "tcp://127.0.0.1:9"}))


@contextmanager
def workers(count: int, pool: str, environment: dict[str, str]) -> Iterator[None]:
    """So many of Prefect's own worker processes on a pool."""
    command = [str(BIN / "prefect"), "worker", "start", "--pool", pool, "--type", "process", "--limit", "1"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait()


def prefect(environment: dict[str, str], *words: str, ends_well: bool = True) -> None:
    """A command of Prefect's."""
    done = subprocess.run(
        [str(BIN / "prefect"), *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not ends_well, done.stdout + done.stderr


@pytest.mark.skipif(
    not os.environ.get("CLAIMCAST_TEST_WORKERS"),
    reason="takes minutes where other tests run beside it; `make machines` runs it alone",
)
def test_two_workers_of_prefect_give_the_local_results(
    prefect_server: None, verify: Verify, talks: list[Path], home: Path, models: Path, tmp_path: Path
) -> None:
    from prefect.deployments import run_deployment
    from prefect.settings import PREFECT_API_URL

    verify(*talks[:2])
    local = claims_in(home)
    there = tmp_path / "there"
    there.mkdir()
    (there / "models").symlink_to(models)
    environment = {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value()), "CLAIMCAST_HOME": str(there)}
    prefect(environment, "work-pool", "create", "claimcast", "--type", "process", "--overwrite")
    # With the fastapi that Prefect 3.8.8 works with, `deploy` makes the deployment and then fails to list workers.
    deploy = ["--no-prompt", "deploy", "--prefect-file", "flows/prefect.yaml", "--name", "verify"]
    prefect(environment, *deploy, ends_well=False)
    prefect(environment, "deployment", "inspect", "verify episode/verify")
    with open_store(Settings(home=there)) as store:
        store.seed()
    with workers(2, "claimcast", environment):
        started = [
            run_deployment(
                "verify episode/verify",
                parameters={
                    "order": Order(source=str(talk), published="2025-07-31").model_dump(mode="json"),
                    "settings": Settings(home=there).model_dump(mode="json"),
                },
                timeout=0,
            )
            for talk in talks[:2]
        ]
        assert len(started) == 2
        wait_until(lambda: len(list(there.glob("episodes/*/stages/report.json"))) == 2, seconds=240)
    assert claims_in(there) == local


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
        prefect(environment, "work-pool", "create", "claimcast", "--type", "process", "--overwrite")
        for name in ("verify", "follow-feeds"):
            deploy = ["--no-prompt", "deploy", "--prefect-file", "flows/prefect.yaml", "--name", name]
            prefect(environment, *deploy, ends_well=False)
        prefect(environment, "deployment", "inspect", "follow feeds/follow-feeds")
        with workers(3, "claimcast", environment):
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
