"""The store: seeds, search as of a day, versions, removal, and a model that does not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.evidence import Filters, Store, gap, open_store
from pipeline.evidence.store import Store as AnyStore
from pipeline.settings import Settings

JULY = date(2025, 7, 28)
ARENA = "Chatbot Arena Elo"


@pytest.fixture(scope="module")
def store(seeded: Path) -> Iterator[Store]:
    """The seed evidence, to be read."""
    with open_store(Settings(home=seeded), create=False) as opened:
        yield opened


def test_seeds_are_there_with_dates_and_sources(store: Store) -> None:
    stats = store.stats()
    assert stats.facts > 1000
    assert stats.pending == 0
    assert all(fact.passage.url for fact in store.facts(metric=ARENA))


def test_names_that_may_be_spoken_hold_models_makers_and_benchmarks(store: Store) -> None:
    names = store.proper_names()
    assert {"DeepSeek-R1", "Baidu", "MMLU"} <= set(names)
    assert "release date" not in names
    assert len(names) == len(set(names))


def test_search_as_of_a_day_sees_nothing_later(store: Store) -> None:
    hits = store.search("best rated model on Chatbot Arena", as_of=JULY)
    assert hits
    assert all(hit.passage.known_from and hit.passage.known_from <= JULY for hit in hits)
    later = store.search("best rated model on Chatbot Arena", since=date(2025, 10, 1))
    assert later
    assert all(hit.passage.known_from and hit.passage.known_from >= date(2025, 10, 1) for hit in later)


def test_gap_of_28_july_2025(store: Store) -> None:
    overall = gap(store, metric=ARENA, as_of=JULY)
    assert overall.arithmetic == "1474 − 1426 = 48"
    assert store.passage(overall.leader_best.passage_id) is not None
    open_only = gap(store, metric=ARENA, as_of=JULY, open_only=True)
    assert open_only.arithmetic == "1357 − 1426 = −69"
    assert overall.day == open_only.day == JULY


def test_months_behind_have_their_evidence(store: Store) -> None:
    result = gap(store, metric="GPQA-Diamond")
    assert result.basis == "release"
    assert result.mean_months is not None
    assert 2 < result.mean_months < 14
    for lag in result.lags:
        assert store.fact(lag.follower.passage_id) is not None


@pytest.mark.parametrize("name", ["GLM-4.5", "R1-0528", "o1"])
def test_exact_names_come_first(store: Store, name: str) -> None:
    first = store.search(name)[:5]
    assert all(name.casefold() in f"{hit.passage.text} {hit.passage.context}".casefold() for hit in first)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("the Quinn models by Alibaba", "qwen"), ("GLM four point five score", "glm-4.5"), ("open A I oh one", "o1")],
)
def test_names_heard_wrongly_are_found(store: Store, said: str, meant: str) -> None:
    hits = store.search(said)[:5]
    assert any(meant in f"{hit.passage.text} {hit.passage.context}".casefold() for hit in hits)


def test_filters_hold(store: Store) -> None:
    for hit in store.search("model released", kind="release", country="CN"):
        assert hit.fact is not None
        assert (hit.fact.kind, hit.fact.country) == ("release", "CN")


def test_many_queries_at_once_find_what_one_finds(store: Store) -> None:
    queries = ["DeepSeek R1 release", "price of GPT-4o"]
    together = store.search_many(queries, filters=[Filters(as_of=JULY)] * 2, k=5)
    assert together == [store.search(query, as_of=JULY, k=5) for query in queries]


def test_facts_are_sorted_and_filtered(store: Store) -> None:
    facts = store.facts(metric=ARENA, country="CN", as_of=JULY, sort="-value")
    values = [fact.number or 0 for fact in facts]
    assert values == sorted(values, reverse=True)
    assert {fact.country for fact in facts} == {"CN"}


# --- writing -------------------------------------------------------------------------------------------------------


def _note(path: Path, text: str, day: str = "2024-03-01") -> Path:
    path.write_text(f"---\ntitle: A note\ndate: {day}\npublisher: The Desk\n---\n\n{text}\n", "utf-8")
    return path


def test_adding_again_changes_nothing(empty_home: Path, tmp_path: Path) -> None:
    note = _note(tmp_path / "note.md", "Zorblax 9 was released in Lisbon.")
    with open_store(Settings(home=empty_home)) as store:
        first = store.add(note)
        generation = store.generation
        again = store.add(note)
        assert (len(first.added), again.unchanged, again.passages) == (1, 1, 0)
        assert store.generation == generation


def test_a_changed_source_keeps_its_old_version_for_the_view_back(empty_home: Path, tmp_path: Path) -> None:
    note = _note(tmp_path / "note.md", "Zorblax 9 costs 20 dollars.")
    with open_store(Settings(home=empty_home)) as store:
        store.add(note)
        _note(note, "Zorblax 9 costs 30 dollars.", "2024-06-01")
        changed = store.add(note)
        assert [source.version for source in changed.changed] == [2]
        now = [hit.passage.text for hit in store.search("Zorblax 9 costs")]
        then = [hit.passage.text for hit in store.search("Zorblax 9 costs", as_of=date(2024, 4, 1))]
    assert now == ["Zorblax 9 costs 30 dollars."]
    assert then == ["Zorblax 9 costs 20 dollars."]


def test_undated_evidence_is_found_only_without_a_day(empty_home: Path, tmp_path: Path) -> None:
    (tmp_path / "undated.txt").write_text("Zorblax 9 has 7 wheels.", "utf-8")
    with open_store(Settings(home=empty_home)) as store:
        store.add(tmp_path / "undated.txt")
        assert len(store.search("Zorblax wheels")) == 1
        assert store.search("Zorblax wheels", as_of=date(2030, 1, 1)) == []
        assert store.stats().undated == 1


def test_remove_forgets_a_source_everywhere(empty_home: Path, tmp_path: Path) -> None:
    note = _note(tmp_path / "note.md", "Zorblax 9 was released in Lisbon.")
    with open_store(Settings(home=empty_home)) as store:
        store.add(note)
        assert [source.title for source in store.remove(str(note))] == ["A note"]
        assert store.search("Zorblax") == []
        assert store.dense.index().count() == 0
        assert store.remove(str(note)) == []


def test_a_corpus_keeps_its_ids(empty_home: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    documents = [("d1", "Bees dance to show where flowers are."), ("d2", "Basalt is a volcanic rock.")]
    corpus.write_text("".join(json.dumps({"_id": i, "title": "", "text": t}) + "\n" for i, t in documents), "utf-8")
    with open_store(Settings(home=empty_home)) as store:
        store.add(corpus)
        assert store.search("rocks from volcanoes")[0].passage.external_id == "d2"


def test_another_embedding_model_is_refused(seeded: Path) -> None:
    with pytest.raises(StoreError, match="claimcast evidence reindex"):
        AnyStore(Settings(home=seeded, embedding="all-mpnet-base-v2"), create=False)
