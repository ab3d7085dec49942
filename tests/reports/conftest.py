"""The invented conversation's report, drawn once, and a folder with the pages of several."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.models import Report
from reports import render
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
