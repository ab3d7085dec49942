"""What the explorer does not do: run what others wrote, serve what it was not asked to, answer whom it should not."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import reports
from flows.cli_serve import app as serve_app
from pipeline.evidence import open_store
from pipeline.evidence.records import FactDraft, PassageDraft, SourceDraft
from pipeline.settings import Settings
from reports import render
from reports.explorer import create_app
from tests.reports.sample import HOSTILE, hostile_report

STATIC = Path(reports.__file__).parent / "static"
EPISODE = "how-far-behind-1f2e3d"
PAGES = ("/", "/claims", "/evidence", "/evidence?q=qwen", "/sources", "/facts", "/gap", "/system", "/api")


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


def test_others_need_a_token() -> None:
    result = CliRunner().invoke(serve_app, ["--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "--token" in str(result.exception)


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


def test_the_library_that_is_shipped_is_the_one_that_is_named() -> None:
    told = (STATIC / "htmx.LICENSE.txt").read_text()
    assert hashlib.sha256((STATIC / "htmx.js").read_bytes()).hexdigest() in told


def test_files_of_the_explorer_are_kept_by_their_content(client: TestClient) -> None:
    address = re.search(r'href="(/static/explorer\.css\?[0-9a-f]{12})"', client.get("/").text)
    assert address
    assert "immutable" in client.get(address[1]).headers["cache-control"]
    assert client.get("/static/report.js").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_under_a_strict_policy_with_no_script_but_its_own(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert runs_only_its_own(answer.text)
