"""A second set of labelled claims, worded and mixed unlike the first, holds its floors by computation alone.

second.jsonl: 80 claims on the seed facts with the verdict that a careful reader gives. Of them 60 ("used") were looked at while
the checks were written; 20 ("measured") only ever gave a count.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

from tests.judging.conftest import Judged

FLOORS = tomllib.loads((Path(__file__).parent.parent / "benchmarks" / "floors.toml").read_text("utf-8"))["judge"]


def test_the_second_set_holds_its_floors(judged: Judged) -> None:
    rows = [json.loads(line) for line in (Path(__file__).parent / "second.jsonl").read_text("utf-8").splitlines()]
    right: Counter[str] = Counter()
    opposite = []
    for row in rows:
        checked = judged(row["claim"], date.fromisoformat(row["as_of"]))
        assert checked.verdict is not None
        right[row["half"]] += checked.verdict.label == row["verdict"]
        if {checked.verdict.label, row["verdict"]} == {"supported", "refuted"}:
            opposite.append(f"{row['claim']}: {checked.verdict.rationale}")
        assert all(
            (one.passage.known_from or date.max) <= date.fromisoformat(row["as_of"])
            for one in checked.verdict.citations
        )
    assert right["used"] >= FLOORS["second"]["used"], right
    assert right["measured"] >= FLOORS["second"]["measured"], right
    assert not opposite, opposite
