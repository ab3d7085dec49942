"""The report in a real browser: it finds, jumps, plays, prints, and works on a phone and without scripts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from reports import render
from tests.browser.conftest import Watched
from tests.reports.sample import hostile_report, sample_report


def shown(page: Page) -> int:
    return page.locator("article.claim:visible").count()


def now(page: Page) -> str:
    return page.locator("article.claim.now h3").inner_text()


def test_the_first_screen_says_what_was_found(watched: Watched, report_page: Path, output: Path) -> None:
    page = watched.open(report_page)
    expect(page.get_by_role("heading", level=1)).to_have_text("How far behind?")
    expect(page.locator(".finding")).to_be_in_viewport()
    expect(page.locator(".strip")).to_be_in_viewport()
    expect(page.locator(".notice")).to_contain_text("Synthetic voices")
    page.screenshot(path=output / "report-desktop.png")


def test_marks_differ_in_shape_not_only_in_colour(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    shapes = page.locator(".lane a use").evaluate_all("uses => [...new Set(uses.map(u => u.getAttribute('href')))]")
    assert len(shapes) == 5


def test_filters_narrow_the_claims_and_say_how_many(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    assert shown(page) == 15
    page.get_by_role("button", name="Refuted").click()
    assert shown(page) == 5
    expect(page.locator("#shown")).to_have_text("5 of 15 claims")
    page.locator("#speaker").select_option("Mara Lindqvist")
    assert shown(page) == 3
    page.get_by_role("button", name="Show all").first.click()
    page.locator("#topic").select_option(index=1)
    assert 1 < shown(page) < 15
    page.get_by_role("button", name="Show all").first.click()
    page.locator("#level").select_option("low")
    assert shown(page) == 3
    page.locator("#level").select_option("")
    page.get_by_role("button", name="Changed since").click()
    assert shown(page) == 2


def test_search_looks_at_claims_quotes_and_sources(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    page.locator("#q").fill("swe-bench moonshot")
    assert shown(page) == 1
    page.locator("#q").fill("nothing says this")
    expect(page.locator("#none")).to_be_visible()
    page.keyboard.press("Escape")
    assert shown(page) == 15


def test_claims_can_be_read_as_spoken(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    page.locator("#order").select_option("time")
    positions = page.locator("article.claim").evaluate_all("cards => cards.map(c => Number(c.dataset.position))")
    assert positions == sorted(positions)


def test_from_a_claim_to_the_transcript_and_back(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    card = page.locator("article.claim").nth(3)
    card.get_by_role("link", name="transcript").click()
    said = page.locator(".said:target")
    expect(said).to_be_in_viewport()
    said.click()
    expect(card).to_be_in_viewport()
    assert now(page) == card.locator("h3").inner_text()


def test_a_link_to_a_claim_opens_at_it_even_when_filtered(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    link = page.locator("article.claim[data-kind=supported] .perma").first.get_attribute("href")
    page.get_by_role("button", name="Refuted").click()
    page.evaluate("hash => { location.hash = hash }", link)
    expect(page.locator(str(link))).to_be_in_viewport()


def test_a_number_in_the_rationale_leads_to_the_quotation(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    page.locator(".why .ref").first.click()
    expect(page.locator(".cite:target")).to_be_in_viewport()


def test_everything_can_be_done_from_the_keyboard(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    page.keyboard.press("j")
    first = now(page)
    page.keyboard.press("j")
    assert now(page) != first
    page.keyboard.press("k")
    assert now(page) == first
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.className").startswith("said")
    page.keyboard.press("t")
    assert now(page) == first
    page.keyboard.press("/")
    page.keyboard.type("GLM")
    assert shown(page) == 1
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_single_letter_keys_can_be_switched_off(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    page.keyboard.press("?")
    page.locator("#shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("article.claim.now").count() == 0


def test_a_statement_plays_from_its_second_and_stops_at_its_end(watched: Watched, report_page: Path) -> None:
    page = watched.open(report_page)
    play = page.locator("article.claim a.play").first
    start, end = (float(str(play.get_attribute(f"data-{edge}"))) for edge in ("start", "end"))
    play.click()
    began = page.wait_for_function("() => !audio.paused && audio.currentTime", timeout=10_000).json_value()
    assert start - 0.1 <= began < end
    expect(page.locator("#player")).to_be_visible()
    page.evaluate("end => { audio.currentTime = end + 0.2 }", end)
    page.wait_for_function("() => audio.paused", timeout=5000)


def test_dark_follows_the_reader_and_can_be_changed(browser: Browser, report_page: Path, output: Path) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.goto(report_page.as_uri())
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(colour)
    page.screenshot(path=output / "report-dark.png")
    page.locator("#theme").click()
    page.wait_for_function(f"dark => {colour} != dark", arg=dark)
    for _ in range(10):  # a busy browser may take a moment to keep what the page told it
        page.reload()
        if (kept := page.evaluate(colour)) != dark:
            break
        page.wait_for_timeout(500)
    assert kept != dark
    context.close()


def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, report_page: Path, output: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(report_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=output / "report-phone.png")
    page.locator("article.claim h3").first.scroll_into_view_if_needed()
    page.screenshot(path=output / "report-phone-claim.png")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()


def test_without_scripts_everything_is_there(browser: Browser, report_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report_page.as_uri())
    expect(page.locator("article.claim")).to_have_count(15)
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("article.claim").first.get_by_role("link", name="transcript").click()
    expect(page.locator(".said:target")).to_be_in_viewport()
    assert "#t=" in str(page.locator("a.play").first.get_attribute("href"))
    context.close()


def test_print_shows_all_evidence_and_no_controls(watched: Watched, report_page: Path, output: Path) -> None:
    page = watched.open(report_page)
    page.get_by_role("button", name="Refuted").click()
    page.emulate_media(media="print")
    assert shown(page) == 15
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".tools")).to_be_hidden()
    pdf = page.pdf(format="A4", path=output / "report-print.pdf")
    assert pdf.startswith(b"%PDF")


def test_a_long_report_opens_and_filters_without_a_pause(watched: Watched, long_page: Path) -> None:
    start = time.perf_counter()
    page = watched.open(long_page)
    opened = time.perf_counter() - start
    milliseconds = page.evaluate(
        """() => { const q = document.querySelector("#q"); const begin = performance.now();
        q.value = "nvidia"; q.dispatchEvent(new Event("input")); document.body.offsetHeight;
        return performance.now() - begin; }"""
    )
    assert 0 < page.locator("article.claim:not([hidden])").count() < 400
    assert opened < 10, f"opened in {opened:.1f} s"
    assert milliseconds < 1500, f"filtered in {milliseconds:.0f} ms; `python -m tests.benchmarks.report` measures it"


def test_a_long_report_is_found_ones_way_in_like_a_short_one(watched: Watched, long_page: Path, output: Path) -> None:
    page = watched.open(long_page)
    far = page.locator("article.claim").nth(310)
    page.evaluate("hash => { location.hash = hash }", f"#{far.get_attribute('id')}")
    expect(far).to_be_in_viewport()
    assert now(page) == far.locator("h3").inner_text()
    page.keyboard.press("k")
    expect(page.locator("article.claim").nth(309)).to_be_in_viewport()
    page.keyboard.press("t")
    expect(page.locator(".said.now")).to_be_in_viewport()
    page.locator("#order").select_option("time")
    page.get_by_role("button", name="Conflicting evidence").click()
    expect(page.locator("#shown")).to_have_text("53 of 400 claims")
    page.emulate_media(media="print")
    assert shown(page) == 400
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=output / "long-phone.png")


def test_a_long_report_without_scripts_is_whole(browser: Browser, long_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(long_page.as_uri())
    expect(page.locator("article.claim")).to_have_count(400)
    page.goto(f"{long_page.as_uri()}{page.locator('.lane a').nth(390).get_attribute('href')}")
    expect(page.locator("article.claim:target")).to_be_in_viewport()
    context.close()


def test_a_hostile_report_runs_nothing_and_asks_for_nothing(watched: Watched, tmp_path: Path) -> None:
    page = watched.open(render(hostile_report(), tmp_path))
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.locator("#q").fill("alert")
    assert page.locator("article.claim img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 1360
    assert page.locator("a[href^=javascript]").count() == 0


def test_nothing_stands_in_the_way_of_assistive_technology(browser: Browser, report_page: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the `dev` extra brings axe-core")
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    claim_page = sorted((report_page.parent / "claimreview").iterdir())[0]
    for path, scheme in ((report_page, "light"), (claim_page, "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(path.as_uri())
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = axe.Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        faults = [(f["id"], f["impact"], f["nodes"][0]["html"][:200]) for f in found.response["violations"]]
        assert faults == []
    context.close()


def test_embedded_clips_need_no_file_beside_the_page(watched: Watched, report_page: Path, tmp_path: Path) -> None:
    pytest.importorskip("av")
    page = watched.open(render(sample_report(), tmp_path, audio=report_page.parent / "tone.wav", embed_audio=True))
    assert not list(tmp_path.glob("*.wav"))
    seconds = page.locator("article.claim audio").first.evaluate(
        """audio => new Promise((done, failed) => { audio.onloadedmetadata = () => done(audio.duration);
        audio.onerror = () => failed(audio.error.message); audio.preload = "auto"; audio.load(); })"""
    )
    assert 1 < seconds < 15
