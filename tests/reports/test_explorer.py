"""The explorer over a real home: reports of the invented conversation, and a real evidence store with the seeds."""

import csv
import io
import json
import re
import shlex
import time
from html import unescape
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import reports
from flows.cli import app as cli_app
from pipeline.settings import Settings
from reports import render
from reports.explorer import create_app
from reports.library import AT_ONCE, Library
from tests.reports.sample import sample_report

STATIC = Path(reports.__file__).parent / "static"
EPISODE = "how-far-behind-1f2e3d"
PAGES = ("/", "/claims", "/evidence", "/evidence?q=qwen", "/sources", "/facts", "/gap", "/system", "/api")


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert found
    return found[1]


@pytest.mark.parametrize("address", [*PAGES[1:5], "/facts?metric=MMLU", "/gap"])
def test_a_page_is_quick(client: TestClient, address: str) -> None:
    client.get(address)
    start = time.perf_counter()
    client.get(address)
    assert time.perf_counter() - start < 1.5, "about 0.05 s on an idle machine"


@pytest.mark.parametrize("address", ["/episodes", "/claims", "/evidence", "/sources", "/facts", "/gap", "/system"])
def test_json_and_csv_lie_beside_every_page(client: TestClient, address: str) -> None:
    question = "?q=deepseek" if address == "/evidence" else ""
    rows = client.get(f"{address}.json{question}").json()["rows"]
    table = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv{question}").text)))
    assert len(rows) == len(table) > 0
    assert list(table[0]) == list(rows[0])


def test_claims_are_narrowed_by_facets_and_words(client: TestClient) -> None:
    rows = client.get("/claims.json?verdict=refuted&speaker=Mara+Lindqvist").json()["rows"]
    assert len(rows) == 3
    assert {row["kind"] for row in rows} == {"refuted"}
    assert client.get("/claims.json?q=downloads+qwen").json()["count"] == 1
    assert client.get("/claims.json?changed=1").json()["count"] == 2


def test_a_facet_counts_what_it_would_show(client: TestClient) -> None:
    page = client.get("/claims?speaker=Tom+Okafor").text
    for href, count in re.findall(r'<a href="(/claims\?[^"]*verdict=\w+)">.*?class="count">(\d+)<', page):
        wanted = client.get(href.replace("&amp;", "&").replace("/claims?", "/claims.json?")).json()["count"]
        assert wanted == int(count)


def test_who_said_this_before(home: Path, client: TestClient) -> None:
    again = sample_report()
    episode = again.episode.model_copy(update={"id": "again", "title": "Once more"})
    render(again.model_copy(update={"episode": episode}), home / "episodes" / "again")
    claim = next(c.claim for c in again.claims if "Nvidia" in c.claim.claim)
    rows = client.get(f"/claims.json?like={claim.id}").json()["rows"]
    assert [row["episode"] for row in rows][:2] == ["How far behind?", "Once more"] or {
        row["episode"] for row in rows[:2]
    } == {"How far behind?", "Once more"}


def test_new_results_are_seen_without_a_restart(home: Path, client: TestClient) -> None:
    before = client.get("/episodes.json").json()["count"]
    report = sample_report()
    episode = report.episode.model_copy(update={"id": "fresh"})
    render(report.model_copy(update={"episode": episode}), home / "episodes" / "fresh")
    assert client.get("/episodes.json").json()["count"] == before + 1


def test_evidence_is_seen_as_it_was_on_a_day(client: TestClient) -> None:
    rows = client.get("/evidence.json?q=Qwen+downloads&as_of=2025-07-31").json()["rows"]
    assert rows
    assert all(row["known_from"] <= "2025-07-31" for row in rows)
    later = client.get("/evidence.json?q=Qwen+downloads").json()["rows"]
    assert any(row["known_from"] and row["known_from"] > "2025-07-31" for row in later)
    assert "<mark>downloads</mark>" in client.get("/evidence?q=Qwen+downloads").text


def test_from_a_passage_to_its_source(client: TestClient) -> None:
    hit = client.get("/evidence.json?q=MIT+licence+R1").json()["rows"][0]
    assert hit["text"][:40] in client.get(f"/passages/{hit['id']}").text
    source = client.get(f"/sources/{hit['source_id']}.json").json()
    assert hit["id"] in {row["id"] for row in source["rows"]}


def test_the_gap_of_july_2025_is_48_points(client: TestClient) -> None:
    answer = client.get("/gap.json?metric=Chatbot+Arena+Elo&as_of=2025-07-31").json()
    assert answer["gap"]["arithmetic"] == "1474 − 1426 = 48"
    page = client.get("/gap?metric=Chatbot+Arena+Elo&as_of=2025-07-31").text
    assert "1474 − 1426 = 48" in page
    assert page.count('class="stroke') > 10


def test_facts_are_sorted(client: TestClient) -> None:
    values = [row["value"] for row in client.get("/facts.json?metric=MMLU&sort=-value").json()["rows"]]
    assert values == sorted(values, reverse=True)


