"""The explorer's pages about reports: episodes, and claims across episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from shlex import quote
from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request

from reports.answers import PAGE, Answer, page, paged
from reports.index import Entry
from reports.library import ClaimRow, Library, plain
from reports.words import KINDS, VERDICT, Kind

Facet = tuple[str, str, int, bool, str]
"""Value, what a reader sees, how many, whether it is chosen, the address that chooses or drops it."""


def library_router(library: Library) -> APIRouter:
    """Routes for episodes and claims."""
    router = APIRouter()
    _episodes_page(router, library)
    _claims_page(router, library)
    return router


def _episodes_page(router: APIRouter, library: Library) -> None:
    @page(router, "/", "Episodes")
    def episodes(request: Request, q: str = "", page: int = 1) -> Answer:
        library.refresh()
        words = q.lower().split()
        found = [e for e in library.entries if all(w in f"{e.title} {e.show} {e.people}".lower() for w in words)]
        place = paged(request, len(found), page)
        first = int(str(place["first"]))
        context = {
            "entries": found[first : first + PAGE],
            "unread": library.unread,
            "pending": library.pending,
            "q": q,
            "place": place,
        }
        return Answer(
            "x_episodes.html", "Episodes", context, lambda: [_episode(e) for e in found], "claimcast report list"
        )


def _claims_page(router: APIRouter, library: Library) -> None:
    @page(router, "/claims", "Claims across episodes")
    def claims(
        request: Request,
        q: str = "",
        verdict: Kind | Literal[""] = "",
        speaker: str = "",
        show: str = "",
        changed: bool = False,
        like: str = "",
        sort: Literal["newest", "confidence", "speaker"] = "newest",
        page: int = 1,
    ) -> Answer:
        library.refresh()
        words = q.lower().split()
        pool = library.like(like) if like else library.claims
        found = [row for row in pool if all(word in row.searched for word in words)]
        chosen = {"verdict": verdict, "speaker": speaker, "show": show}
        shown = [row for row in found if _fits(row, chosen, changed)]
        if sort == "confidence":
            shown.sort(key=lambda row: -(row.confidence or 0.0))
        elif sort == "speaker":
            shown.sort(key=lambda row: row.speaker)
        place = paged(request, len(shown), page)
        first = int(str(place["first"]))
        context = {
            "pending": library.pending,
            "rows": shown[first : first + PAGE],
            "place": place,
            "facets": _facets(request, found, chosen, changed),
            "q": q,
            "sort": sort,
            "like": like,
            "chosen": {**chosen, "changed": "1" if changed else ""},
        }
        command = f"claimcast claims search {quote(q)}" if q else "claimcast claims search QUERY"
        return Answer("x_claims.html", "Claims", context, lambda: [plain(row) for row in shown], command)


def _fits(row: ClaimRow, chosen: dict[str, str], changed: bool) -> bool:
    """Whether the row has every chosen value."""
    own = {"verdict": row.kind, "speaker": row.speaker, "show": row.show}
    return (row.changed or not changed) and all(not value or own[name] == value for name, value in chosen.items())


def _facets(
    request: Request, rows: Iterable[ClaimRow], chosen: dict[str, str], changed: bool
) -> list[tuple[str, str, list[Facet]]]:
    """For each facet its name, title and values, counted among the rows that the other facets let through."""

    def address(name: str, value: str) -> str:
        asked = {k: v for k, v in request.query_params.items() if v and k not in {"page", "token", name}}
        return f"{request.url.path}?{urlencode({**asked, name: value} if value else asked)}"

    def values(name: str, counted: Counter[str]) -> list[Facet]:
        order = KINDS if name == "verdict" else tuple(value for value, _ in counted.most_common(24))
        found: list[Facet] = []
        for value in order:
            if value and counted[value]:
                now = chosen[name] == value
                shown = VERDICT[value] if value in KINDS else value
                found.append((value, shown, counted[value], now, address(name, "" if now else value)))
        return found

    counters = {name: Counter[str]() for name in chosen}
    changes = 0
    for row in rows:
        own = {"verdict": row.kind, "speaker": row.speaker, "show": row.show}
        missed = [name for name, value in chosen.items() if value and own[name] != value]
        if len(missed) > 1:
            continue
        if row.changed and not missed:
            changes += 1
        if row.changed or not changed:
            for name in missed or chosen:
                counters[name][own[name]] += 1
    titles = {"verdict": "Verdict", "speaker": "Speaker", "show": "Show"}
    facets = [(name, title, values(name, counters[name])) for name, title in titles.items()]
    one: Facet = ("1", "Changed since", changes, changed, address("changed", "" if changed else "1"))
    return [*facets, ("changed", "Since", [one] if changes or changed else [])]


def _episode(entry: Entry) -> dict[str, object]:
    row = entry.model_dump(mode="json")
    row["published"] = row.pop("published_on")
    return row | {"counts": {label: count for label, _, count in entry.counts}}
