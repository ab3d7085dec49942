"""Machines and money for a month of episodes, from measured rates.

    python -m tests.benchmarks.costs --speech speech.json REPORT.json... [--hours 10000] [--core-price 0.04] [--cores 8]

`speech.json` is what tests/benchmarks/speech.py wrote: how long listening takes. The reports (report.json of any verified
episodes) say how long everything after it took, for each hour of talk; where one has no audio, 9,000 words count as an hour.
Prices are US dollars; machines are busy for --share of the month. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

WORDS_AN_HOUR = 9_000
HOURS_A_MONTH = 730
AFTER = ("claims", "verdicts", "report")


class Load(NamedTuple):
    """Core hours that an hour of talk takes, of one kind of work."""

    work: str
    core_hours: float


def listening(speech: Path, model: str) -> Load:
    """Processor time of hearing an hour."""
    run = json.loads(speech.read_text("utf-8"))
    row = next(one for one in run["rows"] if one["path"] == "claimcast" and one["model"] == model)
    return Load(f"listening (Whisper {model})", fmean(row["processor_seconds"]) / (60 * run["minutes"]))


def afterwards(reports: Sequence[Path]) -> Load:
    """Time of claims, evidence, verdicts and report for an hour of talk; each takes about one core."""
    seconds = hours = 0.0
    for path in reports:
        report = json.loads(path.read_text("utf-8"))
        seconds += sum(report["provenance"]["seconds"].get(stage, 0.0) for stage in AFTER)
        words = sum(len(segment["text"].split()) for segment in report["transcript"]["segments"])
        hours += (report["episode"].get("duration") or 3600 * words / WORDS_AN_HOUR) / 3600
    return Load("claims, evidence, verdicts, report", seconds / 3600 / hours)


def table(loads: Sequence[Load], hours: float, price: float, cores: int, share: float) -> str:
    """The loads of so many hours a month, with machines and money, as Markdown."""
    lines = [f"| work | core hours | machines of {cores} cores | US dollars a month |", "|---|---|---|---|"]
    total = sum(load.core_hours for load in loads)
    for work, each in (*loads, Load("**together**", total)):
        month = each * hours
        machines = month / (HOURS_A_MONTH * share * cores)
        lines.append(f"| {work} | {month:,.0f} | {math.ceil(machines * 10) / 10:g} | {month * price:,.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=Path, nargs="+")
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--model", default="base")
    parser.add_argument("--hours", type=float, default=10_000, help="of talk, a month")
    parser.add_argument("--core-price", type=float, default=0.04, help="of a core hour")
    parser.add_argument("--cores", type=int, default=8, help="of a machine")
    parser.add_argument("--share", type=float, default=0.7, help="of the month in which machines are busy")
    given = parser.parse_args()
    loads = [listening(given.speech, given.model), afterwards(given.reports)]
    print(table(loads, given.hours, given.core_price, given.cores, given.share))


if __name__ == "__main__":
    main()
