"""What a run leaves in Prefect: how far transcription is, a table of verdicts, and a link to the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.outcome import read_report
from flows.policies import Work
from flows.progress import Listener, Passing, listener, listening

_STEP = 5.0
"""Per cent between two updates."""


@contextmanager
def shown_in_prefect(work: Work, stage: str) -> Iterator[None]:
    """A block whose progress Prefect shows too, in steps of five per cent."""
    with listening(_Progress(listener(), work, stage)):
        yield


def leave(work: Work) -> None:
    """The verdicts as a table, and the report's address, under the episode's name."""
    report = read_report(work.folder / "report.json")
    rows = [
        {
            "claim": checked.claim.claim,
            "speaker": checked.claim.speaker or "",
            "verdict": checked.verdict.label,
            "confidence": round(checked.verdict.confidence, 2),
            "today": checked.verdict_today.label if checked.verdict_today else "",
        }
        for checked in report.claims
        if checked.verdict is not None
    ]
    create_table_artifact(rows, key=_key("verdicts", work), description=f"{work.name}: {len(rows)} claims judged")
    create_link_artifact(
        (work.folder / "report.html").resolve().as_uri(), link_text=work.name, key=_key("report", work)
    )


class _Progress(Passing):
    """Passes everything on, and tells Prefect how far one stage of one episode is."""

    def __init__(self, to: Listener, work: Work, stage: str) -> None:
        super().__init__(to)
        self._work, self._stage = work, stage
        self._told = 0.0
        made = create_progress_artifact(0.0, key=_key(stage, work), description=work.name)
        self._artifact = made if isinstance(made, UUID) else None

    def advanced(self, episode: str, stage: str, done: float, total: float, note: str = "") -> None:
        super().advanced(episode, stage, done, total, note)
        if (episode, stage) == (self._work.name, self._stage) and total > 0:
            self._tell(100.0 * min(done / total, 1.0))

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        if (episode, stage) == (self._work.name, self._stage):
            self._tell(100.0)
        super().finished(episode, stage, seconds, detail, cached)

    def _tell(self, per_cent: float) -> None:
        if self._artifact is not None and (per_cent >= self._told + _STEP or per_cent == 100.0 > self._told):
            self._told = per_cent
            update_progress_artifact(self._artifact, per_cent)


def _key(kind: str, work: Work) -> str:
    """An artifact's key: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{kind}-{work.opened.episode.id}".lower()).strip("-")
