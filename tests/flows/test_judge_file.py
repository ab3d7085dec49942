"""A file of claims: answers in order, a run that was stopped goes on, a bad line is named before anything is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import judge_file
from flows.cli import app
from pipeline.settings import Settings

ASKED = [
    {"id": "licence", "claim": "DeepSeek-R1 was released under the MIT licence.", "as_of": "2025-07-31"},
    {"id": "before", "claim": "DeepSeek-R1 was released under the MIT licence.", "as_of": "2024-07-31"},
    {"id": 3, "claim": "The moon is made of cheese.", "note": "an unknown field"},
]


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in ASKED) + "\n\n")
    return path


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def run(source: Path, target: Path, settings: Settings) -> list[int]:
    told: list[int] = []
    judge_file.judge_file(source, target, settings, on_done=told.append, on_bad=pytest.fail)
    return told


def test_an_answer_a_claim_in_order(asked: Path, tmp_path: Path, settings: Settings) -> None:
    run(asked, tmp_path / "out.jsonl", settings)
    licence, before, moon = rows(tmp_path / "out.jsonl")
    assert [row["id"] for row in (licence, before, moon)] == ["licence", "before", "3"]
    assert licence["verdict"] == "supported"
    assert licence["citations"]
    assert before["verdict"] == "not_enough_evidence"
    assert before["verdict_today"] == "supported"
    assert moon["verdict"] == "not_enough_evidence"
    assert licence.keys() == {"id", "verdict", "confidence", "verdict_today", "citations", "rationale"}


def test_against_texts_that_are_given(tmp_path: Path, settings: Settings) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    text = "The bridge was opened on 3 May 1932 by the mayor."
    source.write_text(json.dumps({"id": "a", "claim": "The bridge was opened in May 1932.", "evidence": [text]}) + "\n")
    run(source, target, settings)
    (row,) = rows(target)
    assert "verdict_today" not in row
    for citation in row["citations"]:  # type: ignore[attr-defined]
        assert citation["quote"] in text


def test_a_run_that_was_stopped_goes_on(
    asked: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.jsonl"
    run(asked, tmp_path / "whole.jsonl", settings)
    monkeypatch.setattr(judge_file, "BATCH", 1)
    real, calls = judge_file.judged, []

    def dies_at_third(batch: list[judge_file.Asked], *rest: object) -> object:
        calls.append(batch[0].id)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(batch, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(judge_file, "judged", dies_at_third)
    with pytest.raises(KeyboardInterrupt):
        run(asked, target, settings)
    assert not target.exists()
    (part,) = tmp_path.glob(".out.jsonl.*.part")
    part.write_text(part.read_text() + '{"id": "torn')
    assert run(asked, target, settings) == [2, 3]
    assert calls == ["licence", "before", "3", "3"]
    assert target.read_text() == (tmp_path / "whole.jsonl").read_text()
    assert not list(tmp_path.glob("*.part"))


def test_one_claim_that_breaks_judging_is_said(
    asked: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(batch: list[judge_file.Asked], *rest: object) -> object:
        raise ZeroDivisionError("no days between")

    monkeypatch.setattr(judge_file, "judged", breaks)
    said: list[str] = []
    judge_file.judge_file(asked, tmp_path / "out.jsonl", settings, on_done=lambda done: None, on_bad=said.append)
    assert len(said) == 3
    assert "ZeroDivisionError" in said[0]
    assert {row["verdict"] for row in rows(tmp_path / "out.jsonl")} == {"not_enough_evidence"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "line 4"),
        ('{"id": "x"}', "line 4: claim"),
        ('{"id": "x", "claim": ""}', "line 4: claim"),
        ('{"id": "x", "claim": "It rains.", "as_of": "soon"}', "line 4: as_of"),
    ],
)
def test_a_line_that_is_no_claim_is_named(asked: Path, home: Path, tmp_path: Path, line: str, said: str) -> None:
    asked.write_text(asked.read_text().rstrip("\n") + f"\n{line}\n")
    result = CliRunner().invoke(app, ["judge", "--input", str(asked), "--output", str(tmp_path / "out.jsonl")])
    assert result.exit_code == 1
    assert said in str(result.exception)
    assert not (tmp_path / "out.jsonl").exists()
