"""`claimcast judge`: one claim, or a file of them, against dated evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.models import CheckedClaim, Citation, Verdict
    from pipeline.settings import Settings

app = typer.Typer()


@app.command()
def judge(
    claim: Annotated[str | None, typer.Argument(help="The claim, as one sentence.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day it was said; only evidence known then counts."),
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--input", help="JSON Lines: {id, claim, as_of?, evidence?: [text]}.", dir_okay=False)
    ] = None,
    target: Annotated[Path | None, typer.Option("--output", help="Where the verdicts go.", dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Weigh one claim, or a file of them, against dated evidence."""
    from pipeline.settings import get_settings

    if (claim is None) == (source is None):
        raise typer.BadParameter("give either a claim or --input FILE", param_hint="CLAIM")
    if (source is None) != (target is None):
        raise typer.BadParameter("--input and --output go together", param_hint="--output")
    if source is not None and target is not None:
        _judge_file(source, target, get_settings(), as_json)
    elif claim is not None:
        _judge_one(claim, as_of, get_settings(), as_json)


def _judge_one(claim: str, as_of: datetime | None, settings: Settings, as_json: bool) -> None:
    from flows.console import emit_json
    from flows.judge_file import Asked, judged
    from flows.stages import ready_evidence
    from pipeline.errors import InputError
    from pipeline.evidence import open_store

    if not claim.strip():
        raise InputError("the claim is empty; give it as one sentence in quotation marks")
    ready_evidence(settings)
    with open_store(settings, create=False) as store:
        asked = Asked(id="claim", claim=claim, as_of=as_of.date() if as_of else None)
        (checked,) = judged([asked], store, settings)
    if as_json:
        emit_json(checked)
    else:
        _show(checked)


def _judge_file(source: Path, target: Path, settings: Settings, as_json: bool) -> None:
    from rich.progress import Progress

    from flows.console import console, emit_json, err, warn
    from flows.judge_file import judge_file, read_asked

    with Progress(console=err, transient=True, disable=as_json or not err.is_terminal) as progress:
        bar = progress.add_task("judge", total=sum(1 for _ in read_asked(source)))
        count = judge_file(
            source, target, settings, on_done=lambda done: progress.update(bar, completed=done), on_bad=warn
        )
    if as_json:
        emit_json({"judged": count, "output": str(target)})
    else:
        console.print(f"{count:,} claims judged: {target}", soft_wrap=True, markup=False)


def _show(checked: CheckedClaim) -> None:
    """Both verdicts, what decided them, and the arithmetic, on stdout."""
    from flows.console import console

    if checked.verdict is None or checked.verdict_today is None:
        console.print(f"not checkable: {checked.claim.not_checkable or 'no statement of fact'}", markup=False)
        return
    _show_verdict(f"as of {checked.verdict.as_of:%-d %B %Y}", checked.verdict)
    if checked.verdict_today.label != checked.verdict.label or checked.later:
        console.print()
        _show_verdict("as of today", checked.verdict_today)
    for doubt in checked.doubts:
        console.print(f"  doubt: {doubt.text}", style="yellow", markup=False)


def _show_verdict(when: str, verdict: Verdict) -> None:
    from rich.text import Text

    from flows.console import console
    from flows.outcome import WORDS

    word, colour = WORDS[verdict.label]
    console.print(Text.assemble((word, f"bold {colour}"), f" {when}, confidence {verdict.confidence:.0%}"))
    console.print(f"  {verdict.rationale}", markup=False)
    for step in verdict.derivation.steps if verdict.derivation else ():
        console.print(f"  = {step}", markup=False)
    if verdict.missing:
        console.print(f"  would settle it: {verdict.missing}", style="dim", markup=False)
    for citation in (*verdict.citations, *verdict.against):
        _show_citation(citation)


def _show_citation(citation: Citation) -> None:
    from flows.console import console, plain

    passage = citation.passage
    day = f", {passage.known_from:%-d %B %Y}" if passage.known_from else ", undated"
    console.print(f"  {citation.stance}: “{plain(citation.quote)}”", markup=False)
    where = plain(f"{passage.publisher or passage.title}{day}  {passage.url}")
    console.print(f"    {where}", style="dim", markup=False, soft_wrap=True)
