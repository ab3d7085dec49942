"""Measures the explorer over a large home: time of the server, and time until the browser paints, for every page.

    python -m tests.benchmarks.explorer [--episodes 500] [--passages 100000] [--rounds 12] [--home DIR] [--out FILE.json]

`claimcast serve` runs as a process of its own. "server" is the time of a whole answer, as a client sees it; "paint" is the
browser's first contentful paint after the start of navigation, in a warm browser. "first_answer", "first_search" and
"all_read" tell of the start: until a page answers, then until a search does, then until all reports are listed. All in
milliseconds. Without chromium only the server's times are taken.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from pipeline.files import write_whole
from tests.benchmarks.explorer_home import make_home

CHROMIUM = Path("/usr/bin/chromium")
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
AIM_MS = 300.0


def pages(client: httpx.Client, episode: str) -> dict[str, str]:
    """What is measured: a name and an address for every kind of page, empty and asked."""
    claim = client.get("/claims.json?q=nvidia").json()["rows"][0]
    hit = client.get("/evidence.json?q=bara+deilo").json()["rows"][0]
    return {
        "episodes": "/", "episodes, second page": "/?page=2", "episodes, searched": "/?q=talk+7",
        "claims": "/claims", "claims, searched": "/claims?q=nvidia", "claims, two facets": "/claims?verdict=refuted&show=Show+3",
        "claims, last page": "/claims?page=400", "claims, by confidence": "/claims?sort=confidence",
        "claim": f"/claim/{claim['episode_id']}/{claim['id']}", "said before": f"/claims?like={claim['id']}",
        "evidence": "/evidence", "evidence, searched": "/evidence?q=Qwen+downloads",
        "evidence, as of a day": "/evidence?q=bara+deilo+gonra&as_of=2024-06-01",
        "evidence, one rank": "/evidence?q=bara+deilo&rank=secondary",
        "sources": "/sources", "sources, searched": "/sources?q=source+77", "source": f"/sources/{hit['source_id']}",
        "passage": f"/passages/{hit['id']}", "facts": "/facts", "facts, one metric": "/facts?metric=Metric+7&sort=-value",
        "facts, as of a day": "/facts?as_of=2024-06-01", "gap": "/gap", "system": "/system", "interface": "/api",
        "report": f"/episodes/{episode}/report.html",
    }  # fmt: skip


@contextmanager
def served(home: Path) -> Iterator[tuple[str, float]]:
    """The address of `claimcast serve` over a home, and the milliseconds from its start to its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "CLAIMCAST_HOME": str(home)}, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers(address):
            if process.poll() is not None or time.monotonic() - began > 120:
                raise SystemExit("the explorer did not start")
            time.sleep(0.02)
        yield address, 1000 * (time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    """Whether the explorer answers."""
    try:
        return httpx.get(f"{address}/", timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def settle(client: httpx.Client) -> float:
    """Milliseconds until every report has been read."""
    began = time.monotonic()
    while "still being read" in client.get("/").text:
        time.sleep(0.1)
    return 1000 * (time.monotonic() - began)


def server_times(client: httpx.Client, path: str, rounds: int) -> list[float]:
    """Milliseconds of whole answers."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}: {answer.text[:200]}")
    return times


def paint_times(address: str, asked: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds to the first contentful paint of each page; empty without a browser."""
    if not CHROMIUM.exists():
        return {}
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {name: [] for name in asked}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address).new_page()
        page.goto("/api")
        for _ in range(rounds):
            for name, path in asked.items():
                page.goto(path)
                while (painted := page.evaluate(FIRST_PAINT)) is None:  # a strict policy forbids waiting in the page
                    page.wait_for_timeout(5)
                found[name].append(float(painted))
        browser.close()
    return found


def summary(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(times)
    return {"p50": round(ordered[len(ordered) // 2], 1), "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1)}


def measure(home: Path, episode: str, rounds: int) -> dict[str, object]:
    """The whole run: how long a start takes, and every page's times."""
    with served(home) as (address, started), httpx.Client(base_url=address, timeout=120) as client:
        search = server_times(client, "/evidence?q=the+first+search", 1)[0]
        read = settle(client)
        asked = pages(client, episode)
        for path in asked.values():
            client.get(path)
        server = {name: summary(server_times(client, path, rounds)) for name, path in asked.items()}
        paint = {name: summary(times) for name, times in paint_times(address, asked, rounds).items()}
    rows = {
        name: {"path": path, "server_ms": server[name], "paint_ms": paint.get(name)} for name, path in asked.items()
    }
    for name, row in rows.items():
        print(f"{name:24} server {row['server_ms']}  paint {row['paint_ms']}", flush=True)
    slow = [name for name, times in paint.items() if times["p50"] > AIM_MS]
    start = {"first_answer_ms": round(started), "first_search_ms": round(search), "all_read_ms": round(read)}
    print(f"{start}; over {AIM_MS:.0f} ms: {slow}")
    return {**start, "aim_ms": AIM_MS, "over": slow, "pages": rows}


def main() -> None:
    """Print a line a page and write the run as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--home", type=Path, default=None, help="kept and used again; a temporary one otherwise")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        episode = make_home(home, options.episodes, options.passages)
        run = {"episodes": options.episodes, "passages": options.passages, **measure(home, episode, options.rounds)}
    if options.out:
        write_whole(options.out, json.dumps(run, indent=2) + "\n")


if __name__ == "__main__":
    main()
