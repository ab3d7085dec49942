"""The packaged stance model holds its floor on the validation set that is made of reversed pairs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.judging.stance import load_stance
from pipeline.judging.training.data import REFUTES, SUPPORTS, split_pairs
from pipeline.judging.weighing import stances
from tests.conftest import SHARED

FLOORS = tomllib.loads((Path(__file__).parent.parent / "benchmarks" / "floors.toml").read_text("utf-8"))


def test_reversed_pairs_are_told_apart() -> None:
    if not (SHARED / "data" / "pairs").exists():
        pytest.skip("the labelled pairs lie in ../shared, which is not here")
    _, validation = split_pairs(SHARED / "data")
    pairs = validation["fever_symmetric"]
    found = stances([(pair.claim, pair.passage) for pair in pairs], load_stance(), given=True)
    guessed = [SUPPORTS if one.supports >= one.refutes else REFUTES for one in found]
    right = sum(label == pair.label for label, pair in zip(guessed, pairs, strict=True)) / len(pairs)
    assert right >= FLOORS["judge"]["fever_symmetric"]["accuracy"]
