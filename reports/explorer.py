"""The explorer: reports, claims and evidence in the browser, read-only, with JSON and CSV beside every page."""

from __future__ import annotations

import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from pipeline.errors import ClaimcastError
from pipeline.settings import Settings
from reports.answers import Answer, assets, html
from reports.correction_pages import correction_router
from reports.evidence_pages import evidence_router
from reports.fact_pages import fact_router
from reports.library import Library
from reports.library_pages import library_router
from reports.shelf import Shelf
from reports.system_page import system_router

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
"""For pages that carry their own, stricter policy in a meta element."""
COOKIE = "claimcast"
_BESIDE = {"report.html", "report.json", "claims.csv", "summary.md", "transcript.vtt"}
_AUDIO = {".opus", ".ogg", ".mp3", ".m4a", ".mp4", ".wav", ".flac", ".webm", ".aac"}
_LOCAL = ["localhost", "127.0.0.1", "[::1]", "testserver"]


def create_app(
    settings: Settings, *, token: str | None = None, hosts: list[str] | None = None, allow_edits: bool = False
) -> FastAPI:
    """The explorer of a data home.

    With `token` every request needs it: once as `?token=` (it is kept in a cookie), or as a bearer token. `hosts` are
    the host names it answers to besides this machine's own. With `allow_edits` people may add corrections to claims.
    """
    library, shelf = Library(settings.home), Shelf(settings)

    @asynccontextmanager
    async def begin(_app: FastAPI) -> AsyncIterator[None]:
        for work in (shelf.warm, library.refresh):
            threading.Thread(target=work, daemon=True).start()
        yield

    app = FastAPI(title="claimcast explorer", docs_url=None, redoc_url=None, lifespan=begin)
    app.include_router(library_router(library))
    app.include_router(correction_router(library, allow_edits))
    app.include_router(evidence_router(shelf))
    app.include_router(fact_router(shelf))
    app.include_router(system_router(shelf, library))
    _files(app, settings.home)
    _faults(app)
    _guards(app, token)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*_LOCAL, *(hosts or [])])
    return app


def _files(app: FastAPI, home: Path) -> None:
    @app.get("/static/{name}", include_in_schema=False)
    def asset(request: Request, name: str) -> Response:
        """A stylesheet or script; its address changes with its content, so a browser may keep it."""
        kept = assets().get(name)
        if kept is None:
            return _missing(request, f"there is no page {request.url.path}")
        media = "text/css" if name.endswith(".css") else "text/javascript"
        return Response(kept.content, media_type=media, headers={"Cache-Control": "max-age=31536000, immutable"})

    @app.get("/episodes/{episode}/{name:path}", include_in_schema=False)
    def beside(request: Request, episode: str, name: str) -> Response:
        """A report and what lies beside it; nothing else of the data home is served."""
        root = (home / "episodes").resolve()
        path = (root / episode / name).resolve()
        inside = path.is_relative_to(root / episode) and (root / episode).parent == root
        wanted = name in _BESIDE or name.startswith("claimreview/") or Path(name).suffix.lower() in _AUDIO
        if not (inside and wanted and path.is_file()):
            return _missing(request, f"there is no {name} for {episode}")
        return FileResponse(path, headers={"Content-Security-Policy": REPORT_POLICY})

    @app.get("/api", include_in_schema=False)
    def api(request: Request) -> Response:
        paths = [
            (path, ways["get"]["summary"], [one["name"] for one in ways["get"].get("parameters", [])])
            for path, ways in app.openapi()["paths"].items()
            if not path.endswith((".json", ".csv"))
        ]
        return html(request, Answer("x_api.html", "Interface", {"paths": paths}, list))


def _faults(app: FastAPI) -> None:
    @app.exception_handler(404)
    def not_found(request: Request, _error: Exception) -> Response:
        return _missing(request, f"there is no page {request.url.path}")

    @app.exception_handler(RequestValidationError)
    def senseless(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        return _problem(request, f"{first['loc'][-1]}: {first['msg']}", 422)

    @app.exception_handler(ClaimcastError)
    def failed(request: Request, error: Exception) -> Response:
        return _problem(request, str(error), 400)


def _missing(request: Request, text: str) -> Response:
    return _problem(request, text, 404)


def _problem(request: Request, text: str, status: int) -> Response:
    """One line about what went wrong, in the form that was asked for."""
    if request.url.path.endswith((".json", ".csv")):
        return PlainTextResponse(text, status)
    return html(
        request, Answer("x_problem.html", "Not found" if status == 404 else "Problem", {"text": text}, list, "", status)
    )


def _guards(app: FastAPI, token: str | None) -> None:
    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        given = request.query_params.get("token", "")
        if token and not _knows(request, token, given):
            return PlainTextResponse("this explorer needs its token: open it with ?token=…", 401)
        if token and given and request.method == "GET":
            left = [(k, v) for k, v in request.query_params.multi_items() if k != "token"]
            response: Response = RedirectResponse(str(request.url.replace(query="&".join(f"{k}={v}" for k, v in left))))
            response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
            return response
        response = await go_on(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        # `no-referrer` would also hide where the explorer's own forms come from, which a correction is refused without
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def _knows(request: Request, token: str, given: str) -> bool:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    offered = (given, request.cookies.get(COOKIE, ""), bearer)
    return any(secrets.compare_digest(one.encode(), token.encode()) for one in offered)
