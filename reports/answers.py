"""What a page of the explorer answers: HTML for people, the same rows as JSON and as CSV for programmes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from reports.beside import cell
from reports.render import template

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
    extra: Mapping[str, object] = field(default_factory=dict)
    """What stands beside `rows` in the JSON."""


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
            body = {"title": answer.title, **answer.extra, "count": len(rows), "rows": list(rows[:MOST])}
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


def paged(request: Request, total: int, number: int) -> dict[str, object]:
    """Where this page stands among its neighbours, with their addresses."""
    last = max(1, -(-total // PAGE))
    number = min(max(number, 1), last)

    def address(to: int) -> str:
        asked = [(k, v) for k, v in request.query_params.multi_items() if v and k not in {"token", "page"}]
        return f"{request.url.path}?{urlencode([*asked, ('page', str(to))])}"

    return {
        "first": (number - 1) * PAGE,
        "number": number,
        "last": last,
        "total": total,
        "before": address(number - 1) if number > 1 else "",
        "after": address(number + 1) if number < last else "",
    }
