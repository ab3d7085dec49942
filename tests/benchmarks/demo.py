"""Compares a report of the demo episode with what a careful reader expects of each statement.

    python -m tests.benchmarks.demo [REPORT.json] [--out FILE.json]

Prints one line a statement and how many of the checkable ones have the expected verdict. Without REPORT.json the newest
report in the data home is read. Exit status 1 when fewer are right than floors.toml asks for.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from pipeline.models import CheckedClaim, Frozen, Report
from pipeline.settings import get_settings

ROOT = Path(__file__).parent.parent.parent
FLOORS = tomllib.loads((ROOT / "tests" / "benchmarks" / "floors.toml").read_text("utf-8"))
LEAST_ALIKE = 60.0
"""Below this a claim is not taken for the statement (0 to 100, rapidfuzz's token set ratio)."""


class Expected(Frozen):
    """One statement of expected.json; `expected` None: it can't be checked."""

    id: str
    speaker: str
    statement: str
    keywords: tuple[str, ...]
    expected: str | None = None
    not_checkable: str | None = None
    why: str = ""


class Compared(Frozen):
    """A statement, what was expected and what the report says."""

    id: str
    expected: str
    found: str
    right: bool
    claim: str = ""


def read_expected() -> tuple[Expected, ...]:
    """The statements of the demo episode."""
    data = json.loads((ROOT / "seeds" / "demo" / "expected.json").read_text("utf-8"))
    return tuple(Expected.model_validate(statement) for statement in data["statements"])


def compare(report: Report, expected: tuple[Expected, ...]) -> tuple[Compared, ...]:
    """Each expected statement with the claim that is most like it; no claim is used twice."""
    numbered = list(enumerate(report.claims))
    pairs = sorted(
        ((alike(statement, claim), i, j) for i, statement in enumerate(expected) for j, claim in numbered), reverse=True
    )
    taken: dict[int, int] = {}
    for likeness, i, j in pairs:
        if likeness >= LEAST_ALIKE and i not in taken and j not in taken.values():
            taken[i] = j
    return tuple(
        _compared(statement, report.claims[taken[i]] if i in taken else None) for i, statement in enumerate(expected)
    )


def alike(statement: Expected, checked: CheckedClaim) -> float:
    """How much a claim is like an expected statement: shared words; all keywords make up for words heard otherwise,
    and each that is missing takes its share of half away."""
    claim = checked.claim
    text = f"{claim.statement} {claim.claim}".lower().replace(",", "")
    missing = sum(keyword.lower().replace(",", "") not in text for keyword in statement.keywords)
    best = max(
        fuzz.token_set_ratio(statement.statement, one, processor=default_process)
        for one in (claim.statement, claim.claim)
    )
    return max(float(best), LEAST_ALIKE) if not missing else float(best) * 0.5 ** (missing / len(statement.keywords))


def _compared(statement: Expected, checked: CheckedClaim | None) -> Compared:
    expected = statement.expected or f"not checkable: {statement.not_checkable}"
    if checked is None:
        return Compared(id=statement.id, expected=expected, found="not found", right=False)
    found = checked.verdict.label if checked.verdict else f"not checkable: {checked.claim.not_checkable}"
    return Compared(id=statement.id, expected=expected, found=found, right=found == expected, claim=checked.claim.claim)


def newest_report() -> Path:
    """The report.json of the demo episode written last."""
    found = sorted(
        get_settings().home.glob("episodes/*/report.json"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    if not found:
        sys.exit("no report yet; make one with: make demo")
    return found[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", nargs="?", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    report = Report.model_validate_json((given.report or newest_report()).read_bytes())
    expected = read_expected()
    compared = compare(report, expected)
    for one in compared:
        print(f"{'ok ' if one.right else 'NO '} {one.id:<16} expected {one.expected:<22} found {one.found}")
        if not one.right and one.claim:
            print(f"      heard: {one.claim}")
    checkable = {statement.id for statement in expected if statement.expected}
    right = sum(one.right for one in compared if one.id in checkable)
    apart = [one for one in compared if one.id not in checkable]
    print(
        f"\n{right} of {len(checkable)} verdicts as expected; {sum(o.right for o in apart)} of {len(apart)} set apart"
    )
    if given.out:
        rows = [one.model_dump() for one in compared]
        given.out.write_text(json.dumps({"right": right, "of": len(checkable), "statements": rows}, indent=1) + "\n")
    if right < FLOORS["demo"]["least_right"]:
        sys.exit(f"fewer than {FLOORS['demo']['least_right']} are right")


if __name__ == "__main__":
    main()
