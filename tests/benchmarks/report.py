"""Measures a long episode's report: how large it is, how fast it is built, opened and filtered.

    python -m tests.benchmarks.report [--claims 400] [--hours 3] [--rounds 5] [--out FILE.json]

"opened" is the browser's time from the start of navigation until the page's script has run; "filtered" is the time of
one keystroke in its search, with the layout that follows; "filtered by verdict" that of one click. Milliseconds but for
"built_s". Without chromium only building is measured.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from pipeline.files import write_whole
from reports import render
from tests.benchmarks.explorer import CHROMIUM, FIRST_PAINT, summary
from tests.reports.sample import long_report

OPENED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
TYPED = """() => { const q = document.querySelector("#q"); const begin = performance.now();
    q.value = q.value ? "" : "nvidia"; q.dispatchEvent(new Event("input")); document.body.offsetHeight;
    return performance.now() - begin; }"""
CLICKED = """() => { const one = document.querySelector(".toggle"); const begin = performance.now();
    one.click(); document.body.offsetHeight; return performance.now() - begin; }"""


def built(claims: int, hours: float, folder: Path) -> tuple[Path, float]:
    """The report's path, and the seconds it took to draw it with all that lies beside it."""
    report = long_report(claims, hours)
    began = time.perf_counter()
    path = render(report, folder)
    return path, time.perf_counter() - began


def in_browser(path: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Times of opening and filtering; empty without a browser."""
    if not CHROMIUM.exists():
        return {}
    from playwright.sync_api import sync_playwright

    times: dict[str, list[float]] = {"opened": [], "painted": [], "filtered": [], "filtered by verdict": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        for _ in range(rounds):
            page.goto(path.as_uri())
            times["opened"].append(float(page.evaluate(OPENED)))
            while (painted := page.evaluate(FIRST_PAINT)) is None:
                page.wait_for_timeout(5)
            times["painted"].append(float(painted))
            for name, act in (("filtered", TYPED), ("filtered by verdict", CLICKED)):
                times[name] += [float(page.evaluate(act)) for _ in range(4)]
        browser.close()
    return {name: summary(found) for name, found in times.items()}


def main() -> None:
    """Print the run and write it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--claims", type=int, default=400)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, seconds = built(options.claims, options.hours, Path(folder))
        run = {
            "claims": options.claims,
            "megabytes": round(path.stat().st_size / 1e6, 2),
            "built_s": round(seconds, 2),
            **in_browser(path, options.rounds),
        }
    print(json.dumps(run, indent=2))
    if options.out:
        write_whole(options.out, json.dumps(run, indent=2) + "\n")


if __name__ == "__main__":
    main()
