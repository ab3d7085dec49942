"""The whole path, with real Prefect, a real store and real models, on a talk of six lines."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest

from flows import run
from pipeline.evidence import open_store
from pipeline.models import CheckedClaim, Claim
from pipeline.settings import Settings
from tests.flows.conftest import TALK, Verify

pytestmark = pytest.mark.xdist_group("prefect")


def test_a_transcript_becomes_a_report(verify: Verify, talk: Path) -> None:
    (outcome,), failures = verify(talk)
    assert not failures
    assert outcome.claims == sum(outcome.verdicts.values()) > 2
    assert outcome.verdicts["supported"] >= 1
    report = json.loads(outcome.report_json.read_text())
    assert report["provenance"]["store_generation"]
    assert {model["job"] for model in report["provenance"]["models"]} >= {"check-worthiness", "embedding", "stance"}
    assert {"transcript", "claims", "verdicts"} <= report["provenance"]["seconds"].keys()
    assert "<html" in outcome.report_html.read_text()
    assert {path.name for path in outcome.report_html.parent.iterdir()} >= {
        "episode.json", "transcript.json", "claims.json", "verdicts.json", "report.json", "report.html",
    }  # fmt: skip


def test_speakers_and_the_day_reach_the_claims(verify: Verify, talk: Path) -> None:
    (outcome,), _ = verify(talk)
    claims = json.loads((outcome.report_json.parent / "claims.json").read_text())
    assert {claim["speaker"] for claim in claims} <= {"Ann", "Bob"}
    assert {claim["as_of"] for claim in claims} == {"2025-07-31"}


def test_a_second_run_redoes_nothing_and_never_starts_prefect(
    verify: Verify, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,), _ = verify(talk)
    before = contents(first.report_json.parent)
    monkeypatch.setattr(run, "_through_prefect", lambda *_: pytest.fail("Prefect was asked"))
    started = time.monotonic()
    (second,), _ = verify(talk)
    assert time.monotonic() - started < 3
    assert contents(first.report_json.parent) == before
    assert second.verdicts == first.verdicts
    assert all(second.seconds[stage] == 0 for stage in ("transcript", "claims", "verdicts", "report"))


def test_a_file_that_changed_is_another_episode(verify: Verify, talk: Path) -> None:
    (first,), _ = verify(talk)
    verify(talk)
    talk.write_text(TALK.replace("671", "871"))
    (second,), _ = verify(talk)
    assert second.episode_id != first.episode_id


def test_force_redoes_every_stage(verify: Verify, talk: Path) -> None:
    verify(talk)
    (outcome,), _ = verify(talk, force=True)
    assert {"transcript", "claims", "verdicts", "report"} <= outcome.seconds.keys()
    assert all(outcome.seconds[stage] > 0 for stage in ("claims", "verdicts", "report"))


def test_another_day_is_judged_again_without_reading_the_transcript_again(verify: Verify, talk: Path) -> None:
    verify(talk)
    (outcome,), _ = verify(talk, published=date(2025, 3, 1))
    assert outcome.seconds["transcript"] == 0
    assert outcome.seconds["verdicts"] > 0
    claims = json.loads((outcome.report_json.parent / "claims.json").read_text())
    assert {claim["as_of"] for claim in claims} == {"2025-03-01"}


def test_new_evidence_is_judged_again_with_the_same_claims(
    verify: Verify, talk: Path, settings: Settings, tmp_path: Path
) -> None:
    verify(talk)
    note = tmp_path / "note.md"
    note.write_text("# Weather\n\nIt rained in Hangzhou on 3 May 2025, and the river rose by two metres.\n")
    with open_store(settings) as store:
        store.add(str(note))
    (outcome,), _ = verify(talk)
    assert outcome.seconds["claims"] == 0
    assert outcome.seconds["verdicts"] > 0


@pytest.mark.parametrize("name", ["verdicts.json", "report.html", "stages/claims.json"])
def test_a_file_that_was_spoilt_is_made_again(verify: Verify, talk: Path, name: str) -> None:
    (outcome,), _ = verify(talk)
    spoilt = outcome.report_json.parent / name
    whole = json.loads(outcome.report_json.read_text())["claims"]
    spoilt.write_bytes(spoilt.read_bytes()[:100])
    (again,), failures = verify(talk)
    assert not failures
    assert json.loads(again.report_json.read_text())["claims"] == whole
    assert again.seconds["transcript"] == 0


def test_a_broken_episode_does_not_take_the_other_with_it(verify: Verify, talk: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.md"
    empty.write_text("**Ann:**\n")
    missing = tmp_path / "missing.md"
    other = tmp_path / "other.md"
    other.write_text(TALK.replace("Bob", "Cleo"))
    outcomes, failures = verify(talk, empty, missing, other)
    assert [outcome.claims > 0 for outcome in outcomes] == [True, True]
    assert failures.keys() == {str(empty), str(missing)}
    assert "no such file" in str(failures[str(missing)])
    assert "\n" not in str(failures[str(empty)])


def test_a_claim_that_breaks_judging_is_said_and_tried_again(
    verify: Verify, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline.judging

    real = pipeline.judging.judge

    def breaks(claim: Claim, store: object, *, settings: Settings) -> CheckedClaim:
        if "671" in claim.claim:
            raise ZeroDivisionError("no days between")
        return real(claim, store, settings=settings)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline.judging, "judge", breaks)
    (outcome,), failures = verify(talk)
    assert not failures
    report = json.loads(outcome.report_json.read_text())
    broken = [one for one in report["claims"] if "671" in one["claim"]["claim"]]
    assert broken[0]["verdict"]["label"] == "not_enough_evidence"
    assert "failed" in broken[0]["verdict"]["rationale"]
    assert any("ZeroDivisionError" in line for line in report["provenance"]["warnings"])

    monkeypatch.setattr(pipeline.judging, "judge", real)
    (again,), _ = verify(talk)
    report = json.loads(again.report_json.read_text())
    assert not report["provenance"]["warnings"]
    assert not any("failed" in (one["verdict"] or {}).get("rationale", "") for one in report["claims"])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_prefect_keeps_a_table_of_verdicts_and_a_link(verify: Verify, talk: Path) -> None:
    (outcome,), _ = verify(talk, force=True)
    table = json.loads(artifact(f"verdicts-{outcome.episode_id}"))
    assert len(table) == outcome.claims - outcome.verdicts["not_checkable"]
    assert outcome.report_html.resolve().as_uri() in artifact(f"report-{outcome.episode_id}")


def test_the_log_names_episode_and_stage(verify: Verify, talk: Path, home: Path) -> None:
    verify(talk)
    lines = [json.loads(line) for line in (home / "claimcast.log.jsonl").read_text().splitlines()]
    assert {"started", "finished"} <= {line["message"] for line in lines}
    assert any(line.get("stage") == "verdicts" and line.get("episode") == "talk" for line in lines)


def artifact(key: str) -> str:
    """What Prefect keeps under this key, asked of its REST interface."""
    import httpx
    from prefect.settings import PREFECT_API_URL

    wanted = {"artifacts": {"key": {"any_": [key]}}, "sort": "UPDATED_DESC", "limit": 1}
    answer = httpx.post(f"{PREFECT_API_URL.value()}/artifacts/filter", json=wanted)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["data"])


def test_reports_that_the_index_does_not_list_are_listed_by_the_next_run(
    verify: Verify, talk: Path, home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.md"
    other.write_text(TALK.replace("Bob", "Cleo"))
    outcomes, _ = verify(talk, other)
    page = (home / "index.html").read_text()
    assert all(f"episodes/{outcome.episode_id}/report.html" in page for outcome in outcomes)
    (home / "index.html").write_text("as a run left it that was killed after its last stage")
    verify(talk)
    assert (home / "index.html").read_text() == page
