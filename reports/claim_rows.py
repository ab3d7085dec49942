"""A claim as one row of the explorer's lists: everything that a list shows, sorts by or searches in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from pipeline.models import CheckedClaim, Frozen, Report
from reports import text as t
from reports import wording
from reports.topics import families
from reports.words import VERDICT, Kind


class ClaimRow(Frozen):
    """One claim of one episode."""

    id: str
    episode_id: str
    episode: str
    show: str
    published: date
    speaker: str
    start: float | None
    when: str
    statement: str
    claim: str
    kind: Kind
    label: str
    confidence: float | None
    today: Kind | None
    changed: bool
    corrected: bool
    """Whether somebody says that the verdict is wrong."""
    rationale: str
    topics: tuple[str, ...]
    """Names that the claim is about, without their versions."""
    href: str
    searched: str
    """What a search for words looks at."""


def plain(row: ClaimRow) -> dict[str, object]:
    """The row for JSON and CSV."""
    values = row.model_dump(mode="json", exclude={"searched"})
    return values | {"topics": "; ".join(row.topics)}


def claim_row(folder: Path, report: Report, checked: CheckedClaim, corrected: Collection[str] = ()) -> ClaimRow:
    """The row of one claim; `folder` is the episode's, `corrected` the slugs of claims that somebody calls wrong."""
    claim, then, now = checked.claim, checked.verdict, checked.verdict_today
    kind: Kind = then.label if then else "not_checkable"
    shown, why = t.slug(claim.id), t.line(wording.rationale(then), 600) if then else ""
    episode, show = t.line(report.episode.title, 200) or "Untitled episode", t.line(report.episode.show, 120)
    speaker = t.line(claim.speaker or "", 80)
    said = (claim.claim[:600], claim.statement[:600], speaker, episode, show, why)
    return ClaimRow(
        id=shown,
        episode_id=folder.name,
        episode=episode,
        show=show,
        published=report.episode.published,
        speaker=speaker,
        start=claim.start,
        when=t.clock(claim.start),
        statement=t.line(claim.statement, 600),
        claim=t.line(claim.claim, 600),
        kind=kind,
        label=VERDICT[kind],
        confidence=then.confidence if then else None,
        today=now.label if now else None,
        changed=bool(then and now and then.label != now.label),
        corrected=shown in corrected,
        rationale=why,
        topics=tuple(sorted(families(claim.claim[:600]))),
        href=f"/episodes/{t.path(folder.name)}/report.html#c-{shown}",
        searched=" ".join(said).lower(),
    )
