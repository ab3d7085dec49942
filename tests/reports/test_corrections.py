"""People may say that a verdict is wrong; their words are kept, shown, and never overwrite it."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pipeline.errors import InputError
from pipeline.settings import Settings
from reports import render
from reports.corrections import correct, corrections
from reports.explorer import create_app
from tests.reports.sample import HOSTILE, sample_report

REPORT = sample_report()
EPISODE = REPORT.episode.id
CLAIM = next(c.claim.id for c in REPORT.claims if "Nvidia" in c.claim.claim)
ADDRESS = f"/claim/{EPISODE}/{CLAIM}"
OWN = {"origin": "http://testserver"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    render(REPORT, tmp_path / "episodes" / EPISODE)
    return tmp_path


@pytest.fixture
def editing(home: Path) -> TestClient:
    return TestClient(create_app(Settings(home=home), allow_edits=True), follow_redirects=False)


def test_a_correction_is_kept_and_shown_in_explorer_and_report(home: Path, editing: TestClient) -> None:
    said = {"who": "Ida Berg", "why": "The close was higher.", "verdict": "conflicting"}
    assert editing.post(ADDRESS, data=said, headers=OWN).status_code == 303
    assert "Ida Berg" in editing.get(ADDRESS).text
    assert [row["id"] for row in editing.get("/claims.json?corrected=1").json()["rows"]] == [CLAIM]
    folder = home / "episodes" / EPISODE
    page = (folder / "report.html").read_text()
    assert "Corrected by Ida Berg" in page
    assert "it should be <b>conflicting evidence</b>" in page
    assert json.loads((folder / "report.json").read_text())["claims"] == json.loads(REPORT.model_dump_json())["claims"]


def test_a_history_keeps_every_word_in_order(home: Path) -> None:
    folder = home / "episodes" / EPISODE
    correct(folder, CLAIM, "A", "first")
    correct(folder, CLAIM, "B", "second", "supported")
    assert [(one.who, one.why, one.verdict) for one in corrections(folder)] == [
        ("A", "first", None),
        ("B", "second", "supported"),
    ]


def test_without_leave_there_is_no_form_and_no_way_in(home: Path) -> None:
    client = TestClient(create_app(Settings(home=home)), follow_redirects=False)
    assert "<textarea" not in client.get(ADDRESS).text
    assert client.post(ADDRESS, data={"who": "A", "why": "b"}, headers=OWN).status_code == 405


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.example"}, {"origin": "null"}])
def test_a_form_on_another_site_changes_nothing(home: Path, editing: TestClient, headers: dict[str, str]) -> None:
    answer = editing.post(ADDRESS, data={"who": "A", "why": "b"}, headers=headers)
    assert answer.status_code == 400
    assert not (home / "episodes" / EPISODE / "corrections.jsonl").exists()


@pytest.mark.parametrize(
    "said",
    [
        {"who": "", "why": "x"},
        {"who": "A"},
        {"who": "A", "why": "b", "verdict": "true"},
        {"who": "A", "why": "b" * 40_000},
    ],
)
def test_half_a_correction_is_refused(home: Path, editing: TestClient, said: dict[str, str]) -> None:
    assert editing.post(ADDRESS, data=said, headers=OWN).status_code == 400
    assert not (home / "episodes" / EPISODE / "corrections.jsonl").exists()


def test_an_unknown_claim_is_refused(editing: TestClient) -> None:
    assert editing.post(f"/claim/{EPISODE}/none", data={"who": "A", "why": "b"}, headers=OWN).status_code == 400
    assert editing.get("/claim/..%2F..%2Fetc/passwd").status_code in {400, 404}


def test_a_hostile_correction_is_text(home: Path, editing: TestClient) -> None:
    editing.post(ADDRESS, data={"who": "<script>x</script>", "why": HOSTILE.replace("\x00", "")}, headers=OWN)
    for page in (editing.get(ADDRESS).text, (home / "episodes" / EPISODE / "report.html").read_text()):
        assert "<script>x" not in page
        assert "<img" not in page


def test_a_history_that_can_not_be_read_is_named(home: Path) -> None:
    folder = home / "episodes" / EPISODE
    (folder / "corrections.jsonl").write_text("{")
    with pytest.raises(InputError, match=r"corrections\.jsonl can't be read"):
        corrections(folder)
