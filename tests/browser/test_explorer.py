"""The explorer in a real browser: from a claim to its evidence, narrow screens, nothing asked of other machines."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from pipeline.evidence import open_store
from pipeline.settings import Settings
from reports import render
from reports.explorer import create_app
from tests.reports.sample import sample_report


@contextmanager
def served(home: Path, allow_edits: bool = False) -> Iterator[str]:
    """The address of the explorer over a home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Settings(home=home), allow_edits=allow_edits)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The explorer's address, served from a home with one report and the seed evidence."""
    home = tmp_path_factory.mktemp("home")
    report = sample_report()
    render(report, home / "episodes" / report.episode.id)
    with open_store(Settings(home=home)) as store:
        store.seed()
    with served(home) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 900}, base_url=address)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(address)] == []
    assert complaints == []


def test_from_the_episodes_to_a_claim_in_its_report(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="How far behind?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How far behind?")
    page.go_back()
    page.get_by_role("link", name="Claims", exact=True).click()
    page.get_by_role("link", name="Refuted").click()
    expect(page.locator("article.found")).to_have_count(5)
    page.locator("article.found .facts a").first.click()
    expect(page.locator("article.claim.now")).to_be_in_viewport()


def stays(page: Page) -> None:
    """Mark the document; `stayed` tells whether it is still the same one."""
    page.evaluate("document.documentElement.dataset.marked = 'yes'")


def stayed(page: Page) -> bool:
    return page.evaluate("document.documentElement.dataset.marked") == "yes"


def test_facets_narrow_without_loading_the_page_again(page: Page, output: Path) -> None:
    page.goto("/claims")
    stays(page)
    page.locator(".facets").get_by_role("link", name="Refuted").click()
    expect(page.locator("#count")).to_have_text("5 claims")
    page.locator(".facets").get_by_role("link", name="Mara Lindqvist").click()
    expect(page.locator("#count")).to_have_text("3 claims")
    assert stayed(page)
    assert "verdict=refuted" in page.url
    assert "speaker=Mara" in page.url
    expect(page.locator("#beside a").first).to_have_attribute(
        "href", "/claims.json?verdict=refuted&speaker=Mara+Lindqvist"
    )
    page.screenshot(path=output / "explorer-claims.png")
    page.go_back()
    expect(page.locator("#count")).to_have_text("5 claims")
    page.reload()
    expect(page.locator("article.found")).to_have_count(5)


def test_a_search_follows_what_is_typed_and_keeps_the_facets(page: Page) -> None:
    page.goto("/claims?verdict=refuted")
    stays(page)
    field = page.get_by_placeholder("Search claims, words spoken, reasons")
    field.press_sequentially("nvidia")
    expect(page.locator("#count")).to_have_text("1 claim")
    expect(field).to_be_focused()
    assert stayed(page)
    assert {"q=nvidia", "verdict=refuted"} <= set(page.url.split("?")[1].split("&"))


def test_a_column_sorts_the_facts(page: Page) -> None:
    page.goto("/facts?metric=MMLU")
    stays(page)
    page.get_by_role("link", name="Value").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Value")
    assert stayed(page)
    values = [float(cell) for cell in page.locator("td.num b").all_inner_texts()]
    assert values == sorted(values, reverse=True)


def test_a_reader_calls_a_verdict_wrong(browser: Browser, tmp_path: Path) -> None:
    report = sample_report()
    folder = tmp_path / "episodes" / report.episode.id
    render(report, folder)
    with served(tmp_path, allow_edits=True) as address:
        page = browser.new_context(base_url=address).new_page()
        page.goto("/claims?q=nvidia")
        page.locator("article.found h2 a").click()
        page.get_by_label("Your name").fill("Ida Berg")
        page.get_by_label("It should be").select_option("conflicting")
        page.get_by_label("Why, and with what evidence").fill("The close was higher.")
        page.get_by_role("button", name="Add the correction").click()
        expect(page.locator(".history")).to_contain_text("Ida Berg")
        page.goto("/claims")
        page.locator(".facets").get_by_role("link", name="Called wrong").click()
        expect(page.locator("#count")).to_have_text("1 claim")
        page.context.close()
    assert "Corrected by Ida Berg" in (folder / "report.html").read_text()


def test_everything_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/claims")
    page.locator(".facets").get_by_role("link", name="Refuted").click()
    expect(page.locator("article.found")).to_have_count(5)
    page.get_by_placeholder("Search claims, words spoken, reasons").fill("nvidia")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("article.found")).to_have_count(1)
    page.locator("article.found h2 a").click()
    expect(page.locator("article.claim .cite").first).to_be_visible()
    page.goto("/evidence?q=Qwen")
    expect(page.get_by_role("slider")).to_be_hidden()
    context.close()


def test_evidence_as_of_a_day(page: Page, output: Path) -> None:
    page.goto("/evidence")
    page.get_by_placeholder("A claim, a name, a number").fill("Qwen downloads")
    page.get_by_label("Known by").fill("2025-07-31")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_be_visible()
    assert "2026" not in " ".join(page.locator(".facts > span:first-child").all_inner_texts())
    page.screenshot(path=output / "explorer-evidence.png")


def test_dragging_the_day_moves_the_results_through_time(page: Page) -> None:
    page.goto("/evidence?q=Qwen+downloads")
    slider = page.get_by_role("slider")
    expect(slider).to_be_visible()
    expect(page.get_by_label("Known by")).to_have_value("")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    expect(page.locator("#count")).to_contain_text("only what could be known on")
    day = page.get_by_label("Known by").input_value()
    assert day in page.url
    assert f"--as-of {day}" in page.locator("#beside").inner_text()
    page.keyboard.press("End")
    expect(page.locator("#count")).not_to_contain_text("only what could be known on")


def test_the_gap_is_drawn(page: Page, output: Path) -> None:
    page.goto("/gap?as_of=2025-07-31")
    expect(page.locator(".finding")).to_contain_text("1474 − 1426 = 48")
    expect(page.locator("svg.chart")).to_be_visible()
    page.screenshot(path=output / "explorer-gap.png")


@pytest.mark.parametrize("path", ["/", "/claims", "/evidence?q=qwen", "/sources", "/facts", "/gap", "/system"])
def test_a_phone_needs_no_scrolling_sideways(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_nothing_stands_in_the_way_of_assistive_technology(page: Page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the `dev` extra brings axe-core")
    faults = []
    claim = page.request.get("/claims.json?q=nvidia").json()["rows"][0]
    paths = ["/", "/claims?verdict=refuted", "/evidence?q=qwen", "/sources", "/facts", "/gap", "/system", "/api"]
    for path in (*paths, f"/claim/{claim['episode_id']}/{claim['id']}"):
        page.goto(path)
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = axe.Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        faults += [(path, f["id"], f["nodes"][0]["html"][:160]) for f in found.response["violations"]]
    assert faults == []
