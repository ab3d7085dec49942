"""What an episode's claims are about: the names that several of them share, to filter by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MOST = 12
"""Topics offered at most."""
_NAME = re.compile(r"(?<![\w-])(?:[A-Z][A-Za-z]*(?:\.[A-Z])*|[a-z]+[A-Z]\w*)(?:[\d.-]\w*)*")
_PLAIN = frozenset(
    """
    The A An In On At As By For From And But If It Its This That These Those They We He She There Their Our All Both Each
    Every No Not Only Some Most More Many After Before Since Until When While With Without About Over Under I You What Who
    January February March April May June July August September October November December U
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)


def topics(claims: Sequence[str]) -> list[tuple[str, ...]]:
    """For each claim its topics: families of names (DeepSeek for DeepSeek-R1) that at least two claims share and not all do.

    At most MOST different ones, the most frequent; a claim may have none.
    """
    found = [families(claim) for claim in claims]
    counted = Counter(name for names in found for name in names)
    shared = [(name, count) for name, count in counted.items() if 2 <= count < max(3, len(claims))]
    kept = [name for name, _ in sorted(shared, key=lambda pair: (-pair[1], pair[0]))[:MOST]]
    return [tuple(name for name in kept if name in names) for names in found]


def families(claim: str) -> set[str]:
    """The names in a claim, each without its version."""
    return set(map(_family, _names(claim)))


def _names(claim: str) -> list[str]:
    """Words written as names; the first word of the claim only when it is no common word."""
    return [match[0] for match in _NAME.finditer(claim) if match[0] not in _PLAIN and len(match[0]) > 1]


def _family(name: str) -> str:
    """A name without its version: "DeepSeek-R1" → "DeepSeek", "Qwen3" → "Qwen", "H100" stays."""
    match = re.match(r"[A-Za-z]{2,}", name)
    return match[0] if match else name
