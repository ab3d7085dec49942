"""The invented conversation's report, drawn once, and a folder with the pages of several."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pipeline.evidence import open_store
from pipeline.models import Report
from pipeline.settings import Settings
from reports import render
from reports.explorer import create_app
from tests.reports.sample import sample_report


@pytest.fixture(scope="session")
def report() -> Report:
    return sample_report()


@pytest.fixture(scope="session")
def drawn(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the drawn report."""
    folder = tmp_path_factory.mktemp("drawn")
    render(report, folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home with the conversation's report and the seed evidence."""
    home = tmp_path_factory.mktemp("home")
    report = sample_report()
    render(report, home / "episodes" / report.episode.id)
    with open_store(Settings(home=home)) as store:
        store.seed()
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> TestClient:
    """The explorer over that home, read-only."""
    return TestClient(create_app(Settings(home=home)), follow_redirects=False)
