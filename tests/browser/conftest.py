"""A real chromium, and pages in it that note every request and every complaint of the console."""

from __future__ import annotations

import math
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from reports import render
from tests.reports.sample import long_report, sample_report

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
OUTPUT = Path(__file__).parent.parent / "output"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(reason="no /usr/bin/chromium here; `apt install chromium` to run the browser tests")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            if not CHROMIUM.exists():
                item.add_marker(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


class Watched:
    """A page and what it asked for and complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: Path, anchor: str = "") -> Page:
        self.page.goto(path.as_uri() + anchor)
        return self.page


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A page on a desk; afterwards nothing may have left the file, and the console must be silent."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    watched = Watched(context)
    yield watched
    context.close()
    assert watched.complaints == []
    assert [url for url in watched.requests if not url.startswith(("file://", "data:"))] == []


@pytest.fixture(scope="session")
def report_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the invented conversation, with two minutes of a tone as its audio."""
    folder = tmp_path_factory.mktemp("report")
    audio = folder / "tone.wav"
    with wave.open(str(audio), "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        second = bytes(128 + int(20 * math.sin(n * 0.3)) for n in range(8000))
        file.writeframes(second * 133)
    return render(sample_report(), folder, audio=audio)


@pytest.fixture(scope="session")
def long_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A three-hour episode with 400 claims."""
    return render(long_report(), tmp_path_factory.mktemp("long"))


@pytest.fixture(scope="session")
def output() -> Path:
    """Where screenshots are kept."""
    OUTPUT.mkdir(exist_ok=True)
    return OUTPUT