def test_a_report_is_served_with_its_files(client: TestClient) -> None:
    assert heading(client.get(f"/episodes/{EPISODE}/report.html").text) == "How far behind?"
    assert client.get(f"/episodes/{EPISODE}/claims.csv").status_code == 200


def test_without_a_store_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = TestClient(create_app(Settings(home=tmp_path))).get("/evidence")
    assert answer.status_code == 400
    assert "claimcast evidence add" in answer.text


def test_the_description_for_programmes_names_every_page(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    assert {"/claims", "/claims.json", "/claims.csv", "/gap", "/sources/{source_id}.json"} <= set(paths)


def test_many_reports_are_read_in_the_background(tmp_path: Path) -> None:
    written = sample_report().model_dump_json()
    for number in range(AT_ONCE + 6):
        folder = tmp_path / "episodes" / f"e{number}"
        folder.mkdir(parents=True)
        (folder / "report.json").write_text(written)
    library = Library(tmp_path)
    library.refresh()
    for _ in range(400):
        if not library.pending:
            break
        time.sleep(0.05)
    assert len(library.entries) == AT_ONCE + 6


def test_what_was_read_is_kept_for_the_next_start_and_read_again_when_it_changes(tmp_path: Path) -> None:
    report = sample_report()
    folder = tmp_path / "episodes" / report.episode.id
    render(report, folder)
    first = Library(tmp_path)
    first.refresh()
    kept = next((tmp_path / "cache" / "explorer").rglob("*.json"))
    kept.write_text(kept.read_text().replace("How far behind?", "As kept"))
    second = Library(tmp_path)
    second.refresh()
    assert [entry.title for entry in second.entries] == ["As kept"]
    render(report.model_copy(update={"claims": report.claims[:3]}), folder)
    second.refresh()
    assert [entry.title for entry in second.entries] == ["How far behind?"]
    assert len(second.claims.rows) == 3


def test_dates_and_topics_are_facets(client: TestClient) -> None:
    assert (
        client.get("/claims.json?date=2025").json()["count"] == client.get("/claims.json?date=2025-07").json()["count"]
    )
    assert client.get("/claims.json?date=2024").json()["count"] == 0
    rows = client.get("/claims.json?topic=DeepSeek").json()["rows"]
    assert rows
    assert all("DeepSeek" in row["claim"] for row in rows)
    page = client.get("/claims?date=2025").text
    assert "July 2025" in page


def test_what_evidence_is_narrowed_by_is_counted_among_what_was_found(client: TestClient) -> None:
    page = client.get("/evidence?q=qwen").text
    counts = dict(re.findall(r'publisher=([^"&]+)"[^>]*><span>[^<]*</span> <span class="count">(\d+)', page))
    assert counts
    rows = client.get("/evidence.json?q=qwen").json()["rows"]
    for name, count in counts.items():
        assert int(count) == sum(row["publisher"] == unquote_plus(name) for row in rows)
    name = next(iter(counts))
    narrowed = client.get(f"/evidence.json?q=qwen&publisher={name}").json()["rows"]
    assert {row["publisher"] for row in narrowed} == {unquote_plus(name)}


def test_the_explorers_claim_shows_all_its_evidence(client: TestClient) -> None:
    row = client.get("/claims.json?q=50+points").json()["rows"][0]
    page = client.get(f"/claim/{row['episode_id']}/{row['id']}").text
    assert "1474 − 1426 = 48 points" in page
    assert page.count('class="cite ') >= 2
    assert len(re.findall(r"<h1", page)) == 1


def test_the_command_that_a_page_names_answers_the_same(
    home: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLAIMCAST_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    hit = client.get("/evidence.json?q=qwen").json()["rows"][0]
    asked = {
        "/": None,
        "/evidence?q=Qwen&as_of=2025-07-31&rank=independent&kind=benchmark&country=CN&publisher=Epoch+AI": "text",
        "/sources": None,
        f"/sources/{hit['source_id']}": "text",
        f"/passages/{hit['id']}": None,
        "/facts?metric=MMLU&sort=-value&country=US": "value",
        "/gap?as_of=2025-07-31&open_only=true": None,
    }
    for address, same in asked.items():
        named = re.search(r"On the command line: <code>claimcast (.*?)</code>", client.get(address).text)
        assert named, address
        words = [*shlex.split(unescape(named[1])), "--json"]
        done = CliRunner().invoke(cli_app, words)
        assert done.exit_code == 0, f"{words} {done.output} {done.exception!r}"
        if same:
            path, _, question = address.partition("?")
            here = [row[same] for row in client.get(f"{path}.json?{question}").json()["rows"]]
            told = json.loads(done.stdout)
            rows = told if isinstance(told, list) else told["results"]
            there = [row.get("passage", row).get(same) for row in rows]
            assert there[: len(here)] == here[: len(there)], address
