"""The explorer's pages about typed facts: a table to sort, and the gap between two countries' best."""

from __future__ import annotations

from collections import Counter
from datetime import date
from shlex import quote
from typing import TYPE_CHECKING, Literal, get_args

from fastapi import APIRouter, Request

from pipeline.errors import InputError
from reports import text as t
from reports.answers import MOST, PAGE, Answer, page, paged
from reports.facets import address
from reports.rows import fact_row, fact_view
from reports.shelf import Shelf
from reports.words import country

if TYPE_CHECKING:
    from pipeline.evidence import GapResult

DEFAULT_METRIC = "Chatbot Arena Elo"
Sort = Literal["-date", "date", "-value", "value", "subject", "-subject", "metric", "-metric"]
_COLUMNS = (("subject", "Subject"), ("metric", "Metric"), ("value", "Value"), ("date", "Date"))
_DOWN_FIRST = {"value", "date"}
"""Columns that a reader wants from the highest down."""


def fact_router(shelf: Shelf) -> APIRouter:
    """Routes for facts."""
    router = APIRouter()
    _facts_page(router, shelf)
    _gap_page(router, shelf)
    return router


def _facts_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/facts", "Facts")
    def facts(
        request: Request,
        subject: str = "",
        metric: str = "",
        kind: str = "",
        country: str = "",
        as_of: date | Literal[""] = "",
        sort: Sort = "-date",
        page: int = 1,
    ) -> Answer:
        from pipeline.evidence import facts_in

        store, asked = shelf.store, {"subject": subject, "metric": metric, "kind": kind, "country": country}
        found = shelf.fact_rows(asked, as_of or None, sort)
        place = paged(request, len(found), page)
        some = facts_in(store, found[place.first : place.first + PAGE])
        context = {
            "rows": [fact_view(fact) for fact in some], "place": place, "sort": sort, "columns": _headings(request, sort),
            "asked": {**asked, "as_of": str(as_of)}, "metrics": shelf.metrics, "subjects": shelf.subjects,
            "countries": shelf.countries, "kinds": sorted(shelf.stats.kinds),
        }  # fmt: skip
        given = {**asked, "as-of": str(as_of), "sort": sort if sort != "-date" else ""}
        options = "".join(f" --{name}={quote(value)}" for name, value in given.items() if value)
        return Answer(
            "x_facts.html",
            "Facts",
            context,
            lambda: [fact_row(f) for f in facts_in(store, found[:MOST])],
            f"claimcast evidence facts{options}",
            total=len(found),
        )


def _headings(request: Request, sort: Sort) -> list[tuple[str, str, str]]:
    """For each column that sorts: its title, the address that sorts by it or turns it round, and how it sorts now."""
    made = []
    for name, title in _COLUMNS:
        down = f"-{name}"
        first, second = (down, name) if name in _DOWN_FIRST else (name, down)
        now = {name: "ascending", down: "descending"}.get(sort, "")
        assert first in get_args(Sort)
        made.append((title, address(request, "sort", second if sort == first else first), now))
    return made


def _gap_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/gap", "The gap between two countries' best models")
    def gap(
        request: Request,
        metric: str = DEFAULT_METRIC,
        leader: str = "US",
        follower: str = "CN",
        open_only: bool = False,
        publisher: str = "",
        as_of: date | Literal[""] = "",
    ) -> Answer:
        from reports.gapchart import gap_chart

        asked = {
            "metric": metric, "leader": leader, "follower": follower, "publisher": publisher, "open_only": open_only,
            "as_of": str(as_of),
        }  # fmt: skip
        result, problem = _gap(shelf, metric, leader, follower, open_only, publisher, as_of or None)
        context = {
            "asked": asked, "metrics": shelf.metrics, "countries": shelf.countries, "problem": problem,
            "publishers": _publishers(shelf, metric), "result": result, "day": t.day, "number": t.number, "country": country,
            "today": date.today().isoformat(), "earliest": shelf.stats.earliest,
            "chart": gap_chart(result, as_of or result.day) if result else None,
        }  # fmt: skip
        lags = result.lags if result else ()
        extra = {"gap": result.model_dump(mode="json")} if result else {"problem": problem}
        given = {"metric": metric, "leader": leader, "follower": follower, "publisher": publisher, "as-of": str(as_of)}
        options = "".join(f" --{name} {quote(value)}" for name, value in given.items() if value)
        return Answer(
            "x_gap.html",
            "The gap",
            context,
            lambda: [lag.model_dump(mode="json") for lag in lags],
            f"claimcast evidence gap{options}{' --open-only' if open_only else ''}",
            extra=extra,
        )


def _gap(
    shelf: Shelf, metric: str, leader: str, follower: str, open_only: bool, publisher: str, as_of: date | None
) -> tuple[GapResult | None, str]:
    """The gap, or why there is none."""
    from pipeline.evidence import gap as compute

    try:
        result = compute(
            shelf.store, metric=metric, leader=leader, follower=follower, open_only=open_only, as_of=as_of,
            publisher=publisher or None,
        )  # fmt: skip
    except InputError as error:
        return None, str(error)
    return result, ""


def _publishers(shelf: Shelf, metric: str) -> list[str]:
    """Who publishes boards of a metric, most facts first."""
    return [name for name, _ in Counter(f.passage.publisher for f in shelf.store.facts(metric=metric)).most_common(20)]
