"""What tests of several rooms need: a data home of their own, a store with the seeds in it, Prefect's test server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings, get_settings

SHARED = Path(__file__).parent.parent.parent / "shared"
"""Data that is too large or not ours to carry; tests that read it skip where it is absent."""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where packaged models are put together once for all tests of this process."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A data home whose store holds the seed evidence. Read it; to write, take `home`, which has a copy."""
    from pipeline.evidence import open_store

    folder = tmp_path_factory.mktemp("seeded")
    (folder / "models").symlink_to(models)
    with open_store(Settings(home=folder)) as store:
        store.seed()
    return folder


@pytest.fixture
def empty_home(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data home without a store or episodes; this process and those it starts use it."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    for name in [name for name in os.environ if name.startswith("CLAIMCAST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CLAIMCAST_HOME", str(folder))
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


@pytest.fixture
def home(empty_home: Path, seeded: Path) -> Path:
    """A data home with the seed evidence in its store and no episodes."""
    shutil.copytree(seeded / "store", empty_home / "store")
    return empty_home


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of `home`."""
    return get_settings()


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prefect's own test server, started once in a process; give such tests one xdist group."""
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    os.environ["PREFECT_LOCAL_STORAGE_PATH"] = str(tmp_path_factory.mktemp("results"))
    os.environ |= {"PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL"}
    os.environ |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_TO_API_ENABLED": "false"}
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def demo_episode() -> Path:
    """The demo episode's audio."""
    found = sorted((Path(__file__).parent.parent / "seeds" / "demo").glob("*.opus"))
    if not found:
        pytest.skip("the demo episode is not here")
    return found[0]
