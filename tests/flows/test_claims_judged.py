"""An episode verified, its claims taken out, corrected, and judged: the way an editor goes."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from flows.claims_file import rows_for_editor, written_as_csv
from flows.outcome import read_report
from flows.policies import Order
from flows.run import verify_all
from pipeline.settings import Settings
from tests.flows.conftest import DAY, Verify

pytestmark = pytest.mark.xdist_group("prefect")


def test_what_an_editor_lists_is_what_is_judged(talk: Path, verify: Verify, settings: Settings) -> None:
    (first,), _ = verify(talk)
    rows = list(csv.DictReader(io.StringIO(written_as_csv(rows_for_editor(settings, first.episode_id)))))
    kept = next(row for row in rows if "671 billion" in row["claim"])
    kept["claim"] = "DeepSeek-V3 has 600 billion parameters."
    added: dict[str, object] = {
        **dict.fromkeys(kept, ""),
        "claim": "DeepSeek-R1 was released in January 2025.",
        "speaker": "Ann",
    }
    order = Order(source=str(talk), published=DAY, claims=written_as_csv([dict(kept), added]))
    (second,), failures = verify_all([order], settings, quiet=True)
    report = read_report(second.report_json)
    assert not failures
    assert {(one.claim.claim, one.verdict is not None) for one in report.claims} == {
        ("DeepSeek-V3 has 600 billion parameters.", True),
        ("DeepSeek-R1 was released in January 2025.", True),
    }
    assert second.episode_id == first.episode_id
    assert "transcript" not in second.seconds or second.seconds["transcript"] < 0.5


def test_a_claim_of_an_earlier_episode_is_told(talk: Path, verify: Verify, tmp_path: Path) -> None:
    verify(talk, published=date(2025, 6, 1))
    again = tmp_path / "again.md"
    again.write_text("**Cleo:** Somebody told me that DeepSeek-V3 has 671 billion parameters.\n", encoding="utf-8")
    (second,), _ = verify(again)
    (one,) = (c for c in read_report(second.report_json).claims if "671" in c.claim.claim)
    (earlier,) = one.earlier
    assert (earlier.speaker, earlier.as_of) == ("Bob", date(2025, 6, 1))
    assert earlier.label in second.report_html.read_text().lower().replace(" ", "_")
