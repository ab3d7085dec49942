"""How often a verdict of a given certainty is right: piecewise-linear maps, fitted on validation data and kept as data."""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

PARAMETERS = Path(__file__).parent / "weights" / "confidence.json"


def calibrated(certainty: float, check: str) -> float:
    """The share of verdicts of this certainty that are right, 0 to 1.

    `check` is what decided: "reading" for the stance model, else a computation. Fitted by isotonic regression
    (Zadrozny and Elkan, 2002) in pipeline/judging/training/calibrate.py.
    """
    certainties, shares = _curve("reading" if "reading" in check else "computed")
    if certainty <= certainties[0]:
        return shares[0]
    if certainty >= certainties[-1]:
        return shares[-1]
    upper = bisect_right(certainties, certainty)
    low, high = certainties[upper - 1], certainties[upper]
    share = (certainty - low) / (high - low)
    return shares[upper - 1] + share * (shares[upper] - shares[upper - 1])


@lru_cache(maxsize=4)
def _curve(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    curves = json.loads(PARAMETERS.read_text("utf-8"))
    return tuple(curves[name]["certainty"]), tuple(curves[name]["right"])
