"""The evidence store as the explorer holds it: opened when first asked for, its slow sums kept until it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from pipeline.models import Source
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.evidence import Store, StoreStats

Value = TypeVar("Value")


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

    def _once(self, name: str, compute: Callable[[], Value]) -> Value:
        """What was computed since the store last changed, by this process or another, else computed now."""
        state = f"{self.store.catalogue.meta('changes')} {date.today()}"
        kept = self._kept.get(name)
        if kept is None or kept[0] != state:
            kept = state, compute()
            self._kept[name] = kept
        return cast("Value", kept[1])
