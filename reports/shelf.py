"""The evidence store as the explorer holds it: opened when first asked for, its slow sums kept until it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from pipeline.errors import ClaimcastError
from pipeline.models import Source
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.evidence import Order, Store, StoreStats

Value = TypeVar("Value")
KEPT = 64
"""Answers that are kept at most; the oldest go."""


class Shelf:
    """The evidence store, opened when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._store: Store | None = None
        self._kept: dict[str, tuple[str, object]] = {}
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

    def warm(self) -> None:
        """Open the store and load what a search needs, so that the first reader need not wait; without a store, nothing."""
        with suppress(ClaimcastError):
            self.store.search("warm", k=1)
            _ = self.stats, self.sources, self.metrics, self.subjects, self.countries

    @property
    def stats(self) -> StoreStats:
        """The store in numbers."""
        return self._once("stats", lambda: self.store.stats())

    @property
    def sources(self) -> dict[str, Source]:
        """Every current source by its id, in order of title."""
        return self._once("sources", lambda: {source.id: source for source in self.store.sources()})

    @property
    def metrics(self) -> list[str]:
        """Metrics that facts have, most frequent first."""
        return self._once("metrics", lambda: self.store.metrics())

    @property
    def subjects(self) -> list[str]:
        """Names that facts are about, most frequent first."""
        return self._once("subjects", lambda: self.store.subjects())

    @property
    def countries(self) -> list[str]:
        """Countries that facts name, most frequent first."""
        from pipeline.evidence import countries

        return self._once("countries", lambda: countries(self.store))

    def fact_rows(self, asked: Mapping[str, str], as_of: date | None, sort: Order) -> list[int]:
        """Row numbers of the facts that have all that is asked for, sorted."""
        from pipeline.evidence import fact_rows

        wanted = {name: value for name, value in asked.items() if value}
        name = f"facts {sorted(wanted.items())} {as_of} {sort}"
        return self._once(name, lambda: fact_rows(self.store, **wanted, as_of=as_of, sort=sort))

    def _once(self, name: str, compute: Callable[[], Value]) -> Value:
        """What was computed since the store last changed, by this process or another, else computed now."""
        state = f"{self.store.catalogue.meta('changes')} {date.today()}"
        kept = self._kept.get(name)
        if kept is None or kept[0] != state:
            kept = state, compute()
            with self._lock:
                self._kept[name] = kept
                while len(self._kept) > KEPT:
                    self._kept.pop(next(iter(self._kept)))
        return cast("Value", kept[1])
