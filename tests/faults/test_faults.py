"""A run to which something bad happens ends in one line, and the same command again gives the undisturbed result.

`make faults` tries all of it many times, each run with a Prefect server of its own; here one server is shared.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import faults
from tests.faults.ground import STAGES, Ground, Tried, prepared

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture(scope="module")
def ground(prefect_server: None, seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    from prefect.settings import PREFECT_API_URL

    environment = {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    return prepared(tmp_path_factory.mktemp("faults"), environment, seeded=seeded)


def check(tried: Tried) -> None:
    assert tried.recovered, f"{tried.fault}: {tried.trouble}"
    assert tried.redone == (), tried.fault
    assert tried.trouble == "", tried.fault


@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_the_commit_of_a_stage(ground: Ground, stage: str) -> None:
    check(faults.killed_in_commit(ground, stage))


def test_the_disk_is_full(ground: Ground) -> None:
    check(faults.disk_full(ground, "claims"))


@pytest.mark.parametrize("stage", faults.READ_BY)
def test_a_stage_fed_half_a_file(ground: Ground, stage: str) -> None:
    check(faults.fed_half_a_file(ground, stage))


def test_a_clock_that_was_a_year_ahead(ground: Ground) -> None:
    check(faults.clock_ahead(ground))


@pytest.mark.parametrize("event", ["bereft", "cut"])
def test_the_stores_server_dies(ground: Ground, event: str) -> None:
    check(faults.store_gone(ground, event))


def test_a_worker_of_the_cluster_vanishes(ground: Ground) -> None:
    check(faults.worker_vanishes(ground, "claims"))
