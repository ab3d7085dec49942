"""The explorer's pages about evidence: search, sources, one source, one passage."""

from __future__ import annotations

from collections import Counter
from datetime import date
from shlex import quote
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request

from pipeline.errors import InputError
from pipeline.models import Hit, Rank
from reports import text as t
from reports.answers import MOST, PAGE, Answer, page, paged
from reports.facets import Facet, facet
from reports.found import found
from reports.rows import fact_view, hit_row, passage_row, source_view
from reports.shelf import Shelf
from reports.words import RANK

if TYPE_CHECKING:
    from pipeline.evidence import Store

BEST = 50
"""Passages that a search brings: facets are counted among them, pages leaf through them."""
AT_A_TIME = 25


def evidence_router(shelf: Shelf) -> APIRouter:
    """Routes for evidence."""
    router = APIRouter()
    _evidence_page(router, shelf)
    _source_pages(router, shelf)
    _passage_page(router, shelf)
    return router


def _evidence_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/evidence", "Search the evidence")
    def evidence(
        request: Request,
        q: str = "",
        as_of: date | Literal[""] = "",
        rank: Rank | Literal[""] = "",
        kind: str = "",
        publisher: str = "",
        country: str = "",
        k: int = BEST,
        page: int = 1,
    ) -> Answer:
        chosen = {"rank": str(rank), "kind": kind, "publisher": publisher, "country": country}
        k = min(max(k, 1), 200)
        hits = _hits(shelf.store, q, as_of or None, chosen, k) if q.strip() else []
        place = paged(request, len(hits), page, AT_A_TIME)
        context = {
            "q": q, "as_of": str(as_of), "day": t.day(as_of) if as_of else "", "chosen": chosen, "place": place,
            "results": [found(hit, q) for hit in hits[place.first : place.first + AT_A_TIME]],
            "facets": _facets(request, hits, chosen), "stats": shelf.stats, "today": date.today().isoformat(),
            "full": len(hits) == k,
        }  # fmt: skip
        asked = {"as-of": str(as_of), **chosen}
        options = "".join(f" --{name} {quote(value)}" for name, value in asked.items() if value)
        command = f"claimcast evidence search {quote(q or 'QUERY')}{options}"
        return Answer("x_evidence.html", "Evidence", context, lambda: [hit_row(hit) for hit in hits], command)


def _hits(store: Store, q: str, as_of: date | None, chosen: dict[str, str], k: int) -> list[Hit]:
    wanted = {name: value or None for name, value in chosen.items()}
    return store.search(q[:600], as_of=as_of, k=k, **wanted)  # type: ignore[arg-type]


def _facets(request: Request, hits: list[Hit], chosen: dict[str, str]) -> list[Facet]:
    """What the passages that were found can be narrowed down by, counted among them."""
    facts = [hit.fact for hit in hits if hit.fact]
    counted: dict[str, Counter[str]] = {
        "rank": Counter(str(hit.passage.rank) for hit in hits),
        "kind": Counter(fact.kind for fact in facts),
        "country": Counter(fact.country for fact in facts if fact.country),
        "publisher": Counter(hit.passage.publisher for hit in hits if hit.passage.publisher),
    }
    titles = {"rank": "Kind of source", "kind": "Kind of fact", "country": "Country", "publisher": "Publisher"}
    labels: dict[str, dict[str, str]] = {"rank": {str(rank): words for rank, words in RANK.items()}}
    return [
        facet(request, name, title, counted[name], chosen[name], labels=labels.get(name))
        for name, title in titles.items()
    ]


def _source_pages(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/sources", "Sources")
    def sources(request: Request, q: str = "", page: int = 1) -> Answer:
        words = q.lower().split()
        every = [
            s for s in shelf.sources.values() if all(w in f"{s.title} {s.publisher} {s.url}".lower() for w in words)
        ]
        place = paged(request, len(every), page)
        context = {"q": q, "rows": [source_view(s) for s in every[place.first : place.first + PAGE]], "place": place}
        return Answer(
            "x_sources.html",
            "Sources",
            context,
            lambda: [s.model_dump(mode="json") for s in every[:MOST]],
            "claimcast evidence export --output evidence.jsonl",
            total=len(every),
        )

    @page(router, "/sources/{source_id}", "One source and its passages")
    def source(request: Request, source_id: str, page: int = 1) -> Answer:
        from pipeline.evidence import passages_of

        one = shelf.sources.get(source_id)
        if one is None:
            raise InputError(f"there is no source {t.line(source_id, 40)}")
        store = shelf.store
        total, _ = passages_of(store, one.id, 0, 0)
        place = paged(request, total, page, AT_A_TIME)
        _, some = passages_of(store, one.id, place.first, AT_A_TIME)
        context = {
            "source": source_view(one), "place": place,
            "results": [found(Hit(passage=passage, score=0.0), "") for passage in some],
        }  # fmt: skip
        return Answer(
            "x_source.html",
            t.line(one.title) or "Source",
            context,
            lambda: [passage_row(passage) for passage in passages_of(store, one.id, 0, MOST)[1]],
            f"claimcast evidence show {one.id}",
            total=total,
        )


def _passage_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/passages/{passage_id}", "One passage")
    def passage(request: Request, passage_id: str) -> Answer:
        one = shelf.store.passage(passage_id)
        if one is None:
            raise InputError(f"there is no passage {t.line(passage_id, 40)}")
        fact = shelf.store.fact(one.id)
        context = {"results": [found(Hit(passage=one, score=0.0, fact=fact), "", whole=True)], "fact": fact_view(fact)}
        return Answer(
            "x_passage.html",
            "Passage",
            context,
            lambda: [(fact or one).model_dump(mode="json")],
            f"claimcast evidence show {one.id}",
        )
