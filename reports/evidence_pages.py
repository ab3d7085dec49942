"""The explorer's pages about evidence: search, sources, facts, the gap, and the state of the system."""

from __future__ import annotations

import platform
import threading
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from shlex import quote
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request

from pipeline.errors import ClaimcastError, InputError
from pipeline.models import Hit, Rank
from pipeline.settings import Settings
from reports import text as t
from reports.answers import PAGE, Answer, page, paged
from reports.found import found
from reports.library import Library
from reports.rows import fact_row, fact_view, flat, hit_row, in_order, source_view
from reports.words import RANK

if TYPE_CHECKING:
    from pipeline.evidence import Store

DEFAULT_METRIC = "Chatbot Arena Elo"
_PACKAGES = ("claimcast", "prefect", "chromadb", "faster-whisper", "langchain", "onnxruntime", "jinja2", "fastapi")


class Shelf:
    """The evidence store, opened when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._store: Store | None = None
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        """The open store.

        Raises:
            StoreError: there is none yet, or it can't be read.
        """
        from pipeline.evidence import open_store

        with self._lock:
            if self._store is None:
                self._store = open_store(self.settings, create=False)
            return self._store


def evidence_router(settings: Settings, library: Library) -> APIRouter:
    """Routes for evidence and for the state of the system."""
    router = APIRouter()
    shelf = Shelf(settings)
    _evidence_page(router, shelf)
    _source_pages(router, shelf)
    _passage_page(router, shelf)
    _facts_page(router, shelf)
    _gap_page(router, shelf)
    _system_page(router, shelf, library)
    return router


def _evidence_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/evidence", "Search the evidence")
    def evidence(
        request: Request,
        q: str = "",
        as_of: date | Literal[""] = "",
        rank: Rank | Literal[""] = "",
        publisher: str = "",
        country: str = "",
        k: int = 24,
    ) -> Answer:
        hits = _hits(shelf.store, q, as_of or None, rank or None, publisher, country, k) if q.strip() else []
        results = [found(hit, q) for hit in hits]
        stats = shelf.store.stats()
        context = {
            "q": q, "as_of": str(as_of), "rank": rank, "publisher": publisher, "country": country, "ranks": RANK,
            "results": results, "stats": stats, "today": date.today().isoformat(),
        }  # fmt: skip
        command = f"claimcast evidence search {quote(q or 'QUERY')}" + (f" --as-of {as_of}" if as_of else "")
        return Answer("x_evidence.html", "Evidence", context, lambda: [hit_row(hit) for hit in hits], command)


def _source_pages(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/sources", "Sources")
    def sources(request: Request, q: str = "", page: int = 1) -> Answer:
        words = q.lower().split()
        every = [
            s for s in shelf.store.sources() if all(w in f"{s.title} {s.publisher} {s.url}".lower() for w in words)
        ]
        place = paged(request, len(every), page)
        first = int(str(place["first"]))
        context = {"q": q, "rows": [source_view(s) for s in every[first : first + PAGE]], "place": place}
        return Answer("x_sources.html", "Sources", context, lambda: [s.model_dump(mode="json") for s in every])

    @page(router, "/sources/{source_id}", "One source and its passages")
    def source(request: Request, source_id: str) -> Answer:
        from pipeline.evidence import Filters

        one = next((s for s in shelf.store.sources() if s.id == source_id), None)
        if one is None:
            raise InputError(f"there is no source {t.line(source_id, 40)}")
        hits = shelf.store.search_many([one.title or one.publisher], filters=[Filters(source_id=one.id)], k=200)[0]
        hits.sort(key=lambda hit: (hit.passage.location, hit.passage.id))
        context = {"source": source_view(one), "results": [found(hit, "") for hit in hits]}
        return Answer(
            "x_source.html",
            t.line(one.title) or "Source",
            context,
            lambda: [hit_row(hit) for hit in hits],
            f"claimcast evidence show {one.id}",
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


def _hits(
    store: Store, q: str, as_of: date | None, rank: Rank | None, publisher: str, country: str, k: int
) -> list[Hit]:
    return store.search(
        q[:600], as_of=as_of, rank=rank, publisher=publisher or None, country=country or None, k=min(max(k, 1), 200)
    )


def _facts_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/facts", "Facts")
    def facts(
        request: Request,
        subject: str = "",
        metric: str = "",
        kind: str = "",
        country: str = "",
        as_of: date | Literal[""] = "",
        sort: Literal["-date", "date", "-value", "value", "subject", "metric"] = "-date",
        page: int = 1,
    ) -> Answer:
        every = in_order(
            shelf.store.facts(
                subject=subject or None,
                metric=metric or None,
                kind=kind or None,
                country=country or None,
                as_of=as_of or None,
            ),
            sort,
        )
        place = paged(request, len(every), page)
        first = int(str(place["first"]))
        context = {
            "rows": [fact_view(fact) for fact in every[first : first + PAGE]], "place": place, "sort": sort,
            "asked": {"subject": subject, "metric": metric, "kind": kind, "country": country, "as_of": str(as_of)},
            "metrics": shelf.store.metrics(), "subjects": shelf.store.subjects(),
        }  # fmt: skip
        options = "".join(
            f" --{n} {quote(v)}" for n, v in (("subject", subject), ("metric", metric), ("country", country)) if v
        )
        return Answer(
            "x_facts.html",
            "Facts",
            context,
            lambda: [fact_row(f) for f in every],
            f"claimcast evidence facts{options}",
        )


def _gap_page(router: APIRouter, shelf: Shelf) -> None:
    @page(router, "/gap", "The gap between two countries' best models")
    def gap(
        request: Request,
        metric: str = DEFAULT_METRIC,
        leader: str = "US",
        follower: str = "CN",
        open_only: bool = False,
        as_of: date | Literal[""] = "",
    ) -> Answer:
        from pipeline.evidence import gap as compute
        from reports.gapchart import gap_chart

        asked = {"metric": metric, "leader": leader, "follower": follower, "open_only": open_only, "as_of": str(as_of)}
        result, problem = None, ""
        try:
            result = compute(
                shelf.store, metric=metric, leader=leader, follower=follower, open_only=open_only, as_of=as_of or None
            )
        except InputError as error:
            problem = str(error)
        context = {
            "asked": asked, "metrics": shelf.store.metrics(), "problem": problem, "result": result,
            "chart": gap_chart(result, as_of or result.day) if result else None, "day": t.day, "number": t.number,
        }  # fmt: skip
        lags = result.lags if result else ()
        extra = {"gap": result.model_dump(mode="json")} if result else {"problem": problem}
        command = f"claimcast evidence gap --metric {quote(metric)}" + (f" --as-of {as_of}" if as_of else "")
        return Answer(
            "x_gap.html",
            "The gap",
            context,
            lambda: [lag.model_dump(mode="json") for lag in lags],
            command,
            extra=extra,
        )


def _system_page(router: APIRouter, shelf: Shelf, library: Library) -> None:
    @page(router, "/system", "State of the system")
    def system(request: Request) -> Answer:
        library.refresh()
        rows = [("claims", str(len(library.claims))), ("reports", str(len(library.entries)))]
        rows += [("unreadable reports", str(len(library.unread))), ("python", platform.python_version())]
        settings = shelf.settings
        for name in ("whisper", "device", "embedding", "stance", "llm", "offline"):
            rows.append((name, str(getattr(settings, name))))
        try:
            stats = shelf.store.stats().model_dump(mode="json")
            rows += [(name.replace("_", " "), flat(value)) for name, value in stats.items()]
        except ClaimcastError as error:
            rows.append(("evidence store", str(error)))
        rows += [(name, _installed(name)) for name in _PACKAGES]
        table = [{"name": name, "value": value} for name, value in rows]
        return Answer("x_system.html", "System", {"rows": table}, lambda: table, "claimcast doctor")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
