"""The explorer over a real home: reports of the invented conversation, and a real evidence store with the seeds."""

import csv
import hashlib
import io
import json
import re
import shlex
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import reports
from flows.cli import app as cli_app
from flows.cli_serve import app as serve_app
from pipeline.evidence import open_store
from pipeline.evidence.records import FactDraft, PassageDraft, SourceDraft
from pipeline.settings import Settings
from reports import render
from reports.explorer import create_app
from reports.library import AT_ONCE, Library
from tests.reports.sample import HOSTILE, hostile_report, sample_report

STATIC = Path(reports.__file__).parent / "static"
EPISODE = "how-far-behind-1f2e3d"
PAGES = ("/", "/claims", "/evidence", "/evidence?q=qwen", "/sources", "/facts", "/gap", "/system", "/api")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    report = sample_report()
    render(report, home / "episodes" / report.episode.id)
    with open_store(Settings(home=home)) as store:
        store.seed()
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> TestClient:
    return TestClient(create_app(Settings(home=home)), follow_redirects=False)


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert found
    return found[1]


OWN_SCRIPT = re.compile(r"/static/(?:htmx|explorer)\.js\?[0-9a-f]{12}")


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser understands them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def runs_only_its_own(page: str) -> bool:
    """Whether every script is one of the explorer's files, and no attribute runs, styles or leads out of the web."""
    elements = Elements(page).found
    scripts = [attrs.get("src") or "" for tag, attrs in elements if tag == "script"]
    names = {name for _, attrs in elements for name in attrs}
    targets = [attrs.get(name) or "" for _, attrs in elements for name in ("href", "src", "action")]
    return (
        all(OWN_SCRIPT.fullmatch(one) for one in scripts)
        and not any(name.startswith("on") or name == "style" or "hx-on" in name for name in names)
        and all(re.match(r"https?://|[/#?]|episodes/|$", one) for one in targets)
    )


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_under_a_strict_policy_with_no_script_but_its_own(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert runs_only_its_own(answer.text)


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


@pytest.mark.parametrize(
    "address",
    [
        "/episodes/..%2F..%2Fstore/catalogue.sqlite3",
        f"/episodes/{EPISODE}/..%2F..%2F..%2Fstore%2Fcatalogue.sqlite3",
        f"/episodes/{EPISODE}/claimreview/..%2F..%2F..%2Fstore%2Fcatalogue.sqlite3",
        "/episodes/%2e%2e/store/catalogue.sqlite3",
        f"/episodes/{EPISODE}/.hidden",
        "/no-such-page",
    ],
)
def test_nothing_else_of_the_home_is_served(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/claims?verdict=maybe", "/evidence?q=x&as_of=yesterday", "/passages/none", "/facts?sort=hats"]
)
def test_a_question_without_sense_is_refused(client: TestClient, address: str) -> None:
    assert client.get(address).status_code in {400, 404, 422}


def test_hostile_texts_are_texts(home: Path) -> None:
    render(hostile_report(), home / "episodes" / "hostile")
    client = TestClient(create_app(Settings(home=home)))
    for address in ("/", "/claims", "/claims?q=%3Cscript%3Ealert(1)%3C/script%3E", "/evidence?q=%22%3E%3Cimg+src=x%3E"):
        page = client.get(address).text
        assert runs_only_its_own(page)
        assert "<img" not in page
        assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', page))
    cells = [value for row in csv.reader(io.StringIO(client.get("/claims.csv").text)) for value in row]
    assert all(not value.startswith(("=", "@", "+")) for value in cells)


def test_a_token_is_asked_for_and_kept_in_a_cookie(home: Path) -> None:
    client = TestClient(create_app(Settings(home=home), token="let me in"), follow_redirects=False)
    assert client.get("/").status_code == 401
    assert client.get("/?token=wrong").status_code == 401
    first = client.get("/claims?token=let+me+in&q=nvidia")
    assert first.status_code == 307
    assert first.headers["location"].endswith("/claims?q=nvidia")
    assert client.get("/claims").status_code == 200
    bearer = TestClient(create_app(Settings(home=home), token="let me in"))
    assert bearer.get("/", headers={"Authorization": "Bearer let me in"}).status_code == 200


def test_another_host_name_is_refused(home: Path) -> None:
    client = TestClient(create_app(Settings(home=home)), base_url="http://attacker.example")
    assert client.get("/").status_code == 400


def test_without_a_store_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = TestClient(create_app(Settings(home=tmp_path))).get("/evidence")
    assert answer.status_code == 400
    assert "claimcast evidence add" in answer.text


def test_the_description_for_programmes_names_every_page(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    assert {"/claims", "/claims.json", "/claims.csv", "/gap", "/sources/{source_id}.json"} <= set(paths)


def test_others_need_a_token() -> None:
    result = CliRunner().invoke(serve_app, ["--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "--token" in str(result.exception)


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


def test_hostile_evidence_is_text_on_every_page(tmp_path: Path) -> None:
    render(hostile_report(1_000_000 // len(HOSTILE) + 1, 3), tmp_path / "episodes" / "long")
    bad = HOSTILE.replace("\x00", "")
    fact = FactDraft(kind=bad, subject=bad, metric=bad, value=bad, unit=bad, setting=bad, country=bad, note=bad)
    passages = (PassageDraft(text=bad + "word " * 40, location=bad, origin=bad, fact=fact),)
    draft = SourceDraft(
        key="bad", title=bad, publisher=bad, url="javascript:alert(3)", licence=bad, sha256="0" * 64, kind="html",
        text=bad, passages=passages,
    )  # fmt: skip
    with open_store(Settings(home=tmp_path)) as store:
        store.put([draft])
    client = TestClient(create_app(Settings(home=tmp_path), allow_edits=True))
    hit = client.get("/evidence.json?q=word").json()["rows"][0]
    claim = client.get("/claims.json").json()["rows"][0]
    asked = quote(bad)
    pages = [
        "/", "/claims", f"/claims?topic={asked}&date={asked}&speaker={asked}&q={asked}", "/evidence?q=word",
        f"/evidence?q=word&publisher={asked}", "/sources", f"/sources/{hit['source_id']}", f"/passages/{hit['id']}",
        "/facts", f"/facts?metric={asked}", f"/gap?metric={asked}&leader={asked}", "/system", f"/passages/{asked}",
        f"/claim/{claim['episode_id']}/{claim['id']}", f"/claims?like={claim['id']}",
    ]  # fmt: skip
    for address in pages:
        page = client.get(address).text
        assert runs_only_its_own(page), address
        assert "<img" not in page, address
        assert not set(page) & set("\x00\x07\u202e\u202c\u2066\u200f"), address
        assert len(page) < 300_000, address
    for address in (
        "/claims.csv",
        "/evidence.csv?q=word",
        "/sources.csv",
        "/facts.csv",
        "/episodes.csv",
        "/system.csv",
    ):
        cells = [value for row in csv.reader(io.StringIO(client.get(address).text)) for value in row]
        assert all(not value.lstrip().startswith(("=", "@", "+", "-")) for value in cells), address


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
    name = "Epoch AI"
    assert int(counts[name.replace(" ", "+")]) == sum(row["publisher"] == name for row in rows)
    assert all(
        row["publisher"] == name for row in client.get("/evidence.json?q=qwen&publisher=Epoch+AI").json()["rows"]
    )


def test_the_explorers_claim_shows_all_its_evidence(client: TestClient) -> None:
    row = client.get("/claims.json?q=50+points").json()["rows"][0]
    page = client.get(f"/claim/{row['episode_id']}/{row['id']}").text
    assert "1474 − 1426 = 48 points" in page
    assert page.count('class="cite ') >= 2
    assert len(re.findall(r"<h1", page)) == 1


def test_the_library_that_is_shipped_is_the_one_that_is_named() -> None:
    told = (STATIC / "htmx.LICENSE.txt").read_text()
    assert hashlib.sha256((STATIC / "htmx.js").read_bytes()).hexdigest() in told


def test_files_of_the_explorer_are_kept_by_their_content(client: TestClient) -> None:
    address = re.search(r'href="(/static/explorer\.css\?[0-9a-f]{12})"', client.get("/").text)
    assert address
    assert "immutable" in client.get(address[1]).headers["cache-control"]
    assert client.get("/static/report.js").status_code == 404


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
