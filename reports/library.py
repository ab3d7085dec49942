"""All finished reports of a data home as rows to list and search; notices new and changed ones by themselves."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz, process

from pipeline.models import CheckedClaim, Report
from reports import text as t
from reports.index import Entry, Unread, entry, read_report
from reports.words import VERDICT, Kind

AT_ONCE = 24
ALIKE = 62.0
"""How alike two claims are, of 100, to be shown as the same thing said before."""


@dataclass(frozen=True)
class ClaimRow:
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
    rationale: str
    href: str
    searched: str
    """What a search for words looks at."""


@dataclass(frozen=True)
class _Held:
    stamp: tuple[int, int]
    entry: Entry
    claims: tuple[ClaimRow, ...]


class Library:
    """The reports under a data home, read when they appear or change."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._held: dict[str, _Held] = {}
        self._unread: dict[str, tuple[tuple[int, int], Unread]] = {}
        self._lock = threading.Lock()
        self.pending = 0
        """Reports that are still being read in the background."""

    def refresh(self) -> None:
        """Read what is new or changed and forget what is gone; more than `AT_ONCE` are read in the background."""
        with self._lock:
            if self.pending:
                return
            new: list[tuple[Path, tuple[int, int]]] = []
            here: set[str] = set()
            for path in (self.home / "episodes").glob("*/report.json"):
                here.add(path.parent.name)
                if stamp := self._changed(path):
                    new.append((path, stamp))
            for gone in [name for name in (*self._held, *self._unread) if name not in here]:
                self._held.pop(gone, None)
                self._unread.pop(gone, None)
            self.pending = len(new)
        if len(new) > AT_ONCE:
            threading.Thread(target=self._read, args=(new,), daemon=True).start()
        else:
            self._read(new)

    def _read(self, new: list[tuple[Path, tuple[int, int]]]) -> None:
        for path, stamp in new:
            self._look(path, stamp)
            self.pending -= 1

    def _changed(self, path: Path) -> tuple[int, int] | None:
        """The stamp of a report that is new or has changed, else None."""
        try:
            stat = path.stat()
        except OSError:  # it went away between the listing and now
            return None
        name, stamp = path.parent.name, (stat.st_mtime_ns, stat.st_size)
        known = self._held.get(name)
        same = (known and known.stamp == stamp) or (name in self._unread and self._unread[name][0] == stamp)
        return None if same else stamp

    def _look(self, path: Path, stamp: tuple[int, int]) -> None:
        name = path.parent.name
        report = read_report(path)
        if isinstance(report, Unread):
            self._unread[name] = (stamp, report)
            self._held.pop(name, None)
            return
        self._unread.pop(name, None)
        rows = tuple(_row(path.parent, report, checked) for checked in report.claims)
        self._held[name] = _Held(stamp, entry(path.parent, report), rows)

    @property
    def entries(self) -> list[Entry]:
        """Every report, the newest made first."""
        held = sorted(self._held.values(), key=lambda h: (h.entry.made_at.timestamp(), h.entry.id), reverse=True)
        return [one.entry for one in held]

    @property
    def unread(self) -> list[Unread]:
        """Reports that could not be read, and why."""
        return [problem for _, problem in list(self._unread.values())]

    @property
    def claims(self) -> list[ClaimRow]:
        """Every claim of every report, the newest episode first, then in order of time."""
        held = sorted(self._held.values(), key=lambda h: (h.entry.published_on, h.entry.id), reverse=True)
        return [row for one in held for row in one.claims]

    def like(self, claim_id: str, limit: int = 50) -> list[ClaimRow]:
        """The claim, and those of any episode that say much the same, most alike first."""
        rows = self.claims
        wanted = next((row for row in rows if row.id == claim_id), None)
        if wanted is None:
            return []
        found = process.extract(
            wanted.claim.lower(),
            [row.claim.lower() for row in rows],
            scorer=fuzz.token_set_ratio,
            score_cutoff=ALIKE,
            limit=limit,
        )
        return [rows[index] for _, _, index in found]


def plain(row: ClaimRow) -> dict[str, object]:
    """The row for JSON and CSV."""
    values = asdict(row) | {"published": row.published.isoformat()}
    del values["searched"]
    return values


def _row(folder: Path, report: Report, checked: CheckedClaim) -> ClaimRow:
    claim, then, now = checked.claim, checked.verdict, checked.verdict_today
    kind: Kind = then.label if then else "not_checkable"
    shown = t.slug(claim.id)
    return ClaimRow(
        id=shown,
        episode_id=folder.name,
        episode=t.line(report.episode.title, 200) or "Untitled episode",
        show=t.line(report.episode.show, 120),
        published=report.episode.published,
        speaker=t.line(claim.speaker or "", 80),
        start=claim.start,
        when=t.clock(claim.start),
        statement=t.line(claim.statement, 600),
        claim=t.line(claim.claim, 600),
        kind=kind,
        label=VERDICT[kind],
        confidence=then.confidence if then else None,
        today=now.label if now else None,
        changed=bool(then and now and then.label != now.label),
        rationale=t.line(then.rationale, 600) if then else "",
        href=f"/episodes/{t.path(folder.name)}/report.html#c-{shown}",
        searched=" ".join(
            (
                claim.claim[:600],
                claim.statement[:600],
                claim.speaker or "",
                report.episode.title[:200],
                report.episode.show[:120],
                then.rationale[:600] if then else "",
            )
        ).lower(),
    )
