"""The scheduled flow fetches again what has an address, and keeps the old version."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger

from flows.ingest_evidence import ingest_evidence
from pipeline.evidence import open_store
from pipeline.settings import Settings

PAGE = {"text": ""}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(PAGE["text"].encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output stays readable."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/page.txt"
    server.shutdown()


def test_a_changed_page_becomes_a_new_version(address: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, allow_private_addresses=True)
    PAGE["text"] = "Qwen3 has 235 billion parameters."
    with open_store(settings) as store:
        assert not store.add(address, published=date(2025, 4, 29)).failed
    PAGE["text"] = "Qwen3 has 480 billion parameters."
    with disable_run_logger():
        result = ingest_evidence.fn(settings, older_than_days=0)
    assert [source.version for source in result.changed] == [2]
    with open_store(settings) as store:
        assert "480" in store.search("Qwen3 parameters")[0].passage.text
        assert "235" in store.search("Qwen3 parameters", as_of=date(2025, 5, 1))[0].passage.text
