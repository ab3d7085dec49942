"""Stores that earlier layouts left: opened, searched and added to, with nothing but the catalogue there."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.evidence import open_store, schema
from pipeline.settings import Settings, get_settings

EARLIER = sorted((Path(__file__).parent / "earlier").glob("store-*.sqlite3"))


@pytest.fixture(params=EARLIER, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, empty_home: Path) -> Settings:
    """The settings of a home whose store an earlier layout wrote."""
    (empty_home / "store").mkdir()
    shutil.copy(request.param, empty_home / "store" / "catalogue.sqlite3")
    return get_settings()


def catalogue(settings: Settings) -> Path:
    return settings.store_path / "catalogue.sqlite3"


def test_a_store_of_an_earlier_layout_opens_and_goes_on(old: Settings, tmp_path: Path) -> None:
    with open_store(old, create=False) as store:
        assert store.stats().passages == 7
        assert "41 lighthouses" in store.search("how many lighthouses are on the coast", k=1)[0].passage.text
        assert {fact.subject for fact in store.facts(subject="DeepSeek-R1")} == {"DeepSeek-R1"}
        more = tmp_path / "more.md"
        more.write_text("# Ferries\n\nThe ferry carried 900 cars in May 2025.\n")
        assert not store.add(more).failed
        assert "900 cars" in store.search("cars on the ferry", k=1)[0].passage.text


def test_tables_are_brought_to_the_layout_of_today_once(old: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    later = schema.SCHEMA_VERSION + 1
    steps = {
        later: "ALTER TABLE sources ADD COLUMN region TEXT NOT NULL DEFAULT 'unknown';\nUPDATE sources SET region = 'north'"
    }
    monkeypatch.setattr(schema, "SCHEMA_VERSION", later)
    monkeypatch.setattr(schema, "STEPS", schema.STEPS | steps)
    for _ in range(2):
        with open_store(old, create=False) as store:
            assert {row["region"] for row in store.catalogue.query("SELECT region FROM sources")} == {"north"}
            assert store.catalogue.meta("schema") == str(later)


def test_a_step_that_fails_leaves_the_store_as_it_was(old: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "STEPS", {2: "ALTER TABLE sources ADD COLUMN region TEXT;\nUPDATE nowhere SET x = 1"})
    with monkeypatch.context() as patch:
        patch.setattr(schema, "SCHEMA_VERSION", 2)
        with pytest.raises(StoreError, match="can't be opened"):
            open_store(old, create=False)
    with sqlite3.connect(catalogue(old)) as db:
        assert "region" not in [row[1] for row in db.execute("PRAGMA table_info(sources)")]
    with open_store(old, create=False) as store:
        assert store.stats().passages == 7


def test_a_store_of_a_later_claimcast_is_refused_in_one_line(old: Settings) -> None:
    with sqlite3.connect(catalogue(old)) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(StoreError, match=r"layout 99.*upgrade claimcast"):
        open_store(old, create=False)
