"""The demo episode from its sound to its verdicts, against what a careful reader expects."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from flows.outcome import read_report
from flows.policies import Order
from flows.run import verify_all
from pipeline.settings import Settings
from tests.benchmarks.demo import FLOORS, Expected, compare, read_expected
from tests.browser.conftest import CHROMIUM, OUTPUT

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.slow]


def test_the_demo_is_judged_as_expected(settings: Settings, prefect_server: None, demo_episode: Path) -> None:
    (outcome,), failures = verify_all([Order(source=str(demo_episode))], settings, quiet=True)
    assert not failures
    report = read_report(outcome.report_json)
    assert report.episode.synthetic
    assert report.episode.published == date(2025, 7, 31)
    assert report.episode.published_basis == "file"
    assert any(model.job == "speech" and model.sha256 for model in report.provenance.models)

    compared = compare(report, read_expected())
    checkable = [one for one in compared if not one.expected.startswith("not checkable")]
    right = sum(one.right for one in checkable)
    wrong = "\n".join(f"{one.id}: expected {one.expected}, found {one.found}" for one in checkable if not one.right)
    assert right >= FLOORS["demo"]["least_right"], wrong
    assert {"supported", "refuted", "conflicting", "not_enough_evidence"} <= {one.found for one in checkable}
    _looks_right(outcome.report_html)


def _looks_right(page: Path) -> None:
    """The page in a real browser; nothing where there is none."""
    if CHROMIUM.exists():
        OUTPUT.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.browser.look", str(page), str(OUTPUT)]
        looked = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert looked.returncode == 0, looked.stdout + looked.stderr


def test_a_statement_is_matched_to_the_claim_that_says_it() -> None:
    from tests.reports.sample import sample_report

    report = sample_report()
    claim = next(one.claim for one in report.claims if one.verdict is not None)
    told = Expected(
        id="told", speaker="", statement=claim.statement, keywords=claim.statement.split()[:2], expected="x"
    )
    other = Expected(id="other", speaker="", statement="Zebras sing at dawn.", keywords=("zebras",), expected="x")
    found, missing = compare(report, (told, other))
    assert found.claim == claim.claim
    assert missing.found == "not found"
