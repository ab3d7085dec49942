import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from flows.cli_report import app
from pipeline.models import Report
from reports import render, write_index
from tests.reports.sample import hostile_report, sample_report

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for report in (sample_report(), sample_report(timed=False).model_copy(update={"episode": _other()})):
        render(report, tmp_path / "episodes" / report.episode.id)
    return tmp_path


def _other() -> object:
    return sample_report(timed=False).episode.model_copy(update={"id": "another", "title": "Another one"})


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_index_lists_every_finished_report(home: Path) -> None:
    page = write_index(home).read_text()
    assert "How far behind?" in page
    assert "Another one" in page
    feed = ElementTree.parse(home / "index.atom").getroot()
    links = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert sorted(links) == ["episodes/another/report.html", "episodes/how-far-behind-1f2e3d/report.html"]
    assert all((home / str(link)).is_file() for link in links)


def test_a_published_feed_has_full_addresses(home: Path) -> None:
    write_index(home, "https://example.org/checks")
    feed = ElementTree.parse(home / "index.atom").getroot()
    assert all(str(link.get("href")).startswith("https://example.org/checks/") for link in feed.iter(f"{ATOM}link"))


def test_a_broken_report_does_not_hide_the_others(home: Path) -> None:
    (home / "episodes" / "another" / "report.json").write_text("{")
    page = write_index(home).read_text()
    assert "How far behind?" in page
    assert "another/report.json can&#39;t be read" in page


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    assert "claimcast verify SOURCE" in write_index(tmp_path).read_text()


def test_a_hostile_title_is_text_in_page_and_feed(tmp_path: Path) -> None:
    render(hostile_report(), tmp_path / "episodes" / "x")
    page = write_index(tmp_path).read_text()
    assert "<script>" not in page
    feed = ElementTree.parse(tmp_path / "index.atom").getroot()
    assert "<script>alert(1)</script>" in str(feed.findtext(f"{ATOM}entry/{ATOM}title"))


def test_reports_are_listed_as_json(home: Path) -> None:
    rows = json.loads(run("list", "--json", "--home", str(home)))
    assert {row["episode_id"] for row in rows} == {"another", "how-far-behind-1f2e3d"}
    assert rows[0]["verdicts"]["refuted"] == 5


def test_the_list_names_the_episodes(home: Path) -> None:
    assert "how-far-behind" in run("list", "--home", str(home))


def test_a_report_is_opened_by_the_beginning_of_its_id(home: Path) -> None:
    found = json.loads(run("open", "ano", "--json", "--home", str(home)))
    assert found["report_html"].endswith("episodes/another/report.html")


def test_a_rebuilt_page_is_the_same(home: Path) -> None:
    before = (home / "episodes" / "another" / "report.html").read_bytes()
    (home / "episodes" / "another" / "report.html").unlink()
    run("rebuild", "--home", str(home))
    assert (home / "episodes" / "another" / "report.html").read_bytes() == before
    assert (home / "index.atom").is_file()


def test_an_unknown_episode_is_one_line(home: Path) -> None:
    result = CliRunner().invoke(app, ["open", "nothing", "--home", str(home)])
    assert result.exit_code == 1
    assert "no finished report is called 'nothing'" in str(result.exception)


def test_reports_survive_a_round_trip(report: Report) -> None:
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_an_index_is_made_from_entries_and_notices_what_changed(home: Path) -> None:
    write_index(home)
    kept = home / "episodes" / "another" / "entry.json"
    assert "Another one" in kept.read_text()
    kept.write_text(kept.read_text().replace("Another one", "As kept"))
    assert "As kept" in write_index(home).read_text()
    render(sample_report().model_copy(update={"episode": _other()}), home / "episodes" / "another")
    assert "As kept" not in write_index(home).read_text()
