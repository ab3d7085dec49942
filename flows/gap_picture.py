"""The gap as a picture of its own: an SVG with both lines of records and the lag of each drawn between them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.evidence import GapResult

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 960, 60, 20, 64, 40
COLOURS = ("#1f5fa8", "#c2410c")


def gap_svg(result: GapResult) -> str:
    """A standalone SVG: leader and follower stepped over time, dashed lines from a record to the model that was there first."""
    from reports.gapchart import HEIGHT, gap_chart

    chart = gap_chart(result, result.as_of or result.day)
    inner = WIDTH - LEFT - RIGHT

    def x(share: float) -> float:
        return round(LEFT + share / 100 * inner, 1)

    parts = [
        f'<text x="{LEFT}" y="22" font-size="16" font-weight="600">{escape(result.board.metric)}: '
        f"{escape(result.arithmetic)} {escape(result.board.unit)}</text>",
        f'<text x="{LEFT}" y="44" font-size="13" fill="{COLOURS[0]}">{escape(result.leader)}</text>',
        f'<text x="{LEFT + 60}" y="44" font-size="13" fill="{COLOURS[1]}">{escape(result.follower)}</text>',
    ]
    for level, label in chart.levels:
        y = level + TOP
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" font-size="12" text-anchor="end">{escape(label)}</text>')
    for share, label, anchor in chart.ticks:
        parts.append(
            f'<text x="{x(share)}" y="{TOP + HEIGHT + 24}" font-size="12" text-anchor="{anchor}">{escape(label)}</text>'
        )
    places = {dot.title: dot for dot in chart.dots}
    for lag in result.lags:
        parts += _lag(lag.months, [places.get(_title(mark)) for mark in (lag.leader, lag.follower) if mark], x)
    for s in chart.strokes:
        parts.append(
            f'<line x1="{x(s.x1)}" y1="{s.y1 + TOP}" x2="{x(s.x2)}" y2="{s.y2 + TOP}" '
            f'stroke="{COLOURS[s.side]}" stroke-width="2"/>'
        )
    for dot in chart.dots:
        parts.append(
            f'<circle cx="{x(dot.x)}" cy="{dot.y + TOP}" r="4" fill="{COLOURS[dot.side]}">'
            f"<title>{escape(dot.title)}</title></circle>"
        )
    body = "\n".join(parts)
    height = TOP + HEIGHT + BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="sans-serif">\n'
        f"<title>{escape(chart.words)}</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _title(mark: object) -> str:
    from pipeline.evidence.gap_result import Mark
    from reports import text as t

    assert isinstance(mark, Mark)
    return f"{t.line(mark.subject, 80)}, {t.number(mark.value)}, {t.day(mark.day)}"


def _lag(months: float | None, ends: list[object], x: object) -> list[str]:
    from reports.gapchart import HEIGHT, Dot

    dots = [end for end in ends if isinstance(end, Dot)]
    if months is None or len(dots) != 2 or not callable(x):
        return []
    leader, follower = dots
    return [
        f'<line x1="{x(leader.x)}" y1="{leader.y + TOP}" x2="{x(follower.x)}" y2="{follower.y + TOP}" '
        f'stroke="#888" stroke-dasharray="4 3"><title>{months:g} months</title></line>',
        f'<text x="{(x(leader.x) + x(follower.x)) / 2:.1f}" y="{min(follower.y + TOP + 16, TOP + HEIGHT):.1f}" '
        f'font-size="11" fill="#555" text-anchor="middle">{months:g} mo</text>',
    ]
