"""All finished reports of a data home as rows to list and search; notices new and changed ones by themselves."""

from __future__ import annotations

import threading
from pathlib import Path

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from pipeline.errors import ClaimcastError
from pipeline.models import Frozen, stable_id
from reports.claim_rows import ClaimRow, claim_row
from reports.corrections import corrections
from reports.facets import FacetIndex
from reports.index import Entry, Unread, entry, read_report
from reports.text import slug

AT_ONCE = 24
ALIKE = 72.0
"""How alike two claims are, of 100, to be shown as the same thing said before."""
FACETS = {
    "verdict": lambda row: (row.kind,),
    "speaker": lambda row: (row.speaker,),
    "show": lambda row: (row.show,),
    "date": lambda row: (f"{row.published:%Y}", f"{row.published:%Y-%m}"),
    "topic": lambda row: row.topics,
    "changed": lambda row: ("1",) if row.changed else (),
    "corrected": lambda row: ("1",) if row.corrected else (),
}
"""What claims can be narrowed down by."""


class _Held(Frozen):
    """What the explorer knows of one report; kept on disk, so that a start need not read the reports again."""

    stamp: tuple[int, int]
    entry: Entry
    claims: tuple[ClaimRow, ...]


_LAYOUT = stable_id(_Held.model_json_schema(), length=12)
"""Changes with the fields of what is kept; a kept file of another layout is not read."""


class Library:
    """The reports under a data home, read when they appear or change."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._kept = home / "cache" / "explorer" / _LAYOUT
        self._held: dict[str, _Held] = {}
        self._unread: dict[str, tuple[tuple[int, int], Unread]] = {}
        self._lock = threading.Lock()
        self._index: tuple[int, FacetIndex[ClaimRow]] | None = None
        self._told: tuple[FacetIndex[ClaimRow], list[str]] | None = None
        """An index, and its claims in small letters."""
        self._turn = 0
        """Counts what was read and forgotten."""
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
                self._turn += 1
            new = [(path, stamp) for path, stamp in new if not self._remembered(path, stamp)]
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

    def _remembered(self, path: Path, stamp: tuple[int, int]) -> bool:
        """Whether an earlier explorer kept what it read of this very report; it is held then."""
        try:
            kept = _Held.model_validate_json((self._kept / f"{path.parent.name}.json").read_bytes())
        except (OSError, ValidationError):
            return False
        if kept.stamp == stamp:
            self._held[path.parent.name] = kept
            self._turn += 1
        return kept.stamp == stamp

    def _look(self, path: Path, stamp: tuple[int, int]) -> None:
        name = path.parent.name
        report = read_report(path)
        self._turn += 1
        if isinstance(report, Unread):
            self._unread[name] = (stamp, report)
            self._held.pop(name, None)
            return
        self._unread.pop(name, None)
        wrong = _corrected(path.parent)
        rows = tuple(claim_row(path.parent, report, checked, wrong) for checked in report.claims)
        held = _Held(stamp=stamp, entry=entry(path.parent, report), claims=rows)
        self._held[name] = held
        self._keep(name, held)

    def _keep(self, name: str, held: _Held) -> None:
        """Leave what was read for the next start; not synced to the disk, since a torn file is only read again."""
        try:
            self._kept.mkdir(parents=True, exist_ok=True)
            (self._kept / f"{name}.json").write_text(held.model_dump_json(), "utf-8")
        except OSError:  # a home that can't be written is read again at the next start
            return

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
    def claims(self) -> FacetIndex[ClaimRow]:
        """Every claim of every report with its facets: the newest episode first, then in order of time."""
        if self._index is None or self._index[0] != self._turn:
            turn = self._turn
            held = sorted(self._held.values(), key=lambda h: (h.entry.published_on, h.entry.id), reverse=True)
            self._index = turn, FacetIndex([row for one in held for row in one.claims], FACETS)
        return self._index[1]

    def claim(self, episode: str, claim_id: str) -> ClaimRow | None:
        """One claim of one episode."""
        held = self._held.get(episode)
        return next((row for row in held.claims if row.id == claim_id), None) if held else None

    def like(self, index: FacetIndex[ClaimRow], claim: str, limit: int = 50) -> list[int]:
        """Numbers in `index` of the claims that say much the same as `claim`, most alike first."""
        told = self._told
        if told is None or told[0] is not index:
            told = self._told = index, [row.claim.lower() for row in index.rows]
        found = process.extract(
            claim.lower(),
            told[1],
            scorer=fuzz.token_set_ratio,
            score_cutoff=ALIKE,
            limit=limit,
        )
        return [index for _, _, index in found]


def _corrected(folder: Path) -> frozenset[str]:
    """Slugs of the claims that somebody calls wrong; a history that can't be read is told of on the claim's page."""
    try:
        return frozenset(slug(one.claim_id) for one in corrections(folder))
    except ClaimcastError:
        return frozenset()
