"""The explorer's pages about reports: episodes, and claims across episodes."""

from __future__ import annotations

from shlex import quote
from typing import Literal

from fastapi import APIRouter, Request

from reports import text as t
from reports.answers import MOST, PAGE, Answer, page, paged
from reports.claim_rows import ClaimRow, plain
from reports.facets import Facet, FacetIndex, facet
from reports.index import Entry
from reports.library import Library
from reports.words import KINDS, VERDICT, Kind

Sort = Literal["newest", "confidence", "speaker"]


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
        context = {
            "entries": found[place.first : place.first + PAGE],
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
        date: str = "",
        topic: str = "",
        changed: bool = False,
        corrected: bool = False,
        like: str = "",
        sort: Sort = "newest",
        page: int = 1,
    ) -> Answer:
        library.refresh()
        chosen = {
            "verdict": verdict, "speaker": speaker, "show": show, "date": date, "topic": topic,
            "changed": "1" if changed else "", "corrected": "1" if corrected else "",
        }  # fmt: skip
        return _claims(request, library, chosen, {"q": q, "like": like, "sort": sort}, page)


def _claims(request: Request, library: Library, chosen: dict[str, str], asked: dict[str, str], number: int) -> Answer:
    """The claims that have all that is chosen and asked for, page `number` of them."""
    index = library.claims
    pool, ranking = _pool(library, index, asked["q"], asked["like"])
    fitting = index.narrow(chosen, pool)
    shown = [n for n in ranking if n in fitting] if asked["like"] else sorted(fitting)
    shown = _in_order(index, shown, asked["sort"])
    place = paged(request, len(shown), number)
    context = {
        **asked,
        "pending": library.pending,
        "rows": [index.rows[n] for n in shown[place.first : place.first + PAGE]],
        "place": place,
        "facets": _facets(request, index.counts(chosen, pool), chosen),
        "chosen": chosen,
        "day": t.day,
    }
    command = f"claimcast claims search {quote(asked['q'] or 'QUERY')}"
    return Answer(
        "x_claims.html",
        "Claims",
        context,
        lambda: [plain(index.rows[n]) for n in shown[:MOST]],
        command,
        total=len(shown),
    )


def _pool(library: Library, index: FacetIndex[ClaimRow], q: str, like: str) -> tuple[frozenset[int], list[int]]:
    """Numbers of the claims that have all the words, and with `like` say much the same as that claim; and their ranking."""
    ranking: list[int] = []
    if like:
        one = next((row for row in index.rows if row.id == like), None)
        ranking = library.like(index, one.claim) if one else []
    words = q.lower().split()
    pool = ranking if like else range(len(index.rows))
    return frozenset(n for n in pool if all(word in index.rows[n].searched for word in words)), ranking


def _in_order(index: FacetIndex[ClaimRow], numbers: list[int], sort: str) -> list[int]:
    """The numbers sorted; the newest episode first is the order of the index itself."""
    if sort == "confidence":
        return sorted(numbers, key=lambda n: -(index.rows[n].confidence or 0.0))
    if sort == "speaker":
        return sorted(numbers, key=lambda n: index.rows[n].speaker)
    return numbers


def _facets(request: Request, counts: dict[str, dict[str, int]], chosen: dict[str, str]) -> list[Facet]:
    def one(name: str, title: str, **more: object) -> Facet:
        return facet(request, name, title, counts[name], chosen[name], **more)  # type: ignore[arg-type]

    # years first; the months of a year once it is chosen
    offered = (value for value in counts["date"] if _in_reach(value, chosen["date"]))
    when = sorted(offered, key=lambda value: (-int(value[:4]), value))
    return [
        one("verdict", "Verdict", labels=dict(VERDICT), order=KINDS),
        one("speaker", "Speaker"),
        one("show", "Show"),
        one("topic", "Topic"),
        one("date", "Published", labels={value: _spoken(value) for value in [*when, chosen["date"]]}, order=when),
        one("changed", "Since then", labels={"1": "The verdict changed"}),
        one("corrected", "By people", labels={"1": "Called wrong"}),
    ]


def _in_reach(value: str, chosen: str) -> bool:
    """Whether a year or month is offered: all years, and the months of the year that is chosen."""
    return len(value) == 4 or value[:4] == chosen[:4]


def _spoken(value: str) -> str:
    year, _, month = value.partition("-")
    known = month.isdecimal() and 1 <= int(month) <= 12
    return f"{t.MONTHS[int(month) - 1]} {year}" if known else value


def _episode(entry: Entry) -> dict[str, object]:
    row = entry.model_dump(mode="json")
    row["published"] = row.pop("published_on")
    return row | {"counts": {label: count for label, _, count in entry.counts}}
