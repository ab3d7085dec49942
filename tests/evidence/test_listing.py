"""Leafing through a store: a page of facts is the same as a slice of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.evidence import Order, Store, countries, fact_rows, facts_in, open_store, passages_of
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def store(seeded: Path) -> Iterator[Store]:
    """The seed evidence, to be read."""
    with open_store(Settings(home=seeded), create=False) as opened:
        yield opened


@pytest.mark.parametrize("as_of", [None, date(2025, 7, 31)])
def test_pages_together_are_all_facts(store: Store, as_of: date | None) -> None:
    every = {fact.passage.id for fact in store.facts(metric="MMLU", as_of=as_of)}
    found = fact_rows(store, metric="mmlu", as_of=as_of)
    pages = [facts_in(store, found[first : first + 20]) for first in range(0, len(found), 20)]
    assert [len(page) for page in pages[:-1]] == [20] * (len(pages) - 1)
    assert {fact.passage.id for page in pages for fact in page} == every
    assert len(found) == len(every)


@pytest.mark.parametrize(
    ("sort", "field"), [("-value", "number"), ("value", "number"), ("date", "date"), ("-date", "date")]
)
def test_facts_come_sorted_and_those_without_the_field_last(store: Store, sort: Order, field: str) -> None:
    found = [getattr(fact, field) for fact in facts_in(store, fact_rows(store, sort=sort))]
    known = [value for value in found if value is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert found[: len(known)] == known


def test_a_source_gives_its_passages_in_order(store: Store) -> None:
    source = store.facts(metric="MMLU")[0].passage.source_id
    total, every = passages_of(store, source, most=1000)
    assert total == len(every) > 1
    assert passages_of(store, source, first=1, most=2)[1] == every[1:3]


def test_countries_are_those_of_the_facts(store: Store) -> None:
    assert countries(store)[:2] in (["US", "CN"], ["CN", "US"])
