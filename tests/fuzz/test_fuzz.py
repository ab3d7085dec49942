"""Any bytes give something or one clear line: what broke a reader once, and some new inputs at each run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how

from tests.fuzz.__main__ import CORPUS, timed
from tests.fuzz.mutations import inputs, seeds
from tests.fuzz.targets import SLOW, TARGETS

QUICK = [target for target in TARGETS if target not in SLOW]
FOUND = sorted(CORPUS.glob("*/*.bin"))


@pytest.mark.parametrize("path", FOUND, ids=[f"{path.parent.name}-{path.stem}" for path in FOUND])
def test_what_broke_a_reader_once(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_are_read(target: str) -> None:
    for data in seeds(target):
        TARGETS[target](data)


@pytest.mark.parametrize("target", QUICK)
def test_nearly_right_bytes(target: str) -> None:
    @how(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs(target))
    def check(data: bytes) -> None:
        TARGETS[target](data)

    check()


@how(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(inputs("media"))
def test_nearly_right_sound(data: bytes) -> None:
    TARGETS["media"](data)


def test_a_reader_that_hangs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TARGETS, "words", lambda data: [None for _ in range(10**9 if data else 0)])
    monkeypatch.setattr("tests.fuzz.__main__.PATIENCE", 0.0)
    with pytest.raises(AssertionError, match="it took"):
        timed("words", b"")
