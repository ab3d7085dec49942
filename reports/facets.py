"""Facets: rows found by value through an index, and the links that narrow a page down and widen it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from pipeline.models import stable_id

Row = TypeVar("Row")
MOST = 16
"""Values of a facet that a page shows."""


@dataclass(frozen=True)
class Choice:
    """One value of a facet as a link."""

    value: str
    shown: str
    count: int
    chosen: bool
    href: str
    """The address that chooses it, or lets go of it when it is chosen."""
    id: str
    """The same on every page, so that the keyboard's place outlives a change of the list."""


@dataclass(frozen=True)
class Facet:
    """A facet as a page shows it."""

    name: str
    title: str
    choices: tuple[Choice, ...]


class FacetIndex(Generic[Row]):
    """Rows and, for each facet, which rows have which value; made once for many questions."""

    def __init__(self, rows: Sequence[Row], values: Mapping[str, Callable[[Row], Sequence[str]]]) -> None:
        self.rows = rows
        self._everything = frozenset(range(len(rows)))
        self._having: dict[str, dict[str, set[int]]] = {name: {} for name in values}
        for name, of in values.items():
            having = self._having[name]
            for number, row in enumerate(rows):
                for value in of(row):
                    having.setdefault(value, set()).add(number)

    def narrow(self, chosen: Mapping[str, str], among: frozenset[int] | None = None) -> frozenset[int]:
        """Numbers of the rows `among` these that have every chosen value; an empty value asks for nothing."""
        found = self._everything if among is None else among
        for name, value in chosen.items():
            if value:
                found = found & self._having[name].get(value, set())
        return found

    def counts(self, chosen: Mapping[str, str], among: frozenset[int] | None = None) -> dict[str, dict[str, int]]:
        """For each facet how many rows each value would show, given what is chosen in the other facets."""
        counted: dict[str, dict[str, int]] = {}
        for name, having in self._having.items():
            others = self.narrow({key: value for key, value in chosen.items() if key != name}, among)
            sizes = {value: len(others & rows) for value, rows in having.items() if value}
            counted[name] = {value: count for value, count in sizes.items() if count}
        return counted


def address(request: Request, name: str, value: str) -> str:
    """This page with `name` set to `value` (let go of when empty), from its first page on."""
    asked = [(k, v) for k, v in request.query_params.multi_items() if v and k not in {"page", "token", name}]
    query = urlencode([*asked, (name, value)] if value else asked)
    return f"{request.url.path}?{query}" if query else request.url.path


def facet(
    request: Request,
    name: str,
    title: str,
    counted: Mapping[str, int],
    chosen: str,
    *,
    labels: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
) -> Facet:
    """One facet: its values by `order`, else the most frequent first; a chosen one is always there."""
    ranked = list(order) or sorted(counted, key=lambda value: (-counted[value], value))[:MOST]
    if chosen and chosen not in ranked:
        ranked.insert(0, chosen)
    choices = tuple(
        Choice(
            value,
            (labels or {}).get(value, value),
            counted.get(value, 0),
            value == chosen,
            address(request, name, "" if value == chosen else value),
            f"f-{name}-{stable_id(value, length=8)}",
        )
        for value in ranked
        if counted.get(value) or value == chosen
    )
    return Facet(name, title, choices)
