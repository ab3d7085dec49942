"""What the same claim was found to be in other episodes, on its card."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.models import EarlierVerdict, Report
from reports import render


def said_before(drawn: Report, **changes: object) -> Report:
    """The report with an earlier verdict on its first checkable claim."""
    told = EarlierVerdict(
        episode_id="spring",
        title="Spring <b>talk</b>",
        claim_id="c1",
        claim="It was said before.",
        speaker="Ada",
        as_of=date(2025, 4, 1),
        label="refuted",
        confidence=0.8,
        report="../spring/report.html",
    ).model_copy(update=changes)
    at = next(n for n, one in enumerate(drawn.claims) if one.verdict is not None)
    claims = list(drawn.claims)
    claims[at] = claims[at].model_copy(update={"earlier": (told,)})
    return drawn.model_copy(update={"claims": tuple(claims)})


def test_who_said_it_before_where_and_what_was_found(report: Report, tmp_path: Path) -> None:
    page = render(said_before(report), tmp_path).read_text()
    assert '<b>Said before</b> by Ada, 1 April 2025, in <a href="../spring/report.html#c-c1">Spring &lt;b&gt;' in page
    assert "refuted then." in page


@pytest.mark.parametrize(
    "path", ["", "javascript:alert(1)", "../../etc/report.html", "https://example.org/report.html"]
)
def test_only_a_report_beside_this_one_is_linked(report: Report, tmp_path: Path, path: str) -> None:
    page = render(said_before(report, report=path), tmp_path).read_text()
    assert "<a " not in page.split("Said before")[1].split("</p>")[0]


def test_report_json_holds_it(report: Report, tmp_path: Path) -> None:
    render(said_before(report), tmp_path)
    read = Report.model_validate_json((tmp_path / "report.json").read_bytes())
    assert [e.episode_id for one in read.claims for e in one.earlier] == ["spring"]
