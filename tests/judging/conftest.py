"""A judge over the seed evidence, with the parts that need no stance model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.evidence import Store, open_store
from pipeline.judging import judge
from pipeline.models import CheckedClaim, Claim
from pipeline.settings import Settings

Judged = Callable[..., CheckedClaim]


@pytest.fixture(scope="module")
def store(seeded: Path) -> Iterator[Store]:
    with open_store(Settings(home=seeded)) as opened:
        yield opened


@pytest.fixture(scope="module")
def judged(store: Store) -> Judged:
    """Judges a sentence said on a day, by computation alone."""

    def weigh(text: str, day: date = date(2025, 7, 31)) -> CheckedClaim:
        claim = Claim(id="c", statement=text, claim=text, as_of=day)
        return judge(claim, store, settings=store.settings.model_copy(update={"stance": "none"}))

    return weigh
