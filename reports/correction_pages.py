"""The explorer's page of one claim: what was found, what people say against it, who said much the same."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.errors import InputError
from pipeline.models import LABELS
from reports import text as t
from reports.answers import Answer, page
from reports.corrections import correct, corrections
from reports.index import Unread, read_report
from reports.library import ClaimRow, Library, plain
from reports.render import render
from reports.words import VERDICT

LARGEST_FORM = 32_768


def correction_router(library: Library, allow_edits: bool) -> APIRouter:
    """Routes for one claim; with `allow_edits` a form that adds a correction."""
    router = APIRouter()

    @page(router, "/claim/{episode}/{claim_id}", "One claim, its corrections, and who said the same")
    def claim(request: Request, episode: str, claim_id: str) -> Answer:
        row = _row(library, episode, claim_id)
        history = [one for one in corrections(_folder(library, row)) if t.slug(one.claim_id) == row.id]
        alike = [other for other in library.like(row.id) if (other.episode_id, other.id) != (episode, row.id)]
        context = {
            "row": row,
            "history": [(one, t.day(one.at.date()), VERDICT[one.verdict] if one.verdict else "") for one in history],
            "alike": alike[:12],
            "labels": [(label, VERDICT[label]) for label in LABELS],
            "may_edit": allow_edits and row.confidence is not None,
        }
        rows = [plain(row), *(plain(other) for other in alike)]
        extra = {"corrections": [one.model_dump(mode="json") for one in history]}
        return Answer("x_claim.html", t.line(row.claim, 160), context, lambda: rows, extra=extra)

    if allow_edits:

        @router.post("/claim/{episode}/{claim_id}", summary="Add a correction", response_model=None)
        async def add(request: Request, episode: str, claim_id: str) -> Response:
            _same_site(request)
            row = _row(library, episode, claim_id)
            said = await _form(request)
            verdict = said.get("verdict", "")
            if verdict and verdict not in LABELS:
                raise InputError(f"there is no verdict {t.line(verdict, 40)}; choose one of {', '.join(LABELS)}")
            folder = _folder(library, row)
            correct(folder, row.id, said.get("who", ""), said.get("why", ""), verdict or None)
            _draw(folder)
            return RedirectResponse(f"/claim/{t.path(episode)}/{t.path(row.id)}", 303)

    return router


def _row(library: Library, episode: str, claim_id: str) -> ClaimRow:
    library.refresh()
    found = next((row for row in library.claims if row.episode_id == episode and row.id == claim_id), None)
    if found is None:
        raise InputError(f"there is no claim {t.line(claim_id, 40)} in {t.line(episode, 60)}")
    return found


def _folder(library: Library, row: ClaimRow) -> Path:
    """The folder of the claim's episode; its name comes from the disk, not from the address."""
    return library.home / "episodes" / row.episode_id


def _draw(folder: Path) -> None:
    """Draw the report again, so that it shows the correction to readers without the explorer too."""
    report = read_report(folder / "report.json")
    if isinstance(report, Unread):
        raise InputError(report.why)
    render(report, folder, audio=next(iter(sorted(folder.glob("audio.*"))), None))


def _same_site(request: Request) -> None:
    """Nothing, unless the form was sent from another site's page."""
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        raise InputError("a correction can only be sent from the explorer's own page")


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise InputError(f"the form is larger than {LARGEST_FORM} bytes; say it shorter")
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
