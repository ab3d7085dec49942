"""`claimcast claims`: extract, score, search, export, as they are called."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.claims_file import CLAIMS
from flows.cli import app
from pipeline.models import Claim, Episode

run = CliRunner().invoke
TALK = """WEBVTT

00:00.000 --> 00:05.000
<v Ada>GLM-4.5 has 355 billion parameters.

00:05.000 --> 00:09.000
<v Joe>I think that open models are the best story in AI.
"""


@pytest.fixture
def checked(empty_home: Path) -> Path:
    """A data home with one episode of two claims."""
    folder = empty_home / "episodes" / "talk"
    folder.mkdir(parents=True)
    about = Episode(id="talk", title="Talk", published=date(2025, 7, 31), source="t.vtt", content_sha256="0")
    (folder / "episode.json").write_text(about.model_dump_json())
    claims = tuple(
        Claim(id=str(i), statement=text, claim=text, speaker="Ada", as_of=about.published, start=float(i))
        for i, text in enumerate(["R1 scored 84 percent on GPQA.", "=HYPERLINK(1) costs 3 dollars."])
    )
    (folder / "claims.json").write_bytes(CLAIMS.dump_json(claims))
    return empty_home


def test_extract_writes_one_claim_a_line(empty_home: Path, tmp_path: Path) -> None:
    source, output = tmp_path / "talk.vtt", tmp_path / "claims.jsonl"
    source.write_text(TALK)
    done = run(app, ["claims", "extract", str(source), "--published", "2025-07-31", "--output", str(output)])
    assert done.exit_code == 0, done.output
    (row,) = [json.loads(line) for line in output.read_text().splitlines()]
    assert {"statement", "claim", "speaker", "start", "end", "sentence_ids", "score"} <= set(row)
    assert (row["claim"], row["speaker"], row["start"]) == ("GLM-4.5 has 355 billion parameters.", "Ada", 0.0)


def test_score_answers_every_line_in_order(empty_home: Path, tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        '{"id": "a", "text": "We created 4 million jobs last year."}\n\n{"id": 2, "text": "Thank you."}\n'
    )
    done = run(app, ["claims", "score", "--input", str(source), "--output", str(output), "--json"])
    assert json.loads(done.output)["scored"] == 2
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(row["id"], row["checkworthy"]) for row in rows] == [("a", True), (2, False)]


def test_score_names_the_line_that_is_wrong(empty_home: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "text": "Fine."}\n{"id": "b"}\n')
    done = run(app, ["claims", "score", "--input", str(source), "--output", str(tmp_path / "out.jsonl")])
    assert done.exit_code == 1
    assert "in.jsonl line 2" in str(done.exception)


def test_search_finds_who_said_what_when(checked: Path) -> None:
    (row,) = json.loads(run(app, ["claims", "search", "R1 GPQA score", "--json"]).output)
    assert (row["speaker"], row["as_of"], row["episode_id"]) == ("Ada", "2025-07-31", "talk")


def test_search_where_nothing_was_checked(empty_home: Path) -> None:
    assert json.loads(run(app, ["claims", "search", "anything", "--json"]).output) == []


def test_export_holds_no_formula(checked: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(app, ["claims", "export"]).output)))
    assert [row["claim"] for row in rows] == ["R1 scored 84 percent on GPQA.", "'=HYPERLINK(1) costs 3 dollars."]


def test_export_of_an_episode_that_is_not_there(checked: Path) -> None:
    done = run(app, ["claims", "export", "nowhere"])
    assert done.exit_code == 1
    assert "no episode nowhere" in str(done.exception)
