"""The explorer's page of one claim: its evidence as in the report, what people say against it, who said much the same."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.errors import InputError
from pipeline.models import LABELS, Report
from reports import text as t
from reports.answers import Answer, page
from reports.cards import cards
from reports.claim_rows import ClaimRow, plain
from reports.corrections import correct, corrections
from reports.index import Unread, read_report
from reports.library import Library
from reports.render import render
from reports.words import VERDICT

LARGEST_FORM = 32_768


def correction_router(library: Library, allow_edits: bool) -> APIRouter:
    """Routes for one claim; with `allow_edits` a form that adds a correction."""
    router = APIRouter()

    @page(router, "/claim/{episode}/{claim_id}", "One claim, its evidence, its corrections, and who said the same")
    def claim(request: Request, episode: str, claim_id: str) -> Answer:
        return _claim(library, _row(library, episode, claim_id), allow_edits)

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


def _claim(library: Library, row: ClaimRow, allow_edits: bool) -> Answer:
    """The page of one claim: its card as in the report, its history, and the same said in other episodes."""
    folder = _folder(library, row)
    report = _report(folder)
    history = [one for one in corrections(folder) if t.slug(one.claim_id) == row.id]
    index = library.claims
    alike = [index.rows[number] for number in library.like(index, row.claim)]
    elsewhere = [other for other in alike if other.episode_id != row.episode_id]
    audio = next((path.name for path in sorted(folder.glob("audio.*"))), "")
    context = {
        "row": row,
        "card": next(iter(cards(report, history, only=row.id)), None),
        "audio": f"/episodes/{t.path(folder.name)}/{t.path(audio)}" if audio else "",
        "clips": {},
        "page": {"today_short": t.day(report.provenance.made_at.date(), short=True)},
        "alike": elsewhere[:12],
        "day": t.day,
        "labels": [(label, VERDICT[label]) for label in LABELS],
        "may_edit": allow_edits and row.confidence is not None,
    }
    rows = [plain(row), *(plain(other) for other in elsewhere)]
    extra = {"corrections": [one.model_dump(mode="json") for one in history]}
    command = f"claimcast claims search {quote(row.claim)}"
    return Answer("x_claim.html", t.line(row.claim, 160), context, lambda: rows, command, extra=extra)


def _row(library: Library, episode: str, claim_id: str) -> ClaimRow:
    library.refresh()
    found = library.claim(episode, claim_id)
    if found is None:
        raise InputError(f"there is no claim {t.line(claim_id, 40)} in {t.line(episode, 60)}")
    return found


def _folder(library: Library, row: ClaimRow) -> Path:
    """The folder of the claim's episode; its name comes from the disk, not from the address."""
    return library.home / "episodes" / row.episode_id


def _report(folder: Path) -> Report:
    report = read_report(folder / "report.json")
    if isinstance(report, Unread):
        raise InputError(report.why)
    return report


def _draw(folder: Path) -> None:
    """Draw the report again, so that it shows the correction to readers without the explorer too."""
    render(_report(folder), folder, audio=next(iter(sorted(folder.glob("audio.*"))), None))


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
