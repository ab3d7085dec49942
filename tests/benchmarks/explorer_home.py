"""A made-up data home of any size for measuring the explorer: finished reports, and passages and facts with cheap vectors."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.evidence import Store, open_store
from pipeline.evidence.records import FactDraft, PassageDraft, SourceDraft
from pipeline.files import write_whole
from pipeline.models import LABELS, CheckedClaim, Report, stable_id
from pipeline.settings import Settings
from reports import render
from tests.benchmarks.store import give_vectors, passages
from tests.reports.sample import long_report

SHOWS, SPEAKERS, SUBJECTS, METRICS = 24, 60, 900, 60
PASSAGES_A_SOURCE, CLAIMS = 40, 40
FACT_SHARE = 0.2
FIRST = date(2023, 1, 1)


def make_home(home: Path, episodes: int, count: int) -> str:
    """Fill `home`, unless it is filled already, and give the id of an episode; `count` passages, a fifth of them facts."""
    done = home / f"made-{episodes}-{count}"
    if not done.exists():
        with open_store(Settings(home=home)) as store:
            store.seed()
            if store.stats().passages < count:
                fill(store, count)
        for number in range(episodes):
            report = episode(number)
            folder = home / "episodes" / report.episode.id
            if number:
                write_whole(folder / "report.json", report.model_dump_json(indent=1))
            else:
                render(report, folder)
        write_whole(done, "")
    return episode(0).episode.id


def fill(store: Store, count: int) -> None:
    """Put `count` made-up passages into the store, in sources of 40, a fifth of them facts."""
    chance = random.Random(7)
    made = [_with_fact(one, chance) if chance.random() < FACT_SHARE else one for one in passages(count, 3)]
    give_vectors(store, made, 3)
    drafts = [
        SourceDraft(
            key=f"https://example.org/{start}", title=f"Made-up source {start // PASSAGES_A_SOURCE}", kind="html",
            url=f"https://example.org/{start}", publisher=f"Publisher {chance.randrange(40)}", text="",
            sha256=stable_id("source", start, length=64), published=FIRST + timedelta(days=chance.randrange(1000)),
            passages=tuple(made[start : start + PASSAGES_A_SOURCE]),
        )
        for start in range(0, count, PASSAGES_A_SOURCE)
    ]  # fmt: skip
    store.put(drafts)


def _with_fact(passage: PassageDraft, chance: random.Random) -> PassageDraft:
    fact = FactDraft(
        kind="benchmark", subject=f"Model {chance.randrange(SUBJECTS)}", metric=f"Metric {chance.randrange(METRICS)}",
        value=round(chance.uniform(10, 99), 1), unit="percent", date=passage.known_from,
        country=chance.choice(("US", "CN", "FR", "")), open_weights=chance.choice((True, False, None)),
    )  # fmt: skip
    return passage.model_copy(update={"fact": fact})


def episode(number: int) -> Report:
    """A half-hour episode with 40 claims of its own wording, speakers, day and verdicts."""
    chance = random.Random(number)
    base = long_report(CLAIMS, 0.5)
    voices = [f"Speaker {chance.randrange(SPEAKERS)}" for _ in range(2)]
    day = FIRST + timedelta(days=chance.randrange(1000))
    claims = tuple(_reworded(item, number, place, voices, day, chance) for place, item in enumerate(base.claims))
    told = base.episode.model_copy(
        update={"id": f"episode-{number:04}", "title": f"Made-up talk {number}", "show": f"Show {number % SHOWS}", "published": day}
    )  # fmt: skip
    made = base.provenance.model_copy(update={"made_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)})
    return base.model_copy(update={"episode": told, "claims": claims, "provenance": made})


def _reworded(
    item: CheckedClaim, number: int, place: int, voices: list[str], day: date, chance: random.Random
) -> CheckedClaim:
    said = f"{item.claim.claim.rstrip('.')} in case {chance.randrange(10_000)}."
    claim = item.claim.model_copy(
        update={"id": stable_id("made", number, place), "claim": said, "speaker": voices[place % 2], "as_of": day}
    )
    verdict = item.verdict.model_copy(update={"label": chance.choice(LABELS)}) if item.verdict else None
    return item.model_copy(update={"claim": claim, "verdict": verdict})
