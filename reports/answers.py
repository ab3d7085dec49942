"""What a page of the explorer answers: HTML for people, the same rows as JSON and as CSV for programmes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from pipeline.models import stable_id
from reports.beside import cell
from reports.render import static, template

Arguments = ParamSpec("Arguments")
PAGE = 50
"""Rows on a page; JSON and CSV carry all of them up to `MOST`."""
MOST = 5000


@dataclass(frozen=True)
class Answer:
    """One page: its template and what that needs, the rows beside it, and how to ask the same on the command line."""

    template: str
    title: str
    context: Mapping[str, object]
    rows: Callable[[], Sequence[Mapping[str, object]]]
    """What JSON and CSV carry; not computed for the page."""
    command: str = ""
    status: int = 200
    total: int | None = None
    """How many rows there are, where `rows` gives only the first `MOST`."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """What stands beside `rows` in the JSON."""


@dataclass(frozen=True)
class Asset:
    """A stylesheet or script of the explorer, and what its address says of its content."""

    content: str
    version: str


@cache
def assets() -> Mapping[str, Asset]:
    """The explorer's stylesheet (the report's, and what pages of lists need besides) and scripts, by name."""
    files = {
        "explorer.css": static("report.css") + "\n" + static("explorer.css"),
        "explorer.js": static("explorer.js"),
        "htmx.js": static("htmx.js"),
    }
    return {name: Asset(content, stable_id(content, length=12)) for name, content in files.items()}


def page(
    router: APIRouter, path: str, summary: str
) -> Callable[[Callable[Concatenate[Request, Arguments], Answer]], None]:
    """Register a page at `path`, with .json and .csv beside it."""

    def register(ask: Callable[Concatenate[Request, Arguments], Answer]) -> None:
        stem = "/episodes" if path == "/" else path

        @wraps(ask)
        def as_html(request: Request, *arguments: Arguments.args, **named: Arguments.kwargs) -> Response:
            return html(request, ask(request, *arguments, **named), stem)

        @wraps(ask)
        def as_json(request: Request, *arguments: Arguments.args, **named: Arguments.kwargs) -> Response:
            answer = ask(request, *arguments, **named)
            rows = answer.rows()
            body = {
                "title": answer.title,
                **answer.extra,
                "count": len(rows) if answer.total is None else answer.total,
                "rows": list(rows[:MOST]),
            }
            written = json.dumps(body, ensure_ascii=False, default=str)
            return Response(written, answer.status, media_type="application/json")

        @wraps(ask)
        def as_csv(request: Request, *arguments: Arguments.args, **named: Arguments.kwargs) -> Response:
            answer = ask(request, *arguments, **named)
            return Response(table(answer.rows()[:MOST]), answer.status, media_type="text/csv; charset=utf-8")

        router.get(stem + ".json", summary=f"{summary} (JSON)", name=f"{stem}.json", response_model=None)(as_json)
        router.get(stem + ".csv", summary=f"{summary} (CSV)", name=f"{stem}.csv", response_model=None)(as_csv)
        router.get(path, summary=summary, response_class=HTMLResponse, response_model=None)(as_html)

    return register


def html(request: Request, answer: Answer, stem: str = "") -> Response:
    """The answer as a page; links to .json and .csv keep the question."""
    asked = urlencode([(k, v) for k, v in request.query_params.multi_items() if v and k not in {"token", "page"}])
    tail = f"?{asked}" if asked else ""
    here = "/episodes" if stem == "/episodes" else "/" + stem.strip("/").split("/")[0]
    for name, value in request.path_params.items():
        stem = stem.replace("{" + name + "}", str(value))
    content = template(answer.template).render(
        title=answer.title,
        command=answer.command,
        here=here,
        asset=lambda name: assets()[name].version,
        beside=[(kind, f"{stem}.{kind}{tail}") for kind in ("json", "csv")] if stem else [],
        **answer.context,
    )
    return HTMLResponse(content, answer.status)


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as CSV; columns in the order of the first row; no cell is a formula."""
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(rows[0].keys())
        for row in rows:
            writer.writerow(cell(json.dumps(v) if isinstance(v, dict) else v) for v in row.values())
    return out.getvalue()


@dataclass(frozen=True)
class Place:
    """Where a page stands among its neighbours, with their addresses."""

    first: int
    """Number of its first row, from 0."""
    number: int
    last: int
    total: int
    before: str
    after: str


def paged(request: Request, total: int, number: int, size: int = PAGE) -> Place:
    """Where page `number` (from 1) of `total` rows stands; numbers out of range become the nearest in it."""
    last = max(1, -(-total // size))
    number = min(max(number, 1), last)

    def address(to: int) -> str:
        asked = [(k, v) for k, v in request.query_params.multi_items() if v and k not in {"token", "page"}]
        return f"{request.url.path}?{urlencode([*asked, ('page', str(to))])}"

    return Place(
        first=(number - 1) * size,
        number=number,
        last=last,
        total=total,
        before=address(number - 1) if number > 1 else "",
        after=address(number + 1) if number < last else "",
    )
