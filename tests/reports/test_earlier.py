"""Reports that earlier versions wrote: read, drawn again, and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.models import Report
from reports import render

EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.json"))


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_a_report_of_an_earlier_version_is_drawn_again(path: Path, tmp_path: Path) -> None:
    report = Report.model_validate_json(path.read_bytes())
    assert report.claims
    page = render(report, tmp_path).read_text("utf-8")
    assert all(checked.claim.statement.split()[0] in page for checked in report.claims)
    again = Report.model_validate_json((tmp_path / "report.json").read_bytes())
    assert again == report
