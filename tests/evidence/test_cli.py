"""`claimcast evidence` as people and programs call it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from typer.testing import CliRunner, Result

from flows.cli import app


def run(*arguments: str, ok: bool = True) -> Result:
    """The command's result; `ok` says how it must end."""
    result = CliRunner().invoke(app, ["evidence", *arguments])
    assert (result.exit_code == 0) is ok, f"{result.output} {result.exception!r}"
    return result


def test_gap_as_json_and_as_a_picture(home: Path, tmp_path: Path) -> None:
    svg = tmp_path / "gap.svg"
    found = json.loads(run("gap", "--as-of", "2025-07-28", "--json", "--svg", str(svg)).stdout)
    assert found["arithmetic"] == "1474 − 1426 = 48"
    assert found["day"] == "2025-07-28"
    picture = svg.read_text("utf-8")
    assert picture.startswith("<svg")
    assert "1474 − 1426 = 48" in picture
    shown = run("gap", "--as-of", "2025-07-28", "--open-only").stdout
    assert "1357 − 1426 = −69" in shown
    assert "left out" in shown


def test_search_as_table_json_and_csv(home: Path) -> None:
    assert "known from" in run("search", "DeepSeek R1 release", "-k", "3").stdout
    hits = json.loads(run("search", "DeepSeek R1 release", "-k", "3", "--as-of", "2025-02-01", "--json").stdout)
    assert len(hits) == 3
    assert all(hit["passage"]["known_from"] <= "2025-02-01" for hit in hits)
    rows = list(csv.DictReader(io.StringIO(run("search", "DeepSeek R1 release", "-k", "3", "--csv").stdout)))
    assert len(rows) == 3
    shown = json.loads(run("show", rows[0]["passage_id"], "--json").stdout)
    assert rows[0]["passage_id"] in json.dumps(shown)


def test_many_queries_from_a_file(home: Path, tmp_path: Path) -> None:
    asked, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text('{"id": 7, "text": "GPT-4 price"}\n{"id": "b", "text": "GPT-4 price", "as_of": "2023-06-01"}\n')
    run("search", "--input", str(asked), "--output", str(answers), "-k", "5")
    first, second = (json.loads(line) for line in answers.read_text("utf-8").splitlines())
    assert (first["id"], second["id"]) == ("7", "b")
    assert set(first["results"][0]) == {"passage_id", "external_id", "score"}
    scores = [result["score"] for result in first["results"]]
    assert scores == sorted(scores, reverse=True)
    assert first["results"] != second["results"]


def test_a_line_that_is_no_query_is_named(home: Path, tmp_path: Path) -> None:
    asked = tmp_path / "in.jsonl"
    asked.write_text('{"id": "a", "text": "x"}\n{"id": "b"}\n')
    result = run("search", "--input", str(asked), "--output", str(tmp_path / "out"), ok=False)
    assert "line 2" in str(result.exception)


def test_facts_sorted(home: Path) -> None:
    rows = json.loads(run("facts", "--metric", "GPQA-Diamond", "--country", "CN", "--sort=-value", "--json").stdout)
    values = [row["value"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert "no field" in str(run("facts", "--sort", "colour", ok=False).exception)


def test_export_and_import_are_identical(tmp_path: Path, models: Path) -> None:
    from pipeline.evidence import open_store
    from pipeline.evidence.exchange import export_lines, import_lines
    from pipeline.settings import Settings

    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "models").symlink_to(models)
    (tmp_path / "a.txt").write_text("Zorblax 9 has 7 wheels.", "utf-8")
    with open_store(Settings(home=tmp_path / "one")) as one:
        one.add(tmp_path / "a.txt", publisher="The Desk")
        (tmp_path / "a.txt").write_text("Zorblax 9 has 8 wheels.", "utf-8")
        one.add(tmp_path / "a.txt", publisher="The Desk")
        lines = list(export_lines(one))
    with open_store(Settings(home=tmp_path / "two")) as two:
        assert import_lines(two, lines).passages == 2
        assert list(export_lines(two)) == lines
        assert [hit.passage.text for hit in two.search("Zorblax wheels")] == ["Zorblax 9 has 8 wheels."]
        assert import_lines(two, lines).passages == 0


def test_add_remove_stats_and_reindex(home: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("---\ndate: 2025-01-05\n---\n# Zorblax\n\nZorblax 9 was released in Lisbon.\n", "utf-8")
    added = json.loads(run("add", str(note), "--publisher", "The Desk", "--json").stdout)
    assert added["added"][0]["published"] == "2025-01-05"
    assert "The Desk" in run("search", "Zorblax Lisbon", "-k", "1").stdout
    before = json.loads(run("stats", "--json").stdout)
    run("reindex")
    assert "Zorblax" in run("search", "Zorblax Lisbon", "-k", "1").stdout
    run("remove", str(note))
    after = json.loads(run("stats", "--json").stdout)
    assert before["passages"] - after["passages"] == 1
    assert "no source" in str(run("remove", str(note), ok=False).exception)


def test_what_cannot_be_read_is_named_and_the_rest_is_in(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.txt").write_text("Zorblax 9 has 7 wheels.", "utf-8")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    result = run("add", str(folder), ok=False)
    assert "bad.pdf" in result.output
    assert "Zorblax" in run("search", "Zorblax wheels", "-k", "1").stdout


def test_an_empty_home_gets_the_seeds(empty_home: Path) -> None:
    assert json.loads(run("stats", "--json").stdout)["facts"] > 1000


def test_a_store_without_the_seeds(empty_home: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Quibble machines hum at night.", "utf-8")
    run("add", str(note), "--no-seeds")
    assert json.loads(run("stats", "--json").stdout)["passages"] == 1


def test_a_source_is_shown_with_all_its_passages(home: Path) -> None:
    found = json.loads(run("search", "MIT licence of R1", "--json").stdout)
    rows = found if isinstance(found, list) else found["results"]
    source = rows[0]["passage"]["source_id"]
    shown = json.loads(run("show", source, "--json").stdout)
    assert {row.get("passage", row)["source_id"] for row in shown} == {source}
    assert run("show", source).exit_code == 0
    assert "no passage or source" in str(run("show", "nothing", ok=False).exception)
