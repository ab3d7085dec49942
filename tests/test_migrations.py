"""Files of other layouts: earlier ones are read as today's, later ones refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from flows.cli import app
from flows.outcome import read_report
from pipeline import migrations
from pipeline.errors import SchemaError
from pipeline.models import Episode, Report, Transcript

EARLIER = Path(__file__).parent / "reports" / "earlier" / "report-schema-1.json"


def test_an_earlier_report_is_today_s_all_the_way_down() -> None:
    raw = json.loads(EARLIER.read_text("utf-8"))
    assert raw["schema_version"] == raw["episode"]["schema_version"] == 1
    report = Report.model_validate(raw)
    assert report.schema_version == report.episode.schema_version == report.transcript.schema_version
    assert report.schema_version == migrations.SCHEMA_VERSION
    assert raw["schema_version"] == 1, "what was given is not changed"


def test_every_version_has_a_step() -> None:
    assert sorted(migrations.STEPS) == list(range(2, migrations.SCHEMA_VERSION + 1))


def test_steps_are_taken_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(fields: dict[str, Any]) -> dict[str, Any]:
        return {("title" if name == "headline" else name): value for name, value in fields.items()}

    def capital(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"title": fields["title"].capitalize()}

    now = migrations.SCHEMA_VERSION + 2
    monkeypatch.setattr(migrations, "SCHEMA_VERSION", now)
    monkeypatch.setattr(
        migrations, "STEPS", migrations.STEPS | {now - 1: {"Episode": renamed}, now: {"Episode": capital}}
    )
    old = {
        "schema_version": 1,
        "id": "e",
        "headline": "a talk",
        "published": "2025-01-01",
        "source": "a.mp3",
        "content_sha256": "0",
    }
    episode = Episode.model_validate_json(json.dumps(old))
    assert (episode.title, episode.schema_version) == ("A talk", now)
    assert Episode.model_validate(episode.model_dump()).title == "A talk"


@pytest.mark.parametrize("version", ["2", 0, None, 1.5, True])
def test_a_version_that_is_none_is_a_fault(version: object) -> None:
    with pytest.raises(ValidationError, match="schema_version"):
        Transcript.model_validate({"schema_version": version, "segments": []})


def test_a_later_report_says_to_upgrade(home: Path) -> None:
    later = json.loads(EARLIER.read_text("utf-8")) | {"schema_version": 99}
    folder = home / "episodes" / later["episode"]["id"]
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(json.dumps(later))
    with pytest.raises(SchemaError, match=r"report\.json: report has layout 99.*upgrade claimcast"):
        read_report(folder / "report.json")
    listed = CliRunner().invoke(app, ["report", "list"])
    assert "upgrade claimcast" in listed.output.replace("\n", " ")
