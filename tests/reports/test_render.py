import csv
import io
import json
import re
import time
from pathlib import Path

import jsonschema
import pytest

from pipeline.models import Report
from reports import render
from reports.beside import COLUMNS, cell
from reports.claimreview import in_script
from tests.reports.sample import HOSTILE, hostile_report, long_report, sample_report
from tests.reports.vocabulary import CLAIM_REVIEW


def ld_json(page: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)


def test_a_report_has_its_files_beside_it(drawn: Path, report: Report) -> None:
    assert {path.name for path in drawn.iterdir()} == {
        "report.html", "report.json", "claims.csv", "summary.md", "claimreview",
    }  # fmt: skip
    assert Report.model_validate_json((drawn / "report.json").read_bytes()) == report
    assert len(list((drawn / "claimreview").iterdir())) == 15


def test_the_page_loads_nothing(drawn: Path) -> None:
    page = (drawn / "report.html").read_text()
    assert not re.search(r'<(?:link|img|iframe|script)[^>]+(?:src|href)="(?!#)', page)
    assert not re.search(r"url\(|@import", page)
    assert "default-src 'none'" in page


def test_the_page_has_no_inline_handlers_or_styles(drawn: Path) -> None:
    page = re.sub(r"<(script|style)>.*?</\1>", "", (drawn / "report.html").read_text(), flags=re.DOTALL)
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert not re.search(r"<[^>]+\sstyle=", page)


def test_every_link_in_the_page_leads_somewhere(drawn: Path) -> None:
    page = (drawn / "report.html").read_text()
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert len(re.findall(r'\sid="([^"]+)"', page)) == len(ids)
    for name in re.findall(r'href="(claimreview/[^"]+)"', page):
        assert (drawn / name).is_file()


def test_the_arithmetic_is_shown(drawn: Path) -> None:
    assert "1474 − 1426 = 48 points, 28 July 2025" in (drawn / "report.html").read_text()


def test_drawing_twice_gives_the_same_bytes(report: Report, drawn: Path, tmp_path: Path) -> None:
    render(report, tmp_path)
    for path in drawn.rglob("*.*"):
        assert path.read_bytes() == (tmp_path / path.relative_to(drawn)).read_bytes()


def test_a_claim_page_carries_one_review_that_fits_the_vocabulary(drawn: Path) -> None:
    for path in (drawn / "claimreview").iterdir():
        found = ld_json(path.read_text())
        assert len(found) == 1
        review = json.loads(found[0])
        jsonschema.validate(review, CLAIM_REVIEW)
        assert review["itemReviewed"]["appearance"]["startTime"] >= 0


def test_a_review_without_a_decision_gives_no_points(drawn: Path) -> None:
    reviews = [json.loads(ld_json(path.read_text())[0]) for path in (drawn / "claimreview").iterdir()]
    points = {r["reviewRating"]["alternateName"]: r["reviewRating"].get("ratingValue") for r in reviews}
    assert points == {"Supported": 5, "Refuted": 1, "Conflicting evidence": 3, "Not enough evidence": None}


def test_a_published_review_names_its_full_address(report: Report, tmp_path: Path) -> None:
    render(report, tmp_path, base_url="https://example.org/e1/")
    page = next((tmp_path / "claimreview").iterdir())
    assert json.loads(ld_json(page.read_text())[0])["url"] == f"https://example.org/e1/claimreview/{page.name}"


def test_a_script_element_can_not_be_closed_from_within() -> None:
    written = in_script({"claimReviewed": "</script><!--\u2028&"})
    assert not set(written) & set("<>&\u2028")
    assert json.loads(written) == {"claimReviewed": "</script><!--\u2028&"}


def test_the_table_has_a_line_a_claim(drawn: Path, report: Report) -> None:
    rows = list(csv.reader(io.StringIO((drawn / "claims.csv").read_text())))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(report.claims) + 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =cmd|' /C calc'!A0", "\t=1", "%x"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert cell(text).startswith("'")


def test_a_negative_number_stays_a_number() -> None:
    assert cell(-1.5) == "-1.5"


@pytest.mark.parametrize(("repeat", "claims"), [(1, 99), (1_000_000 // len(HOSTILE) + 1, 4)])
def test_hostile_text_is_text_everywhere(tmp_path: Path, repeat: int, claims: int) -> None:
    start = time.perf_counter()
    render(hostile_report(repeat, claims), tmp_path)
    assert time.perf_counter() - start < 20
    for path in tmp_path.rglob("*.html"):
        page = path.read_text()
        assert page.count("<script") == page.count("</script>") == 1
        assert "<img" not in page
        assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
        assert "{{ 7*7 }}" in page
        assert not set(page) & set("\x00\x07\u202e\u202c\u2066\u200f")
        assert len(page) < 2_000_000
    rows = list(csv.reader(io.StringIO((tmp_path / "claims.csv").read_text())))
    assert all(not value.lstrip().startswith(("=", "@", "+")) for row in rows for value in row)
    assert {path.parent.name for path in tmp_path.rglob("*.html")} == {tmp_path.name, "claimreview"}
    assert "<script" not in (tmp_path / "summary.md").read_text().replace("\\<", "")


def test_a_long_report_is_small_and_quick(tmp_path: Path) -> None:
    report = long_report(claims=400, hours=3.0)
    start = time.perf_counter()
    path = render(report, tmp_path)
    seconds = time.perf_counter() - start
    assert path.stat().st_size < 3_000_000
    assert seconds < 15, f"built in {seconds:.1f} s; about 2 s on an idle machine"


def test_audio_is_put_beside_the_page_under_an_address_of_its_own(tmp_path: Path) -> None:
    audio = tmp_path / "from" / "a talk #1.opus"
    audio.parent.mkdir()
    audio.write_bytes(b"sound")
    page = render(sample_report(), tmp_path / "to", audio=audio).read_text()
    assert (tmp_path / "to" / "audio.opus").read_bytes() == b"sound"
    assert 'src="./audio.opus"' in page
    assert re.search(r'class="play" href="\./audio\.opus#t=[\d.]+,[\d.]+"', page)


def test_audio_that_lies_there_is_not_copied(tmp_path: Path) -> None:
    audio = tmp_path / "my talk.opus"
    audio.write_bytes(b"sound")
    assert 'src="./my%20talk.opus"' in render(sample_report(), tmp_path, audio=audio).read_text()
    assert not (tmp_path / "audio.opus").exists()


def test_the_summary_is_short_however_long_the_report(tmp_path: Path) -> None:
    render(long_report(), tmp_path)
    told = (tmp_path / "summary.md").read_text()
    assert len(told) < 16_000
    assert "340 more are in the report." in told
    assert told.count("confidence:") == 8
