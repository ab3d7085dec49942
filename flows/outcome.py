"""What `verify` has to say at the end: the object for `--json`, and four lines for a person."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from flows.console import console, duration, plain
from flows.earlier import without_links
from flows.policies import Work
from pipeline.errors import SchemaError
from pipeline.models import CheckedClaim, Frozen, Report

WORDS = {
    "supported": ("supported", "green"),
    "refuted": ("refuted", "red"),
    "conflicting": ("conflicting", "yellow"),
    "not_enough_evidence": ("not enough evidence", "dim"),
    "not_checkable": ("not checkable", "dim"),
}


class Outcome(Frozen):
    """One verified episode, as `verify --json` prints it."""

    episode_id: str
    report_html: Path
    report_json: Path
    claims: int
    """Claims in the report, those that can't be checked included."""
    verdicts: dict[str, int]
    """Verdict as of the statement → how many."""
    seconds: dict[str, float]
    """Stage → seconds spent in this run; a stage that stood from before spent none."""


def outcome_of(work: Work, seconds: dict[str, float]) -> Outcome:
    """The outcome of finished work."""
    report = read_report(work.folder / "report.json")
    return Outcome(
        episode_id=report.episode.id,
        report_html=work.folder / "report.html",
        report_json=work.folder / "report.json",
        claims=len(report.claims),
        verdicts=report.counts,
        seconds=seconds,
    )


def read_report(path: Path) -> Report:
    """The report in a report.json.

    Raises:
        SchemaError: a later claimcast wrote it.
    """
    try:
        return Report.model_validate_json(path.read_bytes())
    except SchemaError as error:
        raise SchemaError(f"{path}: {error}") from error


def copied(outcome: Outcome, folder: Path) -> Outcome:
    """The same outcome with its report written to `folder` too.

    Raises:
        ClaimcastError: the folder can't be written.
    """
    from reports import render

    report = read_report(outcome.report_json)
    report = report.model_copy(update={"claims": without_links(report.claims)})
    html = render(report, folder, audio=next(outcome.report_html.parent.glob("audio.*"), None))
    return outcome.model_copy(update={"report_html": html, "report_json": folder / "report.json"})


def print_summary(outcome: Outcome) -> None:
    """Four lines on stdout: the episode, counts by verdict, what matters most, the report's path."""
    report = read_report(outcome.report_json)
    episode = report.episode
    length = f" · {duration(episode.duration)}" if episode.duration else ""
    console.print()
    console.print(f"[bold]{_plain(episode.title)}[/] · {episode.published:%-d %B %Y}{length}", soft_wrap=True)
    counts = [f"[{WORDS[name][1]}]{count} {WORDS[name][0]}[/]" for name, count in outcome.verdicts.items() if count]
    console.print(" · ".join(counts) or "no claims found", soft_wrap=True)
    console.print(_most(report), soft_wrap=True)
    console.print(f"report: [link=file://{outcome.report_html.resolve()}]{outcome.report_html}[/link]", soft_wrap=True)


def _most(report: Report) -> str:
    """The claim a reader should look at first: refuted before conflicting before supported, the surest of them."""
    for label in ("refuted", "conflicting", "supported"):
        matching = [one for one in report.claims if one.verdict is not None and one.verdict.label == label]
        if matching:
            first = max(matching, key=_confidence)
            word, colour = WORDS[label]
            speaker = f"{_plain(first.claim.speaker)}: " if first.claim.speaker else ""
            return f"[{colour}]{word}[/]: {speaker}“{_plain(_shortened(first.claim.claim))}”"
    return "nothing here could be decided with the evidence at hand"


def _confidence(checked: CheckedClaim) -> float:
    return checked.verdict.confidence if checked.verdict else 0.0


def _shortened(text: str, longest: int = 140) -> str:
    return text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0]} …"


def _plain(text: str) -> str:
    """Text from outside, so that it drives neither the terminal nor Rich's markup."""
    return escape(plain(text))
