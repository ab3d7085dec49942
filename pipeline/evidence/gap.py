"""How far apart the best of two countries are on one board: in points, and in months, by computation over typed facts.

A *board* is one metric in one setting from one publisher; values of different boards are never compared. On a rating board
(Elo) all models are rated again in every snapshot, so the best of each are taken from one snapshot; on a benchmark each
model has its score, so the best so far count. Months behind: for each record of the follower, the time since the first
leader model at or above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.evidence.gap_result import Basis, Board, GapResult, Lag, LeftOut, Mark
from pipeline.models import Fact

if TYPE_CHECKING:
    from pipeline.evidence.store import Store

DAYS_PER_MONTH = 30.4375
RATED = frozenset({"elo", "elo points"})
"""Units of boards on which every snapshot rates all models again."""
RELEASE_SHARE = 0.8
"""Lags are counted between releases when at least this share of a board's facts carry their model's release day."""


def gap(
    store: Store,
    *,
    metric: str,
    leader: str = "US",
    follower: str = "CN",
    open_only: bool = False,
    as_of: date | None = None,
    setting: str | None = None,
    publisher: str | None = None,
) -> GapResult:
    """The gap between two countries' best models on a metric, from the store's facts known on `as_of`.

    Raises:
        InputError: no board of this metric has both countries; the line names the metrics or boards that do.
    """
    facts = store.facts(metric=_named(store, metric, as_of), as_of=as_of)
    return compute_gap(
        facts,
        leader=leader,
        follower=follower,
        open_only=open_only,
        as_of=as_of,
        setting=setting,
        publisher=publisher,
    )


def compute_gap(
    facts: Sequence[Fact],
    *,
    leader: str,
    follower: str,
    open_only: bool = False,
    as_of: date | None = None,
    setting: str | None = None,
    publisher: str | None = None,
) -> GapResult:
    """The gap over facts of one metric: the newest board that has both countries, independent ones before others.

    Raises:
        InputError: no board has both countries.
    """
    usable, left_out = _usable(facts, (leader, follower), open_only, as_of)
    boards = _boards(usable)
    wanted = {
        board: members
        for board, members in boards.items()
        if (setting is None or setting.casefold() in board.setting.casefold())
        and (publisher is None or publisher.casefold() in board.publisher.casefold())
    }
    both = {board: members for board, members in wanted.items() if _bests(board, members, leader, follower)}
    if not both:
        raise InputError(_nothing(facts, wanted, leader, follower, open_only))
    board = max(both, key=lambda one: _preference(one, both[one], leader, follower))
    members, basis, undated = _on_one_basis(both[board])
    left_out += undated + _other_boards(boards, board)
    return _result(board, members, basis, tuple(left_out), leader, follower, open_only, as_of)


def _named(store: Store, metric: str, as_of: date | None) -> str:
    """The metric that is meant: its own name, or the only one that holds these words."""
    known = sorted({fact.metric for fact in store.facts(as_of=as_of) if fact.number is not None})
    near = [name for name in known if metric.casefold() in name.casefold()]
    exact = [name for name in known if name.casefold() == metric.casefold()]
    if len(exact or near) == 1:
        return (exact or near)[0]
    raise InputError(f"no one metric is named {metric!r}; in the store: {', '.join(near or known[:12]) or 'none'}")


# --- choosing what to compare --------------------------------------------------------------------------------------


def _usable(
    facts: Sequence[Fact], countries: tuple[str, str], open_only: bool, as_of: date | None
) -> tuple[list[Fact], list[LeftOut]]:
    reasons: dict[str, list[Fact]] = {}
    kept: list[Fact] = []
    for fact in facts:
        reason = (
            "not a number"
            if fact.number is None
            else "probably wrong at its source"
            if fact.doubtful
            else "undated"
            if fact.date is None
            else "later than the as-of day"
            if as_of and fact.passage.known_from and fact.passage.known_from > as_of
            else "other countries"
            if fact.country not in countries
            else "weights not open, or not known to be"
            if open_only and fact.open_weights is not True
            else ""
        )
        if reason:
            reasons.setdefault(reason, []).append(fact)
        else:
            kept.append(fact)
    return kept, [_left_out(reason, group) for reason, group in reasons.items()]


def _boards(facts: Iterable[Fact]) -> dict[Board, list[Fact]]:
    boards: dict[Board, list[Fact]] = {}
    for fact in facts:
        board = Board(
            metric=fact.metric,
            setting=fact.setting,
            publisher=fact.passage.publisher,
            unit=fact.unit,
            rated=fact.unit.casefold() in RATED,
        )
        boards.setdefault(board, []).append(fact)
    return boards


def _bests(board: Board, facts: Sequence[Fact], leader: str, follower: str) -> tuple[Fact, Fact] | None:
    """The best of each side: of the newest snapshot that has both on a rating board, else of all."""
    if board.rated:
        days = sorted({fact.date for fact in facts if fact.date}, reverse=True)
        groups = [[fact for fact in facts if fact.date == day] for day in days]
    else:
        groups = [list(facts)]
    for group in groups:
        sides = [[fact for fact in group if fact.country == country] for country in (leader, follower)]
        if all(sides):
            first, second = (max(side, key=lambda fact: (fact.number or 0.0, fact.passage.id)) for side in sides)
            return first, second
    return None


def _preference(board: Board, facts: Sequence[Fact], leader: str, follower: str) -> tuple[bool, date, int, str]:
    bests = _bests(board, facts, leader, follower)
    assert bests is not None
    independent = all(fact.passage.rank == "independent" for fact in bests)
    return independent, max(fact.date or date.min for fact in bests), len(facts), board.setting


def _on_one_basis(facts: list[Fact]) -> tuple[list[Fact], Basis, list[LeftOut]]:
    released = [fact for fact in facts if fact.model_release_date]
    if len(released) < RELEASE_SHARE * len(facts):
        return facts, "measured", []
    without = [fact for fact in facts if not fact.model_release_date]
    return released, "release", [_left_out("no release day for the model", without)] if without else []


def _other_boards(boards: dict[Board, list[Fact]], chosen: Board) -> list[LeftOut]:
    return [
        _left_out(f"other board: {_name(board)}", members)
        for board, members in sorted(boards.items(), key=lambda pair: -len(pair[1]))
        if board != chosen
    ]


def _left_out(reason: str, facts: Sequence[Fact]) -> LeftOut:
    names = tuple(dict.fromkeys(fact.subject for fact in facts))
    return LeftOut(reason=reason, facts=len(facts), examples=names[:3])


def _name(board: Board) -> str:
    return f"{board.publisher}, {board.setting}" if board.setting else f"{board.publisher}, no setting named"


def _nothing(
    facts: Sequence[Fact], boards: dict[Board, list[Fact]], leader: str, follower: str, open_only: bool
) -> str:
    metric = facts[0].metric if facts else "this metric"
    kind = "open-weight models" if open_only else "models"
    seen = ", ".join(f"{_name(board)} ({len(members)})" for board, members in list(boards.items())[:4])
    return (
        f"no board of {metric} has {kind} of both {leader} and {follower}"
        + (f"; boards with one of them: {seen}" if seen else "")
        + "; try another metric, setting or day"
    )


# --- the arithmetic ------------------------------------------------------------------------------------------------


def _result(
    board: Board,
    facts: list[Fact],
    basis: Basis,
    left_out: tuple[LeftOut, ...],
    leader: str,
    follower: str,
    open_only: bool,
    as_of: date | None,
) -> GapResult:
    bests = _bests(board, facts, leader, follower)
    if bests is None:
        raise InputError(f"no release days for both {leader} and {follower} on {_name(board)}; try another board")
    lead, follow = (_mark(fact, basis) for fact in bests)
    lines = [records([fact for fact in facts if fact.country == country], basis) for country in (leader, follower)]
    start = min(_day(fact, basis) for fact in facts)
    lags = tuple(_lag(mark, [fact for fact in facts if fact.country == leader], basis, start) for mark in lines[1])
    exact = [lag.months for lag in lags if lag.months is not None and not lag.at_least]
    points = round(lead.value - follow.value, 4)
    return GapResult(
        leader=leader,
        follower=follower,
        open_only=open_only,
        as_of=as_of,
        board=board,
        basis=basis,
        day=max(fact.date for fact in bests if fact.date),
        leader_best=lead,
        follower_best=follow,
        points=points,
        arithmetic=f"{lead.value:g} − {follow.value:g} = {points:g}".replace("= -", "= −"),
        leader_line=lines[0],
        follower_line=lines[1],
        lags=lags,
        months=lags[-1].months if lags else None,
        mean_months=round(sum(exact) / len(exact), 1) if exact else None,
        left_out=left_out,
        warnings=_warnings(board, lags),
    )


def records(facts: Iterable[Fact], basis: Basis) -> tuple[Mark, ...]:
    """The times at which another model set a new best; a day counts once, with its best.

    The model that holds the record and is rated a little higher in the next snapshot has not set a new one.
    """
    line: list[Mark] = []
    for fact in sorted(facts, key=lambda fact: (_day(fact, basis), -(fact.number or 0.0), fact.passage.id)):
        mark = _mark(fact, basis)
        if not line or (mark.value > line[-1].value and _model(mark) != _model(line[-1])):
            line.append(mark)
    return tuple(line)


def _model(mark: Mark) -> str:
    return "".join(char for char in mark.subject.casefold() if char.isalnum())


def _lag(record: Mark, leaders: Sequence[Fact], basis: Basis, start: date) -> Lag:
    reached = [fact for fact in leaders if (fact.number or 0.0) >= record.value]
    if not reached:
        return Lag(follower=record, leader=None, months=None)
    first = min(reached, key=lambda fact: (_day(fact, basis), -(fact.number or 0.0), fact.passage.id))
    mark = _mark(first, basis)
    months = round((record.day - mark.day).days / DAYS_PER_MONTH, 1)
    return Lag(follower=record, leader=mark, months=months, at_least=basis == "measured" and mark.day == start)


def _mark(fact: Fact, basis: Basis) -> Mark:
    return Mark(
        day=_day(fact, basis),
        value=fact.number or 0.0,
        subject=fact.subject,
        passage_id=fact.passage.id,
        external_id=fact.passage.external_id,
    )


def _day(fact: Fact, basis: Basis) -> date:
    day = fact.model_release_date if basis == "release" else fact.date
    assert day is not None
    return day


def _warnings(board: Board, lags: Sequence[Lag]) -> tuple[str, ...]:
    warnings: list[str] = []
    if board.rated:
        warnings.append("ratings move between snapshots; months count snapshots, not releases")
    if any(lag.at_least for lag in lags):
        warnings.append("where the leader was there when the data begin, the lag is at least the number given")
    if any(lag.months is None for lag in lags):
        warnings.append("for some records no leader model has reached the follower's value")
    return tuple(warnings)
