"""Looks at a report in chromium and prints what is wrong with it, a line each.

    python -m tests.browser.look REPORT.html [FOLDER]

It goes through what a reader does: filter, search, jump to the transcript and back, play, keys, phone, print, no scripts.
Wrong is: a complaint of the console, a request that leaves the file, a serious finding of axe-core, an act without its
effect. With FOLDER screenshots are kept there. A process of its own, for tests that can't share one with a browser.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(path: Path, pictures: Path | None = None) -> list[str]:
    """Everything that is wrong with the report, in words; nothing when all is well."""
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
        page.on("request", lambda request: found.append(f"asks for {request.url}") if _leaves(request.url) else None)
        page.on("console", lambda message: found.append(f"the console says {message.text}"))
        page.on("pageerror", lambda error: found.append(f"a script fails: {error}"))
        page.goto(path.as_uri())
        found += [f"{name} does nothing" for name, works in _acts(page).items() if not works]
        found += _axe(page)
        if pictures:
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=pictures / "demo-desktop.png")
            page.pdf(format="A4", path=pictures / "demo-print.pdf")
        found += _elsewhere(browser, path, pictures)
        browser.close()
    return found


def _leaves(url: str) -> bool:
    return not url.startswith(("file:", "data:"))


def _acts(page: Page) -> dict[str, bool]:
    """What a reader does, and whether it did what it should."""
    count = "document.querySelectorAll('article.claim:not([hidden])').length"
    every = page.evaluate(count)
    done: dict[str, bool] = {}
    page.locator(".toggle[data-kind]").first.click()
    done["a verdict's filter"] = 0 < page.evaluate(count) < every
    page.locator("[data-reset]").first.click()
    page.locator("#q").fill(page.locator("article.claim h3").last.text_content() or "")
    done["the search"] = 0 < page.evaluate(count) < every
    page.keyboard.press("Escape")
    done["Escape in the search"] = page.evaluate(count) == every
    page.keyboard.press("j")
    page.keyboard.press("t")
    done["the way to the transcript"] = "said" in page.evaluate("document.activeElement.className")
    page.keyboard.press("t")
    done["the way back"] = "claim" in page.evaluate("document.activeElement.className")
    if page.locator("a.play").count():
        page.keyboard.press("p")
        page.wait_for_timeout(400)
        done["play"] = page.evaluate("!audio.paused || audio.currentTime > 0")
        page.keyboard.press("p")
    return done


def _axe(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"axe-core: {one['id']} at {one['nodes'][0]['html'][:120]}" for one in serious]


def _elsewhere(browser: Browser, path: Path, pictures: Path | None) -> list[str]:
    """What is wrong on a phone, and without scripts."""
    found = []
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
    phone.goto(path.as_uri())
    if phone.evaluate("document.documentElement.scrollWidth") > 390:
        found.append("a phone has to scroll sideways")
    if pictures:
        phone.screenshot(path=pictures / "demo-phone.png")
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(path.as_uri())
    if plain.locator("#filters").is_visible() or not plain.locator("article.claim .cite").first.is_visible():
        found.append("without scripts it is not whole")
    return found


if __name__ == "__main__":
    wrong = faults(Path(sys.argv[1]).resolve(), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    print("\n".join(wrong))
    sys.exit(bool(wrong))
