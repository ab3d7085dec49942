"""docs/pictures/*.png: the report and the explorer as they look, photographed in Debian's chromium.

    python docs/make_pictures.py [EPISODE]        an episode id of the data home; the newest report when none is given

The pictures show the fonts of the machine that makes them; `apt install fonts-urw-base35 fonts-inter` comes close to
what readers on macOS and Windows see.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from pipeline.settings import get_settings
from reports.explorer import create_app
from reports.index import reports_in

PICTURES = Path(__file__).parent / "pictures"
PORT = 8798
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
A_COMPUTED_CLAIM = "article.claim:has(.sum .dot)"


def main() -> None:
    """Photograph everything; the pictures' paths are printed."""
    home = get_settings().home
    found, _ = reports_in(home)
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    folders = [folder for folder, _ in found if folder.name.startswith(wanted)]
    if not folders:
        sys.exit(f"no finished report {wanted} in {home}; make one with: make demo")
    server = uvicorn.Server(uvicorn.Config(create_app(get_settings()), port=PORT, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        report(browser, (folders[0] / "report.html").resolve().as_uri())
        explorer(browser, f"http://127.0.0.1:{PORT}")
        browser.close()
    server.should_exit = True


def report(browser: Browser, address: str) -> None:
    """The report: first screen in light and dark, a claim with its arithmetic, a phone."""
    shot(browser, address, "report", 1280, 900)
    shot(browser, address, "report-dark", 1280, 900, scheme="dark")
    shot(browser, address, "claim", 1280, 900, at=A_COMPUTED_CLAIM)
    shot(browser, address, "phone", 390, 844)


def explorer(browser: Browser, address: str) -> None:
    """The explorer: claims, evidence as of a day, the gap."""
    shot(browser, f"{address}/claims", "explorer-claims", 1280, 800)
    shot(browser, f"{address}/evidence?q=Qwen+downloads&as_of=2025-07-31", "explorer-evidence", 1280, 800)
    shot(browser, f"{address}/gap?as_of=2025-07-31", "explorer-gap", 1280, 860)


def shot(
    browser: Browser, address: str, name: str, width: int, height: int, scheme: str = "light", at: str = ""
) -> None:
    """One picture, in a palette of 256 colours to keep it small; `at` is an element to go to first."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce",  # type: ignore[arg-type]
        device_scale_factor=1.5,
    )  # fmt: skip
    page = context.new_page()
    page.goto(address)
    if at and page.locator(at).count():
        page.locator(at).first.evaluate("element => element.scrollIntoView()")
    page.wait_for_timeout(150)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path = PICTURES / f"{name}.png"
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    context.close()
    print(f"{path} {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
