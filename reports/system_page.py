"""The explorer's page about itself: what it holds, which models are set, which packages are installed."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter, Request

from pipeline.errors import ClaimcastError
from reports import text as t
from reports.answers import Answer, page
from reports.library import Library
from reports.rows import flat
from reports.shelf import Shelf

_PACKAGES = ("claimcast", "prefect", "chromadb", "faster-whisper", "langchain", "onnxruntime", "jinja2", "fastapi")
_SETTINGS = ("whisper", "device", "embedding", "stance", "llm", "offline")


def system_router(shelf: Shelf, library: Library) -> APIRouter:
    """The route for the state of the system."""
    router = APIRouter()

    @page(router, "/system", "State of the system")
    def system(request: Request) -> Answer:
        library.refresh()
        parts = {
            "Reports": _reports(library),
            "Evidence": _evidence(shelf),
            "Settings": [(name, str(getattr(shelf.settings, name))) for name in _SETTINGS],
            "Versions": [("python", platform.python_version()), *((name, _installed(name)) for name in _PACKAGES)],
        }
        rows = [{"part": part, "name": name, "value": value} for part, held in parts.items() for name, value in held]
        return Answer("x_system.html", "System", {"parts": parts}, lambda: rows, "claimcast doctor")

    return router


def _reports(library: Library) -> list[tuple[str, str]]:
    found = [("reports", f"{len(library.entries):,}"), ("claims", f"{len(library.claims.rows):,}")]
    if library.pending:
        found.append(("still being read", str(library.pending)))
    return [*found, ("unreadable reports", str(len(library.unread)))]


def _evidence(shelf: Shelf) -> list[tuple[str, str]]:
    try:
        stats = shelf.stats.model_dump(mode="json")
    except ClaimcastError as error:
        return [("store", str(error))]
    size = f"{t.number(stats.pop('bytes_on_disk') / 1e6, 1)} MB"
    told = [(name.replace("_", " "), f"{v:,}" if isinstance(v, int) else flat(v)) for name, v in stats.items()]
    return [*told, ("on disk", size)]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
