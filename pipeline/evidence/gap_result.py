"""What a gap is made of: the board, the best of each side, the lags of the follower's records, what was left out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pipeline.models import Frozen

Basis = Literal["release", "measured"]


class Board(Frozen):
    """What may be compared: one metric, one setting, one publisher."""

    metric: str
    setting: str
    publisher: str
    unit: str
    rated: bool
    """Every snapshot rates all models again."""


class Mark(Frozen):
    """One side's best at a day: the fact that set it."""

    day: date
    value: float
    subject: str
    passage_id: str
    external_id: str = ""


class Lag(Frozen):
    """One record of the follower and the first leader model at or above it."""

    follower: Mark
    leader: Mark | None
    """None: no leader model has reached it."""
    months: float | None
    """Positive: the follower came later. Negative: it came first. None: the leader has not got there."""
    at_least: bool = False
    """True when the leader was there already when the board's data begin, so the lag may be longer."""


class LeftOut(Frozen):
    """Facts that were not compared, and why."""

    reason: str
    facts: int
    examples: tuple[str, ...] = ()


class GapResult(Frozen):
    """The gap on one board, each number with the id of its passage."""

    leader: str
    follower: str
    open_only: bool
    as_of: date | None
    board: Board
    basis: Basis
    """Whether lags are counted between releases or between the days of measurement."""
    day: date
    """The snapshot, or the day of the newer of the two bests."""
    leader_best: Mark
    follower_best: Mark
    points: float
    """Leader minus follower, in the board's unit; negative when the follower is ahead."""
    arithmetic: str
    leader_line: tuple[Mark, ...]
    follower_line: tuple[Mark, ...]
    lags: tuple[Lag, ...]
    months: float | None
    """The lag of the follower's latest record."""
    mean_months: float | None
    """Over the records whose lag is known exactly."""
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...] = ()
